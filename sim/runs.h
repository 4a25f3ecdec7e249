/* What a search says of runs, once it has the whole graph: how many there are, how many violate
 * each oracle, and by which schedule. */
#ifndef TAPWEAVE_SIM_RUNS_H
#define TAPWEAVE_SIM_RUNS_H

#include "sim/count.h"
#include "sim/counterexample.h"
#include "sim/explore.h"
#include "sim/found.h"

/* Where a search has first come upon a violation of each oracle, if it has: at all, and in a last
 * state. */
struct violations {
    struct violation first[ORACLE_COUNT], lasting[ORACLE_COUNT];
};

/* Writes the schedules that lead there into the result; of a complete search, the plainest ones
 * of the shortest, unless steps were taken alone.  False if there is no memory, or no name to
 * spare: the result's end says which. */
bool runs_show(struct found *found, const struct violations *violations, bool complete,
               struct explore_result *result);

/* Completes the result, which says already of each oracle whether it is violated, and by which
 * schedule.  EXPLORE_COMPLETE, or why it is not: for want of memory, or because the
 * pace has stopped it, or the graph has a circle. */
enum explore_end runs_count(struct found *found, const struct count_pace *pace,
                            struct explore_result *result);

#endif
