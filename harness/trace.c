/* Traces: see trace.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "harness/trace.h"

#include "harness/daemons.h"
#include "harness/memory.h"
#include "harness/output.h"
#include "harness/policy_text.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char schema[] = "tapweave-trace/1";
static const char schedule[] = "schedule"; /* what a text is called in diagnostics */

void
trace_free(struct trace *trace)
{
    free(trace->step);
    trace->step = NULL;
}

static bool
read_steps(struct trace *trace, struct part part)
{
    static const struct document_key keys[] = {{.name = "actor", .required = true},
                                               {.name = "step"}};
    int count = part_members(part, "steps", YAML_SEQUENCE_NODE, 0, EXPLORE_MAX_TRACE);
    struct part in[2];

    if (count < 0) {
        return false;
    }
    trace->step = memory_zero((size_t)count + 1, sizeof *trace->step);
    for (int i = 0; i < count; i++) {
        struct trace_step *step = &trace->step[i];

        if (!part_mapping(part_member(part, i), "a step", keys, 2, in) ||
            !part_copy(in[0], "an actor", step->actor, sizeof step->actor) ||
            !part_copy(in[1], "a step's name", step->name, sizeof step->name)) {
            return false;
        }
        step->place = part_place(part_member(part, i), 0);
    }
    trace->length = (unsigned)count;
    return true;
}

static bool
read_scenario(struct trace *trace, struct part part)
{
    static const struct document_key keys[] = {
        {.name = "path", .required = true}, {.name = "sha256"}, {.name = "title"}};
    struct part in[3];

    return part_mapping(part, "a trace's scenario", keys, 3, in) &&
           part_copy(in[0], "a path", trace->scenario, sizeof trace->scenario) &&
           part_copy(in[1], "sha256", trace->sha256, sizeof trace->sha256);
}

static bool
read_document(struct trace *trace, struct part root)
{
    enum { SCHEMA, SCENARIO, DATAPATH, POLICY, DAEMONS, ORACLE, LASTING, STEPS, VICTIMS, KEYS };
    static const char *const schemas[] = {schema, NULL};
    static const struct document_key keys[KEYS] = {
        [SCHEMA] = {.name = "schema", .required = true, .words = schemas},
        [SCENARIO] = {.name = "scenario", .required = true},
        [DATAPATH] = {.name = "datapath", .words = scenario_datapaths},
        [POLICY] = {.name = "policy", .required = true},
        [DAEMONS] = {.name = "daemons"},
        [ORACLE] = {.name = "oracle"},
        [LASTING] = {.name = "lasting", .words = document_truths},
        [STEPS] = {.name = "steps", .required = true},
        [VICTIMS] = {.name = "victims"}, /* which follow from the steps */
    };
    struct part in[KEYS];
    struct scenario_policy policy;

    if (!part_mapping(root, "a trace", keys, KEYS, in) || !read_scenario(trace, in[SCENARIO]) ||
        !part_copy(in[POLICY], "a policy", trace->policy, sizeof trace->policy) ||
        !policy_text_read(&policy, trace->policy, part_text_place(in[POLICY], 0),
                          root.document->diagnostic) ||
        (in[DAEMONS].node != NULL && !daemons_read(in[DAEMONS], trace->daemon))) {
        return false;
    }
    strcpy(trace->policy, policy.text);
    if (in[DATAPATH].node != NULL) {
        trace->datapath = scenario_datapaths[in[DATAPATH].value];
    }
    if (in[ORACLE].node != NULL) {
        trace->oracle = scenario_oracle(in[ORACLE]);
        trace->oracle_at = part_place(in[ORACLE], 0);
        if (trace->oracle < 0) {
            return false;
        }
    }
    trace->lasting = in[LASTING].node != NULL && in[LASTING].value != 0;
    if (trace->lasting && (trace->oracle < 0 || (ORACLES_THAT_LAST >> trace->oracle & 1) == 0)) {
        return refuse(in[LASTING], "a trace that lasts has the oracle lost-attachment or "
                                   "wrong-network");
    }
    return read_steps(trace, in[STEPS]);
}

/* The scenario's path is relative to the trace's folder, and becomes one that can be opened. */
static void
find_scenario(struct trace *trace)
{
    const char *name = strrchr(trace->path, '/');
    char beside[TRACE_MAX_PATH];

    if (name != NULL && trace->scenario[0] != '/' &&
        snprintf(beside, sizeof beside, "%.*s/%s", (int)(name - trace->path), trace->path,
                 trace->scenario) < (int)sizeof beside &&
        access(beside, F_OK) == 0) {
        strcpy(trace->scenario, beside);
    }
}

