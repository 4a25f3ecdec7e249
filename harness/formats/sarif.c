/* SARIF 2.1.0 (OASIS): a rule for each oracle that is violated where it should not be, a result for
 * each claim that does not hold. */
#include "harness/formats/format.h"
#include "harness/memory.h"
#include "harness/usage.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/* The path as a URI's: bytes that have a meaning there, or none, are escaped. */
static char *
uri(const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/!$&'()*+,;=@";
    char *text = memory_make(3 * strlen(path) + sizeof "file://");
    size_t used = 0;

    if (path[0] == '/') {
        used = (size_t)sprintf(text, "file://");
    }
    for (; *path != '\0'; path++) {
        used += (size_t)sprintf(text + used, strchr(plain, *path) != NULL ? "%c" : "%%%02X",
                                (unsigned char)*path);
    }
    text[used] = '\0';
    return text;
}

/* The index of the finding's rule in the list, which gets it if it is new. */
static size_t
rule(json_t *rules, const struct finding *finding)
{
    const char *name = finding_rule(finding);
    json_t *other;
    size_t i;

    json_array_foreach(rules, i, other)
    {
        if (strcmp(json_string_value(json_object_get(other, "id")), name) == 0) {
            return i;
        }
    }
    json_array_append_new(rules, json_pack("{s:s, s:{s:s}}", "id", name, "shortDescription", "text",
                                           finding_rule_text(finding)));
    return i;
}

static json_t *
result(json_t *rules, const struct finding *finding)
{
    char print[FINDING_PRINT_SIZE], *path = uri(finding->path), *trace = finding_trace(finding);
    const bool below = finding->path[0] != '/';
    json_t *json, *text;

    if (trace == NULL) {
        memory_lacks();
    }
    finding_print(finding, print);
    text = json_sprintf("%s%s%s", finding->text, trace[0] == '\0' ? "" : "\n\n", trace);
    json = json_pack("{s:s, s:I, s:s, s:{s:o}, s:[{s:{s:{s:s, s:s*}, s:{s:I, s:I}}}], s:{s:s}}",
                     "ruleId", finding_rule(finding), "ruleIndex", (json_int_t)rule(rules, finding),
                     "level", "error", "message", "text", text, "locations", "physicalLocation",
                     "artifactLocation", "uri", path, "uriBaseId", below ? "%SRCROOT%" : NULL,
                     "region", "startLine", (json_int_t)finding->line, "startColumn",
                     (json_int_t)finding->column, "partialFingerprints", "claim/v1", print);
    free(path);
    free(trace);
    return json;
}

/* Whether the tool has done what it was asked to do, and why not. */
static json_t *
invocation(unsigned undecided)
{
    json_t *json = json_pack("{s:b}", "executionSuccessful", undecided == 0);

    if (undecided > 0) {
        json_object_set_new(json, "toolExecutionNotifications",
                            json_pack("[{s:s, s:{s:o}}]", "level", "error", "message", "text",
                                      json_sprintf("inconclusive: %u not decided", undecided)));
    }
    return json;
}

char *
format_sarif(const struct findings *findings)
{
    json_t *rules = json_array(), *results = json_array(), *json;
    char *text;

    for (unsigned i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->finding[i];

        if (finding->verdict != CLAIM_HOLDS && !finding->known) {
            json_array_append_new(results, result(rules, finding));
        }
    }
    json =
        json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:[o], s:o}]}", "$schema", schema,
                  "version", "2.1.0", "runs", "tool", "driver", "name", "tapweave", "version",
                  USAGE_VERSION, "rules", rules, "columnKind", "unicodeCodePoints", "invocations",
                  invocation(findings_count(findings, CLAIM_UNDECIDED)), "results", results);
    text = json_dumps(json, JSON_INDENT(2));
    json_decref(json);
    return text;
}
