/* Schedules of runs that never end (sim/round_trip.h): each is taken step by step. */
#ifndef TAPWEAVE_TESTS_UNIT_TRIP_H
#define TAPWEAVE_TESTS_UNIT_TRIP_H

#include "tests/unit/searched.h"

#include "sim/round_trip.h"

static inline bool
has_to_step(const struct searched *searched, const struct state *state, unsigned number)
{
    const struct actor actor = searched->actor[number];

    return actor_kind_fault(actor.kind) == FAULT_COUNT &&
           actor_may_step(&searched->found.world, state, actor) &&
           !actor_begins_round(&searched->found.world, state, actor);
}

/* The trace comes to a state, and round to it: nobody is put off, and it stays where it is to. */
static inline void
expect_trip(const struct searched *searched, const struct round_trip *trip,
            bool (*is_in)(const struct state *state, const void *context), const void *context)
{
    const struct found *found = &searched->found;
    struct state state, first = {0};
    uint64_t satisfied[2] = {0};

    assert_true(searched->actors <= 128 && trip->loop > 0 && trip->loop <= trip->length);
    initial_state(&found->world, &state);
    for (unsigned step = 0; step < trip->length; step++) {
        const unsigned number = trip->trace[step];

        if (step == trip->length - trip->loop) {
            first = state;
            recount_numbers(&found->recount, &first);
        }
        for (unsigned i = 0; step >= trip->length - trip->loop && i < searched->actors; i++) {
            assert_true(is_in(&state, context));
            if (i == number || !has_to_step(searched, &state, i)) {
                satisfied[i / 64] |= UINT64_C(1) << i % 64;
            }
        }
        assert_true(actor_enabled(&found->world, &state, number));
        actor_step(&found->world, &state, number, NULL);
    }
    recount_numbers(&found->recount, &state);
    assert_true(memcmp(&state, &first, sizeof state) == 0);
    for (unsigned i = 0; i < searched->actors; i++) {
        assert_true((satisfied[i / 64] >> i % 64 & 1) != 0);
    }
}

#endif
