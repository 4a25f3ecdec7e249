/* Any number of guests like a scenario's own: what none of them violates (sim/crowd.h). */
#ifndef TAPWEAVE_HARNESS_MORE_GUESTS_H
#define TAPWEAVE_HARNESS_MORE_GUESTS_H

#include "harness/watch.h"
#include "sim/crowd.h"

enum { MORE_GUESTS_ACTOR_SIZE = 32 };

/* A step of an abstract run, of some three guests x, y and z. */
struct more_guests_step {
    char actor[MORE_GUESTS_ACTOR_SIZE];
    const char *step; /* its name, not owned */
    char name[IFNAME_SIZE];
};

/* What came of the search. */
struct more_guests {
    const char *refusal;     /* why there was none, under the policy; NULL: there was one */
    enum crowd_end end;      /* CROWD_STOPPED before it has begun */
    uint64_t views;          /* of two guests */
    uint64_t configurations; /* of three */
    oracle_set violated;     /* there: it may be possible */
    oracle_set lasting;      /* and to the end, of ORACLES_THAT_LAST */
    struct {
        struct more_guests_step *step; /* owned */
        unsigned steps;
    } trace[ORACLE_COUNT]; /* how it would be violated: of those in question; else none */
    double seconds;        /* wall clock */
};

/* Nothing is known yet.  To be given to more_guests_free. */
void more_guests_begin(struct more_guests *more);

/* Searches, within the bounds of one more search.  The world is one of which views are taken, but
 * for its policy; of what is `known` to be violated there are no traces. */
void more_guests_run(struct more_guests *more, const struct world *world, oracle_set known,
                     const struct bounds *bounds);
void more_guests_free(struct more_guests *more);

/* True if the search has come to its end, so that what it does not violate is never violated. */
bool more_guests_are_searched(const struct more_guests *more);

/* True if it has ended early, at a bound that was given. */
bool more_guests_are_cut(const struct more_guests *more);

/* Why it has ended, in words. */
const char *more_guests_end(const struct more_guests *more);

/* The same the other way round.  What is none of these words was refused: `refusal` is not known
 * then, and `end` decides nothing. */
void more_guests_read_end(struct more_guests *more, const char *text);

#endif
