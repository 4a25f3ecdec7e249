/* The world of a scenario under a policy: all that stays the same while it runs.
 *
 * Guests and their nics, bridges, daemons, what each actor is to do, and what is there from the
 * beginning.  Filled by the scenario's reader (harness/build.h), read-only from then on, and shared
 * by the simulated world and the real one. */
#ifndef TAPWEAVE_CORE_WORLD_H
#define TAPWEAVE_CORE_WORLD_H

#include "core/fault.h"
#include "core/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAX_COMMANDS = 16,     /* commands of one guest's thread */
    MAX_THIRD_PARTIES = 2, /* other software that creates and deletes devices */
    MAX_LANDMARKS = 8,     /* steps that others wait for */
};

/* What other software does. */
enum third_party_command {
    THIRD_PARTY_CREATE,
    THIRD_PARTY_DELETE,
    THIRD_PARTY_DELETE_PORT,
    THIRD_PARTY_DELETE_BRIDGE,
    THIRD_PARTY_RENAME,
};

/* What a QEMU does with the tap that it has, whoever wants it to
 * (mail 004, "possibly maliciously"). */
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
    uint8_t after;                 /* 1 + the landmark that it waits for; 0: none */
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

/* When a fault may strike, beside what it needs to have an effect: while the thread of that guest
 * has that operation next, or is in the middle of it.  All zero: always. */
struct fault_aim {
    uint8_t guest; /* 1 + its index; 0: any.  A fault that strikes guests strikes this one */
    uint8_t at;    /* enum op_kind; OP_NONE: whatever it does */
};

/* What has to be over before a command is given: so many commands of another guest; and a step that
 * has to have been taken. */
struct turn {
    uint8_t guest;    /* 1 + its index; 0: nothing */
    uint8_t commands; /* of that guest's */
    uint8_t after;    /* 1 + index of the landmark; 0: none */
};

/* Steps that are no operations, and may be landmarks. */
enum landmark_step { LANDMARK_CRASH = OP_COUNT, LANDMARK_CLOSE, LANDMARK_EXIT, LANDMARK_STEPS };

/* A step that others wait for, when it is taken for the first time. */
struct landmark {
    uint8_t guest; /* whose it is, an index */
    uint8_t step;  /* enum op_kind of its thread, or enum landmark_step */
};

/* Filled by the scenario's reader, read-only while anything runs. */
struct world {
    struct policy policy; /* of all daemons that have none of their own: ask world_policy */
    struct policy own[MAX_DAEMONS];
    uint8_t has_own[MAX_DAEMONS]; /* 1: the daemon has a policy of its own */
    struct ifname_table names;
    uint8_t guests, bridges, third_parties;
    uint8_t more;                /* nics that are not their guests' first ones: from `guests` on */
    uint8_t nic_guest[MAX_NICS]; /* the guest of such a nic, by its index; in guests' order */
    struct nic nic[MAX_NICS];
    uint8_t bridge_kind[MAX_BRIDGES];    /* enum bridge_kind */
    uint8_t datapath[MAX_BRIDGES];       /* enum datapath, of an Open vSwitch bridge */
    uint8_t wired[MAX_BRIDGES];          /* 1: its ports' networks are wired by their iface-ids */
    uint8_t daemon[MAX_GUESTS];          /* index of the daemon that has the guest */
    uint8_t vm[MAX_GUESTS];              /* 1 + the guest that is the first life of the same VM; 0:
                                            it is the first life, or the only one */
    uint8_t running[MAX_GUESTS];         /* 1: runs from the beginning */
    uint8_t leaked[MAX_GUESTS];          /* 1: a helper process holds its tap's descriptor, too */
    uint8_t helper_closes[MAX_GUESTS];   /* 1: and closes it some time */
    uint8_t ignores_sigterm[MAX_GUESTS]; /* 1: its QEMU ends by SIGKILL alone */
    uint8_t ignores_sigkill[MAX_GUESTS]; /* 1: its QEMU may end later than a stop waits for that */
    uint8_t commands[MAX_GUESTS];        /* commands of its thread */
    uint8_t unbounded; /* 1: each thread's commands are given again and again, for ever */
    uint8_t command[MAX_GUESTS][MAX_COMMANDS]; /* enum command */
    uint8_t landmarks;
    struct landmark landmark[MAX_LANDMARKS];
    uint8_t ordered;                            /* 1: some command waits for its turn */
    struct turn turn[MAX_GUESTS][MAX_COMMANDS]; /* of each command */
    uint8_t qemu_commands[MAX_GUESTS];          /* commands of its QEMU */
    uint8_t qemu_after[MAX_GUESTS];             /* 1 + the landmark that these wait for; 0: none */
    uint8_t helper_after[MAX_GUESTS];           /* the same of its helper */
    uint8_t qemu_command[MAX_GUESTS][MAX_COMMANDS]; /* enum qemu_command */
    struct third_party third_party[MAX_THIRD_PARTIES];
    /* enum device_kind of what is there from the beginning */
    uint8_t third_party_device[IFNAME_MAX_NAMES + 1];
    struct preset preset[IFNAME_MAX_NAMES + 1];         /* which of these are an administrator's */
    uint8_t platform;                                   /* enum platform */
    struct leftover_row leftover[IFNAME_MAX_NAMES + 1]; /* by name id */
    uint8_t next_number;         /* 1 + what each counter hands out first; 0: what is behind the
                                    names of the guests that run */
    uint8_t clean_up_seconds;    /* a stop's clean-up takes no longer than this after it has
                                    released its name; 0: nobody promises anything */
    uint8_t faults[FAULT_COUNT]; /* by enum fault: how often each may happen in a run */
    struct fault_aim aim[FAULT_COUNT]; /* and where */
    /* What world_prepare has found out of all this: it is that of the world which `prepared` points
     * to, and of no copy.  NULL: nothing yet. */
    const struct world *prepared;
    struct context context[MAX_NICS];
};

