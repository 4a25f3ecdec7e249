/* The reachable state graph: see graph.h. */
#include "sim/graph.h"

#include <assert.h>
#include <stdlib.h>

void
graph_close(struct graph *graph)
{
    free(graph->state);
    free(graph->target);
    free(graph->objection);
    free(graph->due);
    *graph = (struct graph){0};
}

bool
graph_add_state(struct graph *graph, struct allowance *allowance, uint32_t parent,
                uint8_t parent_actor, oracle_set violated)
{
    void *grown = allowance_grow(allowance, graph->state, &graph->state_capacity, graph->states + 2,
                                 sizeof *graph->state);

    assert(parent < graph->states || graph->states == 0); /* it was found before its child */
    assert(violated >> ORACLE_COUNT == 0);
    if (grown == NULL) {
        return false;
    }
    graph->state = grown;
    graph->state[graph->states++] =
        (struct graph_state){.parent = parent, .parent_actor = parent_actor, .violated = violated};
    return true;
}

bool
graph_add_edge(struct graph *graph, struct allowance *allowance, uint32_t target,
               oracle_set objection)
{
    void *targets = allowance_grow(allowance, graph->target, &graph->target_capacity,
                                   graph->edges + 1, sizeof *graph->target);
    void *objections;

    assert(graph->states > 0 && objection >> ORACLE_COUNT == 0);
    if (targets == NULL) {
        return false;
    }
    graph->target = targets;
    objections = allowance_grow(allowance, graph->objection, &graph->objection_capacity,
                                graph->edges + 1, sizeof *graph->objection);
    if (objections == NULL) {
        return false;
    }
    graph->objection = objections;
    graph->target[graph->edges] = target;
    graph->objection[graph->edges++] = objection;
    return true;
}
