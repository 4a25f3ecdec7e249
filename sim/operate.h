/* Carries out in the simulated world what a machine of a guest's thread wants done. */
#ifndef TAPWEAVE_SIM_OPERATE_H
#define TAPWEAVE_SIM_OPERATE_H

#include "sim/oracle.h"
#include "sim/world.h"

/* Does `op`, a world's operation, for the thread of `guest`.  *outcome is what the machine will
 * learn; *waits is what it has to wait for first, CALL_NONE if it learns at once.  Returns the
 * oracles that object to the step: foreign-delete. */
oracle_set operate(const struct world *world, struct state *state, unsigned guest,
                   struct operation op, struct outcome *outcome, enum call *waits);

#endif
