/* A policy: the fix under test, as a set of independent choices.
 *
 * Every choice has a name and named values (core/policy.c has the one table), and the combinations
 * that people argue about have names of their own.  A policy is written BASE[,CHOICE=VALUE]..., for
 * instance "libvirt-6.6,port-guard=exists". */
#ifndef TAPWEAVE_CORE_POLICY_H
#define TAPWEAVE_CORE_POLICY_H

#include <stdint.h>

/* Each choice is a list of its values: X(the enum's value, its name, what it means in one line).
 * The enum and the tables of policy.c are made of the same row, so that a new value is one row, and
 * no two orders can differ. */
#define POLICY_VALUE(id, name, text) id,

/* How many values a choice has: a sum, in which +1 stands for each. */
/* NOLINTNEXTLINE(bugprone-macro-parentheses) */
#define POLICY_ONE(id, name, text) +1
#define POLICY_COUNT(list) (0 list(POLICY_ONE))

/* Where each value of a choice has an answer of its own, a switch without `default` reads it: the
 * compiler names each one that does not know a new value (-Wswitch).  What asks only for one value,
 * by ==, takes all others to be alike, a new one too.  What asks a choice of two values for one of
 * them says so by this: a third value needs an answer there. */
#define POLICY_TWO(list)                                                                       \
    _Static_assert(POLICY_COUNT(list) == 2, #list ": a third value is read as one of the two " \
                                                  "here")

/* Who chooses the name of a device whose name is not fixed by the user. */
#define NAME_STRATEGIES(X)                                                                    \
    X(NAME_KERNEL, "kernel", "the kernel expands vnet%d to the lowest free number (facts 4)") \
    X(NAME_LOWEST_FREE, "lowest-free",                                                        \
      "the daemon takes the lowest that it has not reserved (mail 001)")                      \
    X(NAME_COUNTER, "counter",                                                                \
      "the daemon takes the next higher number (mail 001: \"int nextTapID\")")                \
    X(NAME_QUARANTINE, "quarantine",                                                          \
      "as lowest-free, but a released name is held back (mail 001: \"FIN WAIT\")")
enum name_strategy { NAME_STRATEGIES(POLICY_VALUE) };

/* When a reserved name goes back to the allocator. */
#define NAME_RELEASES(X)                                            \
    X(RELEASE_DEVICE_DEATH, "device-death",                         \
      "as soon as the daemon has seen that QEMU's process is gone") \
    X(RELEASE_CLEAN_UP_END, "clean-up-end", "when nothing that goes by the name is left to be done")
enum name_release { NAME_RELEASES(POLICY_VALUE) };

/* Whether a chosen name is looked up first. */
#define NAME_CHECKS(X)                                       \
    X(NAME_CHECK_NO, "no", "a chosen name is not looked up") \
    X(NAME_CHECK_YES, "yes", "it is looked up, and passed over if a device has it")
enum name_check { NAME_CHECKS(POLICY_VALUE) };

/* What a start does when its name turns out to be taken as it creates the device. */
#define ON_TAKEN_ACTIONS(X)                     \
    X(ON_TAKEN_FAIL, "fail", "the start fails") \
    X(ON_TAKEN_RETRY, "retry", "the start tries again with the next name")
enum on_taken { ON_TAKEN_ACTIONS(POLICY_VALUE) };

/* Whose the numbered names are from which a guest gets its own. */
#define NAME_FAMILIES(X)                                                      \
    X(NAME_FAMILY_SHARED, "shared", "all guests draw from vnet0, vnet1, ...") \
    X(NAME_FAMILY_OWN, "own",                                                 \
      "each guest has names of its own: tap-GUEST-0, ... (facts 3, as os-vif)")
enum name_family { NAME_FAMILIES(POLICY_VALUE) };

/* What becomes of a user's template such as mytap%d. */
#define USER_TEMPLATES(X)                                                                     \
    X(USER_TEMPLATE_REPLACE, "replace", "vnet%d takes its place (facts 1a, S2)")              \
    X(USER_TEMPLATE_KERNEL, "kernel", "the kernel expands it, whatever the name strategy is") \
    X(USER_TEMPLATE_HONOUR, "honour", "the name strategy draws from mytap0, mytap1, ...")
enum user_template { USER_TEMPLATES(POLICY_VALUE) };

