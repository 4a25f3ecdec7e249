/* The virtualization daemon: what it is told about a guest, and what it keeps in memory.
 *
 * Everything here is a plain struct of bytes: the memory is part of the explored state. */
#ifndef TAPWEAVE_CORE_DAEMON_H
#define TAPWEAVE_CORE_DAEMON_H

#include "core/allocator.h"
#include "core/ifname.h"
#include "core/operation.h"
#include "core/policy.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MAX_GUESTS = 6,
    MAX_NICS = 6,    /* of all guests together; guest g's first nic is nic g */
    MAX_DAEMONS = 3, /* in one namespace */
    MAX_BRIDGES = 4,
};

/* The family of the names that libvirt gives taps by itself, "vnet%d": the first of every world. */
enum { FAMILY_VNET = 0 };

/* VLANs, as the tags of ports have them; no tag is 0, which is a trunk of them all.  A parked port
 * has 4095, the VLAN of nobody. */
enum {
    VLAN_NONE = 0,
    VLAN_MAX = 7, /* of a guest's */
    VLAN_PARKED = 8,
};

enum bridge_kind {
    BRIDGE_NONE,
    BRIDGE_LINUX,
    BRIDGE_OVS,
    BRIDGE_MIDONET, /* no device of the host's: its ports are bound by their interface ids */
};

/* FreeBSD deletes no tap by itself (mail 004, VIR_NETDEV_TAP_REQUIRE_MANUAL_CLEANUP). */
enum platform { PLATFORM_LINUX, PLATFORM_FREEBSD };

/* What a guest's device is, and with that how it is made and what ends it. */
enum nic_kind {
    NIC_TAP,     /* by TUNSETIFF; it ends with its last descriptor */
    NIC_MACVTAP, /* a link on a parent device, which only its deletion ends */
    NIC_VETH,    /* a link whose other end is in a container, and which goes with that */
};

/* What a nic's device may be given: properties that a start sets by the device's name and a stop
 * clears, if the nic has them.  Each has an id, a member of struct nic and of struct device, its
 * key in a scenario and its state's name in the machines, what is said of a device that has it, and
 * the oracle of a running guest's device that has it not.  Its operations are OP_SET_ and
 * OP_CLEAR_. */
#define NIC_PROPERTIES(X) X(LIMIT, limit, "limit", "limited", LOST_QOS)

enum nic_property {
#define X(id, member, key, text, oracle) PROPERTY_##id,
    NIC_PROPERTIES(X)
#undef X
        PROPERTIES,
};

/* A guest's nic, or one of several, by its definition.  Read-only once anything runs. */
struct nic {
    uint8_t bridge;  /* 1 + index of the bridge it belongs on; 0: type='ethernet', on no bridge */
    uint8_t mac;     /* its MAC's number, 1 or more: equal numbers are equal addresses */
    uint8_t name;    /* the id of a name fixed by the user, or IFNAME_NONE */
    uint8_t family;  /* index of the family its template stands for; FAMILY_VNET without a template;
                        of a macvtap, that of its generated names */
    uint8_t kind;    /* enum nic_kind */
    uint8_t carried; /* the id of the name of a device that it had elsewhere, which its definition
                        may have kept (mail 003), or IFNAME_NONE */
    uint8_t network; /* of a macvtap: 1 by <interface type='network'>, 0 by type='direct' */
    uint8_t own;     /* name-family=own: index of the family that is this guest's alone, of a tap
                        without a fixed name; 0, which is no guest's own, otherwise */
    uint8_t vlan;    /* its VLAN, 1..VLAN_MAX, of an Open vSwitch bridge; VLAN_NONE: its port has no
                        tag */
    uint8_t multi_queue; /* 1: its tap has several queues (IFF_MULTI_QUEUE) */
    uint8_t unmanaged;   /* 1: managed='no', its device is there and is left as it is (facts 1a) */
    uint8_t unfiltered;  /* 1: it has no packet filter, as no macvtap has one */
#define X(id, member, key, text, oracle) uint8_t member; /* 1: its device is to have it */
    NIC_PROPERTIES(X)
#undef X
    uint8_t template;  /* 1: its user has given a template, be it "vnet%d" */
    uint8_t exposed;   /* 1: its start's default qdisc may come upon another nic's limit
                          (world_exposes), so that it is a step */
    uint8_t contested; /* 1: others may delete or rename its device while its start puts it on a
                          Linux bridge (world_contests): the look-up of its index is a step */
};

