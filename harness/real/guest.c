/* Guests of the real world: see guest.h. */
#define _GNU_SOURCE /* close_range, WNOWAIT */
#include "harness/real/guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAME = 1600, ANSWER_MS = 10000 /* a guest that does not answer by then never will */ };

/* What is said over the socket, in packets: a verb, and what follows it. */
enum verb_of_guest { SEND = 's', EXPECT = 'e', YES = 'y', NO = 'n', READY = 'r' };

struct packet {
    char verb;
    int milliseconds;
    size_t length;
    uint8_t frame[MAX_FRAME];
};

static bool
fail(struct complaint *complaint, const char *what)
{
    return complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "a guest's process: %s: %s", what,
                    strerror(errno));
}

/* ---- in the guest ---- */

static long
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads frames until the wanted one comes. */
static bool
expect_frame(int tap, const struct packet *wanted)
{
    long deadline = now_ms() + wanted->milliseconds, left;
    uint8_t frame[MAX_FRAME];

    while ((left = deadline - now_ms()) > 0) {
        struct pollfd ready = {.fd = tap, .events = POLLIN};

        if (poll(&ready, 1, (int)left) == 1) {
            ssize_t length = read(tap, frame, sizeof frame);

            if (length == (ssize_t)wanted->length &&
                memcmp(frame, wanted->frame, wanted->length) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The descriptor that comes with a packet; -1 without one. */
static int
receive_descriptor(int socket)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    int fd = -1;

    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message) != NULL) {
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    }
    return fd;
}

/* The guest's life: it has no descriptor but its socket, gets its tap, and serves. */
static void
live(int socket, bool ignores_sigterm)
{
    struct packet packet = {.verb = READY};
    int tap;

    signal(SIGTERM, ignores_sigterm ? SIG_IGN : SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(socket, 3);
    close_range(4, ~0U, 0);
    tap = receive_descriptor(3);
    if (tap < 0 || send(3, &packet, sizeof packet, 0) < 0) {
        _exit(EXIT_INTERNAL);
    }
    while (recv(3, &packet, sizeof packet, 0) == (ssize_t)sizeof packet) {
        bool done = packet.verb == SEND
                        ? write(tap, packet.frame, packet.length) == (ssize_t)packet.length
                        : expect_frame(tap, &packet);

        packet.verb = done ? YES : NO;
        send(3, &packet, sizeof packet, 0);
    }
    _exit(EXIT_HOLDS);
}

/* ---- with the guest ---- */

static bool
send_descriptor(int socket, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

static bool
await_answer(struct guest *guest, int milliseconds, struct packet *packet)
{
    struct pollfd ready = {.fd = guest->socket, .events = POLLIN};

    return poll(&ready, 1, milliseconds) == 1 &&
           recv(guest->socket, packet, sizeof *packet, 0) == (ssize_t)sizeof *packet;
}

bool
guest_start(struct guest *guest, int tap, bool ignores_sigterm, struct complaint *complaint)
{
    struct packet packet;
    int sockets[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return fail(complaint, "socketpair");
    }
    guest->pid = fork();
    if (guest->pid == 0) {
        live(sockets[1], ignores_sigterm);
    }
    guest->socket = sockets[0];
    close(sockets[1]);
    if (guest->pid < 0) {
        guest->pid = 0;
        close(guest->socket);
        return fail(complaint, "fork");
    }
    if (ptrace(PTRACE_SEIZE, guest->pid, NULL, PTRACE_O_TRACEEXIT) != 0) {
        return fail(complaint, "PTRACE_SEIZE");
    }
    if (!send_descriptor(guest->socket, tap) || !await_answer(guest, ANSWER_MS, &packet) ||
        packet.verb != READY) {
        return fail(complaint, "it does not take the tap");
    }
    return true;
}

bool
guest_kill(struct guest *guest, int signal, struct complaint *complaint)
{
    int status = 0;

    if (kill(guest->pid, signal) != 0) {
        return fail(complaint, "kill");
    }
    do {
        if (waitpid(guest->pid, &status, 0) != guest->pid) {
            return fail(complaint, "waitpid");
        }
    } while (WIFSTOPPED(status) && status >> 16 != PTRACE_EVENT_EXIT &&
             ptrace(PTRACE_CONT, guest->pid, NULL, WSTOPSIG(status)) == 0);
    return (WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXIT) ||
           fail(complaint, "it was gone before it could be held");
}

bool
guest_close(struct guest *guest, struct complaint *complaint)
{
    siginfo_t info;

    if (ptrace(PTRACE_CONT, guest->pid, NULL, 0) != 0 ||
        waitid(P_PID, (id_t)guest->pid, &info, WEXITED | WNOWAIT) != 0) {
        return fail(complaint, "it does not exit");
    }
    return true;
}

bool
guest_reap(struct guest *guest, struct complaint *complaint)
{
    pid_t reaped = waitpid(guest->pid, NULL, 0);

    close(guest->socket);
    if (reaped != guest->pid) {
        return fail(complaint, "waitpid");
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
    close(guest->socket);
    *guest = (struct guest){0};
}

/* Asks the guest to do something with a frame. */
static bool
ask(struct guest *guest, enum verb_of_guest verb, const uint8_t *frame, size_t length,
    int milliseconds, bool *yes, struct complaint *complaint)
{
    struct packet packet = {.verb = (char)verb, .milliseconds = milliseconds, .length = length};

    if (length > sizeof packet.frame) {
        return complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "a frame of %zu bytes", length);
    }
    memcpy(packet.frame, frame, length);
    if (send(guest->socket, &packet, sizeof packet, MSG_NOSIGNAL) < 0 ||
        !await_answer(guest, milliseconds + ANSWER_MS, &packet)) {
        return fail(complaint, "it does not answer");
    }
    *yes = packet.verb == YES;
    return true;
}

bool
guest_send(struct guest *guest, const uint8_t *frame, size_t length, struct complaint *complaint)
{
    bool written = false;

    return ask(guest, SEND, frame, length, 0, &written, complaint);
}

bool
guest_expect(struct guest *guest, const uint8_t *frame, size_t length, int milliseconds, bool *got,
             struct complaint *complaint)
{
    return ask(guest, EXPECT, frame, length, milliseconds, got, complaint);
}

bool
guest_survive(struct guest *guest, struct complaint *complaint)
{
    const uint8_t nothing = 0;
    bool got;
    int status;

    /* A signal stops a traced process even if it ignores it. */
    if (kill(guest->pid, SIGTERM) != 0 || waitpid(guest->pid, &status, 0) != guest->pid ||
        !WIFSTOPPED(status) || status >> 8 != SIGTERM ||
        ptrace(PTRACE_CONT, guest->pid, NULL, SIGTERM) != 0) {
        return fail(complaint, "it does not get SIGTERM");
    }
    return ask(guest, EXPECT, &nothing, 0, 0, &got, complaint);
}
