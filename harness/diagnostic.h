/* What is wrong with an input, in one line: what a reader of input fills in, and main prints. */
#ifndef TAPWEAVE_HARNESS_DIAGNOSTIC_H
#define TAPWEAVE_HARNESS_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses: the contract with scripts. */
enum exit_status {
    EXIT_HOLDS = 0,
    EXIT_VIOLATED = 1,
    EXIT_BAD_INPUT = 2,
    EXIT_INCONCLUSIVE = 3,
    EXIT_MISSING = 4,
    EXIT_DIVERGED = 5,
    EXIT_INTERNAL = 70,
};

enum { DIAGNOSTIC_SIZE = 5120 /* room for a path of PATH_MAX bytes */ };

/* The first diagnostic made.  `status` is EXIT_HOLDS as long as there is none. */
struct diagnostic {
    enum exit_status status;
    char text[DIAGNOSTIC_SIZE];
};

/* Makes a diagnostic and is false, so that a reader can `return diagnose(...)`; a macro, so that a
 * static analyzer sees that it is false.  Its arguments are those of diagnostic_fill. */
#define diagnose(...) (diagnostic_fill(__VA_ARGS__), has_no_diagnostic_now())

static inline bool
has_no_diagnostic_now(void)
{
    return false;
}

/* The status of a call of the C library that has failed, by errno: EXIT_INTERNAL if there was no
 * memory, EXIT_BAD_INPUT for any other reason. */
enum exit_status diagnostic_of_errno(void);

/* Where something stands in an input, counted from 1. */
struct place {
    const char *file; /* not owned */
    size_t line, column;
};

/* The same about a mistake in an input, at its place. */
#define diagnose_at(diagnostic, place, ...) \
    diagnose(diagnostic, EXIT_BAD_INPUT, (place).file, (place).line, (place).column, __VA_ARGS__)

/* Fills in the diagnostic.  A second one is dropped: the first one is the cause.  With a file, the
 * text begins with "FILE: ", or "FILE:LINE:COLUMN: " if the line is not 0.  Control characters,
 * which may come from a file's name or contents, are shown as '?': a diagnostic is one line. */
void diagnostic_fill(struct diagnostic *diagnostic, enum exit_status status, const char *file,
                     size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The word among `count` that is nearest to `wrong`; NULL if none is near enough to be meant. */
const char *diagnostic_nearest(const char *wrong, const char *const *words, size_t count);

/* "; did you mean 'WORD'?" in `buffer`, with that word, or "" if there is none. */
const char *diagnostic_near_hint(const char *wrong, const char *const *words, size_t count,
                                 char buffer[96]);

/* The same, but without a near word "; valid: " and all of them, or "" if that is too long. */
enum { DIAGNOSTIC_HINT_SIZE = 512 };
const char *diagnostic_hint(const char *wrong, const char *const *words, size_t count,
                            char buffer[DIAGNOSTIC_HINT_SIZE]);

/* The index of a word, which stands at `place`, among those that it may be; -1 with a diagnostic,
 * "unknown WHAT 'WORD'" and the hint. */
int diagnostic_word(struct diagnostic *diagnostic, struct place place, const char *what,
                    const char *word, const char *const *words, size_t count);

#endif
