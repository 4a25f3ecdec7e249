/* The end of a container.  With its last process its network namespace has no user any more, and
 * the kernel takes it down in a work of its own (cleanup_net), which nobody who waits for the
 * process waits for: the veths whose other ends are in it live until then (docs/facts.md). */
#ifndef TAPWEAVE_SIM_CONTAINER_H
#define TAPWEAVE_SIM_CONTAINER_H

#include "sim/actor.h"

/* True if a guest that is a container, by its veth, may end in this world. */
bool container_ends(const struct world *world);

/* One actor for each guest if that is so, and otherwise none. */
unsigned container_actors(const struct world *world);

/* The name of a device that is to go with the namespace of this guest's dead container, or
 * IFNAME_NONE. */
uint8_t container_orphan(const struct world *world, const struct state *state, unsigned guest);

/* It goes. */
void container_step(const struct world *world, struct state *state, unsigned guest,
                    struct event *event);

#endif
