/* A schedule that goes wrong, as it is worked on: what there is of it that has to be, in one order
 * of those that are no different. */
#ifndef TAPWEAVE_SIM_DRAFT_H
#define TAPWEAVE_SIM_DRAFT_H

#include "sim/actor.h"
#include "sim/verdict.h"

struct draft {
    unsigned length, troubles; /* troubles: what goes wrong in it besides (sim/shortest.h) */
    uint8_t schedule[EXPLORE_MAX_TRACE];
};

/* Whether it is possible, and its last step the first that violates the oracle.  Counts its
 * troubles. */
bool draft_goes_wrong(const struct world *world, struct draft *draft, enum oracle oracle);

/* Of one that goes wrong, leaves out steps as long as it goes wrong without one of them, or without
 * it and what depends on it; and puts what is left into the first order of those that differ only
 * in neighbours which commute.  False if there is no memory. */
bool draft_reduce(const struct world *world, enum oracle oracle, struct draft *draft);

/* Puts one that goes wrong into that order.  *whole: nothing of it can be left out then.  False if
 * there is no memory. */
bool draft_order(const struct world *world, enum oracle oracle, struct draft *draft, bool *whole);

/* Whether the second step may come before the first one, from that state on, with the same state
 * behind both, and the oracle is violated on the way in neither order if it is not in this one. */
bool draft_may_swap(const struct world *world, const struct state *state, unsigned first,
                    unsigned second, enum oracle oracle);

#endif
