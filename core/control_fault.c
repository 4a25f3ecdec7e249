/* Faults, as control knows them: when they may strike, and what they do to the daemon's threads and
 * the guests' processes.  See control.h. */
#include "core/control.h"

#include "core/client.h"

#include <assert.h>
#include <errno.h>

static bool
has_process(const struct control *control, unsigned guest)
{
    return control->phase[guest] == PROCESS_RUNNING;
}

/* A lookup that fails finds nothing, and what a start does to take a tap from a wrong bridge may
 * fail (facts 1e). */
static bool
fails_start(enum op_kind kind)
{
    return !operation_is_daemons(kind) && kind != OP_LOOKUP && kind != OP_DEL_PORT &&
           kind != OP_DEL_IF;
}

/* An operation that the thread is about to begin, whose failing fails its start. */
static bool
can_fail_start(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];
    struct operation op;

    if (thread->machine.kind != MACHINE_START || thread->waits != WAIT_NONE ||
        (thread->machine.flag & MACHINE_FAILED) != 0) {
        return false;
    }
    op = control_want(world, control, guest);
    if (op.kind == OP_SET_QDISC && world->nic[control_nic(world, control, guest)].kind != NIC_TAP) {
        return false; /* whether tc fails does not matter, and only a tap is asked for before */
    }
    return fails_start((enum op_kind)op.kind);
}

/* The transaction of Open vSwitch that the thread is about to begin; OP_NONE: it is not. */
static enum op_kind
about_to_commit(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];
    enum op_kind kind;

    if (thread->machine.kind == MACHINE_IDLE || thread->waits != WAIT_NONE) {
        return OP_NONE;
    }
    kind = (enum op_kind)control_want(world, control, guest).kind;
    return operation_commits(kind) ? kind : OP_NONE;
}

/* The thread is about to begin an `unplug` command, which takes 5 s at most. */
static bool
is_about_to_unplug(const struct world *world, const struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    return has_process(control, guest) &&
           thread_may_give_up(&control->thread[guest], client_program(world, control, guest),
                              &context, control->daemon.record);
}

/* An operation of the start machine. */
static bool
is_starts(enum op_kind kind)
{
    for (unsigned row = 0; row < start_table.states; row++) {
        if (start_table.state[row].op == kind) {
            return true;
        }
    }
    return false;
}

bool
control_can_aim(enum fault fault, enum op_kind kind)
{
    switch (fault) {
    case FAULT_OVS_TIMEOUT:
    case FAULT_OVS_LIE:
        return operation_commits(kind);
    case FAULT_OVS_LATE:
    case FAULT_OVS_ORPHAN:
        return operation_is_of_ports(kind);
    case FAULT_START_FAILS:
        return is_starts(kind) && fails_start(kind);
    case FAULT_QEMU_CRASH:
    case FAULT_FD_LEAK:
    case FAULT_VSWITCHD_RESTART:
    case FAULT_DAEMON_RESTART:
    case FAULT_OVSDB_OUTAGE:
        return true;
    case FAULT_UNPLUG_LATE: /* they strike a command, whatever that begins with */
    case FAULT_MONITOR_LATE:
        return false;
    case FAULT_COUNT: /* cannot be */
        break;        /* cannot be */
    }
    assert(false);
    return false;
}

/* The guest's thread is where the fault is to strike. */
static bool
is_at(const struct world *world, const struct control *control, struct fault_aim aim,
      unsigned guest)
{
    return (aim.guest == 0 || aim.guest == guest + 1) &&
           (aim.at == OP_NONE || (control->thread[guest].machine.kind != MACHINE_IDLE &&
                                  control_want(world, control, guest).kind == aim.at));
}

