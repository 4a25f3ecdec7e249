/* Parts of a check as files: see shard_file.h. */
#include "harness/shard_file.h"

#include "harness/output.h"
#include "harness/restore.h"
#include "harness/usage.h"

#include <string.h>

/* The SHA-256 of what results are made by: the Makefile says it. */
#ifndef TAPWEAVE_SOURCES
#define TAPWEAVE_SOURCES "unknown"
#endif

static const char schema[] = "tapweave-shard/1";

/* What all parts have in common, in the order in which it is compared. */
static const struct {
    const char *key, *differs;
} common[] = {
    {"tool", "was made by another version of tapweave than"},
    {"run", "was made with other options than"},
    {"scenarios", "was made of other scenarios than"},
};

static json_t *
part_json(const struct shard *part)
{
    return json_pack("{s:I, s:I}", "index", (json_int_t)part->index, "of", (json_int_t)part->of);
}

/* The options that results depend on. */
static json_t *
run_json(const struct check *check)
{
    const struct bounds *bounds = &check->options->bounds;

    return json_pack("{s:s?, s:b, s:I, s:I, s:f, s:f, s:b, s:b, s:b}", "policy", check->policy,
                     "all_policies", check->all_policies, "max_states",
                     (json_int_t)bounds->max_states, "max_memory", (json_int_t)bounds->max_memory,
                     "timeout", bounds->timeout, "max_time", check->options->max_time, "all_states",
                     bounds->whole, "order", bounds->order, "audit", bounds->audit);
}

json_t *
shard_json(const struct check *check, const struct shard *part)
{
    json_t *scenarios = json_array(), *cells = json_array(), *results = json_array();

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct scenario *scenario = &check->checked[i].scenario;

        json_array_append_new(scenarios,
                              json_pack("{s:o, s:s}", "path", output_text(scenario->path), "sha256",
                                        scenario->sha256));
    }
    for (unsigned i = 0; i < check->cells; i++) {
        if (!check->cell[i].elsewhere) {
            json_array_append_new(cells, json_integer(i));
            json_array_append_new(results, report_json(&check->cell[i]));
        }
    }
    return json_pack("{s:s, s:o, s:{s:s, s:s}, s:o, s:o, s:o, s:o}", "schema", schema, "shard",
                     part_json(part), "tool", "version", USAGE_VERSION, "sources", TAPWEAVE_SOURCES,
                     "run", run_json(check), "scenarios", scenarios, "cells", cells, "results",
                     results);
}

json_t *
shard_error_json(const struct shard *part, const struct diagnostic *why)
{
    return json_pack("{s:s, s:o, s:{s:I, s:o}}", "schema", schema, "shard", part_json(part),
                     "error", "status", (json_int_t)why->status, "text", output_text(why->text));
}

json_t *
shard_read_file(const char *path, struct shard *part, struct diagnostic *diagnostic)
{
    json_t *json = restore_read(path, schema, "part of a check (check --shard)", diagnostic);
    json_int_t index = 0, of = 0, status = EXIT_HOLDS;
    const char *text = "";

    if (json == NULL) {
        return NULL;
    }
    if (json_unpack(json, "{s:{s:I, s:I}, s?{s:I, s:s}}", "shard", "index", &index, "of", &of,
                    "error", "status", &status, "text", &text) != 0 ||
        index < 1 || index > of || of > UINT32_MAX) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "does not say which part it is");
    } else if (status != EXIT_HOLDS) {
        diagnose(diagnostic, (enum exit_status)status, NULL, 0, 0, "%s", text);
    } else {
        *part = (struct shard){(unsigned)index, (unsigned)of, path};
        return json;
    }
    json_decref(json);
    return NULL;
}

bool
shard_is_like(const json_t *json, const char *path, const json_t *other, const char *with,
              struct diagnostic *diagnostic)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        const json_t *one = json_object_get(json, common[i].key);

        if (one == NULL || !json_equal(one, json_object_get(other, common[i].key))) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "%s %s", common[i].differs,
                            with);
        }
    }
    return true;
}

bool
shard_restore(struct check *check, const json_t *json, const char *path,
              struct diagnostic *diagnostic)
{
    const json_t *cells = json_object_get(json, "cells");
    const json_t *results = json_object_get(json, "results");

    if (json_array_size(cells) != json_array_size(results)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                        "is damaged: it does not say which cells its results are of");
    }
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *number = json_array_get(cells, i);
        const json_int_t index = json_is_integer(number) ? json_integer_value(number) : -1;
        struct cell *cell =
            index < 0 || index >= (json_int_t)check->cells ? NULL : &check->cell[index];

        if (cell == NULL || !cell->elsewhere) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                            "is damaged: it has a result that is not its own");
        }
        if (!restore_cell(cell, json_array_get(results, i), path, diagnostic)) {
            return false;
        }
        cell->elsewhere = false;
    }
    return true;
}
