/* Guests for the oracles that judge states, and what these say of them. */
#ifndef TAPWEAVE_TESTS_UNIT_OBJECTS_H
#define TAPWEAVE_TESTS_UNIT_OBJECTS_H

#include "sim/oracle.h"
#include "tests/unit/fixture.h"

/* Guest a runs on `bridge` as vnet0; b is off. */
static inline struct world
one_running(uint8_t bridge)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, bridge, true, "");
    add_guest(&world, BR0, false, "");
    return world;
}

static inline bool
objects(enum oracle oracle, const struct world *world, const struct state *state)
{
    return (oracle_judge_state(world, state) & ORACLE_BIT(oracle)) != 0;
}

static inline bool
objects_at_end(enum oracle oracle, const struct world *world, const struct state *state)
{
    return (oracle_judge_end(world, state) & ORACLE_BIT(oracle)) != 0;
}

#endif