/* Finds out once what is asked again and again of a world that does not change any more.  Neither
 * it nor anything of it may be moved or written to from then on; a copy of it may be. */
void world_prepare(struct world *world);

/* How many nics there are: the first ones of all guests, which have their guests' indexes, and
 * those behind them. */
unsigned world_nics(const struct world *world);

/* The guest that has the nic. */
unsigned world_guest(const struct world *world, unsigned nic);

/* The policy of the daemon that has the guest. */
const struct policy *world_policy(const struct world *world, unsigned guest);

/* True if the policy of some guest's daemon has that value, of the choice at that offset in struct
 * policy. */
bool world_has_policy(const struct world *world, size_t offset, uint8_t value);
#define WORLD_HAS_POLICY(world, choice, value) \
    world_has_policy(world, offsetof(struct policy, choice), value)

/* The context of its guest's machines, with that nic at hand. */
struct context world_context(const struct world *world, unsigned nic);

/* The commands of a guest's thread, as if all of them had been given. */
struct program world_program(const struct world *world, unsigned guest);

/* True if a guest is to be started that runs already, unless its start before has failed. */
bool world_retries(const struct world *world);

/* The largest struct thread.round, once those are left out that nothing speaks of any more
 * (sim/recount.h): rows, a call, and what has outlived its stop may speak of one each, and the
 * thread is in this round, or still at what the last one has left.  0 where nobody tells rounds
 * from each other. */
unsigned world_most_rounds(const struct world *world);

/* True if rows have tags in this world: a guest has a VLAN, or a row that was left behind. */
bool world_has_vlans(const struct world *world);

/* True if an owner, of a device or a row, is one of the guest's nics. */
bool world_owns(const struct world *world, unsigned guest, uint8_t owner);

/* The guest that is the first life of the guest's VM; itself if it is the first or the only one.
 * What is filed under a VM's id is that first guest's. */
unsigned world_vm(const struct world *world, unsigned guest);

/* True if the VM's ids (vm-id, iface-id) do not tell two owners apart: they are one nic, or nics of
 * two lives of one VM.  An owner is 1 + a nic, or 0 for nobody. */
bool world_is_one_nic(const struct world *world, uint8_t one, uint8_t other);

/* True if a device is renamed in this world: what that takes is tracked in no other. */
bool world_renames(const struct world *world);

/* True if somebody else may delete or rename the nic's device while its start holds it open: a
 * third party that deletes or renames anything, or another guest, whose nic is a link and deleted
 * by its name. */
bool world_contests(const struct world *world, unsigned nic);

/* True if what the nic's start does to the qdisc of the device that has its name may be done to
 * another nic's, which has a limit: that one has been given the name meanwhile, or the two share a
 * tap of several queues. */
bool world_exposes(const struct world *world, unsigned nic);

/* True if it can matter which devices ovs-vswitchd has made promiscuous: they are tracked in no
 * other world. */
bool world_tracks_promiscuous(const struct world *world);

/* True if an agent gives the rows of that nic their tag, and if it does so of some nic. */
bool world_agent_tags(const struct world *world, unsigned nic);
bool world_has_agent(const struct world *world);

/* True if a name that is given back may be held back for some time. */
bool world_holds_names(const struct world *world);

/* True if the daemon may be killed and started again. */
bool world_restarts(const struct world *world);

/* True if a nic has a packet filter. */
bool world_has_filters(const struct world *world);

/* True if a nic's bandwidth is limited by a QoS row of its port. */
bool world_has_qos(const struct world *world);

/* True if it decides about a start whether its device's name has a packet filter already. */
bool world_looks_at_filters(const struct world *world);

/* The Open vSwitch bridge that an administrator has put the tap of that name on, by a row that is
 * there from the beginning: 1 + index, 0 if there is none. */
uint8_t world_preset_port(const struct world *world, uint8_t name);

/* True if the bridge (1 + index) is an Open vSwitch bridge of that datapath. */
bool world_datapath(const struct world *world, uint8_t bridge, enum datapath datapath);

/* True if there is an Open vSwitch bridge of the kernel's datapath. */
bool world_has_system_datapath(const struct world *world);

#endif
