/* What the formats have in common: see export.h. */
#include "harness/export/export.h"

/* No text ends the comment that it is in. */
static void
write_line(FILE *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        putc(at[0] == '/' && at > text && at[-1] == '*' ? '|' : *at, out);
    }
    putc('\n', out);
}

void
export_title(FILE *out, const struct cell *cell)
{
    fputs("/* ", out);
    write_line(out, cell->scenario->title);
    fputs(" * under ", out);
    write_line(out, cell->policy);
}
