/* The table of faults: see fault.h. */
#include "sim/fault.h"

#include "sim/actor.h"
#include "sim/delayed.h"
#include "sim/operate.h"
#include "sim/ovs.h"
#include "sim/restart.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

/* What the guest's thread, which has a machine, does next or is in the middle of. */
static struct operation
operation_of(const struct world *world, const struct state *state, unsigned guest)
{
    struct context context = world_context(world, guest);

    return machine_want(&state->thread[guest].machine, &context, state->daemon.record);
}

/* ---- ovs-timeout ---- */

static bool
ovs_waits(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->thread[guest].call == CALL_OVS;
}

/* Facts 3: "--timeout: rc 142"; what the call has committed remains. */
static void
time_out(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = operation_of(world, state, guest);
    event->outcome.error = ETIMEDOUT;
    event->violated |= actor_advance(world, state, guest, event->outcome);
}

/* ---- qemu-crash ---- */

static bool
qemu_runs(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->phase[guest] == PROCESS_RUNNING;
}

static void
crash(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct context context = world_context(world, guest);

    (void)event;
    state->phase[guest] = PROCESS_EXITING;
    thread_eof(&state->thread[guest], &context, state->daemon.record);
}

/* ---- start-fails ---- */

bool
fault_start_can_fail(const struct thread *thread, struct operation op)
{
    return thread->machine.kind == MACHINE_START && thread->call == CALL_NONE &&
           (thread->machine.flag & MACHINE_FAILED) == 0 &&
           !operation_is_daemons((enum op_kind)op.kind) && op.kind != OP_LOOKUP &&
           op.kind != OP_DEL_PORT && op.kind != OP_DEL_IF;
}

int
fault_of_start(struct operation op)
{
    if (op.kind != OP_CREATE_TAP) {
        return EIO;
    }
    return op.name == IFNAME_NONE ? ENFILE : EBUSY;
}

static bool
start_can_fail(const struct world *world, const struct state *state, unsigned guest)
{
    const struct thread *thread = &state->thread[guest];

    return thread->machine.kind == MACHINE_START &&
           fault_start_can_fail(thread, operation_of(world, state, guest));
}

/* If it fails with this, that is nobody's doing; it may also go on with another name. */
static void
fail_start(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct machine *machine = &state->thread[guest].machine;

    event->op = operation_of(world, state, guest);
    event->outcome.error = fault_of_start(event->op);
    event->violated |= actor_advance(world, state, guest, event->outcome) &
                       (oracle_set)~ORACLE_BIT(ORACLE_START_FAILED);
    if (machine->kind == MACHINE_START && (machine->flag & MACHINE_FAILED) != 0) {
        machine->flag |= MACHINE_EXCUSED;
    }
}

/* ---- fd-leak ---- */

/* The tap that the guest's QEMU has open or, while none runs, the daemon for it. */
static uint8_t
open_tap(const struct state *state, unsigned guest)
{
    return state->phase[guest] == PROCESS_RUNNING ? state->tap[guest] : state->opened[guest];
}

static bool
can_leak(const struct world *world, const struct state *state, unsigned guest)
{
    return world->nic[guest].kind == NIC_TAP && open_tap(state, guest) != IFNAME_NONE &&
           state->leaked[guest] == IFNAME_NONE;
}

/* Facts 4: a dup'd descriptor, a forked child, one in flight on a socket. */
static void
leak(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    (void)world;
    event->op.name = open_tap(state, guest);
    state->device[event->op.name].holders |= HOLDER_HELPER;
    state->leaked[guest] = event->op.name;
}

/* ---- ovs-lie ---- */

/* The guest's thread has a call to Open vSwitch to make that will commit something. */
static bool
would_commit(const struct world *world, const struct state *state, unsigned guest)
{
    const struct thread *thread = &state->thread[guest];
    struct state after = *state;
    struct outcome outcome;
    struct operation op;
    enum call waits;

    if (thread->machine.kind == MACHINE_IDLE || thread->call != CALL_NONE) {
        return false;
    }
    op = operation_of(world, state, guest);
    if (op.kind != OP_ADD_PORT && op.kind != OP_DEL_PORT && op.kind != OP_REMOVE_PORT &&
        op.kind != OP_REMOVE_OWN) {
        return false;
    }
    operate(world, &after, world_nic(world, state, guest), op, &outcome, &waits);
    return waits == CALL_OVS;
}

