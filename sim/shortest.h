/* Of the shortest counterexamples the plainest: that in which the least goes wrong beside what it
 * is to show.  A report's story has no start that fails, and no fault, that it does not need. */
#ifndef TAPWEAVE_SIM_SHORTEST_H
#define TAPWEAVE_SIM_SHORTEST_H

#include "sim/event.h"
#include "sim/found.h"
#include "sim/verdict.h"

/* How much goes wrong in a step, beside what the oracles that are to be shown say, and what any
 * oracle says of states: a fault, a start that fails for no reason of its own, an error that is
 * logged. */
unsigned shortest_troubles(const struct event *event, oracle_set shown);

/* Makes the verdict's schedule, which is a shortest one that violates the oracle, the plainest of
 * these, and of the plainest the first in the order of actors (sim/actor.h); or, `lasting`, of
 * those that lead to a last state which violates it.  The graph is complete, and no step was taken
 * alone.  False if there is no memory; or, found->lacking says it, no name to spare. */
bool shortest_make(struct found *found, enum oracle oracle, bool lasting,
                   struct explore_verdict *verdict);

#endif
