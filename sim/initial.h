/* The world before its first step. */
#ifndef TAPWEAVE_SIM_INITIAL_H
#define TAPWEAVE_SIM_INITIAL_H

#include "sim/state.h"

/* Fills `state`: guests that run have their device (named in their order, vnet0 first, or as
 * fixed), port, filter and process, and the daemon remembers them; every thread is about to begin
 * its first command. Returns IFNAME_NONE, or the id of a name that would have to serve two devices:
 * a contradiction in the world, and `state` is then not to be used. */
uint8_t initial_state(const struct world *world, struct state *state);

#endif
