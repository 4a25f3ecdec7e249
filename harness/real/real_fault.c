/* Faults in the real world: see real_fault.h. */
#include "harness/real/real_fault.h"

#include "harness/real/guest_descriptor.h"
#include "harness/real/ovs_call.h"
#include "harness/real/ovs_outage.h"
#include "harness/real/real_carry_out.h"
#include "harness/real/real_ovs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

bool
real_time_out(struct real *real, unsigned guest)
{
    int status;

    if (real->call[guest] == NULL) {
        status = 128 + SIGALRM; /* the client is ours, and its clock the schedule */
    } else if (!ovs_time_out(real->ovs, real->call[guest], &status)) {
        return false;
    }
    real->outcome.error = status == 0 ? 0 : status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    real->call[guest] = NULL;
    control_answer(real->world, &real->control, guest, real->outcome.error);
    return true;
}

bool
real_unplug_late(struct real *real, unsigned guest)
{
    control_give_up(real->world, &real->control, guest, FAULT_UNPLUG_LATE);
    return true;
}

bool
real_say_late(struct real *real, unsigned guest)
{
    control_give_up(real->world, &real->control, guest, FAULT_MONITOR_LATE);
    return true;
}

bool
real_hear(struct real *real, unsigned guest)
{
    control_hear(real->world, &real->control, guest);
    return true;
}

bool
real_crash(struct real *real, unsigned guest)
{
    control_eof(real->world, &real->control, guest);
    return guest_kill(&real->guest[guest], SIGKILL, real->diagnostic);
}

/* Injected, since a kernel cannot be asked to fail. */
bool
real_fail_start(struct real *real, unsigned guest)
{
    struct operation op = control_want(real->world, &real->control, guest);

    real->outcome.error = real_misses(real, op) ? ENODEV : control_start_fails_with(op);
    control_done(real->world, &real->control, guest, op, real->outcome);
    return true;
}

/* Who has a descriptor of the guest's tap while its process does not run: a daemon that is not the
 * harness, or what that has forked. */
static struct guest
daemon_process(const struct real *real, unsigned guest)
{
    pid_t process =
        real->forked[guest] != 0 ? real->forked[guest] : real->process[real->world->daemon[guest]];

    return (struct guest){.pid = process, .number = process};
}

/* That process's descriptor of the tap that the guest is to have, or -1: it may have others'. */
static int
find_own_tap(const struct real *real, unsigned guest, const struct guest *process)
{
    char own[IFNAME_SIZE], name[IFNAME_SIZE];
    int fds[GUEST_MAX_DESCRIPTORS];
    unsigned count = guest_descriptors(process, fds);

    ifname_text(&real->world->names, real->control.daemon.record[guest].name, own);
    if (real->control.daemon.record[guest].name == IFNAME_NONE) {
        return -1;
    }
    for (unsigned i = 0; i < count; i++) {
        if (guest_names_tap(process->number, fds[i], name) && strcmp(name, own) == 0) {
            return fds[i];
        }
    }
    return -1;
}

/* A copy of the descriptor that the guest's process has of its tap or, while none runs, the daemon:
 * to be closed; or -1. */
static int
copy_tap(const struct real *real, unsigned guest)
{
    struct guest process;
    char name[IFNAME_SIZE];

    if (real->control.phase[guest] == PROCESS_RUNNING) {
        return guest_copy_descriptor(&real->guest[guest], guest_find_tap(&real->guest[guest]));
    }
    if (real->daemon != NULL) {
        process = daemon_process(real, guest);
        return guest_copy_descriptor(&process, find_own_tap(real, guest, &process));
    }
    return real->tap[guest] >= 0 && guest_names_tap(0, real->tap[guest], name)
               ? fcntl(real->tap[guest], F_DUPFD_CLOEXEC, 0)
               : -1;
}

bool
real_can_leak(const struct real *real, unsigned guest)
{
    int copy = copy_tap(real, guest);

    if (copy >= 0) {
        close(copy);
    }
    return copy >= 0 && guest_find_tap(&real->helper[guest]) < 0;
}

/* The copy is handed to a helper. */
bool
real_leak(struct real *real, unsigned guest)
{
    int tap = copy_tap(real, guest);
    bool started;

    if (tap < 0) {
        return guest_fail(real->diagnostic, "its tap cannot be copied");
    }
    guest_end(&real->helper[guest]); /* whose descriptor leads nowhere any more */
    started = guest_process.start(&real->helper[guest], NULL, false, &tap, 1, &real->outcome.error,
                                  real->diagnostic);
    close(tap);
    return started;
}

/* Injected. */
bool
real_lie(struct real *real, unsigned guest)
{
    control_done(real->world, &real->control, guest,
                 control_want(real->world, &real->control, guest), real->outcome);
    return true;
}

