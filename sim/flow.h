/* The cheapest flow of at least one on every edge of a complete state graph: how many runs walk
 * each edge, if every edge is to be walked and the work is to be least.  cover.h makes runs of it.
 */
#ifndef TAPWEAVE_SIM_FLOW_H
#define TAPWEAVE_SIM_FLOW_H

#include "sim/graph.h"

enum {
    FLOW_MAX_EDGES = 1 << 30,     /* of a graph, so that no sum of prices overflows */
    FLOW_MAX_RUN_PRICE = 1 << 20, /* in steps */
};

/* Stores in flow[], by edge, how many runs walk it: at least 1 everywhere, with the least possible
 * `steps + run_price * runs` in all, and of those flows one with the fewest runs.  As much enters a
 * state as leaves it, but for the initial state and those without edges.  The graph has no cycle,
 * and every state is reachable.  `run_price`, in steps, is at most FLOW_MAX_RUN_PRICE.
 *
 * Takes 16 bytes for each edge and 44 for each state, and gives them back.  False if there is no
 * room, or there are more than FLOW_MAX_EDGES edges. */
bool flow_find(const struct graph *graph, struct allowance *allowance, uint32_t run_price,
               uint32_t *flow);

#endif
