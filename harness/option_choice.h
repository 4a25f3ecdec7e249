/* The options whose value is one of some words: a table.  It is what the command line takes, and
 * what completion offers. */
#ifndef TAPWEAVE_HARNESS_OPTION_CHOICE_H
#define TAPWEAVE_HARNESS_OPTION_CHOICE_H

#include "harness/option_table.h"

struct option_choice {
    const char *option;       /* as it is called in diagnostics */
    const char *wanted;       /* what they say of the words */
    const char *const *words; /* `count` of them */
    unsigned count;
    int key; /* enum option_key */
};

/* The row of that key; NULL if its value is no word of a few. */
const struct option_choice *option_choice(int key);

#endif
