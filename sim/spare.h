/* Names to spare: whether the families of a world are as large as its runs need them.
 *
 * A real namespace has more names than any run takes; a world has a fixed list of them
 * (core/ifname.h).  As long as of each family one name is left, the last one, no run can have
 * noticed that the family ends there: nobody has looked for a further one in vain, a counter has
 * not wrapped, a start has not tried them all.  So a world whose states all have a name of each
 * family to spare says the same as any larger one, and harness/build.h lets a family grow until
 * that is so. */
#ifndef TAPWEAVE_SIM_SPARE_H
#define TAPWEAVE_SIM_SPARE_H

#include "sim/state.h"

/* A family that is to have a name to spare, for one nic. */
struct spare_family {
    uint8_t family;   /* its index */
    uint8_t count;    /* how many names it has */
    uint8_t last;     /* the id of the last of them */
    uint8_t strategy; /* enum name_strategy, by which the nic's names are chosen from it */
    uint8_t daemon;   /* whose allocator chooses them */
    uint8_t pool;     /* and, of the counters, by which */
};

/* What has to be looked at in each state of a world. */
struct spare {
    struct spare_family of[MAX_NICS];
    unsigned count;
};

/* Finds the families that names are taken from.  One from which only a counter takes them that has
 * a limit is none: its end is meant to be met.  Nor is one that has all numbers which fit behind
 * its prefix. */
void spare_open(struct spare *spare, const struct world *world);

/* The index of a family that has no name to spare in that state; -1 if all have. */
int spare_lacking(const struct spare *spare, const struct world *world, const struct state *state);

#endif
