/* The reports of a check in other programs' formats: see check.h. */
#include "harness/check.h"
#include "harness/formats/format.h"
#include "harness/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
check_reports(const struct check *check, struct diagnostic *diagnostic)
{
    const struct options *options = check->options;

    for (unsigned i = 0; i < options->reports; i++) {
        const struct report_option *report = &options->report[i];
        char *text = report->format->write(&check->findings);

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
