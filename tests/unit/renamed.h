/* What the tests of devices that are renamed share. */
#ifndef TAPWEAVE_TESTS_UNIT_RENAMED_H
#define TAPWEAVE_TESTS_UNIT_RENAMED_H

#include "tests/unit/fixture.h"

/* The race of mail 000 on that datapath, and an administrator who renames vnet0 to the fixed name,
 * and back. */
static inline struct world
renamed(enum datapath datapath)
{
    struct world world = reported_race("libvirt-6.6,filter-key=name");

    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)datapath;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){.commands = 2,
                                                .command = {THIRD_PARTY_RENAME, THIRD_PARTY_RENAME},
                                                .name = {VNET0, FIXED},
                                                .to = {FIXED, VNET0}};
    return world;
}

static inline bool
is_lost(const struct world *world, const struct state *state)
{
    return (oracle_judge_state(world, state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0;
}

#endif
