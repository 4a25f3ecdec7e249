/* The simulated world: what stays the same while it runs (struct world), and everything that
 * changes (struct state).
 *
 * The state is one flat struct of bytes without padding or pointers: it is copied, compared, hashed
 * and packed as it stands.  What is not in it does not exist.  Devices, ports and filters are kept
 * by the id of their name, because a name has at most one device in a network namespace.  An
 * incarnation, one life of a device, is therefore a name for as long as its device lives, or until
 * it is renamed, which moves every pointer along (sim/rename.h); whoever points at a device is cut
 * off in the step in which it dies, so that no pointer ever reaches a later incarnation. */
#ifndef TAPWEAVE_SIM_WORLD_H
#define TAPWEAVE_SIM_WORLD_H

#include "core/thread.h"
#include "sim/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MAX_COMMANDS = 16,     /* commands of one guest's thread */
    MAX_THIRD_PARTIES = 2, /* other software that creates and deletes devices */
    MAX_ACTORS = (7 + FAULT_COUNT) * MAX_GUESTS + 1 + MAX_THIRD_PARTIES + 2,
    THIRD_PARTY = 7,   /* owner of a device that is no guest's; nic c owns as c + 1 */
    ADMINISTRATOR = 8, /* maker of a persistent tap that is there from the beginning */
    TAP_GONE = 15,     /* record.tap: a device that others have made, and that is gone */
};

/* ---- what stays the same ---- */

/* What other software does. */
enum third_party_command {
    THIRD_PARTY_CREATE,
    THIRD_PARTY_DELETE,
    THIRD_PARTY_DELETE_PORT,
    THIRD_PARTY_DELETE_BRIDGE,
    THIRD_PARTY_RENAME,
};

/* What a QEMU does with the tap that it has, whoever wants it to (mail 004, "possibly
 * maliciously").
 */
enum qemu_command { QEMU_PERSIST, QEMU_UNPERSIST };

/* How frames of an Open vSwitch bridge are forwarded; the two differ (facts 3). */
enum datapath { DATAPATH_SYSTEM, DATAPATH_NETDEV };

enum device_kind {
    DEVICE_NONE,
    DEVICE_TAP,
    DEVICE_VETH, /* of other software's, stands for any device that is no tap */
    DEVICE_MACVTAP,
};

/* A row of OVSDB that is there from the beginning, without a device, and that no start of a guest
 * has made.  (That of an administrator's tap is in struct preset.) */
struct leftover_row {
    uint8_t bridge; /* 1 + index; 0: there is none */
    uint8_t vlan;
};

struct third_party {
    uint8_t commands;
    uint8_t command[MAX_COMMANDS]; /* enum third_party_command */
    uint8_t name[MAX_COMMANDS];    /* id of the device's or the port's name */
    uint8_t bridge[MAX_COMMANDS];  /* 1 + index, of THIRD_PARTY_DELETE_BRIDGE */
    uint8_t to[MAX_COMMANDS]; /* of THIRD_PARTY_RENAME: id of the name that the device is to have */
};

/* A tap that an administrator has made persistent and set up before anything begins, and that
 * nobody has open (`ip tuntap add`).  All zero: none. */
struct preset {
    uint8_t present; /* 1: there is one */
    uint8_t multi;   /* 1: with IFF_MULTI_QUEUE */
    uint8_t bridge;  /* 1 + the bridge that it has been put on, Linux or Open vSwitch, or 0 */
    uint8_t vlan;    /* the tag of its port, on an Open vSwitch bridge */
};

