/* Interleavings, counted exactly over the state graph: the maximal runs from the initial state, and
 * those of them in which an oracle never objects.  The runs are never listed; a state that many of
 * them pass through is counted once, as the sum of what its successors allow. */
#ifndef TAPWEAVE_SIM_COUNT_H
#define TAPWEAVE_SIM_COUNT_H

#include "sim/graph.h"
#include "sim/team.h"

#include <gmp.h>

/* Asked now and then, at most some thousand states for each thread apart; false stops the
 * counting. */
struct count_pace {
    bool (*go_on)(void *context);
    void *context;
};

/* Room for counting over one graph. */
struct counter {
    const struct graph *graph;     /* not owned */
    const struct count_pace *pace; /* not owned; NULL: nobody stops it */
    struct allowance *allowance;   /* not owned */
    uint32_t *order;               /* state ids, each before its successors */
    uint32_t *wave;                /* no state leads to one of its own wave: the n-th begins here in
                                      `order`, and ends where the next one begins */
    uint64_t waves;                /* and one more, which is the end of the last one */
    uint64_t wave_capacity;        /* of wave[] */
    mp_limb_t *runs;               /* by state: `limbs` each, low limb first */
    uint64_t limb_capacity;        /* of runs[] */
    unsigned limbs;                /* with fewer some number of runs has not fitted; 1 or more */
};

enum count_error {
    COUNT_OK,
    COUNT_NO_MEMORY,
    COUNT_STOPPED, /* by its pace */
    COUNT_CYCLE,   /* some run never ends, so that interleavings cannot be counted */
};

/* Sorts the graph.  On an error the counter is closed already. */
enum count_error counter_open(struct counter *counter, const struct graph *graph,
                              struct allowance *allowance, const struct count_pace *pace);
void counter_close(struct counter *counter);

/* Which runs are counted: those to which none of `without` ever objects, and, unless it is 0, to
 * whose last state one of `ending` objects. */
struct count_wanted {
    oracle_set without, ending;
};

enum {
    COUNT_SIDE_BY_SIDE = 3, /* kinds in one pass over the graph, where there is memory for them */
};

/* Counts so many kinds of maximal runs, each into the number that its pointer leads to; with the
 * team, if it is not NULL: the numbers are the same. */
enum count_error counter_count(struct counter *counter, const struct count_wanted *wanted,
                               unsigned kinds, mpz_t *runs[], struct team *team);

/* Of the one kind that was counted last, alone: the runs that begin in that state. */
void counter_from(const struct counter *counter, uint32_t id, mpz_t runs);

#endif
