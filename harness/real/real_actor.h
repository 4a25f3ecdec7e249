/* One step of an actor on the real kernel. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_ACTOR_H
#define TAPWEAVE_HARNESS_REAL_REAL_ACTOR_H

#include "harness/real/real.h"

/* Takes the actor's step, whose outcome is in real->outcome then.  False with a diagnostic if
 * something happened that no model could foresee: a wait that did not end, a process that is not
 * there. */
bool real_take(struct real *real, unsigned actor);

/* True if the real world can tell whether an actor of this kind has a step to take; of others only
 * a step can show it: ovs-vswitchd, helpers, the clock, the agent.  And whether it has. */
bool real_tells(enum actor_kind kind);
bool real_enabled(const struct real *real, struct actor actor);

/* True if it is the harness that answers in the place of this kernel or Open vSwitch, which cannot
 * be made to fail so. */
bool real_injected(enum fault fault);

#endif
