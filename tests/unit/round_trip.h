/* States that are packed and unpacked are the same again, with the processor's help and without:
 * for all that a world can reach. */
#ifndef TAPWEAVE_TESTS_UNIT_ROUND_TRIP_H
#define TAPWEAVE_TESTS_UNIT_ROUND_TRIP_H

#include "tests/unit/fixture.h"

#include "sim/layout.h"

static inline void
expect_round_trip(const struct layout *layout, const struct state *state)
{
    uint64_t words[LAYOUT_MAX_WORDS + 1];
    struct state again;

    memset(words, 0xa5, sizeof words);
    memset(&again, 0x5a, sizeof again);
    layout_pack(layout, state, words);
    assert_int_equal(words[layout->words], 0xa5a5a5a5a5a5a5a5); /* not a word more than it says */
    layout_unpack(layout, words, &again);
    assert_true(memcmp(&again, state, sizeof again) == 0);
}

/* A layout as it is on this machine, and one that has no help of the processor. */
struct layouts {
    struct layout fast, slow;
};

static inline void
look(const struct world *world, const struct state *state, void *context)
{
    const struct layouts *layouts = context;
    uint64_t fast[LAYOUT_MAX_WORDS], slow[LAYOUT_MAX_WORDS];

    (void)world;
    expect_round_trip(&layouts->fast, state);
    expect_round_trip(&layouts->slow, state);
    layout_pack(&layouts->fast, state, fast);
    layout_pack(&layouts->slow, state, slow);
    assert_true(memcmp(fast, slow, layouts->fast.words * sizeof *fast) == 0);
    assert_true(layout_fits(&layouts->fast, state));
}

/* Packs every reachable state and unpacks it again; returns how many there are. */
static inline uint64_t
walk_round_trips(const struct world *world)
{
    struct layouts layouts;

    layout_make(&layouts.fast, world);
    assert_true(layouts.fast.words <= LAYOUT_MAX_WORDS);
    layouts.slow = layouts.fast;
    layouts.slow.fast = false;
    return walk(world, look, &layouts);
}

#endif
