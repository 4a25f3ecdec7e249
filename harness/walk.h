/* A walk through a world along a schedule, with a record of every step: what replay does, and what
 * a counterexample is shown by. */
#ifndef TAPWEAVE_HARNESS_WALK_H
#define TAPWEAVE_HARNESS_WALK_H

#include "harness/narrate.h"
#include "sim/spare.h"

/* The name of an actor in schedules: "a", "kernel/a", "ovs-vswitchd", "helper/a", "other", "clock",
 * "crash/a". */
enum { WALK_ACTOR_SIZE = SCENARIO_MAX_WORD + 8 };
const char *walk_actor_name(const struct scenario *scenario, const struct world *world,
                            unsigned number, char name[WALK_ACTOR_SIZE]);

struct walk_step {
    unsigned actor;
    const char *name; /* as narrate_step_name says it */
    char text[NARRATE_STEP_SIZE];
    char change[NARRATE_CHANGE_SIZE];
    oracle_set violated; /* oracles that are violated here and were not before */
};

/* A victim, where it became one. */
struct walk_victim {
    struct victim is;
    unsigned life; /* of a device: vnet0#2 is the second one */
    unsigned step; /* that did it, from 1; 0: it was so in the initial state */
};

struct walk {
    const struct scenario *scenario; /* not owned */
    const struct world *world;       /* not owned */
    struct state state;              /* after the steps so far */
    struct event event;              /* the last step, as it was taken */
    struct lives lives;
    struct spare spare;
    int lacking; /* the index of the family that was the first to have no name to spare, or -1: the
                    walk is then to be taken again in a larger world (harness/build.h) */
    oracle_set violated; /* by any state or step so far */
    unsigned length;
    struct walk_step *step; /* `length` of them */
    unsigned victims;
    struct walk_victim *victim; /* `victims` of them, in the order of steps, each once */
};

/* A walk that stands at the initial state; to be given to walk_free. */
void walk_begin(struct walk *walk, const struct scenario *scenario, const struct world *world);

/* True if a run may end here: nobody can take a step, but that of beginning another round. */
bool walk_is_at_rest(const struct walk *walk);

/* The oracles whose violation has lasted to here, if a run may end here. */
oracle_set walk_lasting(const struct walk *walk);

/* The name of the step that the actor would take, or NULL if it is not enabled. */
const char *walk_peek(const struct walk *walk, unsigned actor);

/* Takes the actor's step.  False, and nothing has changed, if it is not enabled. */
bool walk_take(struct walk *walk, unsigned actor);

/* A walk along the whole of a schedule that is known to be possible, such as the explorer's; to be
 * given to walk_free. */
void walk_along(struct walk *walk, const struct scenario *scenario, const struct world *world,
                const uint8_t *schedule, unsigned length);

void walk_free(struct walk *walk);

#endif
