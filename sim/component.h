/* Strongly connected components of a part of a search's graph (Tarjan 1972): the states between
 * which a run can go back and forth for ever. */
#ifndef TAPWEAVE_SIM_COMPONENT_H
#define TAPWEAVE_SIM_COMPONENT_H

#include "sim/graph.h"

/* Which part of the graph, and who is told of its components. */
struct component_search {
    const struct graph *graph;   /* not owned; complete */
    struct allowance *allowance; /* not owned */
    void *context;
    bool (*has_state)(const void *context, uint32_t id);
    bool (*has_edge)(const void *context, uint64_t edge); /* between two of these */
    /* Of each component that has an edge of the part within it, all its states; false ends the
     * search. */
    bool (*found)(void *context, const uint32_t *member, uint64_t members);
};

enum component_end { COMPONENT_ALL, COMPONENT_ENDED, COMPONENT_NO_MEMORY };

/* Finds those that can be reached from the initial state within the part; or, of `everywhere`, all
 * of them. */
enum component_end component_find(const struct component_search *search, bool everywhere);

#endif
