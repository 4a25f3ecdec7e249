/* The vocabulary between the machines and a world: the operations a machine asks for, and their
 * outcomes.
 *
 * A machine never acts.  It says which operation it wants next; the daemon's own memory
 * (core/daemon.h), the simulated world (sim/) or a real kernel carries it out and answers with an
 * outcome. */
#ifndef TAPWEAVE_CORE_OPERATION_H
#define TAPWEAVE_CORE_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

/* Every operation: its id, the same in small letters for the functions that carry it out, the name
 * that it has in traces and reports, who carries it out, and what it is.  DAEMON: on the daemon's
 * own memory.  WORLD: on the kernel or a process, or what reads Open vSwitch's database.  OVSDB: a
 * transaction of that database, which may have to wait for ovs-vswitchd. */
#define OPERATIONS(X)                                                                             \
    X(LOCK, lock, "lock", DAEMON, "take the daemon's mutex over create and check+delete")         \
    X(UNLOCK, unlock, "unlock", DAEMON, "give the mutex back")                                    \
    X(PICK_NAME, pick_name, "pick-name", DAEMON, "let the allocator choose a name")               \
    X(RESERVE_NAME, reserve_name, "reserve-name", DAEMON,                                         \
      "reserve the name that a running guest has already")                                        \
    X(RELEASE_NAME, release_name, "release-name", DAEMON, "let the allocator have the name back") \
    X(RELEASE, release, "release", DAEMON,                                                        \
      "release the network port, and the name if it still is reserved")                           \
    X(LOOKUP, lookup, "lookup", WORLD, "ask whether a device has this name (if_nametoindex)")     \
    X(GET_MAC, get_mac, "get-mac", WORLD, "read a device's MAC address (SIOCGIFHWADDR)")          \
    X(GET_MASTER, get_master, "get-master", WORLD,                                                \
      "read IFLA_MASTER, and ask Open vSwitch if it is ovs-system")                               \
    X(CREATE_TAP, create_tap, "create-tap", WORLD,                                                \
      "open /dev/net/tun and TUNSETIFF, by name or by template")                                  \
    X(CREATE_LINK, create_link, "create-link", WORLD,                                             \
      "create a macvtap or a veth by name (RTM_NEWLINK), and open it")                            \
    X(SET_MAC, set_mac, "set-mac", WORLD,                                                         \
      "give the new tap the guest's MAC address (SIOCSIFHWADDR)")                                 \
    X(ADD_PORT, add_port, "add-port", OVSDB, "ovs-vsctl add-port, and wait for ovs-vswitchd")     \
    X(GET_INDEX, get_index, "get-index", WORLD,                                                   \
      "ask for a device's index, by name, which add-if is to say (if_nametoindex)")               \
    X(ADD_IF, add_if, "add-if", WORLD, "enslave to a Linux bridge (SIOCBRADDIF)")                 \
    X(DEL_IF, del_if, "del-if", WORLD, "take from a Linux bridge (SIOCBRDELIF)")                  \
    X(LINK_UP, link_up, "link-up", WORLD, "set IFF_UP")                                           \
    X(LINK_DOWN, link_down, "link-down", WORLD,                                                   \
      "clear IFF_UP of a device that its guest has let go of, by name")                           \
    X(ADD_FILTER, add_filter, "add-filter", WORLD,                                                \
      "instantiate the packet filter of a device, by name")                                       \
    X(GET_PERSIST, get_persist, "get-persist", WORLD,                                             \
      "read IFF_PERSIST of the tap that is open (TUNGETIFF)")                                     \
    X(EXEC, exec, "exec", WORLD, "run QEMU with the tap's descriptor; close the daemon's own")    \
    X(CLOSE_TAP, close_tap, "close-tap", WORLD, "close the daemon's descriptor of the tap")       \
    X(CONNECT, connect, "connect", WORLD, "connect to QEMU's monitor")                            \
    X(KILL, kill, "kill", WORLD, "signal QEMU and wait until its process is gone")                \
    X(UNPLUG, unplug, "unplug", WORLD, "have QEMU close the tap (netdev_del)")                    \
    X(SET_QDISC, set_qdisc, "set-qdisc", WORLD,                                                   \
      "give a device its default qdisc, by name, in place of a limit (tc qdisc)")                 \
    X(SET_LIMIT, set_limit, "set-limit", WORLD,                                                   \
      "limit the bandwidth of a device, by name (tc qdisc)")                                      \
    X(CLEAR_LIMIT, clear_limit, "clear-limit", WORLD,                                             \
      "clear the limit of a device, by name (tc qdisc)")                                          \
    X(SET_QOS, set_qos, "set-qos", OVSDB,                                                         \
      "limit a port by a QoS row of this guest and its name, and wait")                           \
    X(CLEAR_QOS, clear_qos, "clear-qos", OVSDB,                                                   \
      "remove the QoS row of this guest and a port's name, and wait")                             \
    X(REMOVE_FILTER, remove_filter, "remove-filter", WORLD,                                       \
      "tear down the packet filter of a device, by name")                                         \
    X(OPEN_TAP, open_tap, "open-tap", WORLD,                                                      \
      "open a tap by name in order to delete it; makes a missing one")                            \
    X(DELETE_LINK, delete_link, "delete-link", WORLD, "delete a device by name (RTM_DELLINK)")    \
    X(SET_PERSIST, set_persist, "set-persist", WORLD,                                             \
      "set or clear IFF_PERSIST of the tap that is open (TUNSETPERSIST)")                         \
    X(DEL_PORT, del_port, "del-port", OVSDB, "ovs-vsctl --if-exists del-port, by name, and wait") \
    X(REMOVE_PORT, remove_port, "remove-port", OVSDB,                                             \
      "remove a port by its row's UUID, if the row still is that one")                            \
    X(REMOVE_OWN, remove_own, "remove-own", OVSDB,                                                \
      "remove a port if its row's external ids still are those of this start")                    \
    X(BIND_PORT, bind_port, "bind-port", WORLD,                                                   \
      "bind a Midonet port, of this interface id, to a device (mm-ctl)")                          \
    X(UNBIND_PORT, unbind_port, "unbind-port", WORLD,                                             \
      "unbind a Midonet port, by its interface id (mm-ctl)")

