/* A policy: the fix under test, as a set of independent choices.
 *
 * Every choice has a name and named values (core/policy.c has the one table), and the combinations
 * that people argue about have names of their own.  A policy is written BASE[,CHOICE=VALUE]..., for
 * instance "libvirt-6.6,port-guard=exists". */
#ifndef TAPWEAVE_CORE_POLICY_H
#define TAPWEAVE_CORE_POLICY_H

#include <stdint.h>

/* Who chooses the name of a device whose name is not fixed by the user. */
enum name_strategy {
    NAME_KERNEL,      /* the kernel expands %d to the lowest free number (facts 4) */
    NAME_LOWEST_FREE, /* the daemon, the lowest that it has not reserved (mail 001: as for macvtap)
                       */
    NAME_COUNTER,     /* the daemon, the next higher number (mail 001: "int nextTapID") */
    NAME_QUARANTINE,  /* as lowest-free, but a released name is held back (mail 001: "FIN WAIT") */
};

/* When a reserved name goes back to the allocator. */
enum name_release {
    RELEASE_DEVICE_DEATH, /* as soon as the daemon has seen QEMU's process gone */
    RELEASE_CLEAN_UP_END, /* when nothing keyed by the name is left to be done */
};

/* Whether a chosen name is looked up first, so that one that exists is passed over. */
enum name_check { NAME_CHECK_NO, NAME_CHECK_YES };

/* What a start does when the name it chose turns out to be taken as it creates the device. */
enum on_taken { ON_TAKEN_FAIL, ON_TAKEN_RETRY };

/* Whose the numbered names are from which a guest gets its own. */
enum name_family {
    NAME_FAMILY_SHARED, /* everybody's: vnet0, vnet1, ... */
    NAME_FAMILY_OWN,    /* that guest's alone: tap-GUEST-0, ... (facts 3, os-vif's tap<port-id>) */
};

/* What becomes of a user's template such as mytap%d. */
enum user_template {
    USER_TEMPLATE_REPLACE, /* it is replaced by vnet%d (facts 1a, S2) */
    USER_TEMPLATE_KERNEL,  /* the kernel expands it, whatever the name strategy is */
    USER_TEMPLATE_HONOUR,  /* the name strategy draws from its family */
};

/* What a stop checks before it deletes its port. */
enum port_guard {
    PORT_GUARD_NONE,
    PORT_GUARD_MAC, /* delete if the device is gone or has this guest's MAC (mail 000, the patch) */
    PORT_GUARD_QUIET_MAC,   /* the same, with a lookup that logs no error (mail 000, "a Quiet
                               version") */
    PORT_GUARD_EXISTS,      /* delete if no device has the name (mail 000, option B) */
    PORT_GUARD_INCARNATION, /* delete if no device has the name, or it is still the one we created
                             */
    PORT_GUARD_PORT_UUID,   /* compare-and-delete: only the row this guest's start made (facts 3) */
    PORT_GUARD_BRIDGE,      /* delete from this guest's bridge alone (facts 3, os-vif) */
    PORT_GUARD_PORT_OWNER,  /* compare-and-delete: only the row whose external ids name this guest's
                               start (facts 3, "compare external_ids") */
};

/* Whether check + delete excludes, and is excluded by, the creation of a tap (mail 000, option C).
 */
enum guard_lock { GUARD_LOCK_NONE, GUARD_LOCK_CREATE };

/* How ovs-vsctl adds a port whose name may have a row already (facts 2 and 3). */
enum ovs_add {
    OVS_ADD_PLAIN,         /* add-port: an existing row is an error */
    OVS_ADD_DEL_ADD,       /* --if-exists del-port -- add-port, in one transaction */
    OVS_ADD_MAY_EXIST,     /* --may-exist add-port: an existing row on that bridge is adopted */
    OVS_ADD_MAY_EXIST_TAG, /* the same, and then `set Port` of the tag, which an adopted row would
                              not get */
    OVS_ADD_DEL_WAIT_ADD,  /* --if-exists del-port, a run of ovs-vswitchd whatever came of it, and
                              only  then as del-add: so that it sees the port gone (facts 3c) */
};

/* How a port gets the tag of its guest's VLAN. */
enum vlan_by {
    VLAN_BY_ADD,    /* with the row, in the transaction of add-port (facts 1a, S5) */
    VLAN_BY_AGENT,  /* later, by an agent that looks for rows by their iface-id (LP 1734320) */
    VLAN_BY_PARKED, /* the same, and until then the tag is 4095 (facts 3, os-vif's isolate_vif) */
};

/* How a new tap is attached: at once, or after a look at the bridge it may be on (mail 000, option
 * A). */
enum attach { ATTACH_ADD, ATTACH_REATTACH };

/* What the clean-up of a failed start acts upon. */
enum clean_up {
    CLEAN_UP_BY_NAME,      /* whatever bears the name in the definition (facts 1c) */
    CLEAN_UP_CREATED,      /* only what this start made */
    CLEAN_UP_CREATED_LINK, /* a macvtap or veth only if this start made it, all else by name (facts
                              2, 61d1b9e65) */
};

/* Which names survive in a guest's definition when its XML is read or written (mail 003).  Names of
 * taps that begin with vnet never do (2008). */
enum xml_names {
    XML_NAMES_DIRECT, /* of type='direct', none that is generated (to libvirt 6.6) */
    XML_NAMES_KEEP,   /* all names of macvtaps (February 2010) */
    XML_NAMES_DROP,   /* of type='direct', none, not even the user's (May 2010) */
    XML_NAMES_ALL,    /* none that is generated, whatever has it (from 6.7) */
};

