/* Which steps of a schedule depend on which: both are one actor's, or one writes what the other one
 * reads or writes (sim/footprint.h), or the first one makes the second one possible; or the second
 * one depends on a step that depends on the first one.
 *
 * Steps that do not depend on each other can be taken in either order.  Schedules that differ in
 * nothing else are one, in another order. */
#ifndef TAPWEAVE_SIM_DEPENDENCE_H
#define TAPWEAVE_SIM_DEPENDENCE_H

#include "sim/actor.h"

enum dependence_how {
    DEPENDENCE_NONE,
    DEPENDENCE_FAR, /* by way of steps between them */
    DEPENDENCE_NEXT /* by itself, and by way of no step between them */
};

struct dependence {
    unsigned length;
    uint8_t *how; /* [first * length + second]: enum dependence_how */
};

/* Of a schedule that is possible in that world.  To be given to dependence_close.  False if there
 * is no memory. */
bool dependence_open(struct dependence *dependence, const struct world *world,
                     const uint8_t *schedule, unsigned length);
void dependence_close(struct dependence *dependence);

/* How the second step depends on the first one, which comes before it; both from 0. */
static inline enum dependence_how
dependence_of(const struct dependence *dependence, unsigned first, unsigned second)
{
    return (enum dependence_how)dependence->how[(size_t)first * dependence->length + second];
}

#endif
