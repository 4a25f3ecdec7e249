/* Ways to go wrong: schedules that violate an oracle and are essentially different.
 *
 * They are looked for in every schedule that violates it, the shortest first, up to a bound: in one
 * of each class of those that differ only in neighbours which commute.  Beyond the bound they are
 * looked for from each step in the graph that violates the oracle first, by one schedule that leads
 * to it: another schedule to the same state may be another way.
 *
 * A way has no step too many: without one of them, or without it and what depends on it, the last
 * step does not violate the oracle.  Ways that differ only in the order of neighbours that commute
 * are one: either order is possible there, and leads to the same state. */
#ifndef TAPWEAVE_SIM_WAY_H
#define TAPWEAVE_SIM_WAY_H

#include "sim/count.h"
#include "sim/oracle_set.h"
#include "sim/standing.h"

struct way {
    uint8_t *schedule; /* its last step violates the oracle, and nothing before it does */
    unsigned length;
    unsigned troubles; /* what goes wrong in it besides (sim/shortest.h) */
};

/* The shortest first; of those, the ones in which less goes wrong besides; of those, in the
 * order of actors. */
struct ways {
    unsigned count;
    struct way *way;
    uint64_t looked; /* so many steps that violate the oracle were looked at, the nearest first */
    uint64_t left;   /* so many were not */
    unsigned within; /* every schedule of at most so many steps was looked at, 0: of none */
    bool all;        /* and there are none that are longer */
    bool plain;      /* those with troubles have been left out */
};

/* What is looked at, at most. */
struct ways_limits {
    uint64_t wrong;     /* steps that violate the oracle, by one schedule to each */
    uint64_t schedules; /* of all there are, */
    uint64_t steps;     /* and steps of these */
};

#define WAYS_LIMITS ((struct ways_limits){.wrong = 5000, .schedules = 1000, .steps = 200000})

/* Finds ways in a graph.  COUNT_NO_MEMORY, or COUNT_STOPPED by the pace, and nothing to free; else
 * to be given to ways_free. */
enum count_error ways_find(struct ways *ways, const struct standing_ground *ground,
                           enum oracle oracle, struct ways_limits limits,
                           const struct count_pace *pace);
/* Leaves out the ways in which anything else goes wrong. */
void ways_keep_plain(struct ways *ways);

void ways_free(struct ways *ways);

#endif
