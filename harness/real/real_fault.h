/* The faults of a scenario, brought about in the real world: sim/fault.h says what each is. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FAULT_H
#define TAPWEAVE_HARNESS_REAL_REAL_FAULT_H

#include "harness/real/real.h"

/* Whether what the real world has told says if the fault can strike; and whether it can. */
bool real_tells(enum fault fault);
bool real_strikes(const struct real *real, enum fault fault, unsigned guest);

/* Whether the harness answers in the place of this kernel or Open vSwitch, which do nothing. */
bool real_injected(enum fault fault);

/* Makes it strike.  False with a diagnostic if it cannot be brought about. */
bool real_strike(struct real *real, enum fault fault, unsigned guest, struct real_step *step,
                 struct diagnostic *diagnostic);

#endif
