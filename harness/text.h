/* A text that is printed into memory: all of it, or none.
 *
 * That is open_memstream with errors.  glibc's drops what there is no memory for, and goes on: the
 * text has a hole, and fclose says nothing of it; or there is no text. */
#ifndef TAPWEAVE_HARNESS_TEXT_H
#define TAPWEAVE_HARNESS_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct text {
    char *bytes; /* to be given to free(), with a NUL behind them; NULL until it is closed */
    size_t size; /* of them, without the NUL */
};

/* A stream to print to, and to be given to text_close with the text, which stays where it is; NULL
 * without memory. */
FILE *text_open(struct text *text);

/* Closes it.  False, and no bytes, if there was not memory for all that was printed.  A stream that
 * is NULL is such a one. */
bool text_close(FILE *file, struct text *text);

#endif
