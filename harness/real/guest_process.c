/* Guests that are simple processes, told over a socket what to do with their tap: see
 * guest_kind.h. */
#include "harness/real/guest_kind.h"

#include "harness/real/child.h"
#include "harness/real/device.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is said over the socket, in packets: a word, and what follows it. */
enum word {
    SEND = 's',
    EXPECT = 'e',
    RELEASE = 'c',
    PERSIST = 'p',
    UNPERSIST = 'u',
    YES = 'y',
    NO = 'n',
    READY = 'r'
};

struct packet {
    enum word word;
    unsigned tap; /* which of its taps */
    int milliseconds;
    size_t length;
    uint8_t frame[GUEST_MAX_FRAME];
};

/* ---- in the guest ---- */

static bool
obey(int tap, const struct packet *packet)
{
    bool other;

    switch (packet->word) {
    case SEND:
        return write(tap, packet->frame, packet->length) == (ssize_t)packet->length;
    case EXPECT:
        return guest_await_frame(tap, packet->frame, packet->length, packet->milliseconds,
                                 packet->frame, &other);
    case RELEASE:
        return close(tap) == 0;
    case PERSIST:
    case UNPERSIST:
        return device_set_persistent(tap, packet->word == PERSIST) == 0;
    case YES: /* these are answers */
    case NO:
    case READY:
        break;
    }
    return false;
}

/* The guest's life: it has no descriptors but its socket and its taps, and serves. */
static _Noreturn void
live(int socket, bool ignores_sigterm, const int *taps, unsigned count)
{
    struct packet packet = {.word = READY};
    int inherited[MAX_NICS + 2] = {socket};

    signal(SIGTERM, ignores_sigterm ? SIG_IGN : SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    memcpy(inherited + 1, taps, count * sizeof *taps);
    inherited[count + 1] = -1;
    if (!child_keep_only(inherited)) {
        _exit(EXIT_INTERNAL);
    }
    for (int standard = 0; standard < CHILD_FIRST; standard++) {
        close(standard);
    }
    send(CHILD_FIRST, &packet, sizeof packet, 0);
    while (recv(CHILD_FIRST, &packet, sizeof packet, 0) == (ssize_t)sizeof packet) {
        packet.word = obey(CHILD_FIRST + 1 + (int)packet.tap, &packet) ? YES : NO;
        send(CHILD_FIRST, &packet, sizeof packet, 0);
    }
    _exit(EXIT_HOLDS);
}

/* ---- with the guest ---- */

static bool
await_answer(struct guest *guest, int milliseconds, struct packet *packet)
{
    struct pollfd ready = {.fd = guest->socket[0], .events = POLLIN};

    return poll(&ready, 1, milliseconds) == 1 &&
           recv(guest->socket[0], packet, sizeof *packet, 0) == (ssize_t)sizeof *packet;
}

static bool
start(struct guest *guest, const char *none, bool ignores_sigterm, const int *taps, unsigned count,
      int *error, struct diagnostic *diagnostic)
{
    struct packet packet;
    int sockets[2];

    (void)none;
    *error = guest_check_taps(taps, count);
    if (*error != 0) {
        return true;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return guest_fail(diagnostic, "socketpair");
    }
    *guest = (struct guest){
        .kind = &guest_process, .pid = fork(), .taps = count, .sockets = 1, .socket = {sockets[0]}};
    if (guest->pid == 0) {
        live(sockets[1], ignores_sigterm, taps, count);
    }
    close(sockets[1]);
    if (guest->pid < 0) {
        guest->pid = 0;
        close(guest->socket[0]);
        return guest_fail(diagnostic, "fork");
    }
    if (!await_answer(guest, GUEST_ANSWER_MS, &packet) || packet.word != READY) {
        return guest_fail(diagnostic, "it does not take its taps");
    }
    return guest_learn_number(guest, diagnostic);
}

/* Asks the guest to do something, with a frame or without. */
static bool
ask(struct guest *guest, unsigned tap, enum word word, const uint8_t *frame, size_t length,
    int milliseconds, bool *yes, struct diagnostic *diagnostic)
{
    struct packet packet = {
        .word = word, .tap = tap, .milliseconds = milliseconds, .length = length};

    if (length > sizeof packet.frame) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "a frame of %zu bytes", length);
    }
    memcpy(packet.frame, frame, length);
    if (send(guest->socket[0], &packet, sizeof packet, MSG_NOSIGNAL) < 0 ||
        !await_answer(guest, milliseconds + GUEST_ANSWER_MS, &packet)) {
        return guest_fail(diagnostic, "it does not answer");
    }
    *yes = packet.word == YES;
    return true;
}

static bool
send_frame(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
           struct diagnostic *diagnostic)
{
    bool written = false;

    return ask(guest, tap, SEND, frame, length, 0, &written, diagnostic);
}

static bool
expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length, int milliseconds,
       bool *got, struct diagnostic *diagnostic)
{
    return ask(guest, tap, EXPECT, frame, length, milliseconds, got, diagnostic);
}

/* Asks for what takes no frame, of its first tap. */
static bool
ask_for(struct guest *guest, enum word word, bool *yes, struct diagnostic *diagnostic)
{
    const uint8_t none = 0;

    return ask(guest, 0, word, &none, 0, 0, yes, diagnostic);
}

static bool
unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic)
{
    return ask_for(guest, RELEASE, had, diagnostic);
}

static bool
persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic)
{
    bool done = false;

    return ask_for(guest, persistent ? PERSIST : UNPERSIST, &done, diagnostic) &&
           (done || diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                             "a guest's process: it cannot change IFF_PERSIST"));
}

/* It has got the signal before it answers a request. */
static bool
survive(struct guest *guest, struct diagnostic *diagnostic)
{
    bool got;

    if (kill(guest->pid, SIGTERM) != 0) {
        return guest_fail(diagnostic, "it does not get SIGTERM");
    }
    return ask_for(guest, EXPECT, &got, diagnostic);
}

const struct guest_kind guest_process = {.start = start,
                                         .survive = survive,
                                         .unplug = unplug,
                                         .persist = persist,
                                         .send = send_frame,
                                         .expect = expect};
