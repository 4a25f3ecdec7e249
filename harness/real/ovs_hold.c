/* Where ovs-vswitchd is held: see ovs.h. */
#define _GNU_SOURCE /* ppoll, waitid's WSTOPPED */
#include "harness/real/ovs.h"

#include "harness/real/deadline.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { SHORTEST_PAUSE_NS = 100000, LONGEST_PAUSE_NS = 1600000 };

/* Waits until `condition` holds.  Neither a stop nor a rest has an event that is ours to take, so
 * it is asked for, and less often the longer it takes: others want the processor. */
static bool
await(struct ovs *ovs, bool (*condition)(const struct ovs *), const char *what)
{
    long long deadline = deadline_in(OVSDB_DEADLINE_MS);
    struct timespec pause = {.tv_nsec = SHORTEST_PAUSE_NS};

    while (!condition(ovs)) {
        struct pollfd ended = {.fd = ovs->vswitchd.pidfd, .events = POLLIN};

        if (ppoll(&ended, 1, &pause, NULL) > 0) {
            return ovs_fail(ovs, "ovs-vswitchd", "it has ended");
        }
        if (deadline_left(deadline) == 0) {
            return ovs_fail(ovs, "ovs-vswitchd", what);
        }
        if (pause.tv_nsec < LONGEST_PAUSE_NS) {
            pause.tv_nsec *= 2;
        }
    }
    return true;
}

static bool
is_stopped(const struct ovs *ovs)
{
    siginfo_t stopped = {0};

    return waitid(P_PID, (id_t)ovs->vswitchd.pid, &stopped, WSTOPPED | WNOHANG) == 0 &&
           stopped.si_pid == ovs->vswitchd.pid;
}

/* Its main loop sleeps in poll(), or did when it was stopped: it has read all that there was.  Its
 * main thread also does in ovsrcu_synchronize, but on two descriptors alone. */
static bool
rests(const struct ovs *ovs)
{
    char text[256], *rest; /* "running", or "7 0x7ffd... 0xc ..." */
    unsigned long descriptors;
    long call;

    child_read(text, sizeof text, "/proc/%d/syscall", child_number(ovs->vswitchd.pidfd));
    call = strtol(text, &rest, 10);
    if (rest == text) {
        return false;
    }
    (void)strtoul(rest, &rest, 16);
    descriptors = strtoul(rest, NULL, 16);
    return descriptors > 2 && (call == SYS_ppoll || call == SYS_restart_syscall
#ifdef SYS_poll
                               || call == SYS_poll
#endif
                              );
}

/* Where it is stopped decides what it does first when it goes on: it must be where it waits for
 * events, so that it begins with a look at the database, and not in the middle of its main loop.
 * Without an ovsdb-server it never waits (docs/facts.md, "Delayed transactions"), and has nothing
 * to look at but link events. */
bool
ovs_hold(struct ovs *ovs)
{
    while (!ovs->held) {
        if (!ovs->parted && !await(ovs, rests, "it did not come to rest before the deadline")) {
            return false;
        }
        if (kill(ovs->vswitchd.pid, SIGSTOP) != 0) {
            return ovs_fail(ovs, "ovs-vswitchd", "it cannot be stopped");
        }
        if (!await(ovs, is_stopped, "it did not stop before the deadline")) {
            return false;
        }
        ovs->held = ovs->parted || rests(ovs);
        if (!ovs->held && kill(ovs->vswitchd.pid, SIGCONT) != 0) {
            return ovs_fail(ovs, "ovs-vswitchd", "it cannot go on");
        }
    }
    return true;
}
