/* What third parties do: devices of their own, and, as an administrator, other people's devices,
 * ports and bridges.  Steps of the actors other, other2. */
#ifndef TAPWEAVE_SIM_THIRD_PARTY_H
#define TAPWEAVE_SIM_THIRD_PARTY_H

#include "sim/event.h"
#include "sim/state.h"

/* True if that third party has a command left; and its next command.  It waits for nobody: its
 * ovs-vsctl has --no-wait. */
bool third_party_enabled(const struct world *world, const struct state *state, unsigned index);
void third_party_step(const struct world *world, struct state *state, unsigned index,
                      struct event *event);

#endif
