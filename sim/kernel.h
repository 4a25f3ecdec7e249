/* The simulated kernel: devices of one network namespace, their descriptors, and Linux bridges.
 *
 * Each function is one system call as it looks to its caller, with the errno of facts 4.  Values: 0
 * or an errno.  Names are ids that exist in the world's table, never IFNAME_NONE unless said so. */
#ifndef TAPWEAVE_SIM_KERNEL_H
#define TAPWEAVE_SIM_KERNEL_H

#include "sim/state.h"

/* The name of the lowest free number of the family, or IFNAME_NONE. */
uint8_t kernel_lowest_free(const struct world *world, const struct state *state, unsigned family);

/* TUNSETIFF by template: creates a tap of the lowest free number of the family (net/core/dev.c,
 * __dev_alloc_name) for the nic `owner` (1 + its index), for which the daemon has it open, and
 * stores its name.  `multi`: with IFF_MULTI_QUEUE.  ENFILE if none is free. */
int kernel_create_template(const struct world *world, struct state *state, unsigned family,
                           uint8_t owner, bool multi, uint8_t *name);

/* TUNSETIFF by name, without IFF_TUN_EXCL (tun.c, tun_set_iff): creates the tap, as above, if the
 * name is free, and opens the one that has it otherwise.  EINVAL if that is a device that is no
 * tap, or its IFF_MULTI_QUEUE is not as asked for; EBUSY if it has one queue and is open, or other
 * software's own.  One that was open to nobody keeps all that it has, and is the nic's now.  On
 * FreeBSD every name that is taken is EEXIST. */
int kernel_create(const struct world *world, struct state *state, uint8_t name, uint8_t owner,
                  bool multi);

/* RTM_NEWLINK by name, exclusive: a macvtap or veth (enum device_kind) that the daemon has open, or
 * whose other end it has; down, and with that MAC.  EEXIST if the name is any device's. */
int kernel_create_link(const struct world *world, struct state *state, uint8_t name, uint8_t owner,
                       enum device_kind kind, uint8_t mac);

/* Other software makes a tap of that name, which it keeps.  EEXIST: the name is taken. */
int kernel_create_other(const struct world *world, struct state *state, uint8_t name);

/* SIOCBRADDIF (br_if.c, br_add_if): ENODEV without the device; EBUSY if it has a master already, be
 * it the same bridge, another one, or ovs-system, and of a macvtap, which is its own master. */
int kernel_bridge_add(const struct world *world, struct state *state, uint8_t name, uint8_t bridge);

/* if_nametoindex, for the nic's start: ENODEV without the device. */
int kernel_index(struct state *state, unsigned nic, uint8_t name);

/* The same for the nic's add-if: with the device that has the name or, by its index, the one that
 * its start has asked for last.  EINVAL if that one has gone, whatever has its name by now
 * (br_ioctl.c, add_del_if). */
int kernel_add_if(const struct world *world, struct state *state, unsigned nic,
                  struct operation op);

/* SIOCBRDELIF: ENODEV without the device, EINVAL if it is not on that bridge. */
int kernel_bridge_del(struct state *state, uint8_t name, uint8_t bridge);

/* SIOCSIFHWADDR, whoever's device it is: ENODEV without it.  EADDRINUSE of a macvtap, up or down,
 * if another one that is up has that MAC: all are on one parent (macvlan_set_mac_address). */
int kernel_set_mac(struct state *state, uint8_t name, uint8_t mac);

/* Files a packet filter under the operation's name and MAC, as its filter_found says: EEXIST if it
 * is refused over one that is there. */
int kernel_add_filter(const struct world *world, struct state *state, struct operation op);

/* RTM_NEWQDISC or RTM_DELQDISC at a device's root, whoever's it is: ENODEV without the device,
 * ENOENT if there is none to delete (net/sched/sch_api.c, tc_get_qdisc).  To set one is to clear
 * what is there before (docs/facts.md, "Found of limits"). */
int kernel_limit(struct state *state, uint8_t name, bool limit);

/* SIOCSIFFLAGS with IFF_UP: ENODEV without the device.  EADDRINUSE of a macvtap that is down if
 * another one that is up has its MAC (macvlan_open). */
int kernel_set_up(struct state *state, uint8_t name);

/* The same without IFF_UP: ENODEV without the device. */
int kernel_set_down(struct state *state, uint8_t name);

/* The last reference to a device's descriptor that this holder has is closed (tun.c, __tun_detach):
 * a tap is unregistered unless somebody else holds it, it is persistent, or the platform deletes
 * none; a link does not care. */
void kernel_close(const struct world *world, struct state *state, uint8_t name, enum holder holder);

/* The daemon closes the descriptor that it has open for this nic, if it has one.  One whose
 * device has been deleted is of no effect any more. */
void kernel_close_opened(const struct world *world, struct state *state, unsigned nic);

/* RTM_DELLINK by name, from whoever is allowed to: ENODEV without the device. */
int kernel_delete(const struct world *world, struct state *state, uint8_t name);

/* True if the device is enslaved to ovs-system: bound to a port of the system datapath. */
bool kernel_on_ovs_system(const struct world *world, const struct state *state, uint8_t name);

/* The guest's QEMU is to run with the descriptors of all its nics, in place of the daemon.  It asks
 * them what they are (TUNGETIFF), and does not run if a device was deleted: EBADFD of a tap,
 * ENOLINK of a macvtap, ENODEV of a veth. */
int kernel_exec(const struct world *world, struct state *state, unsigned guest);

/* True if the operation begins with a question for a device by its name (op.asked), and there is
 * none: what comes of it is ENODEV, also if a fault would have it fail. */
bool kernel_misses(const struct state *state, struct operation op);

#endif
