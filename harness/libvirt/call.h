/* The system calls of a watched program that touch what the races are about: names, devices,
 * bridges, processes, status files, and the programs that it starts for that.
 *
 * They are what can be seen of a daemon from outside, whoever has built it.  What it does in its
 * own memory (it picks a name, it gives one back) is no call: it shows in the next one. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_CALL_H
#define TAPWEAVE_HARNESS_LIBVIRT_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Every kind of call: its id, and the word that reports have for it. */
#define CALLS(X)                      \
    X(TUNSETIFF, "TUNSETIFF")         \
    X(TUNSETPERSIST, "TUNSETPERSIST") \
    X(GET_FLAGS, "SIOCGIFFLAGS")      \
    X(SET_FLAGS, "SIOCSIFFLAGS")      \
    X(GET_MAC, "SIOCGIFHWADDR")       \
    X(SET_MAC, "SIOCSIFHWADDR")       \
    X(GET_INDEX, "SIOCGIFINDEX")      \
    X(SET_MTU, "SIOCSIFMTU")          \
    X(SET_NAME, "SIOCSIFNAME")        \
    X(BRIDGE_ADD, "SIOCBRADDIF")      \
    X(BRIDGE_DELETE, "SIOCBRDELIF")   \
    X(NEW_LINK, "RTM_NEWLINK")        \
    X(DELETE_LINK, "RTM_DELLINK")     \
    X(GET_LINK, "RTM_GETLINK")        \
    X(SET_LINK, "RTM_SETLINK")        \
    X(CLOSE_TAP, "close")             \
    X(KILL, "kill")                   \
    X(CONNECT, "connect")             \
    X(ACCESS, "access")               \
    X(MONITOR, "QMP")                 \
    X(RENAME, "rename")               \
    X(UNLINK, "unlink")               \
    X(RUN, "run")

enum call_kind {
    CALL_NONE,
#define X(id, word) CALL_##id,
    CALLS(X)
#undef X
        CALL_COUNT,
};

/* How the text of a call begins that is about the file of a packet filter: "DEVICE.xml" follows. */
#define CALL_BINDINGS "nwfilter-binding/"

enum { CALL_TEXT = 1024, CALL_ARGUMENTS = 6 };

/* A call: what it is, and what it is about. */
struct call {
    uint8_t kind;         /* enum call_kind */
    char text[CALL_TEXT]; /* its objects, with blanks between: "vnet0", "br0 vnet0", a command
                             line.  Of a TUNSETIFF that has ended, the device's name */
};

/* A call as the kernel has it, of a thread that is stopped in it. */
struct call_site {
    pid_t thread;
    long number;
    uint64_t argument[CALL_ARGUMENTS];
};

/* The word for a kind, which is in 1..CALL_COUNT-1. */
const char *call_word(enum call_kind kind);

/* Reads what the thread calls.  False if that is none of the calls above: another file, another
 * program, another descriptor. */
bool call_read(const struct call_site *site, struct call *call);

/* The call has ended without an error: what is known only now (the name that a template got). */
void call_read_end(const struct call_site *site, struct call *call);

/* True if the thread is about to sleep. */
bool call_sleeps(const struct call_site *site);

/* True for the start of a QEMU. */
bool call_runs_guest(const struct call *call);

/* True if it is a tc that says how traffic is shared within a limit. */
bool call_shares_limit(const struct call *call);

/* True if it asks a QEMU for the list of its devices. */
bool call_asks_for_devices(const struct call *call);

/* True if it makes or removes a part of a packet filter, or its file. */
bool call_is_of_filter(const struct call *call);

/* The numbers of the system calls that are looked at, one after the other: -1 behind the last one.
 */
long call_number(size_t index);

/* A write(2) of fewer bytes, or of more, is not looked at: the messages to QEMU that are watched
 * are longer than what wakes an event loop, and shorter than nearly all lines of a log. */
enum { CALL_WRITE_LEAST = 40, CALL_WRITE_MOST = 127 };

#endif
