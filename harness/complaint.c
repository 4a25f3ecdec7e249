/* Complaints about input: see complaint.h. */
#include "harness/complaint.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
complain_about(struct complaint *complaint, enum exit_status status, const char *file, size_t line,
               size_t column, const char *format, ...)
{
    size_t used = 0;
    va_list arguments;

    if (complaint->status != EXIT_HOLDS) {
        return;
    }
    complaint->status = status;
    if (file != NULL && line != 0) {
        snprintf(complaint->text, sizeof complaint->text, "%.200s:%zu:%zu: ", file, line, column);
    } else if (file != NULL) {
        snprintf(complaint->text, sizeof complaint->text, "%.200s: ", file);
    }
    used = strlen(complaint->text);
    va_start(arguments, format);
    vsnprintf(complaint->text + used, sizeof complaint->text - used, format, arguments);
    va_end(arguments);
}

enum { LONGEST_WORD = 63 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;

    return smaller < c ? smaller : c;
}

/* Levenshtein's distance, of words of at most LONGEST_WORD bytes. */
static unsigned
distance(const char *a, const char *b)
{
    unsigned row[LONGEST_WORD + 1];
    unsigned length = (unsigned)strlen(b);

    for (unsigned j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= length; j++) {
            unsigned above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

const char *
nearest_word(const char *wrong, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    unsigned shortest = (unsigned)strlen(wrong) / 2 + 1;

    if (strlen(wrong) > LONGEST_WORD) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned far = strlen(words[i]) > LONGEST_WORD ? UINT_MAX : distance(wrong, words[i]);

        if (far < shortest) {
            shortest = far;
            nearest = words[i];
        }
    }
    return nearest;
}

const char *
did_you_mean(const char *wrong, const char *const *words, size_t count, char buffer[96])
{
    const char *nearest = nearest_word(wrong, words, count);

    buffer[0] = '\0';
    if (nearest != NULL) {
        snprintf(buffer, 96, "; did you mean '%.64s'?", nearest);
    }
    return buffer;
}
