/* Guests' processes under a libvirtd: see libvirt_process.h. */
#include "harness/libvirt/libvirt_process.h"

#include "harness/libvirt/forked.h"
#include "harness/libvirt/guest_libvirt.h"
#include "harness/real/deadline.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { STOP_MS = 10000 };

static bool
order(const struct session *session, enum gate_order_kind kind, pid_t process)
{
    return gate_order(&session->libvirtd->gate, (struct gate_order){kind, process, 0});
}

/* A signal to process 0 would be one to this very group. */
bool
libvirt_signal(const struct session *session, pid_t process, int signal, const char *what)
{
    return (process > 0 && kill(process, signal) == 0) ||
           diagnose(session->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s cannot be signalled", what);
}

bool
libvirt_has_succeeded(const struct session *session, unsigned guest)
{
    char path[64], said[256];

    snprintf(path, sizeof path, SESSION_GUEST_LOG, guest);
    return session->guest[guest].status == 0 ||
           diagnose(session->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "libvirtd: %s: %s",
                    session->guest[guest].name, child_last_words(path, said, sizeof said));
}

static bool
is_closed(const struct session_guest *guest)
{
    return guest->closed;
}

/* The stop that follows the end of its monitor is to be known by its first call, before another
 * thread makes one.  It may not come. */
static bool
await_own_stop(struct session *session, unsigned guest)
{
    const struct session_guest *of = &session->guest[guest];
    bool due = of->by_itself && !of->stops && !of->commanded && !of->reconnects && !of->lets_go;
    long long deadline = deadline_in(STOP_MS);

    while (due && !of->waits && deadline_left(deadline) > 0) {
        if (!session_serve(session)) {
            return false;
        }
    }
    return true;
}

bool
libvirt_close_qemu(struct session *session, unsigned guest)
{
    return order(session, GATE_DIE, session->guest[guest].qemu) &&
           session_await(session, guest, is_closed, "QEMU's end") && await_own_stop(session, guest);
}

bool
libvirt_reap_qemu(struct session *session, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];
    pid_t qemu = of->qemu;

    of->qemu = 0;
    of->dies = of->closed = false;
    return order(session, GATE_REAP, qemu);
}

bool
libvirt_end_qemu(struct session *session, unsigned guest)
{
    return libvirt_close_qemu(session, guest) && libvirt_reap_qemu(session, guest);
}

/* A socket that is gone, that nobody listens to, or whose QEMU stands in its death and does not
 * answer: there is no such process.  A start that fails removes the socket before it kills its QEMU
 * (qemuProcessStop), which is no call here: a daemon that is killed there may have done so or not.
 * Its successor takes down a guest that was not fully started, whether it has answered or not. */
bool
libvirt_end_connect(struct work *work)
{
    struct outcome *outcome = &work->real->outcome;
    bool runs = work->real->control.phase[work->index] == PROCESS_RUNNING;
    uint8_t flags = work->real->control.thread[work->index].machine.flag;
    bool ended = libvirt_end_call(work);

    if (!runs) {
        outcome->error = ESRCH;
    } else if (outcome->error == ENOENT && (flags & MACHINE_UNFINISHED) != 0) {
        outcome->error = 0;
    }
    return ended;
}

static bool
stands_in_death(const struct session_guest *guest)
{
    return guest->dies;
}

bool
libvirt_await_death(struct session *session, unsigned guest)
{
    return session_await(session, guest, stands_in_death, "QEMU's death");
}

bool
libvirt_end_kill(struct work *work)
{
    if (!libvirt_end_call(work)) {
        return false;
    }
    if (work->real->outcome.error != 0) {
        return true;
    }
    work->real->outcome.waits = WAIT_EXIT;
    return work->guest->ignores_sigterm || libvirt_await_death(work->session, work->index);
}

static bool
sends(const struct session_guest *guest, const char *signal)
{
    const char *said = strrchr(guest->at.call.text, ' ');

    return guest->waits && guest->at.call.kind == CALL_KILL && said != NULL &&
           strcmp(said + 1, signal) == 0;
}

/* It looks every 0.2 s whether QEMU has gone, up to the 50th time (virProcessKillPainfullyDelay).
 * Its sleeps in between are left out. */
bool
libvirt_sigkill(struct session *session, unsigned guest)
{
    const struct session_guest *of = &session->guest[guest];

    while (session_arrive(session, guest) && sends(of, "0")) {
        if (!order(session, GATE_HURRY, of->at.thread) || !session_pass(session, guest, 0)) {
            return false;
        }
    }
    if (sends(of, "KILL")) {
        return session_pass(session, guest, 0) && libvirt_await_death(session, guest);
    }
    return diagnose(session->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                    "%s: the model has a SIGKILL next, and libvirtd %s", of->name,
                    of->waits ? of->at.call.text : "is done with this guest");
}

