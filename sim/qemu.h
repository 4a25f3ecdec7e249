/* What a guest's QEMU does by itself to the tap that it has, whoever wants it to (mail 004,
 * "possibly maliciously"): the steps of the actors qemu/GUEST. */
#ifndef TAPWEAVE_SIM_QEMU_H
#define TAPWEAVE_SIM_QEMU_H

#include "sim/actor.h"

/* How many such actors the world has: one for each guest, if one of them does anything. */
unsigned qemu_actors(const struct world *world);

/* True if the guest's QEMU has something left to do, and runs, and its tap exists. */
bool qemu_enabled(const struct world *world, const struct state *state, unsigned guest);

/* Does the next thing, which must be enabled. */
void qemu_step(const struct world *world, struct state *state, unsigned guest, struct event *event);

#endif
