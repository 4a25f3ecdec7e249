/* Where a run stands in the graph of a complete search: in which state, and which state of the
 * graph stands for that one (sim/found.h). */
#ifndef TAPWEAVE_SIM_STANDING_H
#define TAPWEAVE_SIM_STANDING_H

#include "sim/actor.h"
#include "sim/graph.h"
#include "sim/symmetry.h"

/* What does not change along a run. */
struct standing_ground {
    const struct graph *graph; /* not owned */
    struct world world;        /* prepared */
    struct symmetry symmetry;
};

struct standing {
    struct state state;
    uint32_t id; /* in the graph */
};

/* `exchange` as the search had it (explore_limits).  It took no step alone: so all that it has
 * found is in the graph, but for numbers that were left out (sim/recount.h), and no step asks of
 * them. */
void standing_open(struct standing_ground *ground, const struct world *world,
                   const struct graph *graph, bool exchange);

/* The initial state. */
struct standing standing_begin(const struct standing_ground *ground);

/* The actor's step, which it may take there, is taken.  Returns the oracles that object to the step
 * or to the state that it leads to, a last state included. */
oracle_set standing_step(const struct standing_ground *ground, struct standing *standing,
                         unsigned number);

/* The actor that takes the n-th edge of the state in the graph. */
unsigned standing_actor(const struct standing_ground *ground, const struct standing *standing,
                        unsigned edge);

#endif
