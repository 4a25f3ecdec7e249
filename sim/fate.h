/* What is to come where runs need not end, so that there are no numbers of them: whether none, some
 * or all of the fair runs (sim/fair.h) that go on from a state go wrong. */
#ifndef TAPWEAVE_SIM_FATE_H
#define TAPWEAVE_SIM_FATE_H

#include "sim/fair.h"

/* What goes wrong: the oracle is violated; or, `lasting`, the run ends, and its last state violates
 * the oracle; or, with `starving`, the command of which that speaks never ends: the one that the
 * guest is at, or if it is at another one, the next of the kind.  The oracle means nothing then. */
struct fate_of {
    enum oracle oracle;
    bool lasting;
    const struct fairness *starving; /* or NULL; not owned */
};

/* Of the fair runs from a state on: bits.  Every state has one of them, or both. */
enum {
    FATE_WELL = 1,  /* some do not go wrong */
    FATE_WRONG = 2, /* some do */
};

/* Finds that of every state of the graph, which is of a complete search that has judged what is
 * fair.  What has gone wrong on the way to a state is not asked; a state that violates the oracle
 * by itself has FATE_WRONG alone.  False if there is no memory; else `fate`, by state, is to be
 * given to free(). */
bool fate_find(const struct graph *graph, struct allowance *allowance, struct fate_of of,
               uint8_t **fate);

#endif
