/* The faults that a world may have: what goes wrong at any time, at most so often in a run, by a
 * budget that the scenario gives.
 *
 * A fault is a row of the table in fault.c: its name, the actor whose step it is, when there is
 * anything for it to strike, and what it then does.  A fault without a budget has no actor. */
#ifndef TAPWEAVE_SIM_FAULT_H
#define TAPWEAVE_SIM_FAULT_H

#include <stdbool.h>

struct world;
struct state;
struct event;
struct thread;
struct operation;

/* The order of the table, and of the actors. */
enum fault {
    FAULT_OVS_TIMEOUT,
    FAULT_QEMU_CRASH,
    FAULT_START_FAILS,
    FAULT_FD_LEAK,
    FAULT_OVS_LIE,
    FAULT_OVS_LATE,
    FAULT_VSWITCHD_RESTART,
    FAULT_DAEMON_RESTART,
    FAULT_COUNT,
};

enum { FAULT_MAX_BUDGET = 9 }; /* times that one fault happens in a run */

/* The name of a fault in scenarios and as a step in traces, and a line on what happens. */
const char *fault_name(enum fault fault);
const char *fault_text(enum fault fault);

/* The actor whose step the fault is: what stands before "/GUEST" in its name; or, if it is single,
 * its whole name.  NULL: it is a step of timeout/GUEST, which is there in any case. */
const char *fault_actor(enum fault fault);

/* True if the world has one actor for it; otherwise there is one for each guest. */
bool fault_is_single(enum fault fault);

/* True if its budget is not used up and there is something for it to strike.  `guest` is the
 * guest's index, 0 of a single one. */
bool fault_enabled(const struct world *world, const struct state *state, enum fault fault,
                   unsigned guest);

/* Strikes; it must be enabled.  *event, which the caller has cleared, says what it was. */
void fault_step(const struct world *world, struct state *state, enum fault fault, unsigned guest,
                struct event *event);

/* start-fails, in either world: True if `op`, which the thread wants next, is one whose failing
 * fails a start.  A lookup that fails finds nothing, and what a start does to take a tap from
 * another bridge may fail (facts 1e). */
bool fault_start_can_fail(const struct thread *thread, struct operation op);

/* The errno: EBUSY for a creation by name, as if somebody had the tap open; ENFILE for one by
 * template, as if there were no number left; EIO. */
int fault_of_start(struct operation op);

#endif
