/* The values of options: words and numbers. */
#ifndef TAPWEAVE_HARNESS_OPTION_VALUE_H
#define TAPWEAVE_HARNESS_OPTION_VALUE_H

#include "harness/diagnostic.h"

#include <stdbool.h>
#include <stdint.h>

/* Diagnoses a value: what it has to be, and a hint or "". */
void option_bad(struct diagnostic *diagnostic, const char *option, const char *value,
                const char *wanted, const char *hint);

/* The index of the value among the words; 0 with a diagnostic if it is none of them. */
unsigned option_word(struct diagnostic *diagnostic, const char *option, const char *value,
                     const char *const *words, unsigned count, const char *wanted);

/* What an option's number may be. */
struct option_number {
    uint64_t least, most;
    bool sized;         /* K, M or G may stand behind it */
    const char *wanted; /* all that, in words */
};

/* A number from `least` to `most`; 0 with a diagnostic if it is none. */
uint64_t option_number(struct diagnostic *diagnostic, const char *option, const char *value,
                       const struct option_number *number);

/* A number of seconds above 0; 0 with a diagnostic if it is none. */
double option_seconds(struct diagnostic *diagnostic, const char *option, const char *value);

#endif
