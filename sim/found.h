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

struct found {
    struct world world; /* prepared */
    struct allowance allowance;
    struct layout layout;
    struct symmetry symmetry;
    struct order order; /* none may go alone, unless the search is reduced so */
    struct recount recount;
    struct spare spare; /* empty if nobody asks for names to spare */
    int lacking;        /* the index of a family that has none, or -1 */
    uint16_t *asleep;   /* by state: whose steps need not be taken (order_asleep) */
    uint64_t asleep_capacity;
    struct store store;
    struct graph graph; /* numbers states as the store does */
};

/* To be given to found_close.  Without `exchange` each state stands for itself. */
void found_open(struct found *found, const struct world *world, size_t max_memory, bool exchange);

/* Has the search take steps alone where that may be, with these oracles decided, and put off others
 * unless all are to be awake. */
void found_reduce(struct found *found, oracle_set decided, bool awake);

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
unsigned found_pack_by(const struct found *found, struct state *state, uint64_t *packed,
                       struct exchange *applied); /* the exchange by which it became that one */
unsigned found_unpack(const struct found *found, const uint64_t *packed, struct state *state);

/* Where steps are taken alone: nobody's step is put off in the new state of that id, and it is the
 * next one.  False if there is no memory. */
bool found_wake(struct found *found, uint32_t id);

/* The id of the one that stands for a state which has been found. */
uint32_t found_id(struct found *found, const struct state *state);

#endif
