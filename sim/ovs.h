/* Simulated Open vSwitch: the rows of OVSDB, and ovs-vswitchd, which makes the datapath follow
 * them.
 *
 * An ovs-vsctl call commits one transaction and returns when ovs-vswitchd has caught up, or at once
 * if the transaction changed nothing (ovs-vsctl.c: next_cfg is incremented only along with a
 * change). */
#ifndef TAPWEAVE_SIM_OVS_H
#define TAPWEAVE_SIM_OVS_H

#include "sim/state.h"

/* add-port for `owner`, as the operation ADD_PORT says.  EEXIST: a row of the name is in the way;
 * ENODEV: there is no such bridge any more. Otherwise 0, whatever becomes of the port: a device
 * that cannot be opened is no error (facts 3, before OVS 3.6).  *waits is set unless nothing
 * changed: a row of the owner's own was adopted. */
int ovs_add_port(const struct world *world, struct state *state, struct operation op, uint8_t owner,
                 bool *waits);

/* --if-exists del-port NAME: no bridge, no owner.  True if there was a row. */
bool ovs_del_port(const struct world *world, struct state *state, uint8_t name);

/* Limits the port of that name by a QoS row that is the guest's, and has a queue.  One that is
 * there already for the guest and the name is written again, and no port is looked at: `set queue`.
 * ENODEV: there is no row of the port.  *waits is set if there was no such QoS row. */
int ovs_set_qos(struct state *state, uint8_t name, unsigned guest, bool *waits);

/* Removes the guest's QoS row for that name, and what refers to it.  True if there was one. */
bool ovs_clear_qos(struct state *state, uint8_t name, unsigned guest);

/* True if ovs-vswitchd has anything to do: a port without a row, or on another bridge than its row,
 * or with another tag, or other QoS; a row without a port whose device could be bound; or link
 * events of a port's device to read. */
bool ovs_vswitchd_is_behind(const struct world *world, const struct state *state);

/* One run of ovs-vswitchd's main loop: bridge_reconfigure, over all rows, and then the link events.
 * A device that loses its port is given the flags that ovs-vswitchd remembers (enum remembered). */
void ovs_vswitchd_run(const struct world *world, struct state *state);

/* The last part of a run, which ovs-vswitchd takes without a database, too: true if there are link
 * events that it has not read; and it reads them. */
bool ovs_link_events_are_unread(const struct world *world, const struct state *state);
void ovs_read_link_events(const struct world *world, struct state *state);

/* ovs-vswitchd is killed, with the ports of its userspace datapath, whose devices it leaves as they
 * are; and started again, which is a run. */
void ovs_vswitchd_restart(const struct world *world, struct state *state);

/* The agent, in a world that has one: true if the row of a guest that has a VLAN has another tag;
 * and one round of the agent's, which gives all such rows their tags and waits for nobody. */
bool ovs_agent_is_behind(const struct world *world, const struct state *state);
void ovs_agent_run(const struct world *world, struct state *state);

/* True if the device of that name is, or by what the agent and ovs-vswitchd still have to do for
 * its row will be, attached to that Open vSwitch bridge with frames of
 * that VLAN passing both ways. */
bool ovs_attached(const struct world *world, const struct state *state, uint8_t name,
                  uint8_t bridge, uint8_t vlan);

/* The name of the device whose frames the port gets, and of the one that its frames go to (which
 * need not exist), or IFNAME_NONE.  They are the port's own, unless devices are renamed. */
uint8_t ovs_receives_from(const struct port *port, uint8_t name);
uint8_t ovs_sends_to(const struct world *world, const struct port *port, uint8_t name);

/* True if a port of that bridge and VLAN gets the device's frames; or, with `back`, sends it its
 * own. */
bool ovs_passes(const struct world *world, const struct state *state, uint8_t name, uint8_t bridge,
                uint8_t vlan, bool back);

#endif
