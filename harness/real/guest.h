/* Guests of the real world: processes that hold a tap's descriptor, as QEMU does, and die for real.
 *
 * The death of a process is held in two places, as the model has it (docs/model.md, "Processes and
 * taps").  It is traced with PTRACE_O_TRACEEXIT: after the signal it stands on the brink of
 * do_exit, its descriptors open.  Let go, it closes them and is a zombie: it exists until it is
 * reaped. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_H
#define TAPWEAVE_HARNESS_REAL_GUEST_H

#include "harness/complaint.h"

#include <stdint.h>
#include <sys/types.h>

/* A guest's process.  pid 0: there is none. */
struct guest {
    pid_t pid;
    int socket; /* our end of what descriptors and frames are sent over */
};

/* Starts a process, which may ignore SIGTERM, and hands it the tap's descriptor, which stays open
 * here as well; it has its own by the time this returns.  False with a complaint. */
bool guest_start(struct guest *guest, int tap, bool ignores_sigterm, struct complaint *complaint);

/* SIGTERM, or SIGKILL, which it does not ignore; returns when the process stands at the brink of
 * its exit, its descriptors open. */
bool guest_kill(struct guest *guest, int signal, struct complaint *complaint);

/* SIGTERM, which it ignores; returns when it has got it, and has answered since. */
bool guest_survive(struct guest *guest, struct complaint *complaint);

/* It exits; returns when its descriptors are closed and it is a zombie. */
bool guest_close(struct guest *guest, struct complaint *complaint);

/* It is reaped: there is no such process any more. */
bool guest_reap(struct guest *guest, struct complaint *complaint);

/* Ends it, wherever it stands. */
void guest_end(struct guest *guest);

/* The guest writes a frame of `length` bytes to its tap. */
bool guest_send(struct guest *guest, const uint8_t *frame, size_t length,
                struct complaint *complaint);

/* The guest reads frames from its tap until one has these bytes, or `milliseconds` have passed:
 * true or false in *got. */
bool guest_expect(struct guest *guest, const uint8_t *frame, size_t length, int milliseconds,
                  bool *got, struct complaint *complaint);

#endif