/* What a stop checks before it deletes its port. */
#define PORT_GUARDS(X)                                                                          \
    X(PORT_GUARD_NONE, "none", "nothing")                                                       \
    X(PORT_GUARD_MAC, "mac",                                                                    \
      "that the device is gone, or has this guest's MAC (mail 000, the patch)")                 \
    X(PORT_GUARD_QUIET_MAC, "quiet-mac",                                                        \
      "the same, by a lookup that logs no error (mail 000, \"a Quiet version\")")               \
    X(PORT_GUARD_EXISTS, "exists", "that no device has the name (mail 000, option B)")          \
    X(PORT_GUARD_INCARNATION, "incarnation",                                                    \
      "that no device has the name, or still the one that this guest's start made")             \
    X(PORT_GUARD_PORT_UUID, "port-uuid",                                                        \
      "that the row has the UUID of the one that this guest's start made (facts 3)")            \
    X(PORT_GUARD_BRIDGE, "bridge", "that the port is on this guest's bridge (facts 3, os-vif)") \
    X(PORT_GUARD_VM_ID, "vm-id",                                                                \
      "that the row's external ids name this guest's VM, by whichever start (facts 3)")         \
    X(PORT_GUARD_PORT_OWNER, "port-owner",                                                      \
      "that the row's external ids name this guest's start (facts 3)")
enum port_guard { PORT_GUARDS(POLICY_VALUE) };

/* Whether check + delete excludes, and is excluded by, the creation of a tap (mail 000, C). */
#define GUARD_LOCKS(X)                                                                   \
    X(GUARD_LOCK_NONE, "none", "nothing is kept out between the check and the deletion") \
    X(GUARD_LOCK_CREATE, "create", "no tap is created between the two (mail 000, option C)")
enum guard_lock { GUARD_LOCKS(POLICY_VALUE) };

/* How ovs-vsctl adds a port whose name may have a row already (facts 2 and 3). */
#define OVS_ADDS(X)                                                                            \
    X(OVS_ADD_PLAIN, "plain", "add-port: a row that exists is an error")                       \
    X(OVS_ADD_DEL_ADD, "del-add", "--if-exists del-port -- add-port, in one transaction")      \
    X(OVS_ADD_MAY_EXIST, "may-exist",                                                          \
      "--may-exist add-port: a row that exists on the bridge is adopted")                      \
    X(OVS_ADD_MAY_EXIST_SET, "may-exist-set",                                                  \
      "the same, and then sets the tag, if the guest has a VLAN (libvirt 11.3.0)")             \
    X(OVS_ADD_MAY_EXIST_TAG, "may-exist-tag", "the same, and then sets the tag, or clears it") \
    X(OVS_ADD_DEL_WAIT_ADD, "del-wait-add",                                                    \
      "--if-exists del-port, a run of ovs-vswitchd, then del-add (facts 3c)")
enum ovs_add { OVS_ADDS(POLICY_VALUE) };

/* How a port gets the tag of its guest's VLAN. */
#define VLAN_BYS(X)                                                                      \
    X(VLAN_BY_ADD, "add", "with the row, in the transaction of add-port (facts 1a, S5)") \
    X(VLAN_BY_AGENT, "agent",                                                            \
      "later, from an agent that finds rows by their iface-id (LP 1734320)")             \
    X(VLAN_BY_PARKED, "parked",                                                          \
      "the same, and until then the tag is 4095 (facts 3, os-vif's isolate_vif)")
enum vlan_by { VLAN_BYS(POLICY_VALUE) };

/* How a new tap is attached. */
#define ATTACHES(X)                 \
    X(ATTACH_ADD, "add", "at once") \
    X(ATTACH_REATTACH, "reattach",  \
      "if it is on another bridge, it leaves that first (mail 000, option A)")
enum attach { ATTACHES(POLICY_VALUE) };

/* What the clean-up of a failed start acts upon. */
#define CLEAN_UPS(X)                                                                   \
    X(CLEAN_UP_BY_NAME, "by-name", "what bears the name in the definition (facts 1c)") \
    X(CLEAN_UP_CREATED, "created", "only what this start made")                        \
    X(CLEAN_UP_CREATED_LINK, "created-link",                                           \
      "a macvtap only if this start made it, all else by name (facts 2, 61d1b9e65)")
enum clean_up { CLEAN_UPS(POLICY_VALUE) };

/* Which names survive in a guest's definition when its XML is read or written (mail 003).  Names of
 * taps that begin with vnet never do (2008). */
#define XML_NAMES(X)                                                                           \
    X(XML_NAMES_DIRECT, "direct",                                                              \
      "those generated for a macvtap by type='direct' (to libvirt 6.6)")                       \
    X(XML_NAMES_KEEP, "keep", "none of a macvtap's (February 2010)")                           \
    X(XML_NAMES_DROP, "drop", "all of a macvtap by type='direct', even the user's (May 2010)") \
    X(XML_NAMES_ALL, "all", "all that are generated (from libvirt 6.7)")
