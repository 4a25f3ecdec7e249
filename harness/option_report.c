/* The option --report: see option_report.h. */
#include "harness/option_report.h"

#include "harness/option_value.h"

#include <stdio.h>
#include <string.h>

static const char option[] = "--report";

void
option_report(struct diagnostic *diagnostic, struct options *options, const char *value)
{
    const char *names[REPORT_FORMATS], *path = strchr(value, '=');
    char name[32], wanted[64];
    const struct report_format *format;

    for (unsigned i = 0; i < REPORT_FORMATS; i++) {
        names[i] = report_formats[i].name;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(value, "="), value);
    format = &report_formats[option_word(diagnostic, option, name, names, REPORT_FORMATS,
                                         "it has to be junit, ktap, gitlab, github, "
                                         "sarif or html")];
    path = path == NULL ? "-" : path + 1;
    snprintf(wanted, sizeof wanted, "the file's name has to end in %s", format->ending);
    if (path[0] == '\0') {
        option_bad(diagnostic, option, value, "there is no file's name behind the =", "");
    } else if (strcmp(path, "-") != 0 &&
               (strlen(path) < strlen(format->ending) ||
                strcmp(path + strlen(path) - strlen(format->ending), format->ending) != 0)) {
        option_bad(diagnostic, option, value, wanted, "");
    } else if (options->reports == REPORTS_MOST) {
        option_bad(diagnostic, option, value, "there are too many of them", "");
    } else {
        options->report[options->reports++] = (struct report_option){format, path};
    }
}

void
option_outputs(struct diagnostic *diagnostic, struct options *options)
{
    const char *path[REPORTS_MOST + 1];
    unsigned count = 0;

    if (options->json != NULL) {
        path[count++] = options->json;
        options->quiet = strcmp(options->json, "-") == 0;
    }
    for (unsigned i = 0; i < options->reports; i++) {
        const struct report_option *report = &options->report[i];

        path[count++] = report->path;
        options->quiet = options->quiet || (strcmp(report->path, "-") == 0 && !report->format->log);
    }
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < i; j++) {
            if (strcmp(path[i], path[j]) == 0) {
                option_bad(diagnostic, option, path[i],
                           strcmp(path[i], "-") == 0 ? "standard output cannot have two of them"
                                                     : "two outputs go to this file",
                           "");
            }
        }
    }
}