enum op_kind {
    OP_NONE, /* nothing: the machine has ended */
#define X(id, small, name, place, text) OP_##id,
    OPERATIONS(X)
#undef X
        OP_COUNT,
};

_Static_assert(OP_COUNT <= UINT8_MAX, "a byte for the kind of an operation");

/* What add-filter does with a filter that is filed there already. */
enum filter_found {
    FILTER_BESIDE, /* stands beside it */
    FILTER_REFUSE, /* fails: EEXIST */
    FILTER_KEEP,   /* is content with it */
};

/* What a machine asks for: all that a world has to know to carry it out.  A world reads neither the
 * policy nor the machine.  Fields that an operation has no use for are 0. */
struct operation {
    uint8_t kind;         /* enum op_kind */
    uint8_t name;         /* the device or port it speaks of: an id of struct ifname_table;
                             IFNAME_NONE for a template */
    uint8_t family;       /* PICK_NAME, and CREATE_TAP or CREATE_LINK by template: 1 + index of the
                             family to take a name from */
    uint8_t preferred;    /* PICK_NAME: the name to take if it is free, or IFNAME_NONE */
    uint8_t from_first;   /* PICK_NAME: 1: search the family from its beginning, although a name is
                             given back */
    uint8_t release_name; /* RELEASE: 1: the allocator has the name back now */
    uint8_t bridge;       /* ADD_PORT, ADD_IF, DEL_IF, REMOVE_OWN: 1 + index of the bridge.
                             DEL_PORT: the same if a port of another bridge is to be an error; 0 */
    uint8_t mac;          /* SET_MAC: the MAC's number.  ADD_FILTER, REMOVE_FILTER: the number of
                             the MAC that the filter is filed under besides the name; 0: the name
                             alone */
    uint8_t multi_queue;  /* CREATE_TAP, OPEN_TAP: 1: with IFF_MULTI_QUEUE */
    uint8_t persist;      /* SET_PERSIST: 1 to set the flag, 0 to clear it */
    uint8_t quiet;        /* GET_MAC: 1: its failure is not logged */
    uint8_t add;          /* ADD_PORT: enum ovs_add (core/policy.h), of one transaction */
    uint8_t vlan;         /* ADD_PORT: the tag that a row it inserts gets (core/daemon.h) */
    uint8_t says_start;   /* ADD_PORT, REMOVE_OWN: 1: external ids say which start wrote them */
    uint8_t start_number; /* ADD_PORT, REMOVE_OWN: and what they say (thread_incarnation) */
    uint8_t always_waits; /* DEL_PORT: 1: it waits for ovs-vswitchd even if there was no port */
    uint8_t row;          /* REMOVE_PORT: which row, as ADD_PORT's outcome named it */
    uint8_t filter_found; /* ADD_FILTER: enum filter_found */
    uint8_t by_index;     /* ADD_IF: 1: the device whose index was asked for last, whatever its name
                             is by now; 0: the one that has the name */
    uint8_t bulk;         /* DELETE_LINK: 1: with NLM_F_EXCL, which is NLM_F_BULK of a deletion */
    uint8_t asked; /* EXEC: the device that is asked for by name before: ENODEV if it is gone;
                      IFNAME_NONE: none */
};

/* What an operation may have to wait for, after it has taken effect and before its outcome is
 * known. */
enum wait {
    WAIT_NONE,
    WAIT_VSWITCHD, /* ovs-vsctl has committed, and waits for ovs-vswitchd to have caught up */
    WAIT_EXIT,     /* QEMU has got its signal, which it may ignore; its process still exists */
};

/* What came of it. */
struct outcome {
    int error;     /* 0, or the errno the kernel or the command would give */
    uint8_t value; /* CREATE_TAP, CREATE_LINK, PICK_NAME: the name's id.  GET_MASTER: 1 + bridge, 0
                      for none. GET_MAC: the MAC's number, 0 for one that is no guest's.
                      GET_PERSIST: 1 if it is set.  LOOKUP: the incarnation's token.  ADD_PORT: the
                      row's token */
    uint8_t token; /* CREATE_TAP, CREATE_LINK: the incarnation's token: equal tokens mean the same
                      life of a device */
    uint8_t waits; /* enum wait: what the rest is known after; `error` is 0 then */
};

/* The name of an operation in traces and reports, and a line on what it is.  `kind` is
 * in 1..OP_COUNT-1. */
const char *operation_name(enum op_kind kind);
const char *operation_text(enum op_kind kind);

/* True if the operation touches only the daemon's memory (core/daemon.h carries it out). */
bool operation_is_daemons(enum op_kind kind);

/* True if the operation is a transaction of Open vSwitch's database. */
bool operation_commits(enum op_kind kind);

/* True of such a transaction if it adds or deletes a port; the others are of its QoS. */
bool operation_is_of_ports(enum op_kind kind);

/* True if the daemon writes this outcome to its error log.  Only for operations whose failure is
 * part of a normal stop: mail 000, "virNetDevGetMAC() will actually *log* an error"; facts 1b,
 * virNetDevTapDelete of a name whose tap is another's; a del-port that asks for a bridge which the
 * port is not on.  Without an ovsdb-server (ECONNREFUSED) no path is normal. */
bool operation_logs_error(struct operation op, struct outcome outcome);

#endif
