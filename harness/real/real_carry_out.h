/* Operations on a real kernel. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_CARRY_OUT_H
#define TAPWEAVE_HARNESS_REAL_REAL_CARRY_OUT_H

#include "harness/real/real.h"

/* Carries out an operation of the world's for that nic, of its guest's thread: what comes of it is
 * in real->outcome.  False with a diagnostic if the test bed fails. */
bool real_carry_out(struct real *real, unsigned nic, struct operation op);

/* True if the operation begins with a question for a device by its name, and there is none: as
 * kernel_misses (sim/kernel.h). */
bool real_misses(const struct real *real, struct operation op);

#endif
