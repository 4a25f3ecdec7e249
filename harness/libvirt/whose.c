/* Whose thread it is: see whose.h. */
#include "harness/libvirt/whose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How libvirt begins the name of a thread that takes a guest back (qemuProcessReconnectHelper), and
 * of one that listens to a guest's monitor (qemuDomainObjStartWorker), which keeps books beside
 * whoever works for the guest. */
#define RECONNECTS "init-"
#define LISTENS "vm-"

/* The same of one that works for virsh, and of one that does so although all others are busy
 * (virThreadPoolExpand). */
#define SERVES "rpc-"
#define SERVES_FIRST "prio-rpc-"

/* A thread's name is cut to what the kernel has room for. */
static bool
is_named(const struct session *session, unsigned guest, const char *thread, const char *begin)
{
    char name[GATE_NAME];

    snprintf(name, sizeof name, "%s%s", begin, session->guest[guest].name);
    return strcmp(thread, name) == 0;
}

/* The thread that listens to a guest's monitor also writes there, for whoever works for it. */
struct session_guest *
whose_thread(struct session *session, const struct gate_event *event)
{
    for (unsigned i = 0; i < session->guests; i++) {
        if (event->call.kind == CALL_MONITOR && is_named(session, i, event->name, LISTENS)) {
            return &session->guest[i];
        }
    }
    for (unsigned i = 0; i < session->guests; i++) {
        pid_t thread = session->guest[i].thread;

        if (thread != 0 && (event->thread == thread || event->origin == thread)) {
            return &session->guest[i];
        }
    }
    return NULL;
}

struct session_guest *
whose_process(struct session *session, pid_t process)
{
    for (unsigned i = 0; i < session->guests; i++) {
        if (session->guest[i].qemu == process) {
            return &session->guest[i];
        }
    }
    return NULL;
}

bool
whose_copy_closes(struct session *session, const struct gate_event *event)
{
    return event->call.kind == CALL_CLOSE_TAP && event->process != *session->process &&
           whose_process(session, event->process) == NULL;
}

static struct session_guest *
find_reconnecting(struct session *session, const char *thread)
{
    for (unsigned i = 0; i < session->guests; i++) {
        if (is_named(session, i, thread, RECONNECTS)) {
            return &session->guest[i];
        }
    }
    return NULL;
}

/* The stop of a guest whose QEMU has ended by itself waits for the command in work; before that, it
 * only looks whether the process is gone. */
static struct session_guest *
whose_stop(struct session *session, const struct gate_event *event)
{
    for (unsigned i = 0; i < session->guests; i++) {
        struct session_guest *guest = &session->guest[i];

        if (guest->by_itself && !guest->stops && event->call.kind != CALL_KILL) {
            guest->thread = event->origin == 0 ? event->thread : event->origin;
            guest->stops = true;
            return guest;
        }
    }
    return NULL;
}

/* DEVICE_DELETED is for a thread of its own, if nobody waits for it. */
static struct session_guest *
whose_removal(struct session *session, const struct gate_event *event)
{
    for (unsigned i = 0; i < session->guests; i++) {
        struct session_guest *guest = &session->guest[i];

        if (guest->lets_go && (!guest->removes || guest->thread == 0)) {
            guest->thread = event->origin == 0 ? event->thread : event->origin;
            guest->removes = true;
            return guest;
        }
    }
    return NULL;
}

/* A stop that nobody has commanded begins with signals, while another guest's command may be about
 * to begin. */
static bool
is_for_other(const struct session *session, const struct gate_event *event)
{
    pid_t process = (pid_t)strtol(event->call.text, NULL, 10);

    for (unsigned i = 0; i < session->guests && event->call.kind == CALL_KILL; i++) {
        if (session->guest[i].qemu == process) {
            return session->beginning != (int)i;
        }
    }
    return false;
}

/* What a thread does for a virsh that connects, before that has said what for. */
static bool
connects(const struct gate_event *event)
{
    return event->call.kind == CALL_ACCESS &&
           (strncmp(event->name, SERVES, strlen(SERVES)) == 0 ||
            strncmp(event->name, SERVES_FIRST, strlen(SERVES_FIRST)) == 0);
}

struct session_guest *
whose_new_thread(struct session *session, const struct gate_event *event)
{
    struct session_guest *guest = find_reconnecting(session, event->name);

    if (guest != NULL) {
        guest->thread = event->thread;
        guest->reconnects = true;
        return guest;
    }
    if (strncmp(event->name, LISTENS, strlen(LISTENS)) == 0 || connects(event)) {
        return NULL;
    }
    if (session->beginning < 0 || is_for_other(session, event)) {
        guest = whose_stop(session, event);
        return guest != NULL ? guest : whose_removal(session, event);
    }
    guest = &session->guest[session->beginning];
    guest->thread = event->origin == 0 ? event->thread : event->origin;
    guest->stops = guest->by_itself;
    session->beginning = -1;
    return guest;
}

/* The question for QEMU's devices matters where a guest lets go of one at that time, and a
 * connection to a driver where that is the one of packet filters. */
bool
whose_of_no_interest(const struct session *session, const struct session_guest *guest,
                     const struct gate_event *event)
{
    return (call_asks_for_devices(&event->call) &&
            (guest == NULL || (!guest->silent && !guest->lets_go))) ||
           (event->call.kind == CALL_ACCESS && !session->filters);
}
