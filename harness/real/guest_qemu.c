/* Guests that are QEMU, with taps and nothing else: see guest_kind.h.
 *
 * QEMU inherits each tap's descriptor, as from libvirt, and a socket that stands for what is inside
 * of the machine: a hub joins the two, so that a frame written to the socket comes out of the tap,
 * and the other way round. */
#define _GNU_SOURCE /* waitid's WSTOPPED */
#include "harness/real/guest_kind.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/guest_descriptor.h"
#include "harness/real/monitor.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "qemu-system-x86_64"
#define LOG SANDBOX_FOLDER "/qemu.log"

/* Its descriptors, as child_start numbers them: a tap and a cable for each nic, and then the
 * monitor. */
enum { PER_NIC = 4, ARGUMENT = 64, MAX_ARGUMENTS = 64 };

/* A command line: what is the same for all QEMUs, and what each nic and the monitor add. */
struct command {
    char text[PER_NIC * MAX_NICS + 1][ARGUMENT];
    unsigned texts;
    const char *argument[MAX_ARGUMENTS];
    unsigned arguments;
};

static void __attribute__((format(printf, 3, 4)))
add_argument(struct command *command, const char *option, const char *format, ...)
{
    char *text = command->text[command->texts++];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, ARGUMENT, format, arguments);
    va_end(arguments);
    command->argument[command->arguments++] = option;
    command->argument[command->arguments++] = text;
}

static void
make_command(struct command *command, unsigned nics)
{
    static const char *const fixed[] = {
        PROGRAM, "-machine", "none", "-nodefaults", "-no-user-config", "-display", "none",
    };

    *command = (struct command){0};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        command->argument[command->arguments++] = fixed[i];
    }
    for (unsigned i = 0; i < nics; i++) {
        unsigned fd = CHILD_FIRST + 2 * i;

        add_argument(command, "-netdev", "tap,id=tap%u,fd=%u", i, fd);
        add_argument(command, "-netdev", "socket,id=inside%u,fd=%u", i, fd + 1);
        add_argument(command, "-netdev", "hubport,id=tap-port%u,hubid=%u,netdev=tap%u", i, i, i);
        add_argument(command, "-netdev", "hubport,id=inside-port%u,hubid=%u,netdev=inside%u", i, i,
                     i);
    }
    add_argument(command, "-chardev", "socket,id=monitor,fd=%u", CHILD_FIRST + 2 * nics);
    command->argument[command->arguments++] = "-mon";
    command->argument[command->arguments++] = "chardev=monitor,mode=control";
}

bool
guest_qemu_find(char *path, struct diagnostic *diagnostic)
{
    return child_find(PROGRAM, "qemu-system-x86", path, diagnostic);
}

/* Looks for the reason why QEMU has ended, and buries it. */
static bool
explain_end(struct guest *guest, const int *taps, int *error, struct diagnostic *diagnostic)
{
    unsigned count = guest->taps;
    char said[512];

    guest_end(guest);
    *error = guest_check_taps(taps, count);
    if (*error != 0) {
        return true;
    }
    return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, PROGRAM " has ended: %s",
                    child_last_words(LOG, said, sizeof said));
}

/* A cable for each nic, on which one frame is one datagram, and one to the monitor: our ends are
 * the guest's, and QEMU's are put with the taps into `inherited`, in their order.  False: those
 * that there are have been closed. */
