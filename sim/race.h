/* Steps of a schedule that race, by their footprints: steps of two actors of which one writes what
 * the other one reads or writes, or the first makes the second possible, and with nothing between
 * them that depends on the first and that the second depends on. */
#ifndef TAPWEAVE_SIM_RACE_H
#define TAPWEAVE_SIM_RACE_H

#include "sim/actor.h"

struct race {
    unsigned first, second; /* steps of the schedule, from 0 */
    /* The schedule with the two the other way round: up to the second one, without the first one
     * and those behind it that depend on it.  NULL if the second one is not possible then: the
     * first one makes it so. */
    uint8_t *other;
    unsigned length; /* of `other` */
};

/* By their second steps, and of each the nearest first. */
struct races {
    unsigned count;
    struct race *race;
};

/* Finds those of a schedule that is possible.  To be given to races_free.  False if there is no
 * memory. */
bool races_find(struct races *races, const struct world *world, const uint8_t *schedule,
                unsigned length);
void races_free(struct races *races);

#endif
