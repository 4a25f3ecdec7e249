/* The schedules that are forced on the real kernel, one after the other in one piece of memory:
 * those that walk every transition of a cell, or all of its interleavings. */
#ifndef TAPWEAVE_HARNESS_REAL_SCHEDULES_H
#define TAPWEAVE_HARNESS_REAL_SCHEDULES_H

#include "sim/cover.h"

/* actors[first[n]] up to actors[first[n + 1]] are the n-th schedule.  Owned: free() both. */
struct schedules {
    uint8_t *actors;
    uint64_t *first; /* index of each schedule's first actor; one more at the end */
    uint64_t count, capacity, used, actor_capacity;
    uint64_t walked; /* different edges that they walk together */
};

/* Collects those of the graph, which is the world's and complete.  False if there is no memory for
 * them, or there are too many interleavings. */
bool schedules_collect(struct schedules *all, const struct world *world, const struct graph *graph,
                       struct allowance *allowance, bool interleavings);

#endif
