/* Diagnostics about input: see diagnostic.h. */
#include "harness/diagnostic.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
diagnostic_fill(struct diagnostic *diagnostic, enum exit_status status, const char *file,
                size_t line, size_t column, const char *format, ...)
{
    size_t used = 0;
    va_list arguments;

    if (diagnostic->status != EXIT_HOLDS) {
        return;
    }
    diagnostic->status = status;
    if (file != NULL && line != 0) {
        snprintf(diagnostic->text, sizeof diagnostic->text, "%.4100s:%zu:%zu: ", file, line,
                 column);
    } else if (file != NULL) {
        snprintf(diagnostic->text, sizeof diagnostic->text, "%.4100s: ", file);
    }
    used = strlen(diagnostic->text);
    va_start(arguments, format);
    vsnprintf(diagnostic->text + used, sizeof diagnostic->text - used, format, arguments);
    va_end(arguments);
    for (char *at = diagnostic->text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            *at = '?';
        }
    }
}

enum exit_status
diagnostic_of_errno(void)
{
    return errno == ENOMEM ? EXIT_INTERNAL : EXIT_BAD_INPUT;
}

enum { LONGEST_WORD = 63 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;

    return smaller < c ? smaller : c;
}

/* How many letters have to be put in, left out, changed or swapped with the next one to make `b` of
 * `a` (optimal string alignment), for words of at most LONGEST_WORD bytes. */
static unsigned
distance(const char *a, const char *b)
{
    unsigned row[3][LONGEST_WORD + 1];
    unsigned length = (unsigned)strlen(b), rows = (unsigned)strlen(a);

    for (unsigned j = 0; j <= length; j++) {
        row[0][j] = j;
    }
    for (unsigned i = 1; i <= rows; i++) {
        unsigned *now = row[i % 3];
        const unsigned *before = row[(i - 1) % 3], *earlier = row[(i + 1) % 3];

        now[0] = i;
        for (unsigned j = 1; j <= length; j++) {
            now[j] = least(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], earlier[j - 2] + 1, UINT_MAX);
            }
        }
    }
    return row[rows % 3][length];
}

const char *
diagnostic_nearest(const char *wrong, const char *const *words, size_t count)
{
    size_t length = strlen(wrong);
    unsigned shortest = (unsigned)length / 2 + 1; /* others are not near enough to be meant */
    const char *nearest = NULL;

    for (size_t i = 0; i < count && length <= LONGEST_WORD; i++) {
        unsigned far = strlen(words[i]) > LONGEST_WORD ? UINT_MAX : distance(wrong, words[i]);

        if (far < shortest) {
            shortest = far;
            nearest = words[i];
        }
    }
    return nearest;
}

const char *
diagnostic_near_hint(const char *wrong, const char *const *words, size_t count, char buffer[96])
{
    const char *nearest = diagnostic_nearest(wrong, words, count);

    buffer[0] = '\0';
    if (nearest != NULL) {
        snprintf(buffer, 96, "; did you mean '%.64s'?", nearest);
    }
    return buffer;
}

const char *
diagnostic_hint(const char *wrong, const char *const *words, size_t count,
                char buffer[DIAGNOSTIC_HINT_SIZE])
{
    size_t used = 0;

    if (diagnostic_near_hint(wrong, words, count, buffer)[0] != '\0') {
        return buffer;
    }
    for (size_t i = 0; i < count && used < DIAGNOSTIC_HINT_SIZE; i++) {
        size_t length = strlen(words[i]);

        /* Without the blank of words that something has to follow. */
        length -= length > 0 && words[i][length - 1] == ' ';
        used += (size_t)snprintf(buffer + used, DIAGNOSTIC_HINT_SIZE - used, "%s%.*s",
                                 i == 0 ? "; valid: " : ", ", (int)length, words[i]);
    }
    if (used >= DIAGNOSTIC_HINT_SIZE) {
        buffer[0] = '\0';
    }
    return buffer;
}

int
diagnostic_word(struct diagnostic *diagnostic, struct place place, const char *what,
                const char *word, const char *const *words, size_t count)
{
    char hint[DIAGNOSTIC_HINT_SIZE];

    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return (int)i;
        }
    }
    diagnose_at(diagnostic, place, "unknown %s '%s'%s", what, word,
                diagnostic_hint(word, words, count, hint));
    return -1;
}
