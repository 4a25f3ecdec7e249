/* Processes, and what the kernel does for those that have died: steps of the actors kernel/GUEST,
 * netns/GUEST, helper/GUEST and qemu/GUEST. */
#ifndef TAPWEAVE_SIM_PROCESS_H
#define TAPWEAVE_SIM_PROCESS_H

#include "sim/event.h"
#include "sim/state.h"

/* kernel/GUEST: do_exit closes the dead process's descriptors, and then finishes its exit. */
void process_exit_step(const struct world *world, struct state *state, unsigned guest,
                       struct event *event);

/* helper/GUEST: it closes the leaked descriptor that it holds. */
bool process_helper_enabled(const struct world *world, const struct state *state, unsigned guest);
void process_helper_step(const struct world *world, struct state *state, unsigned guest,
                         struct event *event);

/* qemu/GUEST: what QEMU does by itself to the tap that it has (mail 004, "possibly maliciously").
 * True if some guest's does anything in this world. */
bool process_qemu_acts(const struct world *world);
bool process_qemu_enabled(const struct world *world, const struct state *state, unsigned guest);
void process_qemu_step(const struct world *world, struct state *state, unsigned guest,
                       struct event *event);

/* netns/GUEST: with its last process a container's network namespace has no user any more, and the
 * kernel takes it down in a work of its own (cleanup_net), which a waiter for the process does not
 * wait for: the veths whose other ends are in it live until then (docs/facts.md).  True if a guest
 * that is a container, by its veth, may end in this world. */
bool process_container_ends(const struct world *world);
bool process_netns_enabled(const struct world *world, const struct state *state, unsigned guest);
void process_netns_step(const struct world *world, struct state *state, unsigned guest,
                        struct event *event);

#endif
