/* Guests that are QEMU, with a tap and nothing else: see guest.h.
 *
 * QEMU inherits the tap's descriptor, as from libvirt, and a socket that stands for what is inside
 * of the machine: a hub joins the two, so that a frame written to the socket comes out of the tap,
 * and the other way round. */
#include "harness/real/guest_kinds.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROGRAM "qemu-system-x86_64"
#define LOG SANDBOX_FOLDER "/qemu.log"

/* Its descriptors, as child_start_with numbers them. */
static const char *const arguments[] = {PROGRAM,
                                        "-machine",
                                        "none",
                                        "-nodefaults",
                                        "-no-user-config",
                                        "-display",
                                        "none",
                                        "-netdev",
                                        "tap,id=tap,fd=3",
                                        "-netdev",
                                        "socket,id=inside,fd=4",
                                        "-netdev",
                                        "hubport,id=tap-port,hubid=0,netdev=tap",
                                        "-netdev",
                                        "hubport,id=inside-port,hubid=0,netdev=inside",
                                        "-chardev",
                                        "socket,id=monitor,fd=5",
                                        "-mon",
                                        "chardev=monitor,mode=control",
                                        NULL};

bool
guest_find_qemu(char *path, struct complaint *complaint)
{
    return child_find(PROGRAM, "qemu-system-x86", path, complaint);
}

/* What QEMU said last. */
static void
read_log(char *text, size_t size)
{
    FILE *file = fopen(LOG, "r");

    snprintf(text, size, "it said nothing");
    while (file != NULL && fgets(text, (int)size, file) != NULL) {
        text[strcspn(text, "\n")] = '\0';
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* Has QEMU carry out a command.  It answers commands when it has made all that its command line
 * asks for, and not before: so the first answer says that it has taken the tap.  *ended is whether
 * it did not, and is gone; *refused, whether the answer is an error. */
static bool
tell(int monitor, const char *command, bool *ended, bool *refused, struct complaint *complaint)
{
    long long deadline = deadline_in(GUEST_ANSWER_MS);
    char answer[4096] = "";
    size_t used = 0;
    ssize_t length = send(monitor, command, strlen(command), MSG_NOSIGNAL);

    *refused = false;
    while (length > 0 && strstr(answer, "\"return\"") == NULL && !*refused) {
        struct pollfd ready = {.fd = monitor, .events = POLLIN};

        if (used == sizeof answer - 1 || poll(&ready, 1, deadline_left(deadline)) != 1) {
            return complain(complaint, EXIT_INTERNAL, NULL, 0, 0,
                            PROGRAM ": its monitor did not answer before the deadline");
        }
        length = recv(monitor, answer + used, sizeof answer - 1 - used, 0);
        used += length > 0 ? (size_t)length : 0;
        answer[used] = '\0';
        *refused = strstr(answer, "\"error\"") != NULL;
    }
    *ended = length <= 0;
    return true;
}

/* Looks for the reason why QEMU has ended, and buries it. */
static bool
explain_end(struct guest *guest, int tap, int *error, struct complaint *complaint)
{
    char said[512];
    bool persistent;

    guest_end(guest);
    *error = device_check_tap(tap, &persistent);
    if (*error != 0) {
        return true;
    }
    read_log(said, sizeof said);
    return complain(complaint, EXIT_INTERNAL, NULL, 0, 0, PROGRAM " has ended: %s", said);
}

bool
qemu_start(struct guest *guest, const char *path, int tap, int *error, struct complaint *complaint)
{
    static const char *const variables[] = {NULL};
    int wire[2], monitor[2];
    static const char ready[] = "{\"execute\": \"qmp_capabilities\"}\n";
    bool started, ended = false, refused = false;
    struct child child;

    /* One frame is one datagram. */
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, wire) != 0) {
        return guest_fail(complaint, "socketpair");
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) != 0) {
        close(wire[0]);
        close(wire[1]);
        return guest_fail(complaint, "socketpair");
    }
    unlink(LOG); /* an earlier QEMU's, which may still be writing to it */
    started = child_start_with(&child, path, arguments, variables, LOG,
                               (const int[]){tap, wire[1], monitor[1], -1}, complaint);
    close(wire[1]);
    close(monitor[1]);
    if (started) {
        *guest = (struct guest){
            .pid = child.pid, .socket = wire[0], .monitor = monitor[0], .qemu = true};
        close(child.pidfd); /* its death is waited for as a guest's */
        started = tell(monitor[0], ready, &ended, &refused, complaint) &&
                  (!ended || explain_end(guest, tap, error, complaint));
    } else {
        close(wire[0]);
        close(monitor[0]);
    }
    return started;
}

bool
qemu_unplug(struct guest *guest, bool *had, struct complaint *complaint)
{
    static const char command[] =
        "{\"execute\": \"netdev_del\", \"arguments\": {\"id\": \"tap\"}}\n";
    bool ended = false, refused = false;

    if (!tell(guest->monitor, command, &ended, &refused, complaint)) {
        return false;
    }
    *had = !refused;
    return !ended || complain(complaint, EXIT_INTERNAL, NULL, 0, 0,
                              PROGRAM " has ended instead of closing its tap");
}

/* No QEMU does that by itself: one that somebody has taken over does.  The descriptor is its own
 * (child_start_with gives it the number 3). */
bool
qemu_persist(struct guest *guest, bool persistent, struct complaint *complaint)
{
    int process = pidfd_open(guest->pid, 0);
    int tap = process < 0 ? -1 : pidfd_getfd(process, 3, 0);
    int error = tap < 0 ? errno : device_set_persistent(tap, persistent);

    close(process);
    close(tap);
    errno = error;
    return error == 0 || guest_fail(complaint, "it cannot change IFF_PERSIST");
}

/* The queue has room for ten frames; a QEMU that has not read so many does not read. */
bool
qemu_send(struct guest *guest, const uint8_t *frame, size_t length, struct complaint *complaint)
{
    return send(guest->socket, frame, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length ||
           guest_fail(complaint, "it does not take a frame");
}
