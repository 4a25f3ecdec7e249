/* All invariants, and the one of the whole state: see invariant.h. */
#include "sim/invariant.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* Whether none of eight bytes is larger than the one at the same place: without its highest bit, a
 * byte cannot borrow from the next one. */
static bool
none_larger(const uint8_t *bytes, const uint8_t *largest)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t a, b, less;

    memcpy(&a, bytes, sizeof a);
    memcpy(&b, largest, sizeof b);
    less = (b | high) - (a & ~high);
    return (((~a & b) | (~(a ^ b) & less)) & high) == high;
}

/* No field holds more than it can in this world, and what the world has no use for is zero. */
static bool
fits(const struct field_limits *limits, const struct state *state)
{
    const uint8_t *bytes = (const uint8_t *)state;
    size_t offset = 0;

    for (; offset + sizeof(uint64_t) <= sizeof limits->largest; offset += sizeof(uint64_t)) {
        if (!none_larger(bytes + offset, limits->largest + offset)) {
            return false;
        }
    }
    for (; offset < sizeof limits->largest; offset++) {
        if (bytes[offset] > limits->largest[offset]) {
            return false;
        }
    }
    return true;
}

/* It holds of all names, nics or guests. */
static bool
holds(const struct invariant *invariant, const struct world *world, const struct state *state)
{
    unsigned first = invariant->of == OF_NAME ? 1 : 0;
    unsigned end = invariant->of == OF_NAME  ? world->names.names + 1u
                   : invariant->of == OF_NIC ? world_nics(world)
                                             : world->guests;

    assert(invariant->of == OF_NAME || invariant->of == OF_NIC || invariant->of == OF_GUEST);
    for (unsigned i = first; i < end; i++) {
        if (!invariant->holds(world, state, i)) {
            return false;
        }
    }
    return true;
}

/* The first of the table that the state breaks, in words, or NULL. */
static const char *
first_broken(const struct invariant *table, const struct world *world, const struct state *state)
{
    while (table->text != NULL && holds(table, world, state)) {
        table++;
    }
    return table->text;
}

const char *
invariant_broken(const struct world *world, const struct field_limits *limits,
                 const struct state *state)
{
    const char *broken;

    if (!fits(limits, state)) {
        return "a field holds no more than it can in this world";
    }
    broken = first_broken(invariants_of_network, world, state);
    return broken != NULL ? broken : first_broken(invariants_of_control, world, state);
}
