/* Text for people: see print.h. */
#define _GNU_SOURCE /* vasprintf */
#include "harness/print.h"

#include "harness/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Where it goes; NULL: standard output, or a terminal. */
static FILE *into;
static unsigned into_width;

void
print_into(FILE *file, unsigned width)
{
    into = file;
    into_width = width;
}

int
print(const char *format, ...)
{
    va_list arguments;
    int printed;

    va_start(arguments, format);
    printed = vfprintf(into == NULL ? stdout : into, format, arguments);
    va_end(arguments);
    return printed;
}

unsigned
print_width(void)
{
    struct winsize size;

    if (into != NULL) {
        return into_width;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
        size.ws_col > PRINT_WIDTH) {
        return PRINT_WIDTH;
    }
    return size.ws_col < PRINT_NARROWEST ? PRINT_NARROWEST : size.ws_col;
}

/* A byte that begins a character. */
static bool
begins(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

unsigned
print_columns(const char *text)
{
    unsigned columns = 0;

    for (; *text != '\0'; text++) {
        columns += begins(*text);
    }
    return columns;
}

size_t
print_fit(const char *text, unsigned columns)
{
    size_t fits = 0, at = 0;
    unsigned used = 0;

    while (text[at] != '\0') {
        for (; text[at] == ' '; at++) {
            used++;
        }
        for (; text[at] != ' ' && text[at] != '\0'; at++) {
            used += begins(text[at]);
        }
        if (fits != 0 && used > columns) {
            break;
        }
        fits = at;
    }
    return fits;
}

unsigned
print_wrapped(const char *text, unsigned column, unsigned indent)
{
    unsigned width = print_width();

    for (;;) {
        size_t fits = print_fit(text, column < width ? width - column : 1);

        print("%.*s", (int)fits, text);
        for (size_t i = 0; i < fits; i++) {
            column += begins(text[i]);
        }
        text += fits;
        text += strspn(text, " ");
        if (*text == '\0') {
            return column;
        }
        print("\n%*s", (int)indent, "");
        column = indent;
    }
}

void
print_line(unsigned indent, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) {
        memory_lacks();
    }
    va_end(arguments);
    print_wrapped(text, 0, indent);
    print("\n");
    free(text);
}

void
print_entry(unsigned indent, const char *name, unsigned width, const char *text)
{
    enum { TOO_FEW = 28 /* columns beside a name that a text is not squeezed into */ };
    unsigned columns = print_columns(name), behind = indent + width + 2;

    print("%*s%s", (int)indent, "", name);
    if (behind + TOO_FEW > print_width()) {
        behind = indent + 4;
        print("\n%*s", (int)behind, "");
    } else if (columns > width) {
        print("\n%*s", (int)behind, "");
    } else {
        print("%*s  ", (int)(width - columns), "");
    }
    print_wrapped(text, behind, behind);
    print("\n");
}

void
print_list_add(struct print_list *list, const char *word)
{
    unsigned columns = print_columns(word), width = print_width(), room;

    if (list->cut) {
        return;
    }
    if (list->listed == 0) {
        list->column = (unsigned)print("%-*s", (int)list->indent, list->head);
    } else if (list->left > 0 && list->column + columns + strlen(", , and 1000 more") > width) {
        bool fits =
            list->column + strlen(", and 1000 more") <= width; /* the first may fill a line */

        print(",%s%*sand %u more", fits ? " " : "\n", fits ? 0 : (int)list->indent, "", list->left);
        list->cut = true;
        return;
    }
    /* If no line has room for it, it begins where its first part has. */
    room = list->indent + columns < width ? columns : (unsigned)print_fit(word, 1);
    if (list->listed > 0 && list->column + 2 + room + 1 > width) {
        print(",\n%*s", (int)list->indent, "");
        list->column = list->indent;
    } else if (list->listed > 0) {
        print(", ");
        list->column += 2;
    }
    if (room == columns) {
        print("%s", word);
        list->column += columns;
    } else {
        list->column = print_wrapped(word, list->column, list->indent);
    }
    list->listed++;
    list->left -= list->left > 0;
}

void
print_list_end(const struct print_list *list)
{
    print("%s", list->listed > 0 ? "\n" : "");
}

const char *
print_plural(uint64_t number)
{
    return number == 1 ? "" : "s";
}

void
print_append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

void
print_quoted(const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=/.,:@%";

    if (word[strspn(word, plain)] == '\0') {
        print("%s", word);
        return;
    }
    print("'");
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            print("'\\''");
        } else {
            print("%c", *word);
        }
    }
    print("'");
}
