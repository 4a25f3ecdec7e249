/* Guests of the real world, whatever their kind: see guest.h. */
#define _GNU_SOURCE /* WNOWAIT */
#include "harness/real/guest.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/guest_kinds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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

static bool
learn_number(struct guest *guest, struct diagnostic *diagnostic)
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
guest_start(struct guest *guest, const char *qemu, bool ignores_sigterm, const int *taps,
            unsigned count, int *error, struct diagnostic *diagnostic)
{
    bool persistent;

    *error = 0;
    for (unsigned i = 0; i < count && qemu == NULL && *error == 0; i++) {
        *error = device_check_tap(taps[i], &persistent); /* QEMU finds that out by itself */
    }
    if (*error != 0) {
        return true;
    }
    return (qemu != NULL ? qemu_start(guest, qemu, taps, count, error, diagnostic)
                         : process_start(guest, ignores_sigterm, taps, count, diagnostic)) &&
           (*error != 0 || learn_number(guest, diagnostic));
}

bool
guest_runs(const struct guest *guest)
{
    char path[64], text[512] = "", *state;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", guest->number);
    file = guest->pid == 0 ? NULL : fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    state = fgets(text, sizeof text, file) == NULL ? NULL : strrchr(text, ')');
    fclose(file);
    return state != NULL && strchr("tZX", state[2]) == NULL; /* proc(5) */
}

/* It is traced only from here on: a traced process stops at every signal, and QEMU may get some. */
bool
guest_kill(struct guest *guest, int signal, struct diagnostic *diagnostic)
{
    int status = 0;

    /* On SIGTERM, QEMU closes its tap before it exits: that is a death that cannot be held. */
    signal = guest->qemu ? SIGKILL : signal;
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

/* A kernel that still counts a user of the device lets its last holder wait for ever. */
bool
guest_close(struct guest *guest, struct diagnostic *diagnostic)
{
    long long deadline = deadline_in(GUEST_ANSWER_MS);
    struct pollfd zombie = {.fd = pidfd_open(guest->pid, 0), .events = POLLIN};
    int ready = -1;

    if (zombie.fd >= 0 && ptrace(PTRACE_CONT, guest->pid, NULL, 0) == 0) {
        do {
            ready = poll(&zombie, 1, deadline_left(deadline));
        } while (ready < 0 && errno == EINTR);
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
    for (unsigned i = 0; i < (guest->qemu ? guest->taps : 1); i++) {
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

bool
guest_names_tap(const char *process, const char *fd, char name[IFNAME_SIZE])
{
    char path[64], text[512], *line;
    ssize_t length = -1;
    int file;

    snprintf(path, sizeof path, "/proc/%s/fdinfo/%s", process, fd);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        length = read(file, text, sizeof text - 1);
        close(file);
    }
    text[length > 0 ? length : 0] = '\0';
    line = strstr(text, "\niff:\t");
    if (line == NULL) {
        return false;
    }
    line += strlen("\niff:\t");
    line[strcspn(line, "\n")] = '\0';
    snprintf(name, IFNAME_SIZE, "%.15s", line);
    return name[0] != '\0';
}

int
guest_find_tap(const struct guest *guest)
{
    char path[64], process[16], name[IFNAME_SIZE];
    DIR *folder;
    int found = -1;

    snprintf(process, sizeof process, "%d", guest->number);
    snprintf(path, sizeof path, "/proc/%s/fdinfo", process);
    folder = guest->pid == 0 ? NULL : opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' && guest_names_tap(process, entry->d_name, name)) {
            found = (int)strtol(entry->d_name, NULL, 10);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

int
guest_copy_tap(const struct guest *guest, struct diagnostic *diagnostic)
{
    int pidfd = pidfd_open(guest->pid, 0);
    int copy = pidfd < 0 ? -1 : pidfd_getfd(pidfd, guest_find_tap(guest), 0);

    if (copy < 0) {
        guest_fail(diagnostic, "its tap cannot be copied");
    }
    if (pidfd >= 0) {
        close(pidfd);
    }
    return copy;
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

bool
guest_send(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
           struct diagnostic *diagnostic)
{
    return guest->qemu ? qemu_send(guest, tap, frame, length, diagnostic)
                       : process_send(guest, tap, frame, length, diagnostic);
}

bool
guest_expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
             int milliseconds, bool *got, struct diagnostic *diagnostic)
{
    bool other;

    if (!guest->qemu) {
        return process_expect(guest, tap, frame, length, milliseconds, got, diagnostic);
    }
    *got = guest_await_frame(guest->socket[tap], frame, length, milliseconds, frame, &other);
    return true;
}

bool
guest_survive(struct guest *guest, struct diagnostic *diagnostic)
{
    const uint8_t nothing = 0;
    siginfo_t stopped;
    bool got;

    /* A QEMU that does not react hangs; SIGTERM stays pending. */
    if (guest->qemu && (kill(guest->pid, SIGSTOP) != 0 ||
                        waitid(P_PID, (id_t)guest->pid, &stopped, WSTOPPED) != 0)) {
        return guest_fail(diagnostic, "it does not stop");
    }
    if (kill(guest->pid, SIGTERM) != 0) {
        return guest_fail(diagnostic, "it does not get SIGTERM");
    }
    return guest->qemu || process_expect(guest, 0, &nothing, 0, 0, &got, diagnostic);
}

bool
guest_unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic)
{
    return guest->qemu ? qemu_unplug(guest, had, diagnostic)
                       : process_unplug(guest, had, diagnostic);
}

bool
guest_persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic)
{
    return guest->qemu ? qemu_persist(guest, persistent, diagnostic)
                       : process_persist(guest, persistent, diagnostic);
}