enum xml_names { XML_NAMES(POLICY_VALUE) };

/* Whether one counter serves all kinds of devices. */
#define NAME_POOLS(X)                                                                             \
    X(NAME_POOL_ONE, "one", "one counter for all kinds of devices (mail 001, \"a single list\")") \
    X(NAME_POOL_KIND, "kind", "a counter for each kind (facts 2)")
enum name_pool { NAME_POOLS(POLICY_VALUE) };

/* Which taps a stop deletes: opens, clears IFF_PERSIST of, and closes (virNetDevTapDelete; mail
 * 004). */
#define TAP_DELETES(X)                                                             \
    X(TAP_DELETE_ETHERNET, "ethernet",                                             \
      "those on no bridge, and all where the platform needs it (facts 1b)")        \
    X(TAP_DELETE_NEVER, "never", "none")                                           \
    X(TAP_DELETE_REQUIRED, "required",                                             \
      "all where the platform needs it, and none elsewhere (mail 004, the patch)") \
    X(TAP_DELETE_ALL, "all",                                                       \
      "all, since QEMU may have set IFF_PERSIST (mail 004, the answer to it)")     \
    X(TAP_DELETE_RESTORE, "restore",                                               \
      "all, but IFF_PERSIST becomes what it was before QEMU ran (mail 004)")
enum tap_delete { TAP_DELETES(POLICY_VALUE) };

/* Whether hot-unplug does with the tap what a stop does (mail 004, "never called in the case of
 * hot-unplug"). */
#define UNPLUGS(X)                                               \
    X(UNPLUG_KEEP, "keep", "hot-unplug leaves the tap as it is") \
    X(UNPLUG_DELETE, "delete", "hot-unplug does with the tap what a stop does")
enum unplug { UNPLUGS(POLICY_VALUE) };

/* What a start does with a name that the user fixed and that a device has already. */
#define EXPLICIT_NAMES(X)                                              \
    X(EXPLICIT_NAME_OPEN, "open", "it goes on, and TUNSETIFF decides") \
    X(EXPLICIT_NAME_REFUSE, "refuse",                                  \
      "the name is looked up first, and refused (facts 2, a2ae3d299)")
enum explicit_name { EXPLICIT_NAMES(POLICY_VALUE) };

/* Who reserves the names that guests have when the daemon has been restarted (facts 1e). */
#define RESERVE_AGAINS(X)                                                                      \
    X(RESERVE_AGAIN_RECONNECT, "reconnect", "each guest's own thread, while others may start") \
    X(RESERVE_AGAIN_FIRST, "first", "the daemon, for all guests, before anything else runs")
enum reserve_again { RESERVE_AGAINS(POLICY_VALUE) };

/* What becomes of a guest whose daemon dies while it stops the guest, after QEMU has obeyed SIGTERM
 * (docs/facts.md, "Found of libvirtd"). */
#define STOP_STATUSES(X)                                                                          \
    X(STOP_STATUS_KEPT, "kept", "its status file is good: the next daemon goes on with the stop") \
    X(STOP_STATUS_SPOILT, "spoilt",                                                               \
      "its status file has no monitor any more: no daemon goes on with the stop (9.0.0)")
enum stop_status { STOP_STATUSES(POLICY_VALUE) };

/* How a macvtap or a veth is deleted (docs/facts.md, "Found of libvirtd"). */
#define LINK_DELETES(X)                                      \
    X(LINK_DELETE_PLAIN, "plain", "RTM_DELLINK by its name") \
    X(LINK_DELETE_BULK, "bulk",                              \
      "the same with NLM_F_EXCL, which Linux refuses since 5.19 (libvirt 7.0.0)")
enum link_delete { LINK_DELETES(POLICY_VALUE) };

/* Order within a stop. */
#define STOP_ORDERS(X)                                                                     \
    X(STOP_ORDER_KILL_FIRST, "kill-first", "QEMU is killed, and then its port is deleted") \
    X(STOP_ORDER_PORT_FIRST, "port-first", "the port is deleted, and then QEMU is killed")
enum stop_order { STOP_ORDERS(POLICY_VALUE) };

/* What a stop does when kill says that there is no such process. */
#define ON_GONE_ACTIONS(X)                                             \
    X(ON_GONE_GO_ON, "go-on", "it takes down all the rest (facts 1b)") \
    X(ON_GONE_GIVE_UP, "give-up", "it ends there (facts 5, urunc#408)")
