/* Carries out operations on the simulated network: the one function that a world is.
 *
 * It does what the operation says, and reads neither the policy nor the machine that wants it. */
#ifndef TAPWEAVE_SIM_CARRY_OUT_H
#define TAPWEAVE_SIM_CARRY_OUT_H

#include "sim/event.h"
#include "sim/state.h"

/* Does `op`, a world's operation, for that nic of its guest.  The outcome is what the machine will
 * learn, and what it has to wait for first.  The event gets that foreign-delete objects to the
 * step, and why. */
struct outcome carry_out(const struct world *world, struct state *state, unsigned nic,
                         struct operation op, struct event *event);

#endif
