/* The state of the simulated world: everything that changes while it runs.
 *
 * It is one flat struct of bytes without padding or pointers: it is copied, compared, hashed and
 * packed as it stands.  What is not in it does not exist.  It has two halves: control, which core/
 * steps (core/control.h), and the network, which operations change.
 *
 * Devices, rows, ports and filters are kept by the id of their name, because a name has at most one
 * device in a network namespace.  An incarnation, one life of a device, is therefore a name for as
 * long as its device lives, or until it is renamed.  sim/reference.h moves every reference along
 * then, and cuts it in the step in which the device dies, so that no reference ever reaches a later
 * incarnation. */
#ifndef TAPWEAVE_SIM_STATE_H
#define TAPWEAVE_SIM_STATE_H

#include "core/control.h"

enum {
    THIRD_PARTY = 7,   /* owner of a device that is no guest's; nic c owns as c + 1 */
    ADMINISTRATOR = 8, /* maker of a persistent tap that is there from the beginning */
    TAP_GONE = 15,     /* record.tap: a device that others have made, and that is gone */
};

enum holder { HOLDER_DAEMON = 1, HOLDER_QEMU = 2, HOLDER_HELPER = 4 };

/* A network device. */
struct device {
    uint8_t kind;    /* enum device_kind */
    uint8_t owner;   /* 1 + the nic it was created for, or opened for last; or THIRD_PARTY */
    uint8_t maker;   /* 0, or who made it, if that was not the owner: 1 + the nic, ADMINISTRATOR */
    uint8_t holders; /* enum holder, or-ed: descriptors, which keep a tap alive, and nothing else */
    uint8_t mac;     /* the number of a guest's MAC, or 0: the random one it was born with */
    uint8_t up;      /* 1: IFF_UP */
    uint8_t master;  /* 1 + the Linux bridge it is enslaved to, or 0; of ovs-system: struct port */
    uint8_t persist; /* 1: IFF_PERSIST, it outlives its last descriptor */
    uint8_t multi;   /* 1: IFF_MULTI_QUEUE, as it was created */
#define X(id, member, key, text, oracle) uint8_t member; /* 1: it has it, and till its death */
    NIC_PROPERTIES(X)
#undef X
    uint8_t promiscuous; /* 1: a port of a netdev bridge has made it so.  Where ovs-vswitchd cannot
                            be restarted and nothing is renamed it is always 0: nothing depends on
                            it */
    uint8_t stuck;  /* the name under which it was added to the system datapath, if it was renamed
                       since, and ovs-vswitchd has lost it: ovs-system is still its master */
    uint8_t orphan; /* 1: a veth whose container is dead; it goes with its other end */
};

enum {
    ROW_GONE = 7, /* what a guest remembers for the UUID of a row that is gone: no row's any more */
    ROW_LEFTOVER =
        8, /* the UUID of a row that no start has made: left behind, or an administrator's */
};

_Static_assert(THIRD_PARTY > (int)MAX_NICS && ROW_GONE > (int)MAX_NICS, "no nic owns as they do");
_Static_assert(TAP_GONE > ADMINISTRATOR && ADMINISTRATOR > THIRD_PARTY, "no device's token");
_Static_assert(ROW_LEFTOVER != ROW_GONE, "a row that is left over is not gone");
_Static_assert((HOLDER_DAEMON | HOLDER_QEMU | HOLDER_HELPER) == 7, "three different bits");

/* A row of OVSDB's Port table, on its bridge: what is wanted.  It outlives its device. */
struct row {
    uint8_t bridge; /* 1 + index; 0: there is no row of this name */
    uint8_t uuid;   /* 1 + the nic whose start inserted it, or ROW_LEFTOVER: with the name, its
                       identity */
    uint8_t owner;  /* 1 + the nic whose start wrote its external-ids last; 0: no start has */
    /* port-guard=port-owner: which of its starts (thread_incarnation); else 0 */
    uint8_t start_number;
    uint8_t vlan;       /* its tag, as core/daemon.h has them */
    uint8_t dependents; /* guests whose late transactions depend on it, or-ed: bit g */
    uint8_t qos;        /* whose QoS row it refers to: 1 + the guest (world_vm); 0: none */
};

_Static_assert(MAX_GUESTS <= 8 && MAX_NICS <= 8, "a bit for every guest, and for every MAC");

enum port_life {
    PORT_NONE,
    PORT_LIVE,  /* bound to the device of this name that exists now */
    PORT_STALE, /* netdev: its device has died.  It stays until its row goes; a new device of the
                   name can be sent to, not heard */
    PORT_AWAY,  /* its device has been renamed.  system: until ovs-vswitchd's next run */
};

/* On the userspace datapath ovs-vswitchd sets a port's device promiscuous, and takes that back when
 * it removes the port: it writes the flags that it remembers, without IFF_PROMISC, to whatever
 * device has the name then.  It remembers what the last link event that it has read said
 * (netdev-linux.c, update_flags, netdev_linux_changed). */
enum remembered {
    REMEMBERS_NOTHING, /* not promiscuous: there is nothing to take back */
    REMEMBERS_DOWN,
    REMEMBERS_UP,
};

