/* The states that a search has found, and the graph of them: one for all that exchanges of guests
 * lead to each other (sim/symmetry.h), if the search takes guests for alike; and for all that
 * differ in numbers which nothing has any more (sim/recount.h). */
#ifndef TAPWEAVE_SIM_FOUND_H
#define TAPWEAVE_SIM_FOUND_H

#include "sim/graph.h"
#include "sim/layout.h"
#include "sim/order.h"
#include "sim/recount.h"
#include "sim/spare.h"
#include "sim/symmetry.h"

enum { FOUND_LAYERS = 1024 };

/* From which state on so much is known: what was decided when the search began with the states that
 * lead there.  So it does not depend on how far its threads are. */
struct found_layer {
    uint32_t from;
    oracle_set decided;
};

struct found {
    struct world world; /* prepared */
    struct allowance allowance;
    struct layout layout;
    struct symmetry symmetry;
    struct order order; /* none may go alone, unless the search is reduced so */
    struct recount recount;
    struct spare spare; /* empty if nobody asks for names to spare */
    int lacking;        /* the index of a family that has none, or -1 */
    unsigned layers;
    struct found_layer layer[FOUND_LAYERS];
    struct store store;
    struct graph graph; /* numbers states as the store does */
};

/* To be given to found_close.  Without `exchange` each state stands for itself. */
void found_open(struct found *found, const struct world *world, size_t max_memory, bool exchange);

/* Has the search take steps alone where that may be. */
void found_reduce(struct found *found);

/* Closes all but the graph, which is the caller's.  It may be done twice. */
void found_close(struct found *found);

/* True if states may stand for others. */
bool found_stand_for_others(const struct found *found);

/* Makes the state the one that stands for it.  *applied is the exchange of guests, if it is not
 * NULL. */
unsigned found_settle(const struct found *found, struct state *state, struct exchange *applied);

/* Packs the one that stands for the state, and makes the state that one; or unpacks it again.
 * Returns how many states it stands for.  Reads nothing that a search changes. */
unsigned found_pack(const struct found *found, struct state *state, uint64_t *packed);
unsigned found_unpack(const struct found *found, const uint64_t *packed, struct state *state);

/* The search begins with the steps of states that lead to those from that id on: what is decided by
 * now may be used there.  Beyond FOUND_LAYERS calls, what was decided at the last one. */
void found_decide(struct found *found, uint32_t from, oracle_set decided);
oracle_set found_decided(const struct found *found, uint32_t id);

/* The id of the one that stands for a state which has been found. */
uint32_t found_id(struct found *found, const struct state *state);

#endif
