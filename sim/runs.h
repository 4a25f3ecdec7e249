/* What a search says of runs, once it has the whole graph: how many there are, how many violate
 * each oracle, and by which schedule. */
#ifndef TAPWEAVE_SIM_RUNS_H
#define TAPWEAVE_SIM_RUNS_H

#include "sim/count.h"
#include "sim/explore.h"
#include "sim/found.h"

/* Completes the result, which says already of each oracle whether it is violated, and by a schedule
 * that is a shortest one.  EXPLORE_COMPLETE, or why it is not: for want of memory, or because the
 * pace has stopped it, or the graph has a circle. */
enum explore_end runs_count(struct found *found, const struct count_pace *pace,
                            struct explore_result *result);

#endif