/* What a machine may read: the policy, the world's names and bridges, and the guest that it is for.
 */
struct context {
    const struct policy *policy;
    const struct ifname_table *names;
    const struct nic *nic;      /* of all nics, by index */
    const uint8_t *bridge_kind; /* enum bridge_kind of all bridges, by index */
    uint8_t guest;              /* index of the guest */
    uint8_t nics;               /* how many nics it has */
    uint8_t nic_at[MAX_NICS];   /* their indexes, in the order in which they are started */
    uint8_t at_hand;            /* the index of the one at hand */
    uint8_t daemon;             /* index of the daemon that the guest is one of */
    uint8_t platform;           /* enum platform */
    uint8_t ignores_sigkill;    /* 1: its QEMU may end later than a stop waits for that */
    uint8_t restarts;           /* 1: the daemon may be killed, so status files matter */
    uint8_t start_number;       /* what external ids say of the start that is in work, or is to be
                                   undone: thread_incarnation; 0 where the policy has them say
                                   nothing */
};

/* What a start has made so far and a stop has not yet undone.  MADE_OPEN: the daemon's descriptor,
 * which QEMU gets. */
enum made {
    MADE_TAP = 1,
    MADE_PORT = 2,
    MADE_FILTER = 4,
    MADE_OPEN = 8,
#define X(id, member, key, text, oracle) MADE_##id = 16 << PROPERTY_##id,
    NIC_PROPERTIES(X)
#undef X
        MADE_ALL = (16 << PROPERTIES) - 1,
};

_Static_assert((MADE_TAP | MADE_PORT | MADE_FILTER | MADE_OPEN) == 15 && MADE_ALL <= UINT8_MAX,
               "a bit of a byte for each, and the properties' behind the others'");
_Static_assert(VLAN_PARKED > VLAN_MAX && VLAN_NONE == 0, "no guest's VLAN is that of nobody");
_Static_assert(MAX_GUESTS <= MAX_NICS, "a first nic for every guest");

/* What the daemon remembers of one nic of a guest.  All zero: not running, nothing of it left. */
struct nic_record {
    uint8_t name;     /* the name it believes the nic's device has, or IFNAME_NONE */
    uint8_t tap;      /* token of the device's incarnation, as CREATE_TAP told it; 0 if none */
    uint8_t port;     /* token of the port's row, as ADD_PORT told it; 0 if none */
    uint8_t made;     /* enum made, or-ed */
    uint8_t reserved; /* 1 while the allocator has the name reserved for this guest */
    uint8_t running;  /* 1 from the end of its guest's start to the first step of its stop */
    uint8_t persist;  /* tap-delete=restore: 1 if its tap had IFF_PERSIST before QEMU had it */
};

/* The daemons' memory; each one's in the same namespace is its own, but for the records, of which
 * each has those of its guests' nics.  All zero: just started, with no guest.
 * No padding. */
struct daemon {
    struct allocator allocator[MAX_DAEMONS];
    uint8_t lock[MAX_DAEMONS]; /* 1 + the guest whose thread holds the mutex, or 0 */
    struct nic_record record[MAX_NICS];
};

/* What a machine may read, of the nic of that index. */
struct context daemon_nic(const struct context *context, uint8_t nic);

/* True if the device is a link, which lives until somebody deletes it. */
bool daemon_has_link(const struct context *context);

/* The strategy that names this guest's device: the policy's, but for a user's template that the
 * policy leaves to the kernel, and a macvtap, for which the daemon keeps a list where the kernel
 * names taps (facts 1a). */
enum name_strategy daemon_strategy(const struct context *context);

/* The policy's on_taken; but with that list a taken name is passed over (facts 1a, "on EEXIST"). */
enum on_taken daemon_on_taken(const struct context *context);

/* The counter that numbers this guest's device: 0, or 1 for a macvtap's own. */
unsigned daemon_pool(const struct context *context);

