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

/* Every operation, with the name it has in traces and reports, who carries it out, and what it is.
 * DAEMON: on the daemon's own memory.  WORLD: on the kernel, Open vSwitch or a process. */
#define OPERATIONS(X)                                                                             \
    X(LOCK, "lock", DAEMON, "take the daemon's mutex over create and check+delete")               \
    X(UNLOCK, "unlock", DAEMON, "give the mutex back")                                            \
    X(PICK_NAME, "pick-name", DAEMON, "let the allocator choose a name")                          \
    X(RESERVE_NAME, "reserve-name", DAEMON, "reserve the name that a running guest has already")  \
    X(RELEASE_NAME, "release-name", DAEMON, "let the allocator have the name back")               \
    X(RELEASE, "release", DAEMON,                                                                 \
      "release the network port, and the name if it still is reserved")                           \
    X(LOOKUP, "lookup", WORLD, "ask whether a device has this name (if_nametoindex)")             \
    X(GET_MAC, "get-mac", WORLD, "read a device's MAC address (SIOCGIFHWADDR)")                   \
    X(GET_MASTER, "get-master", WORLD,                                                            \
      "read IFLA_MASTER, and ask Open vSwitch if it is ovs-system")                               \
    X(CREATE_TAP, "create-tap", WORLD, "open /dev/net/tun and TUNSETIFF, by name or by template") \
    X(CREATE_LINK, "create-link", WORLD,                                                          \
      "create a macvtap or a veth by name (RTM_NEWLINK), and open it")                            \
    X(SET_MAC, "set-mac", WORLD, "give the new tap the guest's MAC address (SIOCSIFHWADDR)")      \
    X(ADD_PORT, "add-port", WORLD, "ovs-vsctl add-port, and wait for ovs-vswitchd")               \
    X(ADD_IF, "add-if", WORLD, "enslave to a Linux bridge (SIOCBRADDIF)")                         \
    X(DEL_IF, "del-if", WORLD, "take from a Linux bridge (SIOCBRDELIF)")                          \
    X(LINK_UP, "link-up", WORLD, "set IFF_UP")                                                    \
    X(ADD_FILTER, "add-filter", WORLD, "instantiate the packet filter of a device, by name")      \
    X(GET_PERSIST, "get-persist", WORLD, "read IFF_PERSIST of the tap that is open (TUNGETIFF)")  \
    X(EXEC, "exec", WORLD, "run QEMU with the tap's descriptor; close the daemon's own")          \
    X(CLOSE_TAP, "close-tap", WORLD, "close the daemon's descriptor of the tap")                  \
    X(CONNECT, "connect", WORLD, "connect to QEMU's monitor")                                     \
    X(KILL, "kill", WORLD, "signal QEMU and wait until its process is gone")                      \
    X(UNPLUG, "unplug", WORLD, "have QEMU close the tap (netdev_del)")                            \
    X(SET_LIMIT, "set-limit", WORLD, "limit the bandwidth of a device, by name (tc qdisc)")       \
    X(CLEAR_LIMIT, "clear-limit", WORLD, "clear the limit of a device, by name (tc qdisc)")       \
    X(REMOVE_FILTER, "remove-filter", WORLD, "tear down the packet filter of a device, by name")  \
    X(OPEN_TAP, "open-tap", WORLD,                                                                \
      "open a tap by name in order to delete it; makes a missing one")                            \
    X(DELETE_LINK, "delete-link", WORLD, "delete a device by name (RTM_DELLINK)")                 \
    X(SET_PERSIST, "set-persist", WORLD,                                                          \
      "set or clear IFF_PERSIST of the tap that is open (TUNSETPERSIST)")                         \
    X(DEL_PORT, "del-port", WORLD, "ovs-vsctl --if-exists del-port, by name, and wait")           \
    X(REMOVE_PORT, "remove-port", WORLD,                                                          \
      "remove a port by its row's UUID, if the row still is that one")                            \
    X(REMOVE_OWN, "remove-own", WORLD,                                                            \
      "remove a port if its row's external ids still are those of this start")                    \
    X(BIND_PORT, "bind-port", WORLD,                                                              \
      "bind a Midonet port, of this interface id, to a device (mm-ctl)")                          \
    X(UNBIND_PORT, "unbind-port", WORLD, "unbind a Midonet port, by its interface id (mm-ctl)")

enum op_kind {
    OP_NONE, /* nothing: the machine has ended */
#define X(id, name, place, text) OP_##id,
    OPERATIONS(X)
#undef X
        OP_COUNT,
};

/* What a machine asks for.  Fields an operation has no use for are 0. */
struct operation {
    uint8_t kind; /* enum op_kind */
    /* The device or port it speaks of: an id of struct ifname_table, IFNAME_NONE for a template. */
    uint8_t name;
    /* CREATE_TAP by template, PICK_NAME: 1 + index of the family to take a name from. */
    uint8_t family;
    /* ADD_PORT, ADD_IF, DEL_IF, REMOVE_OWN: 1 + index of the bridge.  DEL_PORT: the same if a port
     * of another one is to be an error, else 0. */
    uint8_t bridge;
    /* ADD_PORT: enum ovs_add, of one transaction.  DEL_PORT: 1 if it waits for ovs-vswitchd whether
     * or not there was a port.  GET_MAC: 1 if its failure is not logged.  RELEASE: 1 if the
     * allocator has the name back now.  CREATE_TAP, OPEN_TAP: 1 with IFF_MULTI_QUEUE.  SET_PERSIST:
     * 1 to set, 0 to clear.  PICK_NAME: 1 if the family is searched from its beginning although
     * op.name is given back. */
    uint8_t mode;
    /* REMOVE_PORT: which row, as ADD_PORT's outcome named it.  PICK_NAME: the name to take if it is
     * free, or IFNAME_NONE. */
    uint8_t token;
    /* ADD_PORT: the tag that a row it inserts gets (core/daemon.h). */
    uint8_t vlan;
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
};

/* The name of an operation in traces and reports, and a line on what it is.  `kind` is
 * in 1..OP_COUNT-1. */
const char *operation_name(enum op_kind kind);
const char *operation_text(enum op_kind kind);

/* True if the operation touches only the daemon's memory (core/daemon.h carries it out). */
bool operation_is_daemons(enum op_kind kind);

/* True if the daemon writes this outcome to its error log.  Only for operations whose failure is
 * part of a normal stop: mail 000, "virNetDevGetMAC() will actually *log* an error"; facts 1b,
 * virNetDevTapDelete of a name whose tap is another's; a del-port that asks for a bridge which the
 * port is not on. */
bool operation_logs_error(struct operation op, struct outcome outcome);

#endif
