/* The kernel's test protocol (Documentation/dev-tools/ktap.rst), version 1: a line for each claim
 * about a policy, and what there is to be said of it in comments. */
#include "harness/formats/format.h"
#include "harness/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text as comments, a line at a time. */
static void
write_comments(FILE *file, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        fprintf(file, "#%s%.*s\n", length == 0 ? "" : " ", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* A description, in which a # would begin a directive. */
static void
write_name(FILE *file, const char *name)
{
    for (; *name != '\0'; name++) {
        fputc(*name == '#' ? '?' : *name, file);
    }
}

/* False without memory. */
static bool
write_test(FILE *file, unsigned number, const struct finding *finding)
{
    const bool bad = finding->verdict != CLAIM_HOLDS && !finding->known;
    char *trace;

    if (bad) {
        trace = finding_trace(finding);
        if (trace == NULL) {
            return false;
        }
        fprintf(file, "# %s:%zu:%zu: %s\n", finding->path, finding->line, finding->column,
                finding->text);
        write_comments(file, trace);
        free(trace);
    }
    fprintf(file, "%s %u ", bad ? "not ok" : "ok", number);
    write_name(file, finding->path);
    fprintf(file, " %s: ", finding->cell->policy);
    write_name(file, finding->claim);
    fprintf(file, "%s\n",
            finding->known                        ? " # XFAIL it does in the baseline, too"
            : finding->verdict == CLAIM_UNDECIDED ? " # ERROR inconclusive"
                                                  : "");
    return true;
}

char *
format_ktap(const struct findings *findings)
{
    const unsigned known = findings_known(findings);
    const unsigned fail = findings_count(findings, CLAIM_FAILS);
    const unsigned error = findings_count(findings, CLAIM_UNDECIDED);
    struct text text;
    FILE *file = text_open(&text);
    bool written = file != NULL;

    if (file == NULL) {
        return NULL;
    }
    fprintf(file, "KTAP version 1\n1..%u\n", findings->count);
    for (unsigned i = 0; written && i < findings->count; i++) {
        written = write_test(file, i + 1, &findings->finding[i]);
    }
    fprintf(file, "# Totals: pass:%u fail:%u xfail:%u xpass:0 skip:0 error:%u",
            findings->count - fail - error - known, fail, known, error);
    if (!text_close(file, &text) || !written) {
        free(text.bytes);
        return NULL;
    }
    return text.bytes;
}
