/* Guests of the real world: processes that hold a tap's descriptor, and die for real.
 *
 * A guest is QEMU, or a simple process that does with the tap what QEMU does and starts faster.  A
 * helper that a descriptor has leaked to is such a simple process, too.  What differs by the kind
 * is in its table (guest_kind.h), what does not in guest_life.h. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_H
#define TAPWEAVE_HARNESS_REAL_GUEST_H

#include "harness/real/guest_kind.h"

/* Starts QEMU, whose program is `qemu`, or a simple process if that is NULL, which may ignore
 * SIGTERM, and hands it the descriptors of `count` taps, which stay open here as well; it has its
 * own by the time this returns.  *error is 0, or EBADFD if there is no guest because the device of
 * one is gone.  False with a diagnostic. */
bool guest_start(struct guest *guest, const char *qemu, bool ignores_sigterm, const int *taps,
                 unsigned count, int *error, struct diagnostic *diagnostic);

#endif
