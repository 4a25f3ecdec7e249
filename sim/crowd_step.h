/* The steps of a configuration of three guests out of any number: see crowd_step.c. */
#ifndef TAPWEAVE_SIM_CROWD_STEP_H
#define TAPWEAVE_SIM_CROWD_STEP_H

#include "sim/actor.h"
#include "sim/orphan.h"

/* Which name a step takes, and what is under it. */
struct crowd_choice {
    uint8_t name;   /* IFNAME_NONE: it takes none */
    uint8_t orphan; /* 1 + the index of what is left behind there; 0: what the state has */
    uint8_t guests; /* which case of that: orphan_place */
};

enum { CROWD_CHOICES = IFNAME_MAX_NAMES + 1 + MAX_ORPHANS * VIEW_PLACES * VIEW_PLACES };

/* Stores the choices that the actor's step has, which is enabled: each name that is free, and one
 * that nobody has, with nothing there or with each thing that may be left behind.  Returns how
 * many; *lacking is set if there is no name that nobody has. */
unsigned crowd_choices(const struct view_space *space, const struct orphans *orphans,
                       const struct state *state, struct actor actor,
                       struct crowd_choice choices[CROWD_CHOICES], bool *lacking);

/* Takes the actor's step, and makes that choice.  *state is given other numbers of names before
 * that, and what is left behind; `next` is what comes of it. */
oracle_set crowd_take_step(const struct view_space *space, const struct orphans *orphans,
                           struct state *state, struct actor actor, struct crowd_choice choice,
                           struct state *next, struct event *event);

/* What objects to the state; and to its being the last one.  A run may not end there unless
 * crowd_may_end. */
oracle_set crowd_judge(const struct view_space *space, const struct state *state);
bool crowd_may_end(const struct view_space *space, const struct state *state);
oracle_set crowd_judge_end(const struct view_space *space, const struct state *state);

#endif
