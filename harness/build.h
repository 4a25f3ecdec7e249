/* From a scenario and a policy to a simulated world. */
#ifndef TAPWEAVE_HARNESS_BUILD_H
#define TAPWEAVE_HARNESS_BUILD_H

#include "harness/scenario.h"
#include "sim/state.h"

/* Fills `world`.  False with a diagnostic if the scenario cannot be simulated under this policy:
 * more names than a world can have, a limit of names that does not do for the guests, or two
 * running guests that would need the same name. */
bool build_world(const struct scenario *scenario, const struct policy *policy, struct world *world,
                 struct diagnostic *diagnostic);

#endif
