/* Counterexamples: the schedule by which a search has first come to a violation.  sim/shortest.h
 * makes a better one of it when the graph is complete. */
#ifndef TAPWEAVE_SIM_COUNTEREXAMPLE_H
#define TAPWEAVE_SIM_COUNTEREXAMPLE_H

#include "sim/found.h"
#include "sim/verdict.h"

/* Where a search has first come upon a violation: a state, or an actor's step from it. */
struct violation {
    bool found;
    uint32_t state;
    uint8_t actor; /* GRAPH_NO_ACTOR: the state itself */
};

/* Notes that the state, or the actor's step from it, violates these oracles: of those that nothing
 * is noted of yet. */
void violation_note(struct violation first[ORACLE_COUNT], oracle_set violated, uint32_t state,
                    uint8_t actor);

/* The oracles of which something is noted. */
oracle_set violation_set(const struct violation first[ORACLE_COUNT]);

/* Writes the schedule by which the search has come there, if it has.  It is a shortest one, and the
 * first of them unless states stand for others.  False if there is no memory; or, found->lacking
 * says it, no name to spare. */
bool counterexample_make(struct found *found, const struct violation *violation,
                         struct explore_verdict *verdict);

/* The same of a search in which steps were taken alone (found->order): the schedule ends as soon as
 * the oracle is violated; or, `lasting`, in the last state. */
bool counterexample_along(struct found *found, const struct violation *violation,
                          enum oracle oracle, bool lasting, struct explore_verdict *verdict);

#endif
