/* Walks by chance through a world that is too large to be searched: each from the initial state to
 * a last one, by a strategy (sim/strategy.h).  What a walk meets can happen, and is shown.  What
 * none of them meets is not known to be impossible: a sample never says "never".
 *
 * What has been seen is counted exactly, as long as there is memory for it: the different states,
 * and those that one walk alone, and two alone, have come to. */
#ifndef TAPWEAVE_SIM_SAMPLE_H
#define TAPWEAVE_SIM_SAMPLE_H

#include "sim/strategy.h"
#include "sim/verdict.h"

#include <stddef.h>

/* Why it ended.  SAMPLE_LACKING: see sample_result.lacking. */
enum sample_end { SAMPLE_WALKED, SAMPLE_STOPPED, SAMPLE_NO_MEMORY, SAMPLE_LACKING };

/* What has been seen so far. */
struct sample_seen {
    uint64_t walks;             /* that have come to their end, or to their bound */
    uint64_t cut;               /* of these: ended by the bound on their steps */
    uint64_t longer;            /* of these: of more steps than strategy.steps */
    uint64_t steps;             /* of all walks together */
    unsigned shortest, longest; /* steps of a walk */
    uint64_t counted;           /* walks whose states are counted: all, or those before memory was
                                   full */
    uint64_t states;            /* different ones, of those walks */
    uint64_t visits;            /* pairs of such a walk and a state that it came to */
    uint64_t once, twice;       /* states that one of them alone came to, and two */
    size_t bytes;               /* of memory that this takes */
};

struct sample_limits {
    struct strategy strategy; /* `actors` is filled in; `steps` 0: if the strategy has to know it,
                                 it is measured first, as the longest of SAMPLE_PROBES random
                                 walks */
    uint64_t walks, seed;
    unsigned most_steps; /* of a walk: from 1 to EXPLORE_MAX_TRACE */
    size_t max_memory;   /* bytes for what has been seen */
    bool (*progress)(void *context, const struct sample_seen *seen); /* may be NULL; called every
                             few walks; false stops it */
    void *context;
};

enum { SAMPLE_PROBES = 256 };

/* `bad` of a verdict is the number of walks that violate the oracle, and its trace the shortest
 * beginning of one that does, of the first such walk. */
struct sample_result {
    enum sample_end end;
    struct strategy strategy; /* as it was used */
    struct sample_seen seen;
    int lacking; /* SAMPLE_LACKING: the index of a family of names that has none to spare, so that
                    the world has to be made larger (sim/spare.h) */
    struct explore_verdict verdict[ORACLE_COUNT], lasting[ORACLE_COUNT];
};

/* Walks.  The same world, strategy, seed and bounds make the same result, but for the memory's
 * size.  To be given to sample_free. */
void sample_walk(const struct world *world, const struct sample_limits *limits,
                 struct sample_result *result);
void sample_free(struct sample_result *result);

/* Good and Turing's estimate: of the states that one more walk would come to, the share that no
 * walk has come to before.  It is exact on average, of a walk behind one less than these. */
double sample_unseen(const struct sample_seen *seen);

/* Chao's lower bound, made from the states that one walk came to, and two: on average there are at
 * least about so many states.  How many more, no sample can say. */
double sample_at_least(const struct sample_seen *seen);

#endif