/* The operation is sent and not read: its call runs out of time. */
static bool
send_delayed(struct real *real, unsigned guest, struct operation op)
{
    struct real_delayed *delayed = &real->delayed[guest];
    char name[IFNAME_SIZE];
    int listening, status = 128 + SIGALRM;

    ifname_text(&real->world->names, op.name, name);
    ovs_delay_drop(&delayed->transaction); /* an earlier one that can come to nothing only */
    *delayed =
        (struct real_delayed){.op = op, .nic = control_nic(real->world, &real->control, guest)};
    if (op.kind != OP_REMOVE_OWN &&
        ((listening = ovs_delay_begin(real->ovs)) < 0 ||
         !ovs_delay_take(real->ovs, listening, real_call_ovs(real, delayed->nic, op, name),
                         &delayed->transaction, &status))) {
        delayed->op.kind = OP_NONE;
        return false;
    }
    real->outcome.error = status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    return true;
}

bool
real_be_late(struct real *real, unsigned guest)
{
    struct operation op = control_want(real->world, &real->control, guest);

    if (!send_delayed(real, guest, op)) {
        return false;
    }
    control_done(real->world, &real->control, guest, op, real->outcome);
    return true;
}

bool
real_commit_delayed(struct real *real, unsigned guest)
{
    struct real_delayed delayed = real->delayed[guest];
    char name[IFNAME_SIZE];
    bool applied;

    real->delayed[guest] = (struct real_delayed){0};
    real->outcome = (struct outcome){0};
    if (delayed.op.kind == OP_NONE) {
        real->outcome.error = EAGAIN;
        return true;
    }
    if (delayed.op.kind == OP_REMOVE_OWN) {
        ifname_text(&real->world->names, delayed.op.name, name);
        return real_remove_own(real, delayed.nic, delayed.op, name, &applied);
    }
    if (!ovs_delay_commit(real->ovs, &delayed.transaction, &applied)) {
        return false;
    }
    real->outcome.error = applied ? 0 : EAGAIN;
    return true;
}

bool
real_commit_rest(struct real *real, bool *applied)
{
    *applied = false;
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        if (real->delayed[guest].op.kind == OP_NONE) {
            continue;
        }
        if (!(real->delayed[guest].orphan != NULL ? real_run_orphan : real_commit_delayed)(real,
                                                                                           guest)) {
            return false;
        }
        *applied = *applied || real->outcome.error == 0;
    }
    return true;
}

void
real_drop_delayed(struct real *real)
{
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        ovs_delay_drop(&real->delayed[guest].transaction);
        if (real->delayed[guest].orphan != NULL) {
            child_kill(real->delayed[guest].orphan);
        }
        real->delayed[guest] = (struct real_delayed){0};
    }
}

bool
real_restart_vswitchd(struct real *real, unsigned none)
{
    (void)none;
    if (!ovs_restart(real->ovs)) {
        return false;
    }
    real_answer_calls(real);
    return true;
}

bool
real_stop_ovsdb(struct real *real, unsigned none)
{
    (void)none;
    return ovs_stop_server(real->ovs);
}

bool
real_start_ovsdb(struct real *real, unsigned none)
{
    (void)none;
    return ovs_start_server_again(real->ovs);
}

/* The daemon is a part of struct real: its descriptors are closed, and its calls of ovs-vsctl end;
 * guests run on. */
static void
close_all(struct real *real)
{
    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (real->world->daemon[world_guest(real->world, nic)] != RESTARTED_DAEMON) {
            continue;
        }
        if (real->tap[nic] >= 0) {
            close(real->tap[nic]);
            real->tap[nic] = -1;
        }
        real->uuid[nic][0] = '\0';
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        if (real->world->daemon[guest] == RESTARTED_DAEMON && real->call[guest] != NULL) {
            child_kill(real->call[guest]);
            real->call[guest] = NULL;
        }
    }
}

bool
real_restart_daemon(struct real *real, unsigned none)
{
    (void)none;
    close_all(real);
    control_restart(real->world, &real->control);
    return true;
}

/* The ovs-vsctl that the thread wants is started, and held: it does nothing yet. */
bool
real_orphan(struct real *real, unsigned guest)
{
    struct operation op = control_want(real->world, &real->control, guest);
    unsigned nic = control_nic(real->world, &real->control, guest);
    struct real_delayed *delayed = &real->delayed[guest];
    char name[IFNAME_SIZE];

    ifname_text(&real->world->names, op.name, name);
    ovs_delay_drop(&delayed->transaction); /* an earlier one that can come to nothing only */
    real->ovs->holds_calls = true;
    *delayed =
        (struct real_delayed){.op = op, .nic = nic, .orphan = real_call_ovs(real, nic, op, name)};
    real->ovs->holds_calls = false;
    if (delayed->orphan == NULL) {
        return false;
    }
    close_all(real);
    control_orphan(real->world, &real->control, guest);
    return true;
}

bool
real_run_orphan(struct real *real, unsigned guest)
{
    struct real_delayed delayed = real->delayed[guest];
    bool ended;
    int status;

    real->delayed[guest] = (struct real_delayed){0};
    real->outcome = (struct outcome){0};
    if (delayed.orphan == NULL) {
        real->outcome.error = EAGAIN;
        return true;
    }
    if (!ovs_call_continue(real->ovs, delayed.orphan) ||
        !ovs_committed(real->ovs, delayed.orphan, &ended, &status)) {
        return false;
    }
    if (ended) {
        real->outcome.error = status == 0 ? 0 : real_ovs_failure(delayed.op);
    } else {
        child_kill(delayed.orphan); /* it waits, and nobody for it */
    }
    return true;
}
