/* The process behind a gate: see tracer.h.
 *
 * Each thread is in one of the states of enum stand.  A seccomp filter stops it where a watched
 * call may be; if it is one, the thread stays there until it is let through, and is stopped once
 * more when the call has ended. */
#define _GNU_SOURCE /* __WALL, close_range */
#include "harness/libvirt/tracer.h"

#include "harness/libvirt/thread_state.h"
#include "harness/libvirt/tracees.h"
#include "harness/real/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OPTIONS = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
              PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
              PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
    SYSCALL_STOP = SIGTRAP | 0x80,
};

struct tracer {
    int socket;
    const struct watched *what;
    pid_t program; /* its process */
    struct tracees all;
};

static void
add_tracee(struct tracer *tracer, pid_t thread, pid_t process, pid_t origin)
{
    if (!tracees_add(&tracer->all, thread, process, origin)) {
        _exit(TRACER_FULL); /* it would run unwatched */
    }
}

/* A thread has started another one, or a process. */
static void
started(struct tracer *tracer, const struct tracee *by, pid_t thread, bool of_same_process)
{
    if (of_same_process) {
        add_tracee(tracer, thread, by->process, by->origin);
    } else {
        add_tracee(tracer, thread, thread, by->origin == 0 ? by->thread : by->origin);
    }
}

static void
report(const struct tracer *tracer, const struct tracee *tracee, enum gate_event_kind kind,
       int error)
{
    struct gate_event event = {.kind = kind,
                               .thread = tracee->thread,
                               .process = tracee->process,
                               .origin = tracee->origin,
                               .call = tracee->call,
                               .error = error};

    if (child_read(event.name, sizeof event.name, "/proc/%d/comm", tracee->thread)) {
        event.name[strcspn(event.name, "\n")] = '\0';
    }
    if (send(tracer->socket, &event, sizeof event, MSG_NOSIGNAL) != (ssize_t)sizeof event) {
        _exit(0); /* nobody listens any more; PTRACE_O_EXITKILL ends the rest */
    }
}

/* A tracee that was killed meanwhile cannot be let go; its end is reported by and by. */
static void
go_on(const struct tracee *tracee, enum __ptrace_request request, int signal)
{
    ptrace(request, tracee->thread, NULL, signal);
}

/* ---- calls ---- */

/* What an ovs-vsctl or a QEMU does is not watched: what it does to the network is looked at. */
static bool
is_helpers(struct tracer *tracer, const struct tracee *tracee)
{
    const struct tracee *first = tracees_find(&tracer->all, tracee->process);

    return first != NULL && first->helper;
}

static void
stopped_before_call(struct tracer *tracer, struct tracee *tracee)
{
    struct __ptrace_syscall_info info = {0};

    if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->thread, sizeof info, &info) > 0 &&
        info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
        tracee->site =
            (struct call_site){.thread = tracee->thread, .number = (long)info.seccomp.nr};
        memcpy(tracee->site.argument, info.seccomp.args, sizeof tracee->site.argument);
        if (!tracee->placed) { /* what has been said of its start leaves that open */
            tracee->process = thread_state_process(tracee->thread);
            tracee->placed = true;
        }
        if (!is_helpers(tracer, tracee) && call_read(&tracee->site, &tracee->call)) {
            tracee->stand = STAND_WAITS;
            tracee->hurries = false;
            report(tracer, tracee, GATE_CALLS, 0);
            return;
        }
        if (tracee->hurries && call_sleeps(&tracee->site)) {
            watched_fail_call(tracee->thread, 0);
        }
    }
    go_on(tracee, PTRACE_CONT, 0);
}

static void
stopped_behind_call(struct tracer *tracer, struct tracee *tracee)
{
    struct __ptrace_syscall_info info = {0};

    if (tracee->stand == STAND_CALLS &&
        ptrace(PTRACE_GET_SYSCALL_INFO, tracee->thread, sizeof info, &info) > 0 &&
        info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (info.exit.is_error == 0) {
            call_read_end(&tracee->site, &tracee->call);
        }
        tracee->stand = STAND_RUNS;
        report(tracer, tracee, GATE_DID, info.exit.is_error != 0 ? (int)-info.exit.rval : 0);
    }
    go_on(tracee, PTRACE_CONT, 0);
}

/* ---- deaths of guests ---- */

