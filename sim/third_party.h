/* What other software does: devices of its own, and, as an administrator, other people's devices,
 * ports and bridges. */
#ifndef TAPWEAVE_SIM_THIRD_PARTY_H
#define TAPWEAVE_SIM_THIRD_PARTY_H

#include "sim/actor.h"

/* Takes the next command of that other software; `event` is all zero.  It waits for nobody: its
 * ovs-vsctl has --no-wait. */
void third_party_step(const struct world *world, struct state *state, unsigned index,
                      struct event *event);

#endif