/* Filled by the scenario's reader, read-only while anything runs. */
struct world {
    struct policy policy;
    struct ifname_table names;
    uint8_t guests, bridges, third_parties;
    uint8_t more;                /* nics that are not their guests' first ones: from `guests` on */
    uint8_t nic_guest[MAX_NICS]; /* the guest of such a nic, by its index; in guests' order */
    struct nic nic[MAX_NICS];
    uint8_t bridge_kind[MAX_BRIDGES];    /* enum bridge_kind */
    uint8_t datapath[MAX_BRIDGES];       /* enum datapath, of an Open vSwitch bridge */
    uint8_t wired[MAX_BRIDGES];          /* 1: its ports' networks are wired by their iface-ids */
    uint8_t daemon[MAX_GUESTS];          /* index of the daemon that has the guest */
    uint8_t running[MAX_GUESTS];         /* 1: runs from the beginning */
    uint8_t leaked[MAX_GUESTS];          /* 1: a helper process holds its tap's descriptor, too */
    uint8_t helper_closes[MAX_GUESTS];   /* 1: and closes it some time */
    uint8_t ignores_sigterm[MAX_GUESTS]; /* 1: its QEMU ends by SIGKILL alone */
    uint8_t commands[MAX_GUESTS];        /* commands of its thread */
    uint8_t command[MAX_GUESTS][MAX_COMMANDS];      /* enum command */
    uint8_t qemu_commands[MAX_GUESTS];              /* commands of its QEMU */
    uint8_t qemu_command[MAX_GUESTS][MAX_COMMANDS]; /* enum qemu_command */
    struct third_party third_party[MAX_THIRD_PARTIES];
    uint8_t third_party_device[IFNAME_MAX_NAMES +
                               1]; /* enum device_kind of what is there from the beginning */
    struct preset preset[IFNAME_MAX_NAMES + 1];         /* which of these are an administrator's */
    uint8_t platform;                                   /* enum platform */
    struct leftover_row leftover[IFNAME_MAX_NAMES + 1]; /* by name id */
    uint8_t clean_up_seconds;    /* a stop's clean-up takes no longer than this after it has
                                    released its name; 0: nobody promises anything */
    uint8_t faults[FAULT_COUNT]; /* by enum fault: how often each may happen in a run */
};

/* ---- what changes ---- */

/* A QEMU process.  do_exit closes the descriptors before anybody can see that it is gone (facts 4).
 */
