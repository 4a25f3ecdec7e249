/* States that are packed and unpacked are the same again: for all that a world can reach. */
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
    assert_memory_equal(&again, state, sizeof again);
}

static inline void
look(const struct world *world, const struct state *state, void *layout)
{
    (void)world;
    expect_round_trip(layout, state);
}

/* Packs every reachable state and unpacks it again; returns how many there are. */
static inline uint64_t
walk_round_trips(const struct world *world)
{
    struct layout layout;

    layout_make(&layout, world);
    assert_true(layout.words <= LAYOUT_MAX_WORDS);
    return walk(world, look, &layout);
}

#endif
