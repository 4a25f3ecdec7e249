/* The faults that a world may have: what goes wrong at any time, at most so often in a run, by a
 * budget that the scenario gives. */
#ifndef TAPWEAVE_CORE_FAULT_H
#define TAPWEAVE_CORE_FAULT_H

#include <stdbool.h>

/* Each fault, in the order of their actors: its id, its name in scenarios and traces, and a line on
 * what happens. */
#define FAULTS(X)                                                                         \
    X(OVS_TIMEOUT, "ovs-timeout",                                                         \
      "an ovs-vsctl that waits for ovs-vswitchd runs out of time; what it committed "     \
      "remains")                                                                          \
    X(QEMU_CRASH, "qemu-crash", "a guest's QEMU dies by itself; its stop follows")        \
    X(START_FAILS, "start-fails",                                                         \
      "an operation of a start fails, and has no effect: EBUSY or ENFILE for a "          \
      "creation, EIO otherwise")                                                          \
    X(FD_LEAK, "fd-leak",                                                                 \
      "a helper gets a copy of the descriptor of a guest's tap, which outlives whoever "  \
      "it was meant for")                                                                 \
    X(OVS_LIE, "ovs-lie", "ovs-vsctl says success, and has done nothing")                 \
    X(OVS_LATE, "ovs-late",                                                               \
      "an ovs-vsctl runs out of time before ovsdb-server has read its transaction, "      \
      "which may still be carried out later")                                             \
    X(VSWITCHD_RESTART, "vswitchd-restart",                                               \
      "ovs-vswitchd is killed and started again; its userspace datapath is new")          \
    X(DAEMON_RESTART, "daemon-restart",                                                   \
      "the daemon is killed, with all programs that it runs but its guests, and started " \
      "again; its memory is lost")                                                        \
    X(OVS_ORPHAN, "ovs-orphan",                                                           \
      "the daemon is killed and started again; an ovs-vsctl that it has just started "    \
      "outlives it, and does its work later")                                             \
    X(UNPLUG_LATE, "unplug-late",                                                         \
      "a guest lets go of a nic that is unplugged only when the daemon waits no more; "   \
      "the nic is removed then")                                                          \
    X(MONITOR_LATE, "monitor-late",                                                       \
      "a guest lets go of a nic that is unplugged, and QEMU says so only when the "       \
      "daemon waits no more")                                                             \
    X(OVSDB_OUTAGE, "ovsdb-outage",                                                       \
      "ovsdb-server goes down, and comes up again later; every ovs-vsctl fails "          \
      "meanwhile, and ovs-vswitchd binds nothing")

enum fault {
#define X(id, name, text) FAULT_##id,
    FAULTS(X)
#undef X
        FAULT_COUNT,
};

enum { FAULT_MAX_BUDGET = 9 }; /* times that one fault happens in a run */

/* True if each guest has an actor of the fault, which strikes that guest; false if it strikes what
 * all guests share. */
bool fault_strikes_guests(enum fault fault);

/* The name of a fault in scenarios and as a step in traces, and a line on what happens. */
const char *fault_name(enum fault fault);
const char *fault_text(enum fault fault);

#endif
