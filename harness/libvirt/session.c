/* A libvirtd at work: see session.h. */
#include "harness/libvirt/session.h"

#include "harness/libvirt/around.h"
#include "harness/libvirt/whose.h"
#include "harness/real/deadline.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SERVE_MS = 10, RECONNECT_MS = 10000 /* it begins within 0.1 s */ };

/* ---- what is reported ---- */

static bool
order(struct session *session, enum gate_order_kind kind, pid_t thread)
{
    return gate_order(&session->libvirtd->gate, (struct gate_order){kind, thread, 0});
}

/* A command, or what takes a guest back, has ended.  The thread that stops it is next, or has begun
 * already. */
static void
note_end_of_work(struct session *session, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];

    if (!of->stops && !of->removes) {
        of->thread = 0;
        session->beginning = of->by_itself ? (int)guest : session->beginning;
    }
}

static void
note_end(struct session *session, const struct gate_event *event)
{
    /* No thread has started the daemon, and its own have numbers of their own. */
    session->ended = session->ended || (event->origin == 0 && event->thread == event->process);
    for (unsigned i = 0; i < session->guests; i++) {
        struct session_guest *guest = &session->guest[i];

        if (guest->reconnects && guest->thread == event->thread) {
            guest->reconnects = false;
            note_end_of_work(session, i);
        }
        if (guest->helper == event->thread) {
            guest->helper = 0;
            guest->helper_status = event->error;
        }
        if (guest->forked == event->thread) {
            guest->forked = 0;
        }
        if (guest->orphan == event->thread) {
            guest->orphan = 0;
            guest->orphan_status = event->error;
        }
    }
}

/* A stop that no command has begun ends when the status file goes, and the removal of a nic when it
 * has been written. */
static void
note_end_of_file(struct session_guest *guest, const struct call *call)
{
    char file[CALL_TEXT];

    snprintf(file, sizeof file, "%s.xml", guest->name);
    if (guest->by_itself && call->kind == CALL_UNLINK && strcmp(call->text, file) == 0) {
        guest->by_itself = guest->stops = false;
        guest->thread = 0;
    }
    if (guest->removes && call->kind == CALL_RENAME && strstr(call->text, file) != NULL) {
        guest->lets_go = guest->removes = false;
        guest->thread = 0;
    }
}

static void
kill_process(pid_t process)
{
    if (process > 0) {
        kill(process, SIGKILL);
    }
}

/* A program that a daemon was to run which has been killed meanwhile: it ends with it. */
static bool
is_left_behind(const struct session *session, const struct gate_event *event)
{
    return event->call.kind == CALL_RUN && event->process != *session->process &&
           (session->restarts || kill(event->origin, 0) != 0);
}

/* A QEMU that is no guest's is one that libvirtd has started to see what it can do. */
static bool
note(struct session *session, const struct gate_event *event)
{
    struct session_guest *guest = whose_thread(session, event);
    struct session_guest *of = whose_process(session, event->process);

    switch (event->kind) {
    case GATE_CALLS:
        if (whose_of_no_interest(session, guest, event) || whose_copy_closes(session, event)) {
            return order(session, GATE_PASS, event->thread);
        }
        if (guest == NULL && is_left_behind(session, event)) {
            kill_process(event->process);
            return true;
        }
        guest = guest == NULL ? whose_new_thread(session, event) : guest;
        if (guest == NULL) {
            return order(session, GATE_PASS, event->thread);
        }
        guest->waits = true;
        guest->at = *event;
        if (guest->lets_go && !guest->removes && !call_asks_for_devices(&event->call) &&
            event->call.kind == CALL_MONITOR) { /* it has begun, and its thread is to be seen yet */
            guest->removes = true;
            guest->thread = 0;
        }
        return true;
    case GATE_DID:
        if (whose_of_no_interest(session, guest, event)) {
            return true;
        }
        if (session->did != NULL) {
            session->did(session->context, event, guest == NULL);
        }
        if (guest != NULL && !whose_copy_closes(session, event)) {
            guest->did = true;
            guest->result = *event;
            note_end_of_file(guest, &event->call);
        }
        return true;
    case GATE_DIES:
        if (of == NULL) {
            return order(session, GATE_DIE, event->thread);
        }
        of->dies = true;
        return true;
    case GATE_CLOSED:
        if (of == NULL) {
            return order(session, GATE_REAP, event->thread);
        }
        of->closed = true;
        return true;
    case GATE_ENDED:
        note_end(session, event);
        return true;
    }
    return true;
}

bool
session_serve(struct session *session)
{
    struct gate_event event;
    bool came;

    if (!gate_next(&session->libvirtd->gate, SERVE_MS, &event, &came)) {
        return false;
    }
    if (came) {
        return note(session, &event);
    }
    for (unsigned i = 0; i < session->guests; i++) {
        struct session_guest *guest = &session->guest[i];

        if (guest->commanded && child_reap(&guest->virsh, deadline_in(0), &guest->status)) {
            guest->commanded = false;
            note_end_of_work(session, i);
        }
    }
    return true;
}