/* libvirt's SIGTERM has QEMU close its taps before it exits, and SIGKILL has the kernel do so:
 * either way it stands here with all of them open. */
static void
stands_in_death(struct tracer *tracer, struct tracee *tracee, int signal)
{
    tracee->stand = STAND_DIES;
    tracee->signal = signal;
    report(tracer, tracee, GATE_DIES, 0);
}

/* ---- stops and ends ---- */

static void
stopped(struct tracer *tracer, struct tracee *tracee, int status)
{
    int event = status >> 16, signal = WSTOPSIG(status);
    unsigned long message = 0;

    switch (event) {
    case PTRACE_EVENT_SECCOMP:
        stopped_before_call(tracer, tracee);
        return;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        if (ptrace(PTRACE_GETEVENTMSG, tracee->thread, NULL, &message) == 0) {
            started(tracer, tracee, (pid_t)message, event == PTRACE_EVENT_CLONE);
        }
        break;
    case PTRACE_EVENT_EXEC: /* whichever thread it was is the process's first one from now on */
        tracee->process = tracee->thread;
        tracee->helper = tracee->call.kind == CALL_RUN;
        tracee->guest = call_runs_guest(&tracee->call);
        break;
    case PTRACE_EVENT_EXIT:
        if (tracee->guest && !tracee->dying) {
            stands_in_death(tracer, tracee, 0);
            return;
        }
        break;
    case PTRACE_EVENT_STOP:
        if (signal != SIGTRAP) {
            go_on(tracee, PTRACE_LISTEN, 0); /* a stop of the whole process, by a signal */
            return;
        }
        break;
    default:
        if (signal == SYSCALL_STOP) {
            stopped_behind_call(tracer, tracee);
        } else if (signal == SIGTERM && tracee->ignores) {
            go_on(tracee, PTRACE_CONT, 0);
        } else if (signal == SIGTERM && tracee->guest && !tracee->dying) {
            stands_in_death(tracer, tracee, signal);
        } else {
            go_on(tracee, tracee->stand == STAND_CALLS ? PTRACE_SYSCALL : PTRACE_CONT, signal);
        }
        return;
    }
    go_on(tracee, tracee->stand == STAND_CALLS ? PTRACE_SYSCALL : PTRACE_CONT, 0);
}

/* A process that was just being started when the program was killed: nobody has told of it, and it
 * has all that the program had open.  Its parent is dead, so it is a child of ours.  It ends, too.
 */
static void
end_unknown(struct tracer *tracer)
{
    char text[4096], *at = text, *next;
    long process;

    child_read(text, sizeof text, "/proc/self/task/%d/children", getpid()); /* or it is "" */
    for (; (process = strtol(at, &next, 10)) > 0; at = next) {
        if (tracees_find(&tracer->all, (pid_t)process) == NULL) {
            add_tracee(tracer, (pid_t)process, (pid_t)process, tracer->program);
            kill((pid_t)process, SIGKILL);
        }
    }
}

/* Of a guest, only its stops: when it is reaped is for the caller to say. */
static bool
wait_for_news(const struct tracee *tracee, int *status)
{
    return tracee->guest ? thread_state_wait_for_stop(tracee->thread, status)
                         : thread_state_wait(tracee->thread, status);
}

/* Whoever traces a process is told of its end, but it is its parent's to reap.  If that has ended,
 * it is ours: as long as nobody reaps it, it can be signalled. */
static void
reap_left(struct tracee *tracee)
{
    int status;

    if (thread_state_wait(tracee->thread, &status) || kill(tracee->thread, 0) != 0) {
        tracee->stand = STAND_FREE;
    }
}