/* A port of the datapath, as ovs-vswitchd made it: what is. */
struct port {
    uint8_t bridge;     /* 1 + index; 0 with PORT_NONE */
    uint8_t life;       /* enum port_life */
    uint8_t remembered; /* enum remembered; REMEMBERS_NOTHING but on the netdev datapath */
    uint8_t last_event; /* enum remembered: what the last link event of the name said.  netdev, not
                     live, and no device has the name now; otherwise 0, the device says it */
    uint8_t vlan;       /* the tag in force: its row's, at the last run */
    uint8_t was_promiscuous; /* 1: its device was promiscuous already when the port was made, by a
                          port of another name, or an ovs-vswitchd that was killed: there is nothing
                          to take back */
    uint8_t receives_from; /* PORT_AWAY: the name that its device, whose frames it gets, has now */
    uint8_t sends_to; /* netdev: the name that the last device of its own name has now, if that was
                   renamed: where its frames go.  0: to whatever has its own name */
    uint8_t qos;      /* 1: ovs-vswitchd has set its device's qdisc, as its row's QoS had it do */
};

/* A transaction of a guest's thread that nobody waits for any more, and that is not carried out
 * yet: sim/delayed.h. */
struct delayed {
    struct operation op; /* OP_NONE: there is none */
    uint8_t nic;         /* 1 + the nic for which it was sent; 0 if there is none */
    uint8_t orphan;      /* 1: its ovs-vsctl has outlived its daemon, and has sent nothing yet */
};

/* How ovs-vswitchd stands to ovsdb-server. */
enum ovsdb_phase {
    OVSDB_UP,
    OVSDB_DOWN, /* there is none: an ovs-vsctl that is started fails, and nothing is bound */
    OVSDB_BACK, /* there is one again, and ovs-vswitchd has not connected to it yet */
};

/* What operations and the actors around the daemons change. */
struct network {
    uint8_t tap[MAX_NICS];     /* the name of the device that QEMU's descriptor for this nic leads
                                  to, or IFNAME_NONE */
    uint8_t opened[MAX_NICS];  /* the same of the descriptor that the daemon has open for it */
    uint8_t indexed[MAX_NICS]; /* the same of an index that its start has asked for, and not used */
    struct device device[IFNAME_MAX_NAMES + 1]; /* by name id; [0] is unused, here and below */
    struct row row[IFNAME_MAX_NAMES + 1];
    struct port port[IFNAME_MAX_NAMES + 1];
    /* Packet filters under this name, or-ed: state_filter_bit. */
    uint8_t filter[IFNAME_MAX_NAMES + 1];
    uint8_t qos[IFNAME_MAX_NAMES + 1]; /* QoS rows for this name, each with a queue: bit g is that
                                          of guest g (world_vm).  They outlive a port and its row */
    struct delayed delayed[MAX_GUESTS];
    uint8_t binding[MAX_NICS];        /* Midonet: the name its interface id is bound to */
    uint8_t bridge_gone[MAX_BRIDGES]; /* 1: an administrator has deleted it */
    uint8_t ovsdb;                    /* enum ovsdb_phase */
    uint8_t leaked[MAX_GUESTS];       /* the name of the tap that the guest's helper holds, too, or
                                         IFNAME_NONE */
    uint8_t unplugged[MAX_GUESTS];    /* 1: its QEMU has no network device any more.  Where the
                                         daemon is not restarted it is always 0 */
};

struct state {
    struct control control;
    struct network network;
    uint8_t excused[MAX_GUESTS]; /* for start-failed alone: 1: a fault has failed the start that the
                                    guest's thread is taking back, and no race */
};

_Static_assert(_Alignof(struct state) == 1, "bytes alone: no padding");

/* True if the guest's start has ended, its stop has not begun, and its process is alive. */
bool state_running(const struct state *state, unsigned guest);

/* What tells one life of a device from the others of its name: 1 + the nic whose start or stop
 * made it, THIRD_PARTY or ADMINISTRATOR. */
uint8_t device_incarnation(const struct device *device);

/* True if nobody has a right to the device but its owner: an administrator's own is anybody's again
 * once it has been closed. */
bool device_is_guests(const struct device *device);

/* The names that devices of guests have now, as a set: bit n - 1 for the id n.  Those that their
 * users fixed are not among them, nor what other software has. */
uint32_t state_given_names(const struct world *world, const struct state *state);

/* True while there is no ovsdb-server: nobody can read the database, or change it. */
bool state_lacks_ovsdb(const struct state *state);

/* `ovs-vsctl iface-to-br`: the bridge that the name's row is on (1 + index), 0 if there is none, or
 * nobody to ask. */
uint8_t state_iface_to_br(const struct state *state, uint8_t name);

/* True if the name's row is the port of a device that lives, whatever name that has by now, and is
 * its owner's: to delete it is up to that owner alone. */
bool state_row_is_used(const struct state *state, uint8_t name);

/* The bridge the device's owner is configured on: 1 + index, 0 for none. */
uint8_t device_wanted_bridge(const struct world *world, const struct device *device);

/* The VLAN that its owner is configured for; VLAN_NONE for other software's. */
uint8_t device_wanted_vlan(const struct world *world, const struct device *device);

/* True if the device's row on its owner's bridge has another one's iface-id, and that is what its
 * network is chosen by: it is wired to a network that is not its owner's. */
bool state_miswired(const struct world *world, const struct state *state, uint8_t name,
                    uint8_t owner);

/* The bit that a filter has among those of its name, if it is filed under the name and the MAC of
 * that number; or, for 0, under the name alone.  Where one daemon does this and another that, the
 * two stand side by side. */
uint8_t state_filter_bit(const struct world *world, uint8_t mac);

#endif
