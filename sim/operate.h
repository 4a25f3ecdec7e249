/* Carries out in the simulated world what a machine of a guest's thread wants done. */
#ifndef TAPWEAVE_SIM_OPERATE_H
#define TAPWEAVE_SIM_OPERATE_H

#include "sim/oracle.h"
#include "sim/world.h"

/* Does `op`, a world's operation, for that nic, on behalf of its guest's thread.  *outcome is what
 * the machine will note_outcome; *waits is what it has to wait for first, CALL_NONE if it learns at
 * once. Returns the oracles that object to the step: foreign-delete. */
oracle_set operate(const struct world *world, struct state *state, unsigned nic,
                   struct operation op, struct outcome *outcome, enum call *waits);

/* The same for an operation on Open vSwitch, of the start that external ids say: that of its
 * guest's thread (operate_start), unless it is carried out later. */
oracle_set operate_ovs(const struct world *world, struct state *state, unsigned nic,
                       struct operation op, uint8_t start, struct outcome *outcome,
                       enum call *waits);

/* The start that a row's external ids name as the present one of this guest, if they name one. */
uint8_t operate_start(const struct world *world, const struct state *state, unsigned guest);

#endif
