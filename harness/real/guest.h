/* Guests of the real world: processes that hold a tap's descriptor, and die for real.
 *
 * A guest is QEMU, or a simple process that does with the tap what QEMU does and starts faster.  A
 * helper that a descriptor has leaked to is such a simple process, too.
 *
 * The death of a process is held in two places, as the model has it (docs/model-kernel.md, "Processes
 * and taps").  It is traced with PTRACE_O_TRACEEXIT: after the signal it stands on the brink of
 * do_exit, its descriptors open.  Let go, it closes them and is a zombie: it exists until it is
 * reaped.
 *
 * QEMU has several threads, which share its descriptors.  Its first one is held, so they stay open
 * whatever becomes of the others; and it is no zombie, for whoever waits for it, before all of them
 * have closed theirs and are gone. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_H
#define TAPWEAVE_HARNESS_REAL_GUEST_H

#include "core/daemon.h"
#include "harness/diagnostic.h"

#include <stdint.h>
#include <sys/types.h>

/* A guest's process.  pid 0: there is none. */
struct guest {
    pid_t pid;
    int number;           /* of it in /proc (child_number) */
    unsigned taps;        /* that it has been handed, one for each nic */
    int socket[MAX_NICS]; /* QEMU: our end of the cable of each nic.  A simple process: the first,
                              which carries descriptors and requests */
    int monitor;          /* QEMU's: where it is told what to do; 0 of a simple process */
    bool qemu;
};

/* Stores the path of QEMU's program in `path`, of PATH_MAX bytes.  False with a diagnostic of
 * EXIT_MISSING. */
bool guest_find_qemu(char *path, struct diagnostic *diagnostic);

/* Starts QEMU, whose program is `qemu`, or a simple process if that is NULL, which may ignore
 * SIGTERM, and hands it the descriptors of `count` taps, which stay open here as well; it has its
 * own by the time this returns.  *error is 0, or EBADFD if there is no guest because the device of
 * one is gone.  False with a diagnostic. */
bool guest_start(struct guest *guest, const char *qemu, bool ignores_sigterm, const int *taps,
                 unsigned count, int *error, struct diagnostic *diagnostic);

/* True if its process runs, as the kernel has it: it is there, neither held at the brink of its
 * exit nor a zombie. */
bool guest_runs(const struct guest *guest);

/* SIGTERM, or SIGKILL, which it does not ignore (QEMU always gets SIGKILL); returns when the
 * process stands at the brink of its exit, its descriptors open. */
bool guest_kill(struct guest *guest, int signal, struct diagnostic *diagnostic);

/* SIGTERM, which it ignores, or which a QEMU that hangs does not react to; returns when it has got
 * it and lives on. */
bool guest_survive(struct guest *guest, struct diagnostic *diagnostic);

/* It exits; returns when its descriptors are closed and it is a zombie. */
bool guest_close(struct guest *guest, struct diagnostic *diagnostic);

/* It is reaped: there is no such process any more. */
bool guest_reap(struct guest *guest, struct diagnostic *diagnostic);

/* The number of the process's (last) descriptor that leads to a tap; -1 if it has none, or the tap
 * is gone. */
int guest_find_tap(const struct guest *guest);

/* A copy of that descriptor, of ours and to be closed; -1 with a diagnostic. */
int guest_copy_tap(const struct guest *guest, struct diagnostic *diagnostic);

/* The name of the tap that a descriptor leads to: `process` is the number of one in /proc, or
 * "self".  False if it is no tap's, or the tap is gone. */
bool guest_names_tap(const char *process, const char *fd, char name[IFNAME_SIZE]);

/* Ends it, wherever it stands. */
void guest_end(struct guest *guest);

/* A simple process closes its descriptor of the tap and lives on; returns when it has. */
bool guest_release(struct guest *guest, struct diagnostic *diagnostic);

/* QEMU does the same (netdev_del), or a simple process in its place.  *had: it had one to close. */
bool guest_unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic);

/* The guest sets or clears IFF_PERSIST of its tap, by the descriptor that it has of it. */
bool guest_persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic);

/* The guest writes a frame of `length` bytes to its tap of that number. */
bool guest_send(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                struct diagnostic *diagnostic);

/* The guest reads frames from that tap until one has these bytes, or `milliseconds` have passed:
 * true or false in *got. */
bool guest_expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                  int milliseconds, bool *got, struct diagnostic *diagnostic);

#endif
