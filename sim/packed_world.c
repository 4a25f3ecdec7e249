/* A world whose states are packed words: see packed_world.h. */
#include "sim/packed_world.h"

#include "sim/actor.h"
#include "sim/initial.h"

#include <assert.h>
#include <string.h>

void
packed_world_open(struct packed_world *world, const void *bytes, size_t size)
{
    assert(size == sizeof world->world);
    memcpy(&world->world, bytes, size);
    world_prepare(&world->world);
    layout_make(&world->layout, &world->world);
    world->actors = actor_count(&world->world);
    world->is_unpacked = false;
}

void
packed_world_begin(struct packed_world *world, uint64_t *packed)
{
    uint8_t conflict = initial_state(&world->world, &world->state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    world->is_unpacked = false;
    layout_pack(&world->layout, &world->state, packed);
}

static const struct state *
unpack(struct packed_world *world, const uint64_t *packed)
{
    size_t size = world->layout.words * sizeof *packed;

    if (!world->is_unpacked || memcmp(world->packed, packed, size) != 0) {
        layout_unpack(&world->layout, packed, &world->state);
        memcpy(world->packed, packed, size);
        world->is_unpacked = true;
    }
    return &world->state;
}

bool
packed_world_enabled(struct packed_world *world, const uint64_t *packed, unsigned actor)
{
    return actor_enabled(&world->world, unpack(world, packed), actor);
}

static bool
is_last(const struct packed_world *world)
{
    for (unsigned actor = 0; actor < world->actors; actor++) {
        if (actor_enabled(&world->world, &world->state, actor)) {
            return false;
        }
    }
    return true;
}

packed_violations
packed_world_judge(struct packed_world *world, const uint64_t *packed, packed_violations wanted)
{
    const struct state *state;
    packed_violations violated;

    if (wanted == 0) {
        return 0;
    }
    state = unpack(world, packed);
    violated = oracle_judge_state(&world->world, state);
    if (is_last(world)) {
        violated |= (violated & ORACLES_THAT_LAST) << PACKED_LASTING;
        violated |= oracle_judge_end(&world->world, state);
    }
    return violated & wanted;
}

packed_violations
packed_world_step(struct packed_world *world, uint64_t *packed, unsigned actor,
                  packed_violations wanted)
{
    struct state state = *unpack(world, packed);
    oracle_set objections = actor_step(&world->world, &state, actor, NULL);

    layout_pack(&world->layout, &state, packed);
    return (objections & wanted) | packed_world_judge(world, packed, wanted);
}

packed_violations
packed_world_wanted(const char *name)
{
    packed_violations wanted = 0;

    if (name == NULL) {
        return 0;
    }
    if (strcmp(name, "any") == 0) {
        return UINT32_MAX;
    }
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        size_t length = strlen(oracle_name(oracle));

        if (strncmp(name, oracle_name(oracle), length) != 0) {
            continue;
        }
        wanted |= name[length] == '\0' ? ORACLE_BIT(oracle) : 0u;
        if (strcmp(name + length, "-lasting") == 0) {
            wanted |= (packed_violations)ORACLE_BIT(oracle) << PACKED_LASTING;
        }
    }
    assert(wanted != 0);
    return wanted;
}