enum on_gone { ON_GONE_ACTIONS(POLICY_VALUE) };

/* What a stop does when its QEMU lives on 30 s after SIGKILL (docs/facts.md, "Found in the
 * sources"). */
#define KILL_FAILURES(X)                                                                 \
    X(KILL_FAILS_GO_ON, "go-on", "it takes down all the rest, beside that QEMU (9.0.0)") \
    X(KILL_FAILS_FAIL, "fail", "it fails, and another one follows when QEMU ends (11.3.0)")
enum kill_fails { KILL_FAILURES(POLICY_VALUE) };

/* What limits the bandwidth of an Open vSwitch port; other devices' is always limited by tc. */
#define LIMIT_BYS(X)                                                                      \
    X(LIMIT_BY_TC, "tc", "the qdisc of the device that has the name (tc: facts 1a, S10)") \
    X(LIMIT_BY_QOS_LEFT, "qos-left",                                                      \
      "its QoS row, which a stop leaves; that clears a qdisc (libvirt 9.0.0)")            \
    X(LIMIT_BY_QOS, "qos", "its QoS row, which a stop removes (libvirt 11.3.0)")
enum limit_by { LIMIT_BYS(POLICY_VALUE) };

/* When a start that fails removes packet filters itself, before its clean-up does so once more. */
#define START_UNFILTERS(X)                                                                 \
    X(START_UNFILTERS_FIRST, "first",                                                      \
      "before it closes its taps, and of a nic that it could not connect (libvirt 7.0.0)") \
    X(START_UNFILTERS_LAST, "last", "behind that, of nics that it has connected (9.0.0)")
enum start_unfilters { START_UNFILTERS(POLICY_VALUE) };

/* Which devices a start gives their default qdisc, by name, before their limit. */
#define ROOT_QDISCS(X)                                                                \
    X(ROOT_QDISC_NONE, "none", "none (to libvirt 6.8)")                               \
    X(ROOT_QDISC_NOT_OVS, "not-ovs", "all but ports of Open vSwitch (libvirt 9.0.0)") \
    X(ROOT_QDISC_ALL, "all", "all (libvirt 7.0.0)")
enum root_qdisc { ROOT_QDISCS(POLICY_VALUE) };

/* What a packet filter is filed under. */
#define FILTER_KEYS(X)                                                                  \
    X(FILTER_KEY_BINDING, "binding",                                                    \
      "the name, which has one binding (nwfilter: facts, \"Found of packet filters\")") \
    X(FILTER_KEY_NAME, "name", "the device's name, under which any number may stand")   \
    X(FILTER_KEY_NAME_MAC, "name-mac", "the name and the guest's MAC (ebtables: facts 1b, step 3)")
enum filter_key { FILTER_KEYS(POLICY_VALUE) };

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
    uint8_t user_template;   /* enum user_template */
    uint8_t port_guard;      /* enum port_guard */
    uint8_t guard_lock;      /* enum guard_lock */
    uint8_t ovs_add;         /* enum ovs_add */
    uint8_t attach;          /* enum attach */
    uint8_t vlan_by;         /* enum vlan_by; of guests that have a VLAN */
    uint8_t clean_up;        /* enum clean_up */
    uint8_t stop_order;      /* enum stop_order */
    uint8_t xml_names;       /* enum xml_names */
    uint8_t name_pool;       /* enum name_pool; counter only */
    uint8_t tap_delete;      /* enum tap_delete */
    uint8_t unplug;          /* enum unplug */
    uint8_t explicit_name;   /* enum explicit_name */
    uint8_t on_gone;         /* enum on_gone */
    uint8_t filter_key;      /* enum filter_key */
    uint8_t name_family;     /* enum name_family */
    uint8_t reserve_again;   /* enum reserve_again; not with the kernel's names */
    uint8_t stop_status;     /* enum stop_status */
    uint8_t link_delete;     /* enum link_delete */
    uint8_t kill_fails;      /* enum kill_fails; of guests that SIGKILL does not end in time */
    uint8_t root_qdisc;      /* enum root_qdisc */
    uint8_t limit_by;        /* enum limit_by; of ports of Open vSwitch */
    uint8_t start_unfilters; /* enum start_unfilters; the clean-up removes them once more */
};

/* One choice of the table: its name, its values' names, and what it decides. */
struct policy_choice {
    const char *name;
    const char *const *values; /* NULL for a number from 0 to `count` - 1 */
    const char *const *texts;  /* what each value means, in one line; NULL likewise */
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