bool
trace_read(struct trace *trace, const char *path, struct diagnostic *diagnostic)
{
    struct document document;
    bool read;

    *trace = (struct trace){.path = path, .oracle = -1};
    if (fnmatch("*.yaml", path, 0) == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                        "this is a scenario, and not a trace: it needs -p POLICY in front of it "
                        "(replay and keep: -s SCHEDULE, too)");
    }
    if (!document_open_json(&document, path, diagnostic)) {
        return false;
    }
    read = read_document(trace, document.root);
    document_close(&document);
    if (read) {
        find_scenario(trace);
    } else {
        trace_free(trace);
    }
    return read;
}

bool
trace_read_text(struct trace *trace, const char *text, struct diagnostic *diagnostic)
{
    *trace = (struct trace){.oracle = -1};
    trace->step = memory_zero(EXPLORE_MAX_TRACE + 1, sizeof *trace->step);
    for (text += strspn(text, " \n"); *text != '\0'; text += strspn(text, " \n")) {
        size_t length = strcspn(text, " \n");
        struct trace_step *step = &trace->step[trace->length];

        if (trace->length == EXPLORE_MAX_TRACE || length >= sizeof step->actor) {
            trace_free(trace);
            return diagnose(
                diagnostic, EXIT_BAD_INPUT, schedule, 1, trace->length + 1u,
                "an actor's name is longer than %zu bytes, or there are more than %d of them",
                sizeof step->actor - 1, EXPLORE_MAX_TRACE);
        }
        memcpy(step->actor, text, length);
        step->place = (struct place){schedule, 1, ++trace->length};
        text += length;
    }
    return true;
}

/* The actor's number, or -1 with a diagnostic. */
static int
find_actor(const struct walk *walk, const struct trace_step *step, struct diagnostic *diagnostic)
{
    char name[MAX_ACTORS][WALK_ACTOR_SIZE], hint[DIAGNOSTIC_HINT_SIZE];
    const char *names[MAX_ACTORS];
    unsigned count = actor_count(walk->world);

    for (unsigned i = 0; i < count; i++) {
        names[i] = walk_actor_name(walk->scenario, walk->world, i, name[i]);
        if (strcmp(names[i], step->actor) == 0) {
            return (int)i;
        }
    }
    diagnose_at(diagnostic, step->place, "step %u: unknown actor '%s'%s", walk->length + 1,
                step->actor, diagnostic_hint(step->actor, names, count, hint));
    return -1;
}

/* Reports about a step that is not enabled, and names the ones that are. */
static bool
diagnose_disabled(const struct walk *walk, const struct trace_step *step,
                  struct diagnostic *diagnostic)
{
    char enabled[200] = "", name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < actor_count(walk->world); i++) {
        if (actor_enabled(walk->world, &walk->state, i)) {
            size_t used = strlen(enabled);

            snprintf(enabled + used, sizeof enabled - used, "%s%s", used == 0 ? "" : ", ",
                     walk_actor_name(walk->scenario, walk->world, i, name));
        }
    }
    return diagnose_at(diagnostic, step->place, "step %u: %s cannot take a step here; enabled: %s",
                       walk->length + 1, step->actor,
                       enabled[0] == '\0' ? "nobody, the run has ended" : enabled);
}

bool
trace_walk(const struct trace *trace, struct walk *walk, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < trace->length; i++) {
        const struct trace_step *step = &trace->step[i];
        int actor = find_actor(walk, step, diagnostic);
        const char *name = actor < 0 ? NULL : walk_peek(walk, (unsigned)actor);

        if (actor < 0) {
            return false;
        }
        if (name == NULL) {
            return diagnose_disabled(walk, step, diagnostic);
        }
        if (step->name[0] != '\0' && strcmp(step->name, name) != 0) {
            return diagnose_at(
                diagnostic, step->place,
                "step %u: the trace says '%s', but the step that %s can take here is '%s'", i + 1,
                step->name, step->actor, name);
        }
        walk_take(walk, (unsigned)actor);
    }
    if (trace->oracle >= 0 && (walk->violated >> trace->oracle & 1) == 0) {
        return diagnose_at(diagnostic, trace->oracle_at,
                           "the trace says that it violates %s, and it does not",
                           oracle_name((enum oracle)trace->oracle));
    }
    if (trace->lasting && (walk_lasting(walk) >> trace->oracle & 1) == 0) {
        return diagnose_at(diagnostic, trace->oracle_at,
                           "the trace says that %s lasts to its end, and it does not",
                           oracle_name((enum oracle)trace->oracle));
    }
    return true;
}

/* {"guest", "nic"}, or {"owner"} if it is no guest's; "nic" where a nic is meant. */
static json_t *
owner_json(const struct walk *walk, uint8_t owner, bool nic)
{
    if (owner == THIRD_PARTY || owner == ADMINISTRATOR) {
        return json_pack("{s:s}", "owner",
                         owner == THIRD_PARTY ? "other software" : "administrator");
    }
    if (owner == 0) {
        return json_object();
    }
    return json_pack("{s:s, s:o*}", "guest",
                     walk->scenario->guest[world_guest(walk->world, owner - 1u)].name, "nic",
                     nic ? json_integer(narrate_nic_number(walk->world, owner - 1u)) : NULL);
}

