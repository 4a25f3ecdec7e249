/* A result's reports in other programs' formats: see reports.h. */
#include "harness/reports.h"

#include "harness/formats/format.h"
#include "harness/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
reports_write(const struct options *options, const struct findings *findings,
              struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < options->reports; i++) {
        const struct report_option *report = &options->report[i];
        char *text = report->format->write(findings);

        if (text == NULL) {
            diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        } else if (strcmp(report->path, "-") != 0) {
            output_file(text, report->path, diagnostic);
        } else if (text[0] != '\0') {
            puts(text);
        }
        free(text);
    }
}