static bool
open_sockets(struct guest *guest, const int *taps, int inherited[2 * MAX_NICS + 2])
{
    int ends[2];

    for (size_t i = 0; i <= guest->taps; i++) {
        bool monitor = i == guest->taps;

        if (socketpair(AF_UNIX, (monitor ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0, ends) !=
            0) {
            for (size_t other = 0; other < i; other++) {
                close(guest->socket[other]);
                close(inherited[2 * other + 1]);
            }
            return false;
        }
        if (monitor) {
            guest->monitor = ends[0];
            inherited[2 * i] = ends[1];
            inherited[2 * i + 1] = -1;
        } else {
            guest->socket[i] = ends[0];
            inherited[2 * i] = taps[i];
            inherited[2 * i + 1] = ends[1];
        }
    }
    return true;
}

static bool
start(struct guest *guest, const char *program, bool hangs, const int *taps, unsigned count,
      int *error, struct diagnostic *diagnostic)
{
    static const char *const variables[] = {NULL};
    static const char ready[] = "{\"execute\": \"qmp_capabilities\"}\n";
    struct guest started = {.kind = &guest_qemu, .taps = count, .sockets = count};
    int inherited[2 * MAX_NICS + 2];
    struct command command;
    struct child child;
    bool runs, ended = false, refused = false;

    (void)hangs; /* survive() sees to that */
    if (!open_sockets(&started, taps, inherited)) {
        return guest_fail(diagnostic, "socketpair");
    }
    make_command(&command, count);
    unlink(LOG); /* an earlier QEMU's, which may still be writing to it */
    runs = child_start(&child, program, command.argument, variables, LOG, inherited, diagnostic);
    for (size_t i = 0; i < count; i++) {
        close(inherited[2 * i + 1]);
    }
    close(inherited[2 * (size_t)count]);
    if (!runs) {
        guest_close_ends(&started);
        return false;
    }
    *guest = started;
    guest->pid = child.pid;
    close(child.pidfd); /* its death is waited for as a guest's */
    *error = 0;
    return monitor_tell(guest->monitor, ready, &ended, &refused, diagnostic) &&
           (ended ? explain_end(guest, taps, error, diagnostic)
                  : guest_learn_number(guest, diagnostic));
}

static bool
unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic)
{
    static const char command[] =
        "{\"execute\": \"netdev_del\", \"arguments\": {\"id\": \"tap0\"}}\n";
    bool ended = false, refused = false;

    if (!monitor_tell(guest->monitor, command, &ended, &refused, diagnostic)) {
        return false;
    }
    *had = !refused;
    return !ended || diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                              PROGRAM " has ended instead of closing its tap");
}

/* No QEMU does that by itself: one that somebody has taken over does.  The descriptor is its own
 * (CHILD_FIRST, of a guest with one nic). */
static bool
persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic)
{
    int tap = guest_copy_descriptor(guest, CHILD_FIRST);
    int error = tap < 0 ? errno : device_set_persistent(tap, persistent);

    close(tap);
    errno = error;
    return error == 0 || guest_fail(diagnostic, "it cannot change IFF_PERSIST");
}

/* The queue has room for ten frames; a QEMU that has not read so many does not read. */
static bool
send_frame(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
           struct diagnostic *diagnostic)
{
    return send(guest->socket[tap], frame, length, MSG_NOSIGNAL | MSG_DONTWAIT) ==
               (ssize_t)length ||
           guest_fail(diagnostic, "it does not take a frame");
}

static bool
expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length, int milliseconds,
       bool *got, struct diagnostic *diagnostic)
{
    bool other;

    (void)diagnostic;
    *got = guest_await_frame(guest->socket[tap], frame, length, milliseconds, frame, &other);
    return true;
}

/* A QEMU that does not react hangs; SIGTERM stays pending. */
static bool
survive(struct guest *guest, struct diagnostic *diagnostic)
{
    siginfo_t stopped;

    if (kill(guest->pid, SIGSTOP) != 0 ||
        waitid(P_PID, (id_t)guest->pid, &stopped, WSTOPPED) != 0) {
        return guest_fail(diagnostic, "it does not stop");
    }
    return kill(guest->pid, SIGTERM) == 0 || guest_fail(diagnostic, "it does not get SIGTERM");
}

const struct guest_kind guest_qemu = {.closes_on_sigterm = true,
                                      .start = start,
                                      .survive = survive,
                                      .unplug = unplug,
                                      .persist = persist,
                                      .send = send_frame,
                                      .expect = expect};
