/* What is to come: how many runs go on from a state, and how many of them go wrong; or, where runs
 * need not end, whether none, some or all do. */
#ifndef TAPWEAVE_SIM_OUTLOOK_H
#define TAPWEAVE_SIM_OUTLOOK_H

#include "sim/count.h"
#include "sim/fate.h"
#include "sim/standing.h"

/* From one state.  To be given to outlook_close. */
struct outlook {
    uint32_t id;  /* of the state, in the graph */
    bool wrong;   /* the oracle has been violated on the way there: every run is bad */
    uint8_t fate; /* FATE_WELL, FATE_WRONG: what runs go on from there */
    mpz_t runs;   /* how many, to their ends; 0 where they need not end */
    mpz_t bad;    /* those of them that go wrong */
};

void outlook_open(struct outlook *outlook, uint32_t id, bool wrong);
void outlook_close(struct outlook *outlook);

/* Counts, of so many states, with their ids.  The graph is complete.  On an error nothing is known
 * of any. */
enum count_error outlook_count(const struct graph *graph, struct allowance *allowance,
                               const struct count_pace *pace, struct fate_of of,
                               struct outlook *outlook, unsigned count);

/* The same where runs need not end, of a graph that fate_find takes, without numbers.  False if
 * there is no memory. */
bool outlook_foresee(const struct graph *graph, struct allowance *allowance, struct fate_of of,
                     struct outlook *outlook, unsigned count);

/* "none", "some" or "all" go wrong. */
const char *outlook_word(const struct outlook *outlook);

/* True if every run from there goes wrong. */
bool outlook_is_lost(const struct outlook *outlook);

/* Below, at or above 0 as the share of runs that go wrong is smaller, the same or larger; where
 * there are no numbers, none, some or all of them. */
int outlook_compare(const struct outlook *a, const struct outlook *b);

#endif
