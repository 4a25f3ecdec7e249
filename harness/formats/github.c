/* GitHub's workflow commands: a line on standard output for each claim that does not hold, which
 * becomes an annotation of its line in the scenario. */
#include "harness/formats/format.h"
#include "harness/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text as a workflow command takes it; a property (`property`) may have no comma or colon. */
static void
write_escaped(FILE *file, const char *text, bool property)
{
    for (; *text != '\0'; text++) {
        if (strchr(property ? "%\r\n:," : "%\r\n", *text) != NULL) {
            fprintf(file, "%%%02X", (unsigned)*text);
        } else {
            fputc(*text, file);
        }
    }
}

/* False without memory. */
static bool
write_annotation(FILE *file, const struct finding *finding, bool first)
{
    char *trace = finding_trace(finding);

    if (trace == NULL) {
        return false;
    }
    fprintf(file, "%s::error file=", first ? "" : "\n");
    write_escaped(file, finding->path, true);
    fprintf(file, ",line=%zu,col=%zu,title=", finding->line, finding->column);
    write_escaped(file, finding_rule(finding), true);
    fprintf(file, "::");
    write_escaped(file, finding->text, false);
    if (trace[0] != '\0') {
        write_escaped(file, "\n", false);
        write_escaped(file, trace, false);
    }
    free(trace);
    return true;
}

char *
format_github(const struct findings *findings)
{
    struct text text;
    FILE *file = text_open(&text);
    bool written = file != NULL, first = true;

    if (file == NULL) {
        return NULL;
    }
    /* GitHub shows ten of a step: those that fail come first. */
    for (int verdict = CLAIM_FAILS; verdict > CLAIM_HOLDS; verdict--) {
        for (unsigned i = 0; written && i < findings->count; i++) {
            const struct finding *finding = &findings->finding[i];

            if ((int)finding->verdict == verdict && !finding->known) {
                written = write_annotation(file, finding, first);
                first = false;
            }
        }
    }
    if (!text_close(file, &text) || !written) {
        free(text.bytes);
        return NULL;
    }
    return text.bytes;
}
