/* Texts in graphviz' language: see dot_label.h. */
#include "harness/draw/dot_label.h"

#include "harness/print.h"

#include <string.h>

void
dot_label(FILE *out, const char *text, unsigned columns)
{
    for (size_t fits; *text != '\0'; text += fits, text += strspn(text, " ")) {
        fits = print_fit(text, columns);
        for (size_t i = 0; i < fits; i++) {
            if (text[i] == '&') { /* the beginning of a character reference */
                fputs("&amp;", out);
            } else {
                fprintf(out, "%s%c", text[i] == '"' || text[i] == '\\' ? "\\" : "", text[i]);
            }
        }
        fputs("\\n", out);
    }
}