bool
session_await(struct session *session, unsigned guest,
              bool (*condition)(const struct session_guest *guest), const char *what)
{
    long long deadline = deadline_in(SESSION_DEADLINE_MS);

    while (!condition(&session->guest[guest])) {
        if (deadline_left(deadline) == 0) {
            return diagnose(session->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "libvirtd: %s: not before the deadline: %s", session->guest[guest].name,
                            what);
        }
        if (!session_serve(session)) {
            return false;
        }
    }
    return true;
}

bool
session_is_busy(const struct session_guest *guest)
{
    return guest->commanded || guest->reconnects || guest->by_itself || guest->lets_go;
}

bool
session_helper_has_ended(const struct session_guest *guest)
{
    return guest->helper == 0;
}

static bool
waits_or_rests(const struct session_guest *guest)
{
    return guest->waits || !session_is_busy(guest);
}

bool
session_arrive(struct session *session, unsigned guest)
{
    return session_await(session, guest, waits_or_rests, "its next call");
}

bool
session_await_reconnect(struct session *session, unsigned guest)
{
    long long deadline = deadline_in(RECONNECT_MS);

    while (!session->guest[guest].waits && !session_is_busy(&session->guest[guest]) &&
           deadline_left(deadline) > 0) {
        if (!session_serve(session)) {
            return false;
        }
    }
    return true;
}

/* ---- commands ---- */

bool
session_begin(struct session *session, unsigned guest, const char *const *words)
{
    struct session_guest *of = &session->guest[guest];
    char output[64];

    snprintf(output, sizeof output, SESSION_GUEST_LOG, guest);
    if (!libvirtd_begin(session->libvirtd, &of->virsh, words, output)) {
        return false;
    }
    of->commanded = true;
    of->thread = 0;
    session->beginning = (int)guest;
    return true;
}

void
session_expect_stop(struct session *session, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];

    of->by_itself = true;
    if (!of->commanded && !of->reconnects) {
        note_end_of_work(session, guest);
    }
}

/* *status is its exit status, or -1 if it has not ended by the deadline. */
static bool
await_virsh(struct session *session, const char *const *words, int *status)
{
    long long deadline = deadline_in(SESSION_DEADLINE_MS);
    struct child virsh;
    bool served = true;

    *status = -1;
    if (!libvirtd_begin(session->libvirtd, &virsh, words, SESSION_VIRSH_LOG)) {
        return false;
    }
    while (served && deadline_left(deadline) > 0 && !child_reap(&virsh, deadline_in(0), status)) {
        served = session_serve(session);
    }
    child_kill(&virsh);
    return served;
}

bool
session_run(struct session *session, const char *const *words)
{
    char said[256];
    int status;

    return await_virsh(session, words, &status) &&
           (status == 0 ||
            diagnose(session->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "virsh %s: %s", words[0],
                     child_last_words(SESSION_VIRSH_LOG, said, sizeof said)));
}

static bool
has_done(const struct session_guest *guest)
{
    return guest->did;
}

bool
session_pass(struct session *session, unsigned guest, int error)
{
    struct session_guest *of = &session->guest[guest];
    bool runs = of->at.call.kind == CALL_RUN && error == 0;
    struct gate_order pass = {GATE_PASS, of->at.thread, error};

    of->waits = of->did = false;
    if (runs && call_runs_guest(&of->at.call)) {
        of->qemu = of->at.process;
        of->dies = of->closed = false;
        if (of->ignores_sigterm && !order(session, GATE_IGNORE, of->qemu)) {
            return false;
        }
    } else if (runs) {
        of->helper = of->at.process;
    }
    /* A kernel need not have all that a limit is made of (sfq, fw), and its htb is the limit. */
    if (runs && call_shares_limit(&of->at.call) && !order(session, GATE_LIE, of->at.thread)) {
        return false;
    }
    if (!gate_order(&session->libvirtd->gate, pass) ||
        !session_await(session, guest, has_done, of->at.call.text)) {
        return false;
    }
    return of->result.error != 0 || of->dies || of->keeps_nic ||
           around_answer(guest, &of->result.call, session->diagnostic);
}

/* ---- the daemon ---- */

bool
session_open(struct session *session)
{
    static const struct timespec pause = {.tv_nsec = 20000000};
    long long deadline = deadline_in(SESSION_DEADLINE_MS);
    char said[256];
    int status = -1;

    while (status != 0) {
        if (session->ended || deadline_left(deadline) == 0) {
            return diagnose(session->diagnostic, EXIT_MISSING, NULL, 0, 0,
                            "libvirtd %s; its log ends with: %s",
                            session->ended ? "has ended" : "does not answer",
                            child_last_words(LIBVIRTD_LOG, said, sizeof said));
        }
        if (!libvirtd_has_socket(session->libvirtd)) {
            if (!session_serve(session)) {
                return false;
            }
            continue;
        }
        if (!await_virsh(session, (const char *const[]){"uri", NULL}, &status)) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
    *session->process = libvirtd_process(session->libvirtd);
    return true;
}
