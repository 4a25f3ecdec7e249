/* Text for people: lines that fit, and numbers with their words.
 *
 * A line has at most PRINT_WIDTH columns, and no more than the terminal if standard output is one.
 * Where words have to stay together (a path, a name), a line may be longer than that. */
#ifndef TAPWEAVE_HARNESS_PRINT_H
#define TAPWEAVE_HARNESS_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    PRINT_WIDTH = 100,
    PRINT_NARROWEST = 40, /* what a terminal is taken for that is narrower */
};

/* What is printed by what is below goes to `file` from now on, in lines of `width` columns; NULL:
 * to standard output again. */
void print_into(FILE *file, unsigned width);

/* As printf does; by what is printed to a file now and then. */
int print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Columns that a line may have. */
unsigned print_width(void);

/* Columns that a text takes; it is UTF-8, and has no characters of no or of double width. */
unsigned print_columns(const char *text);

/* How many bytes of the text go on a line of `columns`: whole words, and one at the least. */
size_t print_fit(const char *text, unsigned columns);

/* Prints the text, broken at blanks, from `column` on, where the line stands, and further lines
 * from `indent` on; without a newline at its end.  Returns the column behind it. */
unsigned print_wrapped(const char *text, unsigned column, unsigned indent);

/* Prints a text as printf makes it, and a newline, broken at blanks; further lines begin at
 * `indent`. */
void print_line(unsigned indent, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line, or several, of a list: from `indent` on the name, padded to `width` columns, and the text
 * beside it; below it, if the name is wider than that, or the terminal is narrow. */
void print_entry(unsigned indent, const char *name, unsigned width, const char *text);

/* A list of words that are separated by commas, in a making that begins with the first three. */
struct print_list {
    const char *head; /* stands before the first word, padded to the indent */
    unsigned indent;  /* where further lines begin */
    unsigned left;    /* words to come, of which one line has as many as there is room for, and
                         "and 12 more"; 0: it has all words, on as many lines as that takes */
    unsigned listed, column;
    bool cut;
};

void print_list_add(struct print_list *list, const char *word);

/* Ends the line, if there were words. */
void print_list_end(const struct print_list *list);

/* "s" behind a word that is one of so many, "" if it is one. */
const char *print_plural(uint64_t number);

/* Appends to a text that has room for `size` bytes; what does not fit is cut. */
void print_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A word as a shell takes it. */
void print_quoted(const char *word);

#endif