/* True if the thread had news. */
static bool
look_at(struct tracer *tracer, struct tracee *tracee)
{
    int status;

    if (tracee->stand == STAND_LEFT) {
        reap_left(tracee);
        return false;
    }
    if (tracee->guest && tracee->stand != STAND_ZOMBIE && thread_state_is_zombie(tracee->thread)) {
        tracee->stand = STAND_ZOMBIE;
        report(tracer, tracee, GATE_CLOSED, 0);
    }
    if (tracee->stand == STAND_ZOMBIE || !wait_for_news(tracee, &status)) {
        return false;
    }
    if (WIFSTOPPED(status)) {
        stopped(tracer, tracee, status);
        return true;
    }
    report(tracer, tracee, GATE_ENDED,
           WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    tracee->stand = tracee->thread == tracee->process ? STAND_LEFT : STAND_FREE;
    if (tracee->thread == tracer->program) {
        end_unknown(tracer);
    }
    return true;
}

/* A thread that was just being started when its process was killed: nobody has told of it, and
 * without its end there is none of its process. */
static bool
add_exiting(struct tracer *tracer)
{
    pid_t thread = thread_state_exiting();

    if (thread == 0 || tracees_find(&tracer->all, thread) != NULL) {
        return false;
    }
    add_tracee(tracer, thread, thread_state_process(thread), 0);
    return true;
}

/* The stops of threads that are known, one after the other. */
static void
look_at_stops(struct tracer *tracer)
{
    struct tracee *tracee;

    do {
        tracee = tracees_find(&tracer->all, thread_state_stopped());
    } while (tracee != NULL && look_at(tracer, tracee));
}

/* To ask of each thread whether it has news is most of what a tracer does: it is done where one has
 * ended, or one has stopped that nobody has told of yet. */
static void
look_at_all(struct tracer *tracer)
{
    bool news;

    look_at_stops(tracer);
    if (!thread_state_is_any_left()) {
        return;
    }
    do {
        news = false;
        for (size_t i = 0; i < MAX_TRACEES; i++) {
            if (tracer->all.tracee[i].stand != STAND_FREE) {
                news = look_at(tracer, &tracer->all.tracee[i]) || news;
            }
        }
    } while (news || add_exiting(tracer));
}

/* ---- orders ---- */

static bool
start(struct tracer *tracer)
{
    tracer->program = watched_start(tracer->what, OPTIONS);
    if (tracer->program > 0) {
        add_tracee(tracer, tracer->program, tracer->program, 0);
    }
    return tracer->program > 0;
}

static void
obey(struct tracer *tracer, struct gate_order order)
{
    struct tracee *tracee = tracees_find(&tracer->all, order.thread);
    int status;

    if (order.kind == GATE_START && !start(tracer)) {
        _exit(WATCHED_CANNOT_RUN);
    }
    if (tracee == NULL) {
        return;
    }
    tracee->ignores |= order.kind == GATE_IGNORE;
    tracee->hurries |= order.kind == GATE_HURRY;
    if (order.kind == GATE_LIE && tracee->stand == STAND_WAITS) {
        watched_run_nothing(tracee->thread, tracee->site.argument[0]);
    } else if (order.kind == GATE_PASS && tracee->stand == STAND_WAITS) {
        tracee->stand = STAND_CALLS;
        if (order.error != 0) {
            watched_fail_call(tracee->thread, order.error);
        }
        go_on(tracee, PTRACE_SYSCALL, 0);
    } else if (order.kind == GATE_DIE && tracee->stand == STAND_DIES) {
        tracee->stand = STAND_RUNS;
        tracee->dying = true;
        go_on(tracee, PTRACE_CONT, tracee->signal);
    } else if (order.kind == GATE_REAP && tracee->stand == STAND_ZOMBIE &&
               waitpid(tracee->thread, &status, __WALL) == tracee->thread) {
        report(tracer, tracee, GATE_ENDED, 0);
        tracee->stand = STAND_FREE;
    }
}

_Noreturn void
tracer_run(int socket, const struct watched *what)
{
    static struct tracer tracer;
    struct pollfd ready[2] = {{.fd = socket, .events = POLLIN}, {.events = POLLIN}};
    struct signalfd_siginfo child;
    sigset_t children;
    struct gate_order order;

    tracer.socket = socket;
    tracer.what = what;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    ready[1].fd = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC);
    /* What is left behind by a parent that has ended becomes ours, and is reaped with the rest. */
    if (ready[1].fd < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || !start(&tracer)) {
        _exit(WATCHED_CANNOT_RUN);
    }
    do {
        look_at_all(&tracer);
        if (poll(ready, 2, -1) < 0 && errno != EINTR) {
            break;
        }
        while (read(ready[1].fd, &child, sizeof child) > 0) {
        }
        if (ready[0].revents == 0) {
            continue;
        }
        if (recv(socket, &order, sizeof order, 0) != (ssize_t)sizeof order) {
            break; /* nobody is there any more; PTRACE_O_EXITKILL ends all that is left */
        }
        obey(&tracer, order);
    } while (true);
    _exit(0);
}
