/* Devices that are renamed: the one thing that separates a device from its name while it lives.
 *
 * A device keeps its MAC, master, flags, limit and descriptors.  All that others have filed under
 * the old name stays under it: rows, packet filters, and what a daemon remembers.  What becomes of
 * its port depends on the datapath (docs/facts.md, "Found of names that change"; ovs-issues#284).
 * On netdev the port goes on with its device, until another one has the name, to which it then
 * sends.  On system ovs-vswitchd, which asks the kernel for its ports by their names, loses sight
 * of it: the device is on no bridge then, and stuck to ovs-system. */
#ifndef TAPWEAVE_SIM_RENAME_H
#define TAPWEAVE_SIM_RENAME_H

#include "sim/state.h"

/* RTM_NEWLINK with IFLA_IFNAME (net/core/dev.c, dev_change_name), of a device that may be up: since
 * Linux 6.2; before, an administrator took it down first.  ENODEV without the device; EEXIST if any
 * device has the name `to`.  Names are ids that exist in the world's table, and differ. */
int rename_device(const struct world *world, struct state *state, uint8_t name, uint8_t to);

/* Part of the step in which the device of that name dies, before it is gone: cuts off the ports of
 * other names that have to do with it, and notes what the last link event says. */
void rename_unregister(const struct world *world, struct state *state, uint8_t name);

/* True if a port of another name on the system datapath enslaves the device. */
bool rename_enslaves(const struct world *world, const struct state *state, uint8_t name);

/* True if ovs-vswitchd does not find the port of that name on the system datapath any more; and
 * what a run then does: it loses it.  Its device stays stuck to ovs-system, unless another one is
 * added to the datapath under that name in the same run (`bindable`: its row's can be), which
 * removes the port. */
bool rename_lost(const struct world *world, const struct state *state, uint8_t name);
void rename_lose(const struct world *world, struct state *state, uint8_t name, bool bindable);

#endif
