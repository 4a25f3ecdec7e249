/* One step of an actor with a libvirtd as the daemon: see libvirt_actor.h.  Control is stepped by
 * core/, as in the simulation. */
#include "harness/libvirt/libvirt_actor.h"

#include "core/client.h"
#include "harness/libvirt/libvirt_carry_out.h"
#include "harness/libvirt/libvirt_daemon.h"
#include "harness/libvirt/libvirt_late.h"
#include "harness/libvirt/libvirt_limit.h"
#include "harness/libvirt/libvirt_process.h"
#include "harness/libvirt/session_restart.h"
#include "harness/real/ovs.h"
#include "harness/real/real_actor.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

static struct session *
session_of(const struct real *real, unsigned guest)
{
    struct libvirt_daemon *daemon = real->daemon->context;

    return &daemon->session[real->world->daemon[guest]];
}

/* ---- threads and processes ---- */

/* The thread has ended a machine of that kind, by its own step or because what it waited for has
 * come.  If it has taken the guest back, or has started it, it has nothing to do any more but to
 * end. */
static bool
settle(struct real *real, unsigned guest, uint8_t kind)
{
    const struct thread *thread = &real->control.thread[guest];
    bool goes_on = thread->late == LATE_UNHEARD ? thread->eof != 0
                                                : !real->control.daemon.record[guest].running;

    return (kind != MACHINE_RECONNECT && kind != MACHINE_START) || thread->machine.kind == kind ||
           goes_on || libvirt_settle_thread(session_of(real, guest), real, guest);
}

static bool
carry_out(struct real *real, unsigned guest, int error)
{
    struct operation op = control_want(real->world, &real->control, guest);
    uint8_t kind = real->control.thread[guest].machine.kind;

    if (!libvirt_carry_out(session_of(real, guest), real, guest, op, error)) {
        return false;
    }
    control_done(real->world, &real->control, guest, op, real->outcome);
    return settle(real, guest, kind);
}

/* It is killed by somebody else. */
static bool
kill_guest(struct real *real, unsigned guest)
{
    struct session *session = session_of(real, guest);

    return libvirt_signal(session, session->guest[guest].qemu, SIGKILL, "a guest") &&
           libvirt_await_death(session, guest);
}

/* libvirtd begins a stop by itself when it sees the end of the monitor. */
static bool
crash(struct real *real, unsigned guest)
{
    session_expect_stop(session_of(real, guest), guest);
    return kill_guest(real, guest);
}

static bool
take_thread(struct real *real, unsigned guest)
{
    if (client_is_between_rounds(real->world, &real->control, guest)) {
        client_begin_round(real->world, &real->control, guest);
        return true;
    }
    if (control_crashes(&real->control, guest)) {
        control_crash(real->world, &real->control, guest);
        return crash(real, guest);
    }
    return carry_out(real, guest, 0);
}

static bool
take_kernel(struct real *real, unsigned guest)
{
    bool waited;

    if (control_may_close(&real->control, guest)) {
        /* It is stopped once more when its monitor ends. */
        if (real->control.thread[guest].stuck != 0) {
            session_expect_stop(session_of(real, guest), guest);
        }
        control_close(real->world, &real->control, guest);
        return libvirt_close_qemu(session_of(real, guest), guest);
    }
    if (!libvirt_reap_qemu(session_of(real, guest), guest)) {
        return false;
    }
    real->guest[guest] = (struct guest){0};
    waited = real->control.thread[guest].waits == WAIT_EXIT;
    control_exit(real->world, &real->control, guest);
    return !waited || libvirt_settle_thread(session_of(real, guest), real, guest);
}

/* ---- Open vSwitch ---- */

static bool
answer(struct real *real, unsigned guest, int error)
{
    uint8_t kind = real->control.thread[guest].machine.kind;

    control_answer(real->world, &real->control, guest, error);
    return settle(real, guest, kind);
}

static bool
answer_calls(struct real *real)
{
    bool answered[MAX_GUESTS] = {false};

    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        answered[guest] = control_waits_for_vswitchd(&real->control, guest);
        if (answered[guest] &&
            !session_await(session_of(real, guest), guest, session_helper_has_ended,
                           "the end of its ovs-vsctl")) {
            return false;
        }
    }
    if (!libvirt_go_on_removing(real->daemon->context, real, answered)) {
        return false;
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        int error = session_of(real, guest)->guest[guest].helper_status == 0 ? 0 : EIO;

        if (answered[guest] && !answer(real, guest, error)) {
            return false;
        }
    }
    return true;
}

static bool
take_vswitchd(struct real *real, unsigned none)
{
    (void)none;
    return ovs_run(real->ovs) && answer_calls(real);
}

static bool
restart_vswitchd(struct real *real, unsigned none)
{
    (void)none;
    return ovs_restart(real->ovs) && answer_calls(real);
}

/* It does not wait for QEMU's end any more, and its stop goes on or fails. */
static bool
give_up(struct real *real, unsigned guest)
{
    const struct thread *thread = &real->control.thread[guest];
    uint8_t kind = thread->machine.kind;

    control_leave_alive(real->world, &real->control, guest);
    return libvirt_leave_alive(session_of(real, guest), guest, thread->stuck != 0) &&
           settle(real, guest, kind);
}

