/* The courses of a world: its runs by their milestones (sim/milestone.h).  A graph: what a run may
 * do in each place, and which milestones that is. */
#ifndef TAPWEAVE_SIM_COURSE_H
#define TAPWEAVE_SIM_COURSE_H

#include "sim/milestone.h"
#include "sim/standing.h"

#include <gmp.h>

/* A step from a place. */
struct course_edge {
    uint32_t target; /* a place */
    uint8_t actor;
    uint8_t milestones;
    oracle_set violated; /* by the step, or the state that it leads to */
    milestone milestone[MILESTONES_OF_A_STEP];
};

/* A state of the world, and in which stages the threads are there. */
struct course_place {
    uint64_t first; /* edge */
    uint32_t edges; /* 0: runs end here */
    uint32_t state; /* in the graph of the search */
};

/* The first place is that of the initial state. */
struct courses {
    uint32_t places;
    uint64_t edges;
    struct course_place *place;
    struct course_edge *edge;
    oracle_set at_first; /* violated by the initial state */
    uint64_t place_capacity, edge_capacity;
};

enum course_error {
    COURSE_OK,
    COURSE_NO_MEMORY, /* the allowance does not suffice */
    COURSE_STOPPED,   /* by whoever was asked */
};

/* Makes them of the graph of a complete search without exchanges.  `go_on` is asked now and then;
 * false stops it.  To be given to courses_close in any case, after which the allowance does not get
 * its bytes back. */
enum course_error courses_open(struct courses *courses, const struct world *world,
                               const struct graph *graph, struct allowance *allowance,
                               bool (*go_on)(void *context), void *context);
void courses_close(struct courses *courses);

/* The runs with just these milestones: how many there are, how many go wrong (`oracle` is violated,
 * or, `lasting`, by the last state), and a shortest one: of those that go wrong if `wrong`, else of
 * those that do not. */
struct course_runs {
    mpz_t runs, bad;
    unsigned length;
    uint8_t *schedule; /* of the shortest, the first in the order of actors; NULL: there is none */
};

struct course_of {
    enum oracle oracle;
    bool lasting;
};

/* To be given to course_runs_close in any case.  False if there is no memory. */
bool course_find_runs(const struct courses *courses, const struct graph *graph,
                      const milestone *milestones, unsigned count, struct course_of of, bool wrong,
                      struct course_runs *found);
void course_runs_close(struct course_runs *found);

#endif
