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

_Static_assert(IFNAME_MAX_FAMILIES <= 16, "a bit for each family");

/* Why there are finitely many states, or not, where a counter numbers names for ever. */
enum recount_end {
    RECOUNT_FINITE,
    RECOUNT_MIXED,  /* something else chooses names, too, or a daemon is started again */
    RECOUNT_SHARED, /* two counters hand out the same names: one may be any number ahead */
    RECOUNT_FEW,    /* so few numbers fit behind a prefix that the counter comes to their end */
};

/* Read-only once it is open. */
struct recount {
    const struct world *world; /* not owned */
    bool names, rounds;        /* which numbers are left out */
    enum recount_end end;
    unsigned floor;    /* names' numbers below it stay: the scenario speaks of them */
    unsigned counters; /* the allocators' counters that hand out names */
    struct {
        uint8_t daemon, pool;
        uint16_t families; /* those that it hands out names of: bit n */
    } counter[MAX_DAEMONS * ALLOCATOR_POOLS];
    struct renaming nobody; /* leaves all as it is */
    struct renaming_bytes bytes;
};

/* Without rounds without a bound nothing is left out, nor are names unless all that daemons choose
 * are counters', which neither wrap nor go back: a daemon that is started again goes on behind the
 * names of its guests. */
void recount_open(struct recount *recount, const struct world *world);

/* True if any states are changed. */
bool recount_changes(const struct recount *recount);

/* Leaves out the numbers that nothing has any more. */
void recount_numbers(const struct recount *recount, struct state *state);

#endif
