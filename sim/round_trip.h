/* A run that never ends, as a schedule: from the initial state to a component of the graph, and
 * round in it, so that it is fair if it goes round again and again (sim/fair.h). */
#ifndef TAPWEAVE_SIM_ROUND_TRIP_H
#define TAPWEAVE_SIM_ROUND_TRIP_H

#include "sim/fair_part.h"

struct round_trip {
    unsigned length, loop; /* steps in all, and those at the end that lead from a state to itself,
                              but for numbers that are left out */
    uint8_t *trace;        /* actors by number, to be given to free.  NULL, and no steps, if there
                              would be more than EXPLORE_MAX_TRACE of them */
};

/* Of a component of that part, its states in ascending order, that has a fair run.  False if there
 * is no memory. */
bool round_trip_make(const struct fair_part *part, const uint32_t *member, uint64_t members,
                     struct round_trip *trip);

#endif
