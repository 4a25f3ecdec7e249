/* tapweave merge FILE...: puts the parts of a check together, and goes on as if one run had decided
 * all of it. */
#include "harness/check.h"
#include "harness/commands.h"
#include "harness/shard_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file: what is in it, and which part that is. */
struct part_file {
    json_t *json;
    struct shard shard;
};

struct parts {
    unsigned count;
    char **path; /* not owned */
    struct part_file *file;
};

/* Two files that are no parts of one check, or the same part of it. */
static bool
compare(const struct parts *parts, unsigned file, unsigned earlier, struct diagnostic *diagnostic)
{
    const struct shard *one = &parts->file[file].shard, *other = &parts->file[earlier].shard;
    const char *path = parts->path[file], *with = parts->path[earlier];

    if (one->of != other->of) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "is one of %u parts, and %s of %u",
                        one->of, with, other->of);
    }
    if (one->index == other->index) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "is part %u of %u, as %s is",
                        one->index, one->of, with);
    }
    return shard_is_like(parts->file[file].json, path, parts->file[earlier].json, with, diagnostic);
}

/* Names the parts that are not there. */
static bool
all_there(const struct parts *parts, struct diagnostic *diagnostic)
{
    enum { MOST = 10 };
    const unsigned of = parts->file[0].shard.of;
    char text[16 * MOST] = "";
    unsigned missing = of - parts->count, named = 0;

    for (unsigned index = 1; index <= of && named < MOST && named < missing; index++) {
        bool there = false;

        for (unsigned i = 0; i < parts->count; i++) {
            there = there || parts->file[i].shard.index == index;
        }
        if (!there) {
            sprintf(text + strlen(text), "%s%u", named++ == 0 ? "" : ", ", index);
        }
    }
    return missing == 0 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "merge: of %u parts, %u %s missing: %s%s", of, missing,
                    missing == 1 ? "is" : "are", text, missing > named ? " and others" : "");
}

static bool
read_parts(struct parts *parts, struct diagnostic *diagnostic)
{
    parts->file = calloc(parts->count, sizeof *parts->file);
    if (parts->file == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < parts->count; i++) {
        parts->file[i].json = shard_read_file(parts->path[i], &parts->file[i].shard, diagnostic);
        if (parts->file[i].json == NULL) {
            return false;
        }
        for (unsigned j = 0; j < i; j++) {
            if (!compare(parts, i, j, diagnostic)) {
                return false;
            }
        }
    }
    return all_there(parts, diagnostic);
}

/* The check that the parts are of: its options, and its scenarios' paths. */
static bool
read_run(struct check *check, const struct parts *parts, struct diagnostic *diagnostic)
{
    json_t *json = parts->file[0].json, *scenario, *scenarios = json_object_get(json, "scenarios");
    int all = 0;
    size_t i;

    check->scenarios = (unsigned)json_array_size(scenarios);
    check->path = calloc(check->scenarios + 1u, sizeof *check->path);
    if (check->path == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    check->policy = json_string_value(json_object_get(json_object_get(json, "run"), "policy"));
    if (json_unpack(json, "{s:{s:b}}", "run", "all_policies", &all) != 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, parts->path[0], 0, 0,
                        "does not say what it was made with");
    }
    check->all_policies = all != 0;
    json_array_foreach(scenarios, i, scenario)
    {
        check->path[i] = (char *)json_string_value(json_object_get(scenario, "path"));
        if (check->path[i] == NULL) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, parts->path[0], 0, 0,
                            "does not say which scenarios it was made of");
        }
    }
    return true;
}

/* The scenarios are those that the parts were made of. */
static bool
same_scenarios(const struct check *check, const struct parts *parts, struct diagnostic *diagnostic)
{
    json_t *scenario, *scenarios = json_object_get(parts->file[0].json, "scenarios");
    size_t i;

    json_array_foreach(scenarios, i, scenario)
    {
        const char *sha256 = json_string_value(json_object_get(scenario, "sha256"));

        if (sha256 == NULL || strcmp(sha256, check->checked[i].scenario.sha256) != 0) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, check->path[i], 0, 0,
                            "has changed since %s was made", parts->path[0]);
        }
    }
    return true;
}

/* The parts' results become the check's. */
static bool
restore(struct check *check, const struct parts *parts, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < check->cells; i++) {
        check->cell[i].elsewhere = true;
    }
    for (unsigned i = 0; i < parts->count; i++) {
        if (!shard_restore(check, parts->file[i].json, parts->path[i], diagnostic)) {
            return false;
        }
    }
    for (unsigned i = 0; i < check->cells; i++) {
        const struct cell *cell = &check->cell[i];

        if (cell->elsewhere) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, cell->scenario->path, 0, 0,
                            "no part has the result of %s", cell->policy);
        }
    }
    return true;
}

enum exit_status
command_merge(const struct options *options, struct diagnostic *diagnostic)
{
    struct check check = {.options = options, .part = {1, 1, NULL}};
    struct parts parts = {.count = options->count, .path = options->files};
    enum exit_status status = EXIT_HOLDS;

    if (options->count == 0) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "merge needs the files that 'check --shard I/N --json FILE' has written");
        return EXIT_BAD_INPUT;
    }
    if (read_parts(&parts, diagnostic) && read_run(&check, &parts, diagnostic) &&
        check_prepare(&check, diagnostic) && same_scenarios(&check, &parts, diagnostic) &&
        restore(&check, &parts, diagnostic)) {
        status = check_finish(&check, diagnostic);
    }
    check_free(&check);
    for (unsigned i = 0; parts.file != NULL && i < parts.count; i++) {
        json_decref(parts.file[i].json);
    }
    free(parts.file);
    free(check.path);
    return status;
}
