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

/* An operation that the thread is about to begin, whose failing fails its start.  A lookup that
 * fails finds nothing, and what a start does to take a tap from a wrong bridge may fail (facts 1e).
 */
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
    return !operation_is_daemons((enum op_kind)op.kind) && op.kind != OP_LOOKUP &&
           op.kind != OP_DEL_PORT && op.kind != OP_DEL_IF;
}

/* The thread is about to begin a transaction of Open vSwitch. */
static bool
is_about_to_commit(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];

    return thread->machine.kind != MACHINE_IDLE && thread->waits == WAIT_NONE &&
           operation_commits((enum op_kind)control_want(world, control, guest).kind);
}

bool
control_may_strike(const struct world *world, const struct control *control, enum fault fault,
                   unsigned guest)
{
    if (control->faults[fault] == 0) {
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
    case FAULT_OVS_LATE:
        return is_about_to_commit(world, control, guest);
    case FAULT_OVS_ORPHAN: /* remove-own is the daemon's own connection, and dies with it */
        return world->daemon[guest] == RESTARTED_DAEMON &&
               is_about_to_commit(world, control, guest) &&
               control_want(world, control, guest).kind != OP_REMOVE_OWN;
    case FAULT_FD_LEAK:
    case FAULT_VSWITCHD_RESTART:
    case FAULT_DAEMON_RESTART:
        return true;
    case FAULT_COUNT:
        break;
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
