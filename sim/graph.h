/* The reachable state graph, as the explorer found it: who leads where, and which oracles object.
 *
 * State ids are in breadth-first order, so the edges of a state follow those of the state before
 * it.  The edges of a state are in the order of the actors enabled there, one edge for each: the
 * actor of a state's k-th edge is the k-th enabled actor. */
#ifndef TAPWEAVE_SIM_GRAPH_H
#define TAPWEAVE_SIM_GRAPH_H

#include "sim/oracle.h"
#include "sim/store.h"

enum { GRAPH_NO_ACTOR = 255 };

struct graph_state {
    uint64_t first_edge; /* index of its first edge; the next state's is its end */
    uint32_t parent;     /* the state it was first reached from; itself for the initial state */
    oracle_set
        violated; /* oracles that object to the state: in any state, or as the end of a run */
    uint8_t parent_actor; /* who moved; GRAPH_NO_ACTOR for the initial state */
    uint8_t may_end;      /* 1: a run may end there; it does if the state has no edges */
};

struct graph {
    uint64_t states, edges;
    struct graph_state
        *state;            /* `states` and one more, which marks the end of the last one's edges */
    uint32_t *target;      /* by edge: the id of the state it leads to */
    oracle_set *objection; /* by edge: oracles that object to the step */
    uint8_t *due;          /* by edge: the actor, if its step may not be put off for ever, or
                              GRAPH_NO_ACTOR; NULL unless what is fair is judged (sim/due.h) */
    uint64_t state_capacity, target_capacity, objection_capacity, due_capacity;
};

void graph_close(struct graph *graph);

/* True if the state has no edges, so that a run ends there.  The graph is complete. */
static inline bool
graph_is_last(const struct graph *graph, uint32_t id)
{
    return graph->state[id].first_edge == graph->state[id + 1].first_edge;
}

/* Appends a state (its edges are to follow) or an edge of the last state whose edges were begun.
 * False if there is no room. */
bool graph_add_state(struct graph *graph, struct allowance *allowance, uint32_t parent,
                     uint8_t parent_actor, oracle_set violated);
bool graph_add_edge(struct graph *graph, struct allowance *allowance, uint32_t target,
                    oracle_set objection);

#endif
