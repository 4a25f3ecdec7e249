/* Texts in graphviz' language. */
#ifndef TAPWEAVE_HARNESS_DRAW_DOT_LABEL_H
#define TAPWEAVE_HARNESS_DRAW_DOT_LABEL_H

#include <stdio.h>

/* Writes the text as a part of a label between quotes, in lines of so many columns, each with its
 * end: what it says is nothing but text to graphviz. */
void dot_label(FILE *out, const char *text, unsigned columns);

#endif
