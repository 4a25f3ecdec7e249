/* Worlds that views are taken of, for their tests. */
#ifndef TAPWEAVE_TESTS_UNIT_VIEWS_H
#define TAPWEAVE_TESTS_UNIT_VIEWS_H

#include "tests/unit/fixture.h"

#include "sim/view.h"

/* Guests that start and stop for ever, with so many names for all, or two for each that has its
 * own. */
static inline struct world
world_of_views(const char *policy, unsigned guests, uint8_t bridge, unsigned names)
{
    struct world world = world_under(policy);
    bool own = world.policy.name_family == NAME_FAMILY_OWN;

    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", own ? 1 : names), VNET);
    world.unbounded = 1;
    for (unsigned i = 0; i < guests; i++) {
        char prefix[] = {'t', 'a', 'p', '-', (char)('a' + i), '-', '\0'};

        add_guest(&world, bridge, false, "start stop");
        world.nic[i].unfiltered = 1;
        world.nic[i].own = (uint8_t)(own ? ifname_add_family(&world.names, prefix, 2) : VNET);
    }
    return world;
}

#endif