enum process_phase {
    PROCESS_NONE,
    PROCESS_RUNNING,
    PROCESS_EXITING, /* it has been killed or has crashed; its descriptors are open */
    PROCESS_CLOSED,  /* its descriptors are closed, names are free; the process still exists */
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
    uint8_t limit;   /* 1: its bandwidth has a limit, which dies with it */
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

/* A row of OVSDB's Port table, on its bridge: what is wanted.  It outlives its device. */
struct row {
    uint8_t bridge; /* 1 + index; 0: there is no row of this name */
    uint8_t uuid;   /* 1 + the nic whose start inserted it, or ROW_LEFTOVER: with the name, its
                       identity */
    uint8_t owner;  /* 1 + the nic whose start wrote its external-ids last; 0: no start has */
    uint8_t
        start_number; /* port-guard=port-owner: which of its starts (thread_incarnation); else 0 */
    uint8_t vlan;     /* its tag, as core/daemon.h has them */
    uint8_t dependents; /* guests whose late transactions depend on it, or-ed: bit g */
};

enum port_life {
    PORT_NONE,
    PORT_LIVE,  /* bound to the device of this name that exists now */
    PORT_STALE, /* its device has died.  system: until the kernel's deferred work destroys the
                   vport. netdev: until its row goes; a new device of the name can be sent to, not
                   heard */
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
};

/* A transaction of a guest's thread that ovsdb-server has not read yet: sim/delayed.h. */
struct delayed {
    struct operation op; /* OP_NONE: there is none */
    uint8_t start;       /* what its external ids say of the start: struct row */
    uint8_t nic;         /* for which it was sent; 0 if there is none */
};

struct state {
    struct daemon daemon;
    struct thread thread[MAX_GUESTS];
    uint8_t phase[MAX_GUESTS]; /* enum process_phase, of the guest's QEMU */
    uint8_t tap[MAX_NICS];     /* the name of the device that QEMU's descriptor for this nic leads
                                   to, or IFNAME_NONE */
    uint8_t opened[MAX_NICS];  /* the same of the descriptor that the daemon has open for it */
    struct device device[IFNAME_MAX_NAMES + 1]; /* by name id; [0] is unused, here and below */
    struct row row[IFNAME_MAX_NAMES + 1];
    struct port port[IFNAME_MAX_NAMES + 1];
    uint8_t filter[IFNAME_MAX_NAMES + 1]; /* packet filters under this name, or-ed: world_filter */
    struct delayed delayed[MAX_GUESTS];
    uint8_t third_party[MAX_THIRD_PARTIES]; /* commands done */
    uint8_t binding[MAX_NICS];        /* Midonet: the name that the nic's interface id is bound to
                                       */
    uint8_t bridge_gone[MAX_BRIDGES]; /* 1: an administrator has deleted it */
    uint8_t qemu[MAX_GUESTS];         /* commands done by each guest's QEMU */
    uint8_t leaked[MAX_GUESTS];       /* the name of the tap that the guest's helper holds, too, or
                                         IFNAME_NONE */
    uint8_t unplugged[MAX_GUESTS];    /* 1: its QEMU has no network device any more.  Where the
                                         daemon is not restarted it is always 0 */
    uint8_t faults[FAULT_COUNT];      /* by enum fault: how often it may still happen */
};

_Static_assert(sizeof(struct state) ==
                   sizeof(struct daemon) +
                       MAX_GUESTS * (sizeof(struct thread) + sizeof(struct delayed) + 4) +
                       3 * sizeof(uint8_t[MAX_NICS]) +
                       (IFNAME_MAX_NAMES + 1) *
                           (sizeof(struct device) + sizeof(struct row) + sizeof(struct port) + 1) +
                       MAX_THIRD_PARTIES + MAX_BRIDGES + FAULT_COUNT,
               "the state has no padding");

/* How many nics there are: the first ones of all guests, which have their guests' indexes, and
 * those behind them. */
unsigned world_nics(const struct world *world);

/* The guest that has the nic. */
unsigned world_guest(const struct world *world, unsigned nic);

/* The context of its guest's machines, with that nic at hand. */
struct context world_context(const struct world *world, unsigned nic);

/* The nic at hand of the guest's machine in work; its first one while there is none. */
unsigned world_nic(const struct world *world, const struct state *state, unsigned guest);

/* The bit of a nic's packet filter among those of a name: one bit for all nics if filters are
 * filed under the name alone, a bit for each MAC otherwise. */
uint8_t world_filter(const struct world *world, unsigned nic);

/* The commands of a guest's thread. */
struct program world_program(const struct world *world, unsigned guest);

/* True if the guest's start has ended, its stop has not begun, and its process is alive. */
bool world_running(const struct state *state, unsigned guest);

/* What tells one life of a device from the others of its name: 1 + the nic whose start or stop
 * made it, THIRD_PARTY or ADMINISTRATOR. */
uint8_t world_incarnation(const struct device *device);

/* True if nobody has a right to the device but its owner: an administrator's own is anybody's again
 * once it has been closed. */
bool world_is_guests(const struct device *device);

/* True if rows have tags in this world: a guest has a VLAN, or a row that was left behind. */
bool world_has_vlans(const struct world *world);

/* The names that devices of guests have now, as a set: bit n - 1 for the id n.  Those that their
 * users fixed are not among them, nor what other software has. */
uint32_t world_given_names(const struct world *world, const struct state *state);

/* True if an owner, of a device or a row, is one of the guest's nics. */
bool world_owns(const struct world *world, unsigned guest, uint8_t owner);

/* True if a device is renamed in this world: what that takes is tracked in no other. */
bool world_renames(const struct world *world);

/* True if the name's row is the port of a device that lives, whatever name that has by now, and is
 * its owner's: to delete it is up to that owner alone. */
bool world_row_is_used(const struct state *state, uint8_t name);

/* True if an agent gives the guests' rows their tags. */
bool world_has_agent(const struct world *world);

/* The bridge the device's owner is configured on: 1 + index, 0 for none. */
uint8_t world_wanted_bridge(const struct world *world, const struct device *device);

/* The VLAN that its owner is configured for; VLAN_NONE for other software's. */
uint8_t world_wanted_vlan(const struct world *world, const struct device *device);

/* True if the device's row on its owner's bridge has another one's iface-id, and that is what its
 * network is chosen by: it is wired to a network that is not its owner's. */
bool world_miswired(const struct world *world, const struct state *state, uint8_t name,
                    uint8_t owner);

/* The Open vSwitch bridge that an administrator has put the tap of that name on, by a row that is
 * there from the beginning: 1 + index, 0 if there is none. */
uint8_t world_preset_port(const struct world *world, uint8_t name);

/* True if the bridge (1 + index) is an Open vSwitch bridge of that datapath. */
bool world_datapath(const struct world *world, uint8_t bridge, enum datapath datapath);

#endif
