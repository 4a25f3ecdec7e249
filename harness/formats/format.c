/* The formats that a report may have: see format.h. */
#include "harness/formats/format.h"

const struct report_format report_formats[REPORT_FORMATS] = {
    {"junit", false, ".xml", format_junit}, /* GitLab reads no other files */
    {"ktap", false, "", format_ktap},       {"gitlab", false, "", format_gitlab},
    {"github", true, "", format_github},    {"sarif", false, "", format_sarif},
    {"html", false, "", format_html},
};