/* A fault that strikes no guest alone may strike wherever one is so far. */
static bool
is_aimed(const struct world *world, const struct control *control, enum fault fault, unsigned guest)
{
    struct fault_aim aim = world->aim[fault];

    if (aim.guest == 0 && aim.at == OP_NONE) {
        return true;
    }
    if (fault_strikes_guests(fault)) {
        return is_at(world, control, aim, guest);
    }
    for (unsigned other = 0; other < world->guests; other++) {
        if (is_at(world, control, aim, other)) {
            return true;
        }
    }
    return false;
}

bool
control_may_strike(const struct world *world, const struct control *control, enum fault fault,
                   unsigned guest)
{
    if (control->faults[fault] == 0 || !is_aimed(world, control, fault, guest)) {
        return false;
    }
    switch (fault) {
    case FAULT_OVS_TIMEOUT:
        return control_waits_for_vswitchd(control, guest);
    case FAULT_QEMU_CRASH:
        return has_process(control, guest);
    case FAULT_START_FAILS:
        return can_fail_start(world, control, guest);
    case FAULT_OVS_LIE:
        return about_to_commit(world, control, guest) != OP_NONE;
    case FAULT_OVS_LATE:
        return operation_is_of_ports(about_to_commit(world, control, guest));
    case FAULT_OVS_ORPHAN: /* remove-own is the daemon's own connection, and dies with it */
        return world->daemon[guest] == RESTARTED_DAEMON &&
               operation_is_of_ports(about_to_commit(world, control, guest)) &&
               control_want(world, control, guest).kind != OP_REMOVE_OWN;
    case FAULT_UNPLUG_LATE:
    case FAULT_MONITOR_LATE:
        return is_about_to_unplug(world, control, guest);
    case FAULT_FD_LEAK:
    case FAULT_VSWITCHD_RESTART:
    case FAULT_DAEMON_RESTART:
    case FAULT_OVSDB_OUTAGE:
        return true;
    case FAULT_COUNT: /* cannot be */
        break;        /* cannot be */
    }
    assert(false);
    return false;
}

void
control_spend(struct control *control, enum fault fault)
{
    assert(control->faults[fault] > 0);
    control->faults[fault]--;
}

int
control_start_fails_with(struct operation op)
{
    if (op.kind != OP_CREATE_TAP) {
        return EIO;
    }
    return op.name == IFNAME_NONE ? ENFILE : EBUSY;
}

void
control_eof(const struct world *world, struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    assert(has_process(control, guest));
    control->phase[guest] = PROCESS_EXITING;
    thread_eof(&control->thread[guest], &context, control->daemon.record);
}

void
control_give_up(const struct world *world, struct control *control, unsigned guest,
                enum fault fault)
{
    struct context context = world_context(world, guest);
    enum late_unplug late = fault == FAULT_UNPLUG_LATE ? LATE_KEPT : LATE_UNSAID;

    assert(fault == FAULT_UNPLUG_LATE || fault == FAULT_MONITOR_LATE);
    thread_give_up(&control->thread[guest], client_program(world, control, guest), &context,
                   control->daemon.record, late);
    client_give(world, control);
}

bool
control_may_hear(const struct control *control, unsigned guest)
{
    uint8_t late = control->thread[guest].late;

    return has_process(control, guest) && (late == LATE_KEPT || late == LATE_UNSAID);
}

void
control_hear(const struct world *world, struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    assert(control_may_hear(control, guest));
    thread_hear(&control->thread[guest], client_program(world, control, guest), &context,
                control->daemon.record);
}

void
control_restart(const struct world *world, struct control *control)
{
    daemon_forget(&control->daemon, RESTARTED_DAEMON);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct context context = world_context(world, guest);

        if (context.daemon == RESTARTED_DAEMON) {
            thread_restart(&control->thread[guest], client_program(world, control, guest), &context,
                           &control->daemon, has_process(control, guest));
        }
    }
    client_give(world, control);
}

void
control_orphan(const struct world *world, struct control *control, unsigned guest)
{
    assert(control->thread[guest].waits == WAIT_NONE);
    control->thread[guest].waits = WAIT_VSWITCHD; /* so its command has begun */
    control_restart(world, control);
}
