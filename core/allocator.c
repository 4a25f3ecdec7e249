/* The allocator of device names: see allocator.h. */
#include "core/allocator.h"

#include <assert.h>

bool
allocator_reserves(enum name_strategy strategy)
{
    switch (strategy) {
    case NAME_LOWEST_FREE:
    case NAME_QUARANTINE:
        return true;
    case NAME_KERNEL:
    case NAME_COUNTER:
        return false;
    }
    assert(false);
    return false;
}

static uint8_t
pick_lowest(struct allocator *allocator, const struct ifname_family *family, unsigned from)
{
    assert(family->first + family->count - 1 <= IFNAME_MAX_NAMES);
    for (unsigned number = from; number < family->count; number++) {
        uint8_t name = (uint8_t)(family->first + number);

        if (allocator->held[name] == NAME_FREE) {
            allocator->held[name] = NAME_RESERVED;
            return name;
        }
    }
    return IFNAME_NONE;
}

uint8_t
allocator_pick(struct allocator *allocator, enum name_strategy strategy, unsigned pool,
               const struct ifname_family *family, unsigned from)
{
    uint8_t number;

    assert(strategy != NAME_KERNEL);
    assert(pool < ALLOCATOR_POOLS && family->first != IFNAME_NONE && family->count > 0);
    if (allocator_reserves(strategy)) {
        return pick_lowest(allocator, family, from);
    }
    number = allocator->last[pool] < family->count ? allocator->last[pool] : 0;
    allocator->last[pool] = (uint8_t)(number + 1);
    return (uint8_t)(family->first + number);
}

void
allocator_reserve(struct allocator *allocator, enum name_strategy strategy, unsigned pool,
                  const struct ifname_family *family, uint8_t name)
{
    assert(pool < ALLOCATOR_POOLS);
    if (name < family->first || name >= family->first + family->count) {
        return;
    }
    if (allocator_reserves(strategy)) {
        allocator->held[name] = NAME_RESERVED;
    } else if (strategy == NAME_COUNTER && name - family->first + 1 > allocator->last[pool]) {
        allocator->last[pool] = (uint8_t)(name - family->first + 1);
    }
}

void
allocator_release(struct allocator *allocator, enum name_strategy strategy, uint8_t name,
                  uint8_t hold)
{
    assert(name != IFNAME_NONE && hold <= POLICY_HOLD_MAX);
    if (allocator_reserves(strategy)) {
        assert(allocator->held[name] == NAME_RESERVED); /* or two guests have had it */
        allocator->held[name] = strategy == NAME_QUARANTINE ? hold : NAME_FREE;
    }
}

bool
allocator_tick(struct allocator *allocator)
{
    bool changed = false;

    for (unsigned name = 1; name <= IFNAME_MAX_NAMES; name++) {
        uint8_t held = allocator->held[name];

        if (held != NAME_FREE && held != NAME_RESERVED) {
            assert(held <= POLICY_HOLD_MAX);
            allocator->held[name]--;
            changed = true;
        }
    }
    return changed;
}
