/* What is to come: how many runs go on from a state, and how many of them go wrong. */
#ifndef TAPWEAVE_SIM_OUTLOOK_H
#define TAPWEAVE_SIM_OUTLOOK_H

#include "sim/count.h"
#include "sim/standing.h"

/* What goes wrong: the oracle is violated; or, `lasting`, the last state violates it. */
struct outlook_of {
    enum oracle oracle;
    bool lasting;
};

/* From one state.  To be given to outlook_close. */
struct outlook {
    uint32_t id; /* of the state, in the graph */
    bool wrong;  /* the oracle has been violated on the way there: every run is bad */
    mpz_t runs;  /* that go on from there to their ends */
    mpz_t bad;   /* those of them that go wrong */
};

void outlook_open(struct outlook *outlook, uint32_t id, bool wrong);
void outlook_close(struct outlook *outlook);

/* Counts, of so many states, with their ids.  The graph is complete.  On an error nothing is known
 * of any. */
enum count_error outlook_count(const struct graph *graph, struct allowance *allowance,
                               const struct count_pace *pace, struct outlook_of of,
                               struct outlook *outlook, unsigned count);

/* True if every run from there goes wrong. */
bool outlook_is_lost(const struct outlook *outlook);

/* Below, at or above 0 as the share of runs that go wrong is smaller, the same or larger. */
int outlook_compare(const struct outlook *a, const struct outlook *b);

#endif