/* A QEMU that has ignored SIGTERM gets SIGKILL.  An ovs-vsctl is called with --timeout, which is an
 * alarm(2). */
static bool
take_timeout(struct real *real, unsigned guest)
{
    struct session *session = session_of(real, guest);

    if (control_may_sigkill(&real->control, guest)) {
        control_sigkill(&real->control, guest);
        return libvirt_sigkill(session, guest);
    }
    if (control_may_leave_alive(real->world, &real->control, guest)) {
        return give_up(real, guest);
    }
    control_spend(&real->control, FAULT_OVS_TIMEOUT);
    if (!libvirt_signal(session, session->guest[guest].helper, SIGALRM, "an ovs-vsctl") ||
        !session_await(session, guest, session_helper_has_ended, "the end of its ovs-vsctl")) {
        return false;
    }
    real->outcome.error = session->guest[guest].helper_status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    return answer(real, guest, real->outcome.error);
}

/* ---- faults ---- */

static bool
take_crash(struct real *real, unsigned guest)
{
    control_eof(real->world, &real->control, guest);
    return crash(real, guest);
}

/* The call that libvirtd is about to make fails, and is not made. */
static bool
fail_start(struct real *real, unsigned guest)
{
    struct operation op = control_want(real->world, &real->control, guest);

    return carry_out(real, guest, control_start_fails_with(op));
}

/* What becomes of the ovs-vsctl that the thread is about to run is not what it should. */
static bool
go_wrong(struct real *real, unsigned guest,
         bool (*run)(struct session *session, struct real *real, unsigned guest,
                     struct operation op))
{
    struct operation op = control_want(real->world, &real->control, guest);
    uint8_t kind = real->control.thread[guest].machine.kind;

    if (!run(session_of(real, guest), real, guest, op)) {
        return false;
    }
    control_done(real->world, &real->control, guest, op, real->outcome);
    return settle(real, guest, kind);
}

static bool
lie(struct real *real, unsigned guest)
{
    return go_wrong(real, guest, libvirt_lie);
}

static bool
be_late(struct real *real, unsigned guest)
{
    return go_wrong(real, guest, libvirt_be_late);
}

static bool
restart_daemon(struct real *real, unsigned none)
{
    struct session *session =
        &((struct libvirt_daemon *)real->daemon->context)->session[RESTARTED_DAEMON];

    (void)none;
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        if (real->world->daemon[guest] != RESTARTED_DAEMON) {
            continue;
        }
        if (real->forked[guest] != 0 && session->guest[guest].dies &&
            !libvirt_end_qemu(session, guest)) {
            return false;
        }
        real->forked[guest] = 0;
    }
    if (!session_restart(session)) {
        return false;
    }
    control_restart(real->world, &real->control);
    return true;
}

static bool
orphan(struct real *real, unsigned guest)
{
    if (!libvirt_orphan(session_of(real, guest), real, guest,
                        control_want(real->world, &real->control, guest))) {
        return false;
    }
    control_orphan(real->world, &real->control, guest);
    return true;
}

static bool
run_orphan(struct real *real, unsigned guest)
{
    return libvirt_run_orphan(session_of(real, guest), real, guest);
}

static bool
unplug_late(struct real *real, unsigned guest)
{
    if (!libvirt_give_up(session_of(real, guest), real, guest, false)) {
        return false;
    }
    control_give_up(real->world, &real->control, guest, FAULT_UNPLUG_LATE);
    return true;
}

static bool
say_late(struct real *real, unsigned guest)
{
    if (!libvirt_give_up(session_of(real, guest), real, guest, true)) {
        return false;
    }
    control_give_up(real->world, &real->control, guest, FAULT_MONITOR_LATE);
    return true;
}

static bool
hear(struct real *real, unsigned guest)
{
    if (!libvirt_hear(session_of(real, guest), real, guest)) {
        return false;
    }
    control_hear(real->world, &real->control, guest);
    return true;
}

/* ---- the actors ---- */

/* One row for each kind of actor.  NULL: as without a libvirtd. */
static real_step *const takes[ACTOR_KINDS] = {
    [ACTOR_THREAD] = take_thread,
    [ACTOR_KERNEL] = take_kernel,
    [ACTOR_VSWITCHD] = take_vswitchd,
    [ACTOR_TIMEOUT] = take_timeout,
    [ACTOR_CALL] = run_orphan,
    [ACTOR_DELETED] = hear,
    [ACTOR_CRASH] = take_crash,
    [ACTOR_FAIL] = fail_start,
    [ACTOR_LIE] = lie,
    [ACTOR_LATE] = be_late,
    [ACTOR_RESTART_VSWITCHD] = restart_vswitchd,
    [ACTOR_RESTART_DAEMON] = restart_daemon,
    [ACTOR_ORPHAN] = orphan,
    [ACTOR_SLOW] = unplug_late,
    [ACTOR_MUTE] = say_late,
};

bool
libvirt_take(struct real *real, unsigned number)
{
    struct actor actor = actor_at(real->world, number);
    enum fault fault = actor_kind_fault(actor.kind);

    if (takes[actor.kind] == NULL) {
        return real_take(real, number);
    }
    real->outcome = (struct outcome){0};
    if (fault != FAULT_COUNT) {
        control_spend(&real->control, fault);
    }
    return takes[actor.kind](real, actor.index);
}
