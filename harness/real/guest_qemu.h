/* Guests that are QEMU, with taps and nothing else. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_QEMU_H
#define TAPWEAVE_HARNESS_REAL_GUEST_QEMU_H

#include "harness/real/guest_kind.h"

extern const struct guest_kind guest_qemu;

/* Stores the path of QEMU's program in `path`, of PATH_MAX bytes.  False with a diagnostic of
 * EXIT_MISSING. */
bool guest_qemu_find(char *path, struct diagnostic *diagnostic);

#endif
