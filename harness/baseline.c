/* An earlier result: see baseline.h. */
#include "harness/baseline.h"

#include "harness/output.h"
#include "harness/restore.h"

#include <string.h>

static const char *
text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text == NULL ? "" : text;
}

bool
baseline_open(struct baseline *baseline, const char *path, struct diagnostic *diagnostic)
{
    json_t *result;
    size_t i;

    *baseline = (struct baseline){
        restore_read(path, "tapweave-check/1", "result of a check (check --json)", diagnostic)};
    json_array_foreach(json_object_get(baseline->json, "results"), i, result)
    {
        struct cell cell;
        bool good;

        cell_begin(&cell, NULL, NULL, NULL);
        good = restore_verdicts(&cell, result);
        cell_free(&cell);
        if (!good) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                            "is damaged: result %zu of it is none", i + 1);
        }
    }
    return baseline->json != NULL;
}

void
baseline_close(struct baseline *baseline)
{
    json_decref(baseline->json);
}

/* True if the scenario and the policy are the cell's, by the path that they had. */
static bool
is_of(const json_t *scenario, const char *policy, const struct cell *cell)
{
    json_t *path = output_text(cell->scenario->path);
    bool same = json_equal(path, scenario) && strcmp(policy, cell->policy) == 0;

    json_decref(path);
    return same;
}

bool
baseline_failed(const struct baseline *baseline, const struct cell *cell, const char *oracle,
                const char *claim)
{
    json_t *other;
    size_t i;

    json_array_foreach(json_object_get(baseline->json, "claims"), i, other)
    {
        if (strcmp(text_at(other, "oracle"), oracle) == 0 &&
            strcmp(text_at(other, "claim"), claim) == 0 &&
            is_of(json_object_get(other, "scenario"), text_at(other, "policy"), cell)) {
            return strcmp(text_at(other, "verdict"), "fails") == 0;
        }
    }
    return false;
}

enum baseline_has
baseline_cell(const struct baseline *baseline, const struct cell *cell, struct cell *then)
{
    json_t *result;
    size_t i;

    json_array_foreach(json_object_get(baseline->json, "results"), i, result)
    {
        const json_t *scenario = json_object_get(result, "scenario");

        if (!is_of(json_object_get(scenario, "path"), text_at(result, "policy"), cell)) {
            continue;
        }
        if (strcmp(text_at(scenario, "sha256"), cell->scenario->sha256) != 0) {
            return BASELINE_EDITED;
        }
        cell_begin(then, cell->scenario, cell->policy, cell->choices);
        (void)restore_verdicts(then, result); /* it was, before */
        return BASELINE_VERDICTS;
    }
    return BASELINE_NOTHING;
}