/* Success, and nothing has been done; a start is told of no row. */
static void
lie(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = operation_of(world, state, guest);
    event->violated |= actor_advance(world, state, guest, event->outcome);
}

/* ---- ovs-late ---- */

static bool
can_be_late(const struct world *world, const struct state *state, unsigned guest)
{
    return !delayed_is_pending(state, guest) && would_commit(world, state, guest);
}

static void
be_late(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = operation_of(world, state, guest);
    event->outcome.error = ETIMEDOUT;
    delayed_send(world, state, guest, event->op);
    event->violated |= actor_advance(world, state, guest, event->outcome);
}

/* ---- vswitchd-restart ---- */

/* Somebody waits for it, or there is something that only a new one does. */
static bool
vswitchd_matters(const struct world *world, const struct state *state, unsigned guest)
{
    struct state after = *state;

    (void)guest;
    ovs_vswitchd_restart(world, &after);
    return actor_call_waits(world, state) || memcmp(&after, state, sizeof after) != 0;
}

static void
restart_vswitchd(const struct world *world, struct state *state, unsigned guest,
                 struct event *event)
{
    (void)guest;
    ovs_vswitchd_restart(world, state);
    event->violated |= actor_answer_calls(world, state);
}

/* ---- daemon-restart ---- */

static bool
always(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    (void)state;
    (void)guest;
    return true;
}

static void
restart(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    (void)guest;
    (void)event;
    restart_daemon(world, state);
}

/* To add a fault: a constant of enum fault, a row here, what it does to the real world
 * (harness/real/real_fault.c), when a scenario can spend it (harness/scenario_faults.c), and a
 * paragraph in docs/model.md. */
static const struct {
    const char *name;
    const char *actor;
    const char *text;
    bool single;
    bool (*enabled)(const struct world *world, const struct state *state, unsigned guest);
    void (*step)(const struct world *world, struct state *state, unsigned guest,
                 struct event *event);
} faults[FAULT_COUNT] = {
    [FAULT_OVS_TIMEOUT] = {"ovs-timeout", NULL,
                           "an ovs-vsctl that waits for ovs-vswitchd runs out of time; what it "
                           "committed remains",
                           false, ovs_waits, time_out},
    [FAULT_QEMU_CRASH] = {"qemu-crash", "crash", "a guest's QEMU dies by itself; its stop follows",
                          false, qemu_runs, crash},
    [FAULT_START_FAILS] = {"start-fails", "fail",
                           "an operation of a start fails, and has no effect: EBUSY or ENFILE for "
                           "a creation, EIO otherwise",
                           false, start_can_fail, fail_start},
    [FAULT_FD_LEAK] = {"fd-leak", "leak",
                       "a helper gets a copy of the descriptor of a guest's tap, which outlives "
                       "whoever it was meant for",
                       false, can_leak, leak},
    [FAULT_OVS_LIE] = {"ovs-lie", "lie", "ovs-vsctl says success, and has done nothing", false,
                       would_commit, lie},
    [FAULT_OVS_LATE] = {"ovs-late", "late",
                        "an ovs-vsctl runs out of time before ovsdb-server has read its "
                        "transaction, which may still be carried out later",
                        false, can_be_late, be_late},
    [FAULT_VSWITCHD_RESTART] = {"vswitchd-restart", "restart/ovs-vswitchd",
                                "ovs-vswitchd is killed and started again; its userspace datapath "
                                "is new",
                                true, vswitchd_matters, restart_vswitchd},
    [FAULT_DAEMON_RESTART] = {"daemon-restart", "restart/daemon",
                              "the daemon is killed and started again; guests run on, its memory "
                              "is lost",
                              true, always, restart},
};

const char *
fault_name(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].name;
}

const char *
fault_text(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].text;
}

const char *
fault_actor(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].actor;
}

bool
fault_is_single(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].single;
}

bool
fault_enabled(const struct world *world, const struct state *state, enum fault fault,
              unsigned guest)
{
    return state->faults[fault] > 0 && faults[fault].enabled(world, state, guest);
}

void
fault_step(const struct world *world, struct state *state, enum fault fault, unsigned guest,
           struct event *event)
{
    event->kind = EVENT_FAULT;
    event->fault = fault;
    state->faults[fault]--;
    faults[fault].step(world, state, guest, event);
}