/* Whether one counter serves all kinds of devices (mail 001, "a single list"; facts 2). */
enum name_pool { NAME_POOL_ONE, NAME_POOL_KIND };

/* Which taps a stop deletes: opens, clears IFF_PERSIST of, and closes (virNetDevTapDelete; mail
 * 004). */
enum tap_delete {
    TAP_DELETE_ETHERNET, /* those on no bridge, and all where the platform needs it (facts 1b) */
    TAP_DELETE_NEVER,
    TAP_DELETE_REQUIRED, /* all where the platform needs it, and none elsewhere (the patch) */
    TAP_DELETE_ALL,      /* all, since QEMU may have set IFF_PERSIST (the answer to it) */
    TAP_DELETE_RESTORE,  /* all, but IFF_PERSIST becomes what it was before QEMU ran ("how about if
                            we remember the context") */
};

/* Whether hot-unplug does with the tap what a stop does (mail 004, "never called in the case of
 * hot-unplug"). */
enum unplug { UNPLUG_KEEP, UNPLUG_DELETE };

/* What a start does with a name that the user fixed and that a device has already. */
enum explicit_name {
    EXPLICIT_NAME_OPEN,   /* TUNSETIFF decides */
    EXPLICIT_NAME_REFUSE, /* it is looked up first, and refused (facts 2, a2ae3d299) */
};

/* Who reserves the names that guests have when the daemon has been restarted (facts 1e). */
enum reserve_again {
    RESERVE_AGAIN_RECONNECT, /* each guest's own thread, beside which others are started */
    RESERVE_AGAIN_FIRST,     /* the daemon, for all status files, before anything else runs */
};

/* Order within a stop. */
enum stop_order { STOP_ORDER_KILL_FIRST, STOP_ORDER_PORT_FIRST };

/* What a stop does when kill says that there is no such process. */
enum on_gone {
    ON_GONE_GO_ON,   /* it takes down all the rest (facts 1b) */
    ON_GONE_GIVE_UP, /* it is at its end (facts 5, urunc#408) */
};

/* What a packet filter is filed under. */
enum filter_key {
    FILTER_KEY_NAME,     /* the device's name (nwfilter: facts 1b, steps 2 and 3) */
    FILTER_KEY_NAME_MAC, /* the name and the guest's MAC (ebtables: facts 1b, step 3) */
    FILTER_KEY_BINDING,  /* the name, which has one binding (facts, "Found of packet filters") */
};

enum {
    POLICY_HOLD_MAX = 9,
    POLICY_MAX_NAMED = 24, /* named policies, at most */
};

/* Plain data, freely copied.  Each field holds a value of the enum named beside it. */
struct policy {
    uint8_t name;       /* enum name_strategy */
    uint8_t hold;       /* quarantine: seconds a released name is held back, 0..POLICY_HOLD_MAX */
    uint8_t release;    /* enum name_release; lowest-free and quarantine only */
    uint8_t name_check; /* enum name_check; not with the kernel's names */
    uint8_t on_taken;   /* enum on_taken; not with the kernel's names */
    uint8_t user_template; /* enum user_template */
    uint8_t port_guard;    /* enum port_guard */
    uint8_t guard_lock;    /* enum guard_lock */
    uint8_t ovs_add;       /* enum ovs_add */
    uint8_t attach;        /* enum attach */
    uint8_t vlan_by;       /* enum vlan_by; of guests that have a VLAN */
    uint8_t clean_up;      /* enum clean_up */
    uint8_t stop_order;    /* enum stop_order */
    uint8_t xml_names;     /* enum xml_names */
    uint8_t name_pool;     /* enum name_pool; counter only */
    uint8_t tap_delete;    /* enum tap_delete */
    uint8_t unplug;        /* enum unplug */
    uint8_t explicit_name; /* enum explicit_name */
    uint8_t on_gone;       /* enum on_gone */
    uint8_t filter_key;    /* enum filter_key */
    uint8_t name_family;   /* enum name_family */
    uint8_t reserve_again; /* enum reserve_again; not with the kernel's names */
};

/* One choice of the table: its name, its values' names, and what it decides. */
struct policy_choice {
    const char *name;
    const char *const *values; /* NULL for a number from 0 to `count` - 1 */
    uint8_t count;             /* how many values */
    uint8_t offset;            /* of its byte in struct policy */
    const char *text;
};

/* A combination with a name. */
struct policy_named {
    const char *name;
    const char *text; /* one line: what it stands for, and where it was proposed */
    struct policy policy;
};

/* The tables; each function returns NULL past the last entry, so that they are walked with an
 * index. */
const struct policy_choice *policy_choice(unsigned index);
const struct policy_named *policy_named(unsigned index);

/* The named policy, or NULL. */
const struct policy_named *policy_find(const char *name);

/* The choice of that name, or NULL. */
const struct policy_choice *policy_find_choice(const char *name);

/* Number of the choice's value written `text`, or -1. */
int policy_find_value(const struct policy_choice *choice, const char *text);

/* What a policy says about a choice: below choice->count. */
uint8_t policy_get(const struct policy *policy, const struct policy_choice *choice);

/* Writes one choice of a policy.  `value` is below choice->count. */
void policy_set(struct policy *policy, const struct policy_choice *choice, uint8_t value);

#endif
