/* Any number of guests like the scenario's own: see more_guests.h. */
#include "harness/more_guests.h"

#include "harness/build.h"
#include "harness/narrate.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the search ---- */

bool
more_guests_are_possible(const struct scenario *scenario, const struct policy *policy,
                         struct diagnostic *diagnostic)
{
    struct world world;
    const char *refusal;

    if (!build_world(scenario, policy, &(struct growth){0}, &world, diagnostic)) {
        return false;
    }
    refusal = view_refuses(&world);
    return refusal == NULL || diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                                       "--more-guests is not for this scenario: %s", refusal);
}

static bool
show_progress(void *context, uint64_t views, uint64_t configurations)
{
    struct watch *watch = context;

    watch_show(watch, "%llu views, %llu configurations, %.0f s", (unsigned long long)views,
               (unsigned long long)configurations, watch_seconds(watch));
    return !watch_is_over(watch);
}

struct more_guests *
more_guests_run(const struct cell *cell, const struct bounds *bounds)
{
    struct more_guests *more = malloc(sizeof *more);
    struct watch watch;
    struct crowd_limits limits = {.max_states = bounds->max_states,
                                  .max_memory = bounds->max_memory,
                                  .progress = show_progress,
                                  .context = &watch};

    if (more == NULL) {
        return NULL;
    }
    (void)watch_begin(&watch, bounds);
    more->cell = cell;
    crowd_search(&more->crowd, &cell->world, &limits);
    more->crowd.limits = NULL;
    more->seconds = watch_seconds(&watch);
    watch_wipe(&watch);
    return more;
}

void
more_guests_free(struct more_guests *more)
{
    crowd_free(&more->crowd);
    free(more);
}

/* ---- what it says ---- */

static bool
may_be_violated(const struct more_guests *more, enum oracle oracle)
{
    return (more->crowd.violated >> oracle & 1) != 0;
}

const char *
more_guests_observation(const struct more_guests *more, enum oracle oracle)
{
    const struct explore_result *result = &more->cell->result;

    if (result->verdict[oracle].violated) {
        return "possible";
    }
    return result->end == EXPLORE_COMPLETE && more->crowd.end == CROWD_CLOSED &&
                   !may_be_violated(more, oracle)
               ? "never"
               : "inconclusive";
}

static bool
is_said(const struct more_guests *more, enum oracle oracle, const char *observation)
{
    return more_guests_observation(more, oracle)[0] == observation[0];
}

bool
more_guests_decide(const struct more_guests *more)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (is_said(more, oracle, "inconclusive")) {
            return false;
        }
    }
    return true;
}

static const char *
end_of(const struct more_guests *more)
{
    static const char *const ends[] = {
        [CROWD_CLOSED] = "complete",
        [CROWD_MAX_STATES] = "stopped at --max-states",
        [CROWD_MAX_MEMORY] = "stopped at --max-memory",
        [CROWD_STOPPED] = "stopped at --timeout",
        [CROWD_LACKING] = "a guest may leave any number of names behind",
        [CROWD_STRANGE] = "a view does not say enough",
    };

    return ends[more->crowd.end];
}

/* ---- a counterexample that may be none ---- */

enum { ACTOR_SIZE = 32 };

static const char *
actor_name(const struct more_guests *more, unsigned number, char name[ACTOR_SIZE])
{
    struct actor actor = actor_at(&more->crowd.space.world, number);
    const char *kind = actor_kind_name(actor.kind);

    if (actor_kind_number(actor.kind) != ACTOR_EACH_GUEST) {
        snprintf(name, ACTOR_SIZE, "%s", kind);
    } else {
        snprintf(name, ACTOR_SIZE, "%s%s%c", kind, kind[0] == '\0' ? "" : "/",
                 (char)('x' + actor.index));
    }
    return name;
}

/* The steps, each in the names of its own configuration. */
static json_t *
steps_json(const struct more_guests *more, enum oracle oracle)
{
    struct crowd_step *step = calloc(CROWD_MAX_STEPS, sizeof *step);
    unsigned steps = step == NULL ? 0 : crowd_trace(&more->crowd, oracle, step);
    json_t *json = json_array();

    for (unsigned i = 0; i < steps; i++) {
        const struct event *event = &step[i].event;
        char actor[ACTOR_SIZE], name[IFNAME_SIZE];
        uint8_t id = event->op.kind == OP_CREATE_TAP || event->op.kind == OP_PICK_NAME
                         ? event->outcome.value
                         : event->op.name;

        if (step[i].actor == CROWD_NOBODY) {
            continue; /* the state itself objects */
        }
        json_array_append_new(
            json, json_pack("{s:s, s:s, s:s}", "actor", actor_name(more, step[i].actor, actor),
                            "step", narrate_step_name(event), "name",
                            ifname_text(&more->crowd.space.world.names, id, name)));
    }
    free(step);
    return json;
}

/* NULL if nothing may violate the oracle, or something that was left behind does. */
static json_t *
trace_json(const struct more_guests *more, enum oracle oracle)
{
    bool left = oracle == ORACLE_STALE_PORT && more->crowd.left_behind;

    return may_be_violated(more, oracle) && !left && is_said(more, oracle, "inconclusive")
               ? steps_json(more, oracle)
               : NULL;
}

/* ---- for people, and as JSON ---- */

static void
print_said(const struct more_guests *more, const char *observation)
{
    char head[40];
    struct print_list list = {head, .indent = 4};

    snprintf(head, sizeof head, "  %s: ", observation);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (is_said(more, oracle, observation)) {
            print_list_add(&list, oracle_name(oracle));
        }
    }
    print_list_end(&list);
}

static void
print_trace(const struct more_guests *more, enum oracle oracle)
{
    json_t *trace = trace_json(more, oracle), *step;
    size_t i;

    if (trace == NULL) {
        return;
    }
    putchar('\n');
    print_line(
        4, "%s is not excluded; each step is of some three guests x, y, z:", oracle_name(oracle));
    json_array_foreach(trace, i, step)
    {
        printf("    %3zu  %-16s %s %s\n", i + 1, json_string_value(json_object_get(step, "actor")),
               json_string_value(json_object_get(step, "step")),
               json_string_value(json_object_get(step, "name")));
    }
    json_decref(trace);
}

void
more_guests_report(const struct more_guests *more)
{
    putchar('\n');
    print_line(4,
               "With any number of guests more like these: %llu view%s of two guests, %llu "
               "configuration%s of three: %s%s",
               (unsigned long long)more->crowd.views.states, print_plural(more->crowd.views.states),
               (unsigned long long)more->crowd.configurations.states,
               print_plural(more->crowd.configurations.states),
               more->crowd.end == CROWD_CLOSED ? "" : "INCONCLUSIVE, ", end_of(more));
    print_said(more, "never");
    print_said(more, "possible");
    print_said(more, "inconclusive");
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        print_trace(more, oracle);
    }
}

json_t *
more_guests_json(const struct more_guests *more)
{
    json_t *oracles = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles,
                              json_pack("{s:s, s:s, s:o*}", "name", oracle_name(oracle),
                                        "observation", more_guests_observation(more, oracle),
                                        "steps", trace_json(more, oracle)));
    }
    return json_pack("{s:s, s:I, s:I, s:o}", "end", end_of(more), "views",
                     (json_int_t)more->crowd.views.states, "configurations",
                     (json_int_t)more->crowd.configurations.states, "oracles", oracles);
}
