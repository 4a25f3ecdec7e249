/* The life and death of a guest's process, whatever its kind.
 *
 * The death of a process is held in two places, as the model has it (docs/model-kernel.md,
 * "Processes and taps").  It is traced with PTRACE_O_TRACEEXIT: after the signal it stands on the
 * brink of do_exit, its descriptors open.  Let go, it closes them and is a zombie: it exists until
 * it is reaped.
 *
 * QEMU has several threads, which share its descriptors.  Its first one is held, so they stay open
 * whatever becomes of the others; and it is no zombie, for whoever waits for it, before all of them
 * have closed theirs and are gone. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_LIFE_H
#define TAPWEAVE_HARNESS_REAL_GUEST_LIFE_H

#include "core/daemon.h"
#include "harness/diagnostic.h"

#include <stdint.h>
#include <sys/types.h>

enum { GUEST_MAX_FRAME = 1600, GUEST_ANSWER_MS = 10000 /* one that has not answered never will */ };

struct guest_kind;

/* A guest's process.  pid 0: there is none. */
struct guest {
    const struct guest_kind *kind;
    pid_t pid;
    int number;           /* of it in /proc (child_number) */
    unsigned taps;        /* that it has been handed, one for each nic */
    unsigned sockets;     /* how many of the next there are */
    int socket[MAX_NICS]; /* QEMU: our end of the cable of each nic.  A simple process: the first,
                              which carries requests */
    int monitor;          /* QEMU's: where it is told what to do; 0 of a simple process */
};

/* True if its process runs, as the kernel has it: it is there, neither held at the brink of its
 * exit nor a zombie. */
bool guest_runs(const struct guest *guest);

/* SIGTERM, or SIGKILL, which it does not ignore (QEMU always gets SIGKILL); returns when the
 * process stands at the brink of its exit, its descriptors open. */
bool guest_kill(struct guest *guest, int signal, struct diagnostic *diagnostic);

/* It exits; returns when its descriptors are closed and it is a zombie. */
bool guest_close(struct guest *guest, struct diagnostic *diagnostic);

/* It is reaped: there is no such process any more. */
bool guest_reap(struct guest *guest, struct diagnostic *diagnostic);

/* Ends it, wherever it stands. */
void guest_end(struct guest *guest);

/* ---- for the kinds ---- */

/* "a guest's process: WHAT: ", and errno's text. */
bool guest_fail(struct diagnostic *diagnostic, const char *what);

/* Finds out the number of a process that has been started.  False with a diagnostic. */
bool guest_learn_number(struct guest *guest, struct diagnostic *diagnostic);

/* The first error of device_check_tap on these descriptors, or 0. */
int guest_check_taps(const int *taps, unsigned count);

/* Closes our ends of all that leads to it. */
void guest_close_ends(const struct guest *guest);

/* Reads frames, one at a time, until the wanted one comes; false if it has not after so many
 * milliseconds.  *came is whether the other one, of the same length, was among those read. */
bool guest_await_frame(int fd, const uint8_t *frame, size_t length, int milliseconds,
                       const uint8_t *other, bool *came);

#endif
