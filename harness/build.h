/* From a scenario and a policy to a simulated world. */
#ifndef TAPWEAVE_HARNESS_BUILD_H
#define TAPWEAVE_HARNESS_BUILD_H

#include "harness/scenario.h"
#include "sim/state.h"

/* By how many names each family, by its index, has grown since the world was first built: a world
 * is searched, and built again with one name more where there was none to spare (sim/spare.h),
 * until there is.  All zero at first. */
struct growth {
    uint8_t more[IFNAME_MAX_FAMILIES];
};

/* Fills `world`.  False with a diagnostic if the scenario cannot be simulated under this policy:
 * more names than a world can have, a limit of names that does not do for the guests, or two
 * running guests that would need the same name. */
bool build_world(const struct scenario *scenario, const struct policy *policy,
                 const struct growth *growth, struct world *world, struct diagnostic *diagnostic);

#endif
