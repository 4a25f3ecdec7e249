/* Worlds that views are taken of, for their tests. */
#ifndef TAPWEAVE_TESTS_UNIT_VIEWS_H
#define TAPWEAVE_TESTS_UNIT_VIEWS_H

#include "tests/unit/fixture.h"

#include "sim/view.h"

/* Guests that are given these commands for ever, with so many names for all, or, of each guest's
 * own family, so many `owned`. */
static inline struct world
world_for_ever(const char *commands, const char *policy, unsigned guests, uint8_t bridge,
               unsigned names, unsigned owned)
{
    struct world world = world_under(policy);
    bool own = world.policy.name_family == NAME_FAMILY_OWN;

    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", own ? 1 : names), VNET);
    world.unbounded = 1;
    for (unsigned i = 0; i < guests; i++) {
        char prefix[] = {'t', 'a', 'p', '-', (char)('a' + i), '-', '\0'};

        add_guest(&world, bridge, false, commands);
        world.nic[i].unfiltered = 1;
        world.nic[i].own = (uint8_t)(own ? ifname_add_family(&world.names, prefix, owned) : VNET);
    }
    return world;
}

static inline struct world
world_of_views(const char *policy, unsigned guests, uint8_t bridge, unsigned names)
{
    return world_for_ever("start stop", policy, guests, bridge, names, 2);
}

/* Four names for each guest: of its record, its tap, its descriptor, and its binding. */
static inline void
name_all(struct state *state, unsigned guests)
{
    for (uint8_t guest = 0; guest < guests; guest++) {
        state->control.daemon.record[guest].name = (uint8_t)(4 * guest + 1);
        state->network.tap[guest] = (uint8_t)(4 * guest + 2);
        state->network.opened[guest] = (uint8_t)(4 * guest + 3);
        state->network.binding[guest] = (uint8_t)(4 * guest + 4);
    }
}

#endif
