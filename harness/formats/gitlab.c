/* GitLab's code quality: a list of what does not hold, each with its place in the scenario. */
#include "harness/formats/format.h"

#include <jansson.h>

static json_t *
issue(const struct finding *finding)
{
    char print[FINDING_PRINT_SIZE];

    finding_print(finding, print);
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:{s:I}}}", "description", finding->text,
                     "check_name", finding_rule(finding), "fingerprint", print, "severity",
                     finding->verdict == CLAIM_FAILS ? "major" : "minor", "location", "path",
                     finding->path, "lines", "begin", (json_int_t)finding->line);
}

char *
format_gitlab(const struct findings *findings)
{
    json_t *issues = json_array();
    char *text;

    for (unsigned i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->finding[i];

        if (finding->verdict != CLAIM_HOLDS && !finding->known) {
            json_array_append_new(issues, issue(finding));
        }
    }
    text = json_dumps(issues, JSON_INDENT(2));
    json_decref(issues);
    return text;
}
