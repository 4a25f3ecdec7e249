/* Guests of the real world: processes that hold a tap's descriptor, and die for real.
 *
 * A guest is QEMU, or a simple process that does with the tap what QEMU does and starts faster.  A
 * helper that a descriptor has leaked to is such a simple process, too.  Here is what differs by
 * the kind; what does not is in guest_life.h. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_H
#define TAPWEAVE_HARNESS_REAL_GUEST_H

#include "harness/real/guest_life.h"

/* Starts QEMU, whose program is `qemu`, or a simple process if that is NULL, which may ignore
 * SIGTERM, and hands it the descriptors of `count` taps, which stay open here as well; it has its
 * own by the time this returns.  *error is 0, or EBADFD if there is no guest because the device of
 * one is gone.  False with a diagnostic. */
bool guest_start(struct guest *guest, const char *qemu, bool ignores_sigterm, const int *taps,
                 unsigned count, int *error, struct diagnostic *diagnostic);

/* SIGTERM, which it ignores, or which a QEMU that hangs does not react to; returns when it has got
 * it and lives on. */
bool guest_survive(struct guest *guest, struct diagnostic *diagnostic);

/* It closes its tap and lives on (QEMU: netdev_del); returns when it has.  *had: it had one to
 * close. */
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
