/* The life and death of guests' processes: see guest_life.h. */
#include "harness/real/guest_life.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/guest_kind.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

bool
guest_fail(struct diagnostic *diagnostic, const char *what)
{
    return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "a guest's process: %s: %s", what,
                    strerror(errno));
}

int
guest_check_taps(const int *taps, unsigned count)
{
    bool persistent;
    int error = 0;

    for (unsigned i = 0; i < count && error == 0; i++) {
        error = device_check_tap(taps[i], &persistent);
    }
    return error;
}

bool
guest_learn_number(struct guest *guest, struct diagnostic *diagnostic)
{
    int pidfd = pidfd_open(guest->pid, 0);

    if (pidfd < 0) {
        return guest_fail(diagnostic, "pidfd_open");
    }
    guest->number = child_number(pidfd);
    close(pidfd);
    return true;
}

bool
guest_runs(const struct guest *guest)
{
    char text[512], *state;

    if (guest->pid == 0) {
        return false;
    }
    child_read(text, sizeof text, "/proc/%d/stat", guest->number);
    state = strrchr(text, ')');
    return state != NULL && strchr("tZX", state[2]) == NULL; /* proc(5) */
}

/* It is traced only from here on: a traced process stops at every signal, and QEMU may get some. */
bool
guest_kill(struct guest *guest, int signal, struct diagnostic *diagnostic)
{
    int status = 0;

    if (guest->pid == 0) {
        errno = ESRCH;
        return guest_fail(diagnostic, "it cannot be killed");
    }
    signal = guest->kind->closes_on_sigterm ? SIGKILL : signal;
    if (ptrace(PTRACE_SEIZE, guest->pid, NULL, PTRACE_O_TRACEEXIT) != 0 ||
        kill(guest->pid, signal) != 0) {
        return guest_fail(diagnostic, "it cannot be killed");
    }
    /* No deadline: up to that stop the kernel does nothing for it but deliver the signal. */
    do {
        if (waitpid(guest->pid, &status, 0) != guest->pid) {
            return guest_fail(diagnostic, "waitpid");
        }
    } while (WIFSTOPPED(status) && status >> 16 != PTRACE_EVENT_EXIT &&
             ptrace(PTRACE_CONT, guest->pid, NULL, WSTOPSIG(status)) == 0);
    return (WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXIT) ||
           guest_fail(diagnostic, "it was gone before it could be held");
}

/* A kernel that still counts a user of the device lets its last holder wait for ever; one with much
 * to do has taken more than 10 s for its grace periods. */
enum { CLOSE_MS = 60000 };

bool
guest_close(struct guest *guest, struct diagnostic *diagnostic)
{
    struct pollfd zombie = {.fd = pidfd_open(guest->pid, 0), .events = POLLIN};
    int ready = -1;

    if (zombie.fd >= 0 && ptrace(PTRACE_CONT, guest->pid, NULL, 0) == 0) {
        ready = deadline_poll(&zombie, 1, deadline_in(CLOSE_MS));
    }
    if (zombie.fd >= 0) {
        close(zombie.fd);
    }
    return ready > 0 || (ready == 0 ? diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                                               "a guest's process: it did not close its tap "
                                               "before the deadline")
                                    : guest_fail(diagnostic, "it does not exit"));
}

void
guest_close_ends(const struct guest *guest)
{
    for (unsigned i = 0; i < guest->sockets; i++) {
        close(guest->socket[i]);
    }
    if (guest->monitor > 0) {
        close(guest->monitor);
    }
}

bool
guest_reap(struct guest *guest, struct diagnostic *diagnostic)
{
    pid_t reaped = waitpid(guest->pid, NULL, 0);

    guest_close_ends(guest);
    if (reaped != guest->pid) {
        return guest_fail(diagnostic, "waitpid");
    }
    *guest = (struct guest){0};
    return true;
}

void
guest_end(struct guest *guest)
{
    int status;

    if (guest->pid == 0) {
        return;
    }
    kill(guest->pid, SIGKILL);
    ptrace(PTRACE_CONT, guest->pid, NULL, 0);
    while (waitpid(guest->pid, &status, 0) == guest->pid && WIFSTOPPED(status)) {
        ptrace(PTRACE_CONT, guest->pid, NULL, 0);
    }
    guest_close_ends(guest);
    *guest = (struct guest){0};
}

bool
guest_await_frame(int fd, const uint8_t *frame, size_t length, int milliseconds,
                  const uint8_t *other, bool *came)
{
    long long deadline = deadline_in(milliseconds);
    uint8_t got[GUEST_MAX_FRAME];
    int left;

    *came = false;
    while ((left = deadline_left(deadline)) > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};

        if (poll(&ready, 1, left) != 1 || read(fd, got, sizeof got) != (ssize_t)length) {
            continue;
        }
        if (memcmp(got, frame, length) == 0) {
            return true;
        }
        *came = *came || memcmp(got, other, length) == 0;
    }
    return false;
}