static json_t *
victim_json(const struct walk *walk, const struct walk_victim *victim)
{
    static const char *const kinds[] = {[VICTIM_GUEST] = "",
                                        [VICTIM_DEVICE] = "device",
                                        [VICTIM_PORT] = "port",
                                        [VICTIM_NAME] = "name"};
    bool nic = victim->is.kind != VICTIM_GUEST || victim->is.oracle == ORACLE_LOST_ATTACHMENT;
    json_t *json = json_pack("{s:s}", "oracle", oracle_name((enum oracle)victim->is.oracle));
    char name[WALK_ACTOR_SIZE], ifname[IFNAME_SIZE];

    json_object_update_new(json, owner_json(walk, victim->is.owner, nic));
    if (victim->is.other != 0) {
        json_object_set_new(json, "with", owner_json(walk, victim->is.other, nic));
    }
    if (victim->is.kind != VICTIM_GUEST) {
        json_object_set_new(json, kinds[victim->is.kind],
                            json_string(ifname_text(&walk->world->names, victim->is.name, ifname)));
    }
    if (victim->is.kind == VICTIM_DEVICE) {
        json_object_set_new(json, "incarnation", json_integer(victim->life));
    }
    json_object_set_new(json, "step", json_integer(victim->step));
    if (victim->step > 0) {
        json_object_set_new(json, "by",
                            json_string(walk_actor_name(walk->scenario, walk->world,
                                                        walk->step[victim->step - 1].actor, name)));
    }
    return json;
}

static json_t *
victims_json(const struct walk *walk)
{
    json_t *victims = json_array();

    for (unsigned i = 0; i < walk->victims; i++) {
        json_array_append_new(victims, victim_json(walk, &walk->victim[i]));
    }
    return victims;
}

json_t *
trace_json(const struct walk *walk, const char *policy, int oracle)
{
    json_t *steps = json_array();
    char name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < walk->length; i++) {
        json_array_append_new(steps, json_pack("{s:s, s:s}", "actor",
                                               walk_actor_name(walk->scenario, walk->world,
                                                               walk->step[i].actor, name),
                                               "step", walk->step[i].name));
    }
    return json_pack("{s:s, s:{s:o, s:s, s:s}, s:s, s:o*, s:s*, s:s*, s:o, s:o}", "schema", schema,
                     "scenario", "path", output_text(walk->scenario->path), "sha256",
                     walk->scenario->sha256, "title", walk->scenario->title, "policy", policy,
                     "daemons", daemons_json(walk->scenario), "datapath", walk->scenario->datapath,
                     "oracle", oracle < 0 ? NULL : oracle_name((enum oracle)oracle), "steps", steps,
                     "victims", victims_json(walk));
}

json_t *
trace_cell_json(const struct cell *cell, enum oracle oracle, bool lasting)
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, lasting);
    struct walk walk;
    json_t *json;

    walk_along(&walk, cell->scenario, &cell->world, verdict->trace, verdict->length);
    json = trace_json(&walk, cell->policy, (int)oracle);
    if (lasting) {
        json_object_set_new(json, "lasting", json_true());
    }
    walk_free(&walk);
    return json;
}

/* The real path of a folder, with a slash at its end. */
static bool
real_folder(const char *folder, char real[PATH_MAX + 1])
{
    if (realpath(folder, real) == NULL) {
        return false;
    }
    if (real[1] != '\0') {
        strcat(real, "/");
    }
    return true;
}

void
trace_for_folder(json_t *trace, const char *scenario, const char *folder)
{
    const char *slash = strrchr(scenario, '/'), *name = slash == NULL ? scenario : slash + 1;
    char parent[TRACE_MAX_PATH] = "./", from[PATH_MAX + 1], to[PATH_MAX + 1];
    char path[2 * TRACE_MAX_PATH + PATH_MAX] = "";
    size_t common = 0, used = 0;

    if (slash != NULL) {
        snprintf(parent, sizeof parent, "%.*s", (int)(name - scenario), scenario);
    }
    if (scenario[0] == '/' || !real_folder(folder, from) || !real_folder(parent, to)) {
        return;
    }
    for (size_t i = 0; from[i] != '\0' && from[i] == to[i]; i++) {
        common = from[i] == '/' ? i + 1 : common;
    }
    for (const char *at = from + common; *at != '\0'; at++) {
        used += *at == '/' ? (size_t)sprintf(path + used, "../") : 0;
    }
    snprintf(path + used, sizeof path - used, "%s%s", to + common, name);
    if (strlen(path) < TRACE_MAX_PATH) {
        json_object_set_new(json_object_get(trace, "scenario"), "path", output_text(path));
    }
}