/* It looks up to the 200th time, and sends SIGKILL at the 50th.  What comes of that says whether it
 * takes the guest for one that has ended. */
bool
libvirt_leave_alive(struct session *session, unsigned guest, bool fails)
{
    const struct session_guest *of = &session->guest[guest];
    bool commanded = of->commanded;

    while (session_arrive(session, guest) && (sends(of, "0") || sends(of, "KILL"))) {
        if (!order(session, GATE_HURRY, of->at.thread) || !session_pass(session, guest, 0)) {
            return false;
        }
    }
    if (of->dies && commanded && fails == session_is_busy(of)) {
        return diagnose(session->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                        "%s: the model has a stop that %s without QEMU's end, and libvirtd's %s",
                        of->name, fails ? "fails" : "goes on", fails ? "goes on" : "fails");
    }
    return of->dies ||
           diagnose(session->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                    "%s: the model has a QEMU that has not ended, and it has", of->name);
}

/* A QEMU that is dying by itself, or by a daemon that is no more, is not signalled: libvirtd waits
 * for its monitor's end, and then finds no process. */
bool
libvirt_waits_for_monitor(const struct work *work)
{
    uint8_t phase = work->real->control.phase[work->index];

    return work->op.kind == OP_KILL && (phase == PROCESS_EXITING || phase == PROCESS_CLOSED);
}

/* Of a QEMU that has ended, libvirtd knows by itself, and refuses to unplug its nic: the command is
 * not given. */
bool
libvirt_is_told(const struct work *work)
{
    return work->guest->commanded || work->guest->reconnects ||
           work->real->control.phase[work->index] == PROCESS_RUNNING;
}

/* QEMU has closed the tap by the time libvirtd goes on. */
bool
libvirt_end_unplug(struct work *work)
{
    bool runs = work->real->control.phase[work->index] == PROCESS_RUNNING;
    bool had = runs && !work->guest->unplugged;

    work->real->outcome.error = had ? 0 : runs ? ENOENT : ESRCH;
    work->guest->unplugged = work->guest->unplugged || had;
    /* A QEMU that stands in its death does not answer before it has closed all. */
    return session_pass(work->session, work->index, work->error) &&
           (!runs || session_arrive(work->session, work->index));
}

/* What a descriptor says whose device has gone. */
static int
gone(const struct work *work)
{
    const struct context context = world_context(work->real->world, work->index);
    char name[IFNAME_SIZE];

    for (unsigned i = 0; i < context.nics; i++) {
        unsigned nic = context.nic_at[i];

        if (if_indextoname((unsigned)work->real->index[nic], name) == NULL) {
            return work->real->world->nic[nic].kind == NIC_MACVTAP ? ENOLINK : EBADFD;
        }
    }
    return EIO;
}

/* Whether QEMU runs is what the command comes to, or that macvtaps are set up.  A start that fails
 * there has a process which holds the descriptors, and close-tap is its end: one that is to fail
 * leaves it forked, before its execve; and one whose device has gone has a QEMU that ends by
 * itself.  A tap that has gone by then is missed before, when its index is asked for. */
bool
libvirt_end_exec(struct work *work)
{
    struct real *real = work->real;
    struct session_guest *guest = work->guest;
    bool runs;

    if (guest->at.call.kind == CALL_GET_INDEX) {
        real->outcome.error = ENODEV; /* and no QEMU is forked */
        return session_pass(work->session, work->index, work->error);
    }
    if (work->error != 0) {
        real->forked[work->index] = guest->at.process;
        real->outcome.error = work->error;
        forked_hold(work->session, work->index);
        return true;
    }
    if (!libvirt_end_call(work) || !libvirt_settle_start(work)) {
        return false;
    }
    if (guest->dies) {
        real->forked[work->index] = guest->qemu;
        real->outcome.error = gone(work);
        return true;
    }
    runs = session_is_busy(guest) ? guest->at.call.kind == CALL_SET_FLAGS : guest->status == 0;
    real->outcome.error = runs ? 0 : EIO;
    guest->unplugged = false;
    guest_libvirt_take(&real->guest[work->index], guest->qemu,
                       world_context(real->world, work->index).nics);
    return true;
}

/* Its descriptors go. */
bool
libvirt_end_forked(struct work *work)
{
    struct session_guest *guest = work->guest;

    work->real->forked[work->index] = 0;
    if (guest->dies) {
        return libvirt_end_qemu(work->session, work->index);
    }
    return forked_end(work->session, work->index, EIO);
}
