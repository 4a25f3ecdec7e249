/* Rounds without a bound, and numbers that grow for ever: those of names that a counter chooses,
 * and of starts, where external ids say which one has written a row.
 *
 * A number that has been used and that nothing has any more, no device, row, port, filter, record
 * or call, will never be seen again: they go upwards alone.  So it may as well not be there, and
 * those behind it move up.  What is left is a state with the same future, but for what names and
 * starts are called: docs/proof.md.  So there are finitely many of them. */
#ifndef TAPWEAVE_SIM_RECOUNT_H
#define TAPWEAVE_SIM_RECOUNT_H

#include "sim/renaming.h"

/* Read-only once it is open. */
struct recount {
    const struct world *world; /* not owned */
    bool names, rounds;        /* which numbers are left out */
    unsigned floor;            /* names' numbers below it stay: the scenario speaks of them */
    unsigned counters;         /* the allocators' counters that hand out names */
    struct {
        uint8_t daemon, pool;
    } counter[MAX_DAEMONS * ALLOCATOR_POOLS];
    struct renaming nobody; /* leaves all as it is */
    struct renaming_bytes bytes;
};

/* Without rounds without a bound nothing is left out, nor are names unless all that daemons choose
 * are counters', which neither wrap nor go back: a daemon that is started again goes on behind the
 * names of its guests. */
void recount_open(struct recount *recount, const struct world *world);

/* False if there is no end of names: a counter numbers them for ever, and none can be left out. */
bool recount_is_finite(const struct recount *recount);

/* True if any states are changed. */
bool recount_changes(const struct recount *recount);

/* Leaves out the numbers that nothing has any more. */
void recount_numbers(const struct recount *recount, struct state *state);

#endif
