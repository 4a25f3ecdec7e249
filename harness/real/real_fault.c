/* Faults in the real world: see real_fault.h. */
#include "harness/real/real_fault.h"

#include "harness/real/real_ovs.h"

#include "sim/restart.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* ---- ovs-timeout ---- */

static bool
ovs_waits(const struct real *real, unsigned guest)
{
    return real->thread[guest].call == CALL_OVS;
}

static bool
time_out(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    int status;

    if (real->call[guest] == 0) {
        status = 128 + SIGALRM; /* the client is ours, and its clock the schedule */
    } else if (!ovs_time_out(real->ovs, real->call[guest], &status, diagnostic)) {
        return false;
    }
    step->outcome.error = status == 0 ? 0 : status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    real->call[guest] = 0;
    real_advance(real, guest, step->outcome);
    return true;
}

/* ---- qemu-crash ---- */

static bool
qemu_runs(const struct real *real, unsigned guest)
{
    return real->phase[guest] == PROCESS_RUNNING;
}

static bool
crash(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    struct context context = world_context(real->world, guest);

    (void)step;
    real->phase[guest] = PROCESS_EXITING;
    thread_eof(&real->thread[guest], &context, real->daemon.record);
    return guest_kill(&real->guest[guest], SIGKILL, diagnostic);
}

/* ---- start-fails: injected, since a kernel cannot be asked to fail ---- */

static struct operation
operation_of(const struct real *real, unsigned guest)
{
    struct context context = world_context(real->world, guest);

    return machine_want(&real->thread[guest].machine, &context, real->daemon.record);
}

static bool
start_can_fail(const struct real *real, unsigned guest)
{
    return real->thread[guest].machine.kind == MACHINE_START &&
           fault_start_can_fail(&real->thread[guest], operation_of(real, guest));
}

static bool
fail_start(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    (void)diagnostic;
    step->outcome.error = fault_of_start(operation_of(real, guest));
    real_advance(real, guest, step->outcome);
    return true;
}

/* ---- fd-leak ---- */

static bool
daemon_has_tap(const struct real *real, unsigned guest)
{
    char fd[16], name[IFNAME_SIZE];

    snprintf(fd, sizeof fd, "%d", real->tap[guest]);
    return real->tap[guest] >= 0 && guest_names_tap("self", fd, name);
}

static bool
can_leak(const struct real *real, unsigned guest)
{
    bool has = real->phase[guest] == PROCESS_RUNNING ? guest_find_tap(&real->guest[guest]) >= 0
                                                     : daemon_has_tap(real, guest);

    return has && guest_find_tap(&real->helper[guest]) < 0;
}

/* A helper is handed a copy of QEMU's descriptor, or of the daemon's. */
static bool
leak(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    bool from_qemu = real->phase[guest] == PROCESS_RUNNING, started;
    int tap = from_qemu ? guest_copy_tap(&real->guest[guest], diagnostic) : real->tap[guest];

    if (tap < 0) {
        return false;
    }
    guest_end(&real->helper[guest]); /* whose descriptor leads nowhere any more */
    started =
        guest_start(&real->helper[guest], NULL, false, &tap, 1, &step->outcome.error, diagnostic);
    if (from_qemu) {
        close(tap);
    }
    return started;
}

/* ---- ovs-lie: injected ---- */

static bool
lie(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    (void)diagnostic;
    real_advance(real, guest, step->outcome);
    return true;
}

/* ---- ovs-late ---- */

static bool
be_late(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    if (!real_send_delayed(real, guest, operation_of(real, guest), step, diagnostic)) {
        return false;
    }
    real_advance(real, guest, step->outcome);
    return true;
}

/* ---- vswitchd-restart ---- */

static bool
restart_vswitchd(struct real *real, unsigned none, struct real_step *step,
                 struct diagnostic *diagnostic)
{
    (void)none;
    (void)step;
    if (!ovs_restart(real->ovs, diagnostic)) {
        return false;
    }
    real_answer_calls(real);
    return true;
}

/* ---- daemon-restart ---- */

static bool
always(const struct real *real, unsigned guest)
{
    (void)real;
    (void)guest;
    return true;
}

/* The daemon is a part of struct real: it is forgotten, and its descriptors are closed.  Its calls
 * of ovs-vsctl go with it; guests run on. */
static bool
restart(struct real *real, unsigned none, struct real_step *step, struct diagnostic *diagnostic)
{
    (void)none;
    (void)step;
    (void)diagnostic;
    daemon_forget(&real->daemon, RESTARTED_DAEMON);
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        struct context context = world_context(real->world, guest);

        if (context.daemon != RESTARTED_DAEMON) {
            continue;
        }
        for (unsigned i = 0; i < context.nics; i++) {
            int *tap = &real->tap[context.nic_at[i]];

            if (*tap >= 0) {
                close(*tap);
                *tap = -1;
            }
            real->uuid[context.nic_at[i]][0] = '\0';
        }
        if (real->call[guest] != 0) {
            ovs_kill(real->ovs, real->call[guest]);
            real->call[guest] = 0;
        }
        thread_restart(&real->thread[guest], world_program(real->world, guest), &context,
                       &real->daemon, real->phase[guest] == PROCESS_RUNNING);
    }
    return true;
}

static const struct {
    bool (*strikes)(const struct real *real, unsigned guest); /* NULL: only a call would tell */
    bool (*strike)(struct real *real, unsigned guest, struct real_step *step,
                   struct diagnostic *diagnostic);
    bool injected; /* it is the harness that answers, and not this kernel or Open vSwitch */
} faults[FAULT_COUNT] = {
    [FAULT_OVS_TIMEOUT] = {ovs_waits, time_out, false},
    [FAULT_QEMU_CRASH] = {qemu_runs, crash, false},
    [FAULT_START_FAILS] = {start_can_fail, fail_start, true},
    [FAULT_FD_LEAK] = {can_leak, leak, false},
    [FAULT_OVS_LIE] = {NULL, lie, true},
    [FAULT_OVS_LATE] = {NULL, be_late, false},
    [FAULT_VSWITCHD_RESTART] = {NULL, restart_vswitchd, false},
    [FAULT_DAEMON_RESTART] = {always, restart, false},
};

bool
real_injected(enum fault fault)
{
    return faults[fault].injected;
}

bool
real_tells(enum fault fault)
{
    return faults[fault].strikes != NULL;
}

bool
real_strikes(const struct real *real, enum fault fault, unsigned guest)
{
    return real->faults[fault] > 0 && faults[fault].strikes(real, guest);
}

bool
real_strike(struct real *real, enum fault fault, unsigned guest, struct real_step *step,
            struct diagnostic *diagnostic)
{
    real->faults[fault]--;
    return faults[fault].strike(real, guest, step, diagnostic);
}
