/* Cells from files: see restore.h. */
#include "harness/restore.h"

#include "core/client.h"
#include "harness/build.h"
#include "harness/memory.h"
#include "harness/trace.h"
#include "sim/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 512 * 1024 * 1024 };

json_t *
restore_read(const char *path, const char *schema, const char *what, struct diagnostic *diagnostic)
{
    FILE *file = fopen(path, "r");
    json_error_t error;
    struct stat is;
    json_t *json = NULL;
    const char *said;

    if (file == NULL || fstat(fileno(file), &is) != 0) {
        diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be read: %s",
                 strerror(errno));
    } else if (S_ISDIR(is.st_mode) || is.st_size > MOST_BYTES) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                 S_ISDIR(is.st_mode) ? "is a folder" : "is larger than 512 MB");
    } else {
        json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
        if (json == NULL) {
            diagnose(diagnostic, EXIT_BAD_INPUT, path, (size_t)(error.line > 0 ? error.line : 1),
                     (size_t)(error.column > 0 ? error.column : 1), "is not JSON: %s", error.text);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    said = json_string_value(json_object_get(json, "schema"));
    if (json != NULL && (said == NULL || strcmp(said, schema) != 0)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                 "is no %s: it has the schema '%s', not '%s'", what, said == NULL ? "" : said,
                 schema);
        json_decref(json);
        json = NULL;
    }
    return json;
}

/* A count that is a decimal string; null is none.  False if it is something else. */
static bool
read_count(mpz_t number, bool *counted, const json_t *json)
{
    const char *digits = json_string_value(json);

    *counted = digits != NULL;
    return json_is_null(json) ||
           (digits != NULL && digits[0] != '\0' && digits[strspn(digits, "0123456789")] == '\0' &&
            mpz_set_str(number, digits, 10) == 0);
}

static bool
read_verdict(struct explore_verdict *verdict, const json_t *json)
{
    const json_t *trace = json_object_get(json, "trace");
    bool counted;

    verdict->violated = json_is_object(trace);
    return (json_is_object(trace) || json_is_null(trace)) &&
           read_count(verdict->bad, &counted, json_object_get(json, "bad"));
}

static bool
is_word(const json_t *json, const char *word)
{
    return json_is_string(json) && strcmp(json_string_value(json), word) == 0;
}

/* What the search of any number of guests has not excluded. */
static void
read_more_guests(struct more_guests *more, const json_t *oracles, const char *end)
{
    more_guests_read_end(more, end);
    more->violated = more->lasting = 0;
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const json_t *entry = json_array_get(oracles, oracle);
        const json_t *lasting = json_object_get(entry, "lasting");

        if (!is_word(json_object_get(entry, "observation"), "never")) {
            more->violated |= ORACLE_BIT(oracle);
        }
        if (lasting != NULL && !is_word(json_object_get(lasting, "observation"), "never")) {
            more->lasting |= ORACLE_BIT(oracle);
        }
    }
}

/* Why the cell's search has ended.  If any number of guests has been searched, that of the
 * scenario's own is complete. */
static bool
read_end(struct cell *cell, const json_t *json)
{
    const char *end = json_string_value(json_object_get(json, "end"));
    const char *more =
        json_string_value(json_object_get(json_object_get(json, "more_guests"), "end"));
    bool good = end != NULL && cell_read_end(cell, end);

    const bool any = cell->scenario == NULL ? !good : cell->scenario->more_guests;

    if (end == NULL || !any || more == NULL) {
        return good;
    }
    cell->result.end = EXPLORE_COMPLETE;
    read_more_guests(&cell->more, json_object_get(json, "oracles"), more);
    return true;
}

bool
restore_verdicts(struct cell *cell, const json_t *json)
{
    struct explore_result *result = &cell->result;
    const json_t *oracles = json_object_get(json, "oracles");
    bool good = read_end(cell, json) &&
                read_count(result->interleavings, &result->counted,
                           json_object_get(json_object_get(json, "counts"), "interleavings")) &&
                json_array_size(oracles) == ORACLE_COUNT;

    for (unsigned oracle = 0; good && oracle < ORACLE_COUNT; oracle++) {
        const json_t *entry = json_array_get(oracles, oracle);
        const json_t *lasting = json_object_get(entry, "lasting");
        const char *name = json_string_value(json_object_get(entry, "name"));

        good = name != NULL && strcmp(name, oracle_name((enum oracle)oracle)) == 0 &&
               read_verdict(&result->verdict[oracle], entry) &&
               (lasting == NULL) == ((ORACLES_THAT_LAST >> oracle & 1) == 0) &&
               (lasting == NULL || read_verdict(&result->lasting[oracle], lasting));
    }
    return good;
}

