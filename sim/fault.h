/* The faults that a world may have: what goes wrong at most so often, at any time, by a budget that
 * the scenario gives. */
#ifndef TAPWEAVE_SIM_FAULT_H
#define TAPWEAVE_SIM_FAULT_H

/* Name, and what happens. */
#define FAULTS(X)                                                                             \
    X(OVS_TIMEOUT, "ovs-timeout",                                                             \
      "an ovs-vsctl that waits for ovs-vswitchd runs out of time; what it committed remains") \
    X(DAEMON_RESTART, "daemon-restart",                                                       \
      "the daemon is killed and started again; guests run on, its memory is lost")

enum fault {
#define X(id, name, text) FAULT_##id,
    FAULTS(X)
#undef X
        FAULT_COUNT,
};

enum { FAULT_MAX_BUDGET = 9 }; /* times that one fault happens in a run */

/* The name of a fault in scenarios, and a line on what happens. */
const char *fault_name(enum fault fault);
const char *fault_text(enum fault fault);

#endif
