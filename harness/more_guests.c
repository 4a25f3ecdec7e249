/* Any number of guests like a scenario's own: see more_guests.h. */
#include "harness/more_guests.h"

#include "harness/memory.h"
#include "harness/narrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
more_guests_begin(struct more_guests *more)
{
    *more = (struct more_guests){.end = CROWD_STOPPED};
}

void
more_guests_free(struct more_guests *more)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        free(more->trace[oracle].step);
    }
    more_guests_begin(more);
}

static bool
show_progress(void *context, uint64_t views, uint64_t configurations)
{
    struct watch *watch = context;

    watch_show(watch, "%llu views, %llu configurations, %.0f s", (unsigned long long)views,
               (unsigned long long)configurations, watch_seconds(watch));
    return !watch_is_over(watch);
}

/* ---- an abstract run ---- */

static void
name_actor(const struct crowd *crowd, unsigned number, char name[MORE_GUESTS_ACTOR_SIZE])
{
    struct actor actor = actor_at(&crowd->space.world, number);
    const char *kind = actor_kind_name(actor.kind);

    if (actor_kind_number(actor.kind) != ACTOR_EACH_GUEST) {
        snprintf(name, MORE_GUESTS_ACTOR_SIZE, "%s", kind);
    } else {
        snprintf(name, MORE_GUESTS_ACTOR_SIZE, "%s%s%c", kind, kind[0] == '\0' ? "" : "/",
                 (char)('x' + actor.index));
    }
}

/* Keeps how the oracle would be violated, each step in the names of its own configuration. */
static void
keep_trace(struct more_guests *more, const struct crowd *crowd, enum oracle oracle)
{
    struct crowd_step *step = memory_zero(CROWD_MAX_STEPS, sizeof *step);
    unsigned steps = crowd_trace(crowd, oracle, step), kept = 0;
    struct more_guests_step *keep = memory_zero(steps + 1u, sizeof *keep);

    for (unsigned i = 0; i < steps; i++) {
        const struct event *event = &step[i].event;
        uint8_t id = event->op.kind == OP_CREATE_TAP || event->op.kind == OP_PICK_NAME
                         ? event->outcome.value
                         : event->op.name;

        if (step[i].actor != CROWD_NOBODY) { /* else the state itself objects */
            name_actor(crowd, step[i].actor, keep[kept].actor);
            keep[kept].step = narrate_step_name(event);
            ifname_text(&crowd->space.world.names, id, keep[kept].name);
            kept++;
        }
    }
    free(step);
    more->trace[oracle].step = keep;
    more->trace[oracle].steps = kept;
}

/* ---- the search ---- */

void
more_guests_run(struct more_guests *more, const struct world *world, oracle_set known,
                const struct bounds *bounds)
{
    struct watch watch;
    struct crowd_limits limits = {.max_states = bounds->max_states,
                                  .max_memory = bounds->max_memory,
                                  .progress = show_progress,
                                  .context = &watch};
    struct crowd *crowd;

    more->refusal = view_refuses_policy(world);
    crowd = more->refusal == NULL ? malloc(sizeof *crowd) : NULL;
    if (crowd == NULL) {
        more->end = CROWD_MAX_MEMORY;
        return;
    }
    (void)watch_begin(&watch, bounds);
    more->end = crowd_search(crowd, world, &limits);
    more->views = crowd->views.states;
    more->configurations = crowd->configurations.states;
    more->violated = crowd->violated;
    more->lasting = crowd->lasting;
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        /* What is left behind has no origin. */
        bool left = oracle == ORACLE_STALE_PORT && crowd->left_behind;

        if ((crowd->violated & ~known & ORACLE_BIT(oracle)) != 0 && !left) {
            keep_trace(more, crowd, oracle);
        }
    }
    more->seconds = watch_seconds(&watch);
    watch_wipe(&watch);
    crowd_free(crowd);
    free(crowd);
}

/* ---- how it has ended ---- */

bool
more_guests_are_searched(const struct more_guests *more)
{
    return more->refusal == NULL && more->end == CROWD_CLOSED;
}

bool
more_guests_are_cut(const struct more_guests *more)
{
    return more->refusal == NULL && (more->end == CROWD_MAX_STATES ||
                                     more->end == CROWD_MAX_MEMORY || more->end == CROWD_STOPPED);
}

static const char *const ends[] = {
    [CROWD_CLOSED] = "complete",
    [CROWD_MAX_STATES] = "stopped at --max-states",
    [CROWD_MAX_MEMORY] = "stopped at --max-memory",
    [CROWD_STOPPED] = "stopped at --timeout",
    [CROWD_LACKING] = "a guest may leave any number of names behind",
    [CROWD_STRANGE] = "a view does not say enough",
};

void
more_guests_read_end(struct more_guests *more, const char *text)
{
    more->refusal = NULL;
    more->end = CROWD_STRANGE;
    for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
        more->end = strcmp(text, ends[i]) == 0 ? (enum crowd_end)i : more->end;
    }
}

const char *
more_guests_end(const struct more_guests *more)
{
    return more->refusal != NULL ? more->refusal : ends[more->end];
}
