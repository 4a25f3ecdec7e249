/* The states that a search has found, and the graph of them: one for all that exchanges of guests
 * lead to each other (sim/symmetry.h), if the search takes guests for alike. */
#ifndef TAPWEAVE_SIM_FOUND_H
#define TAPWEAVE_SIM_FOUND_H

#include "sim/graph.h"
#include "sim/layout.h"
#include "sim/symmetry.h"

struct found {
    struct world world; /* prepared */
    struct allowance allowance;
    struct layout layout;
    struct symmetry symmetry;
    struct store store;
    struct graph graph; /* numbers states as the store does */
};

/* To be given to found_close.  Without `exchange` each state stands for itself. */
void found_open(struct found *found, const struct world *world, size_t max_memory, bool exchange);

/* Closes all but the graph, which is the caller's.  It may be done twice. */
void found_close(struct found *found);

/* Packs the one that stands for the state, and makes the state that one; or unpacks it again.
 * Returns how many states it stands for.  Reads nothing that a search changes. */
unsigned found_pack(const struct found *found, struct state *state, uint64_t *packed);
unsigned found_unpack(const struct found *found, const uint64_t *packed, struct state *state);

/* The id of the one that stands for a state which has been found. */
uint32_t found_id(struct found *found, const struct state *state);

#endif