/* The family this guest's device gets its name from: its own one if the policy says so, unless the
 * kernel is to expand its user's template, or it is a macvtap; a user's template that is replaced,
 * or that its definition loses, counts as "vnet%d". */
uint8_t daemon_family(const struct context *context);

/* How many numbers of that family there are for the daemon. */
unsigned daemon_numbers(const struct context *context);

/* The name that the nic's device has to have, by its user or because a name that was made of a
 * user's template elsewhere is not known for one by now; IFNAME_NONE if others are to name it. */
uint8_t daemon_fixed(const struct context *context);

/* The generated name of a macvtap that the guest's definition has kept: a start tries it first, and
 * one that fails before it has a device leaves it in the definition.  IFNAME_NONE without one. */
uint8_t daemon_carried(const struct context *context);

/* The name that the definition has of itself: a fixed one, or a carried one, or IFNAME_NONE. */
uint8_t daemon_defined(const struct context *context);

/* The kind of a bridge, given as 1 + index; BRIDGE_NONE for 0. */
enum bridge_kind daemon_bridge_kind(const struct context *context, uint8_t bridge);

/* What a restarted daemon finds of the name of the guest's device in the status file: its own XML
 * is read as active, so nothing is lost but under XML_NAMES_DROP
 * (mail 003: "*always*", "later fixed"). */
uint8_t daemon_in_status_file(const struct context *context, uint8_t name);

/* True if the user left the name of this guest's device to others. */
bool daemon_names(const struct context *context);

/* True if its tap's name is made of a template of its user's.  Such a name takes the template's
 * place in the definition, as if the user had fixed it (docs/facts.md, "Found of libvirtd"). */
bool daemon_makes_of_template(const struct context *context);

/* True if the daemon chooses that name itself, before it creates the device: neither the user nor
 * the kernel does. */
bool daemon_picks(const struct context *context);

/* True if the policy has IFF_PERSIST of this guest's tap remembered, and restored when QEMU has
 * gone. A platform without the flag has nothing to remember. */
bool daemon_restores(const struct context *context);

/* What the nic's packet filter is filed under besides its device's name: the number of its MAC, or
 * 0 for the name alone. */
uint8_t daemon_filter_mac(const struct context *context);

/* True if a start files a packet filter for the nic's device, and a stop takes that away. */
bool daemon_has_filter(const struct context *context);

/* True if the policy has one packet filter under a name, which a reconnection finds and a start is
 * refused over (facts, "Found of packet filters"). */
bool daemon_has_binding(const struct context *context);

/* True if a start limits the nic's bandwidth by a QoS row of its port, and not by tc. */
bool daemon_limits_by_qos(const struct context *context);

/* True if a start gives the nic's device its default qdisc, and that may be another's by then
 * (qemuDomainInterfaceSetDefaultQDisc; facts, "Found of limits").  A container's daemon gives none.
 */
bool daemon_sets_qdisc(const struct context *context);

/* True if its stop removes that row; or, with `unplug`, its hot-unplug.  If not, it clears the
 * qdisc of the device that has the name, as if that had been set. */
bool daemon_clears_qos(const struct context *context, bool unplug);

/* The daemon of that index has been killed and started again: it holds no mutex and has handed out
 * no name.  What it knows of its guests is for thread_restart. */
void daemon_forget(struct daemon *daemon, unsigned index);

/* A restarted daemon has found the guest's status file, with a name of the nic in it: reserves
 * that, if the policy has it done before anything else. */
void daemon_reserve_again(struct daemon *daemon, const struct context *context);

/* Carries out an operation on the daemon's own memory.  False, and nothing is changed, if it has to
 * wait: LOCK while another thread holds the mutex.  PICK_NAME gives back op.name, a choice that
 * turned out to be taken, and goes on behind it; it takes op.preferred if that is free; it ends
 * with ENFILE if no name is left.  RESERVE_NAME ends with EEXIST if the name has been handed out
 * already (1.3.2, 370608b4c76f: the bit is set). */
bool daemon_do(struct daemon *daemon, const struct context *context, struct operation op,
               struct outcome *outcome);

#endif
