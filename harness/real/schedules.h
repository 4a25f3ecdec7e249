/* The schedules of a cell that are forced on the real world. */
#ifndef TAPWEAVE_HARNESS_REAL_SCHEDULES_H
#define TAPWEAVE_HARNESS_REAL_SCHEDULES_H

#include "sim/graph.h"
#include "sim/state.h"

enum schedules_cover {
    COVER_TRANSITIONS,   /* they walk every transition */
    COVER_INTERLEAVINGS, /* all schedules */
    COVER_NETWORK,       /* they walk one transition of those with the same fingerprint */
};

/* Fingerprints (sim/fingerprint.h) of steps about which both worlds have agreed, in the cells of
 * one scenario.  Begins as {0}; free(prints). */
struct agreed {
    uint64_t *prints; /* in ascending order, each once */
    uint64_t count;
};

/* actors[first[n]] up to actors[first[n + 1]] are the n-th schedule. */
struct schedules {
    uint8_t *actors;
    uint64_t *first; /* index of each schedule's first actor; one more at the end */
    uint64_t count, capacity, used, actor_capacity;
    uint64_t walked;      /* different edges that they walk together */
    struct agreed prints; /* COVER_NETWORK: of all edges */
};

/* Collects those of the graph, which is the world's and complete, without what is `agreed` (or
 * NULL).  False if there is no memory for them, or there are too many interleavings.  To be given
 * to schedules_free in either case; `all` begins as {0}. */
bool schedules_collect(struct schedules *all, const struct world *world, const struct graph *graph,
                       struct allowance *allowance, enum schedules_cover cover,
                       const struct agreed *agreed);
void schedules_free(struct schedules *all);

/* Adds the fingerprints of all its edges.  False if there is no memory. */
bool schedules_agree(const struct schedules *all, struct agreed *agreed);

#endif