/* The trace's actors in a text, as `replay -s` has them; NULL if it is none. */
static char *
schedule_text(const json_t *trace)
{
    const json_t *steps = json_object_get(trace, "steps"), *step;
    char *text = memory_zero(json_array_size(steps) + 1, WALK_ACTOR_SIZE + 1);
    size_t i, used = 0;

    json_array_foreach((json_t *)steps, i, step)
    {
        const char *actor = json_string_value(json_object_get(step, "actor"));

        if (actor == NULL || strlen(actor) >= WALK_ACTOR_SIZE) {
            free(text);
            return NULL;
        }
        used += (size_t)sprintf(text + used, "%s ", actor);
    }
    return text;
}

/* Keeps the walk's steps as the counterexample; false if it does not do as one. */
static bool
keep_walk(struct explore_verdict *verdict, const struct walk *walk, oracle_set violated,
          enum oracle oracle)
{
    free(verdict->trace);
    verdict->trace = memory_make(walk->length + 1u);
    verdict->length = walk->length;
    for (unsigned i = 0; i < walk->length; i++) {
        verdict->trace[i] = (uint8_t)walk->step[i].actor;
    }
    return (violated >> oracle & 1) != 0;
}

/* Walks along a trace in the cell's world.  False if that is not possible, or shows no violation.
 * `lacking` is a family that needs another name for it, or -1. */
static bool
read_trace(struct cell *cell, enum oracle oracle, bool lasting, const json_t *json, int *lacking)
{
    struct explore_verdict *verdict =
        lasting ? &cell->result.lasting[oracle] : &cell->result.verdict[oracle];
    struct diagnostic unsaid = {EXIT_HOLDS, ""};
    char *text = schedule_text(json);
    struct trace trace;
    struct walk walk;
    bool good = text != NULL && trace_read_text(&trace, text, &unsaid);

    free(text);
    if (!good) {
        return false;
    }
    walk_begin(&walk, cell->scenario, &cell->world);
    good = trace_walk(&trace, &walk, &unsaid);
    *lacking = walk.lacking;
    good = good && keep_walk(verdict, &walk, lasting ? walk_lasting(&walk) : walk.violated, oracle);
    walk_free(&walk);
    trace_free(&trace);
    return good;
}

/* The same of all traces of a result. */
static bool
read_traces(struct cell *cell, const json_t *json, int *lacking)
{
    const json_t *oracles = json_object_get(json, "oracles");
    bool good = true;

    *lacking = -1;
    for (enum oracle oracle = 0; good && oracle < ORACLE_COUNT; oracle++) {
        const json_t *entry = json_array_get(oracles, oracle);
        const json_t *lasting = json_object_get(entry, "lasting");

        if (cell->result.verdict[oracle].violated) {
            good = read_trace(cell, oracle, false, json_object_get(entry, "trace"), lacking);
        }
        if (good && cell->result.lasting[oracle].violated) {
            good = read_trace(cell, oracle, true, json_object_get(lasting, "trace"), lacking);
        }
    }
    return good;
}

/* Which landmarks were reached: all, but for those that the result names. */
static void
read_reached(struct cell *cell, const json_t *json)
{
    const char *unreached = json_string_value(json_object_get(json, "unreached"));
    char step[SCENARIO_MAX_WORD + 32];

    for (unsigned i = 0; i < cell->world.landmarks; i++) {
        const char *at = unreached;
        size_t length = (size_t)snprintf(step, sizeof step, "%s %s",
                                         client_step_name(cell->world.landmark[i].step),
                                         cell->scenario->guest[cell->world.landmark[i].guest].name);

        while (at != NULL &&
               !(strncmp(at, step, length) == 0 && (at[length] == '\0' || at[length] == ','))) {
            at = strstr(at, ", ");
            at = at == NULL ? NULL : at + 2;
        }
        cell->result.reached = (uint8_t)(cell->result.reached | (at == NULL ? 1u << i : 0));
    }
}

/* True if it says that it is of this cell. */
static bool
is_of(const struct cell *cell, const json_t *json)
{
    const char *sha256 =
        json_string_value(json_object_get(json_object_get(json, "scenario"), "sha256"));
    const char *policy = json_string_value(json_object_get(json, "policy"));

    return sha256 != NULL && policy != NULL && strcmp(sha256, cell->scenario->sha256) == 0 &&
           strcmp(policy, cell->policy) == 0;
}

bool
restore_cell(struct cell *cell, json_t *json, const char *file, struct diagnostic *diagnostic)
{
    struct growth growth = {0};
    bool good = is_of(cell, json) && restore_verdicts(cell, json);
    int lacking;

    while (good && build_world(cell->scenario, cell->choices, &growth, &cell->world, diagnostic)) {
        if (read_traces(cell, json, &lacking)) {
            read_reached(cell, json);
            cell->more.refusal =
                cell->scenario->more_guests ? view_refuses_policy(&cell->world) : NULL;
            cell->json = json_incref(json);
            return true;
        }
        good = lacking >= 0;
        if (good) {
            growth.more[lacking]++;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, file, 0, 0,
                    "is damaged: it has no result of %s under %s", cell->scenario->path,
                    cell->policy);
}
