/* The explorer: every interleaving of a world's actors, breadth-first, exact and complete.
 *
 * Breadth-first with the actors tried in their documented order (sim/actor.h): the first
 * counterexample found is a shortest one.  Of a complete search it is, among those, the one in
 * which the least goes wrong besides; of these, the first in the order of actors (sim/shortest.h).
 */
#ifndef TAPWEAVE_SIM_EXPLORE_H
#define TAPWEAVE_SIM_EXPLORE_H

#include "sim/fair.h"
#include "sim/graph.h"
#include "sim/oracle.h"
#include "sim/order_audit.h"
#include "sim/state.h"
#include "sim/verdict.h"

#include <stddef.h>
#include <stdint.h>

struct snapshot;

/* Why a search ended.  All but COMPLETE make it inconclusive. */
enum explore_end {
    EXPLORE_COMPLETE,
    EXPLORE_MAX_STATES,
    EXPLORE_MAX_MEMORY,
    EXPLORE_STOPPED, /* by the caller's progress function */
    EXPLORE_DAMAGED, /* what it was to go on from is none of that world */
    EXPLORE_LACKING, /* a family of names has none to spare: see result->lacking */
    EXPLORE_CYCLE,   /* a run without an end: the model has a bug */
    EXPLORE_DECIDED, /* with limits->order: the search had better begin anew, with what is decided:
                        see result->decided, and explore_take_over */
    EXPLORE_MISTAKE, /* the footprints are wrong: see result->mistake */
};

struct explore_progress {
    uint64_t states, transitions; /* of the world, found so far */
    uint64_t kept;                /* of the states, and those of them whose steps are still to be */
    uint64_t waiting;             /* taken; 0: all have been found, and runs are counted */
    unsigned depth;
    size_t bytes; /* of memory that the search takes */
};

struct explore_limits {
    uint64_t max_states; /* of the world, whether they are kept or stood for; 0: as many as fit */
    size_t max_memory;   /* bytes */
    bool (*progress)(void *context, const struct explore_progress *progress); /* may be NULL; called
                             every few states, and while runs are counted; false stops the search */
    void *context;
    unsigned threads;   /* at most so many, and one at the least; the result is the same */
    bool exchange;      /* keep one state for all that exchanges of guests lead to each other
                           (sim/symmetry.h): the result is the same, the graph is of those alone */
    bool order;         /* take a step alone where that decides the same (sim/order.h), if there are
                           such steps in the world: verdicts and last states are the same, nothing
                           is counted, and there may be a shorter counterexample */
    bool awake;         /* with `order`: no step sleeps, and the search does not begin anew */
    oracle_set decided; /* with `order`: oracles that are known to be violated in some run.  The
                           more, the fewer states */
    bool fair;          /* judge runs that never end (sim/fair.h): of rounds without a bound, and a
                           search without exchanges that takes no step alone */
    bool prove;         /* hold the footprints to every state that is found (sim/order_audit.h) */
    /* A search that has been saved goes on from there, if `resume` is not NULL (sim/snapshot.h).
     * `save`, if it is not NULL, gets the search as it stands, every few states and when it has
     * ended early; false stops it. */
    const struct snapshot *resume;
    bool (*save)(void *save_context, const struct snapshot *snapshot, bool ended);
    void *save_context;
    bool spare; /* end the search where a family has no name to spare (sim/spare.h) */
};

struct explore_result {
    enum explore_end end;
    uint64_t states, transitions; /* of the world */
    uint64_t last;                /* of the states, those in which a run ends */
    uint64_t kept;                /* states: fewer if some of these stand for others */
    unsigned threads;             /* that took part */
    bool alike;                   /* guests were taken for alike */
    bool ordered;                 /* steps were taken alone: nothing is counted, transitions and
                                     depth are those of the search, and so are states but for those
                                     that stand for several */
    bool recounted;               /* numbers that nothing has any more were left out */
    bool counted;       /* how many runs there are is known: the search is complete, and runs end */
    oracle_set known;   /* with `order`: limits->decided */
    oracle_set decided; /* with `order`: oracles that are known to be violated */
    struct order_mistake mistake; /* with `prove`: what the footprints have not said */
    unsigned depth;               /* steps of the longest shortest path */
    unsigned judged;              /* so many first steps of every run have been judged, and its end,
                                     if it has no more: what is not violated there is known */
    bool found_all;               /* all states have been found, even if runs are not counted */
    mpz_t interleavings;          /* maximal runs, if they are counted */
    uint32_t names;  /* given to guests' devices in any state found: state_given_names; recounted */
    uint8_t reached; /* landmarks that are taken in some state found: bit n */
    int lacking;     /* EXPLORE_LACKING: the index of the family */
    struct fairness fairness; /* with `fair` */
    struct explore_verdict verdict[ORACLE_COUNT];
    /* Of ORACLES_THAT_LAST: runs whose last state violates it.  None of the others. */
    struct explore_verdict lasting[ORACLE_COUNT];
};

_Static_assert(IFNAME_MAX_NAMES <= 32 && MAX_LANDMARKS <= 8, "a bit for every name, and landmark");

/* Searches, and hands over the graph of a complete search, to be given to graph_close by the
 * caller.  False, and an empty graph, if the search is not complete: see result->end.  The result
 * is the caller's in any case, to be given to explore_free. */
bool explore_graph(const struct world *world, const struct explore_limits *limits,
                   struct explore_result *result, struct graph *graph);

/* A result that says nothing yet, to be given to explore_free; and its end. */
void explore_result_open(struct explore_result *result);
void explore_free(struct explore_result *result);

/* What an earlier search of the same world has found is taken into the result, and takes its place;
 * what was there instead is to be given to explore_free with the earlier one. */
void explore_take_over(struct explore_result *result, struct explore_result *earlier);

#endif
