/* Reports in other programs' formats (--report): a table, a row and a file for each.  All of them
 * are made of the same findings. */
#ifndef TAPWEAVE_HARNESS_FORMAT_H
#define TAPWEAVE_HARNESS_FORMAT_H

#include "harness/finding.h"

struct report_format {
    const char *name;
    bool log;           /* on standard output it stands behind what is printed for people; any other
                           stands there alone */
    const char *ending; /* that a file's name has to have, or who reads it does not find it; "" */
    char *(*write)(const struct findings *findings); /* without a newline at its end; to be freed.
                                                        NULL without memory */
};

enum { REPORT_FORMATS = 6 };
extern const struct report_format report_formats[REPORT_FORMATS];

/* The rows' functions. */
char *format_junit(const struct findings *findings);
char *format_ktap(const struct findings *findings);
char *format_gitlab(const struct findings *findings);
char *format_github(const struct findings *findings);
char *format_sarif(const struct findings *findings);
char *format_html(const struct findings *findings);

#endif
