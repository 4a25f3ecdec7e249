/* What the tests of the explorer share: a search without bounds, and the schedules it returns. */
#ifndef TAPWEAVE_TESTS_UNIT_SEARCH_H
#define TAPWEAVE_TESTS_UNIT_SEARCH_H

#include "tests/unit/fixture.h"

#include "sim/explore.h"

/* Searches; the result is to be given to explore_free. */
static inline void
explore(const struct world *world, const struct explore_limits *limits,
        struct explore_result *result)
{
    struct graph graph;

    explore_graph(world, limits, result, &graph);
    graph_close(&graph);
}

/* Searches to the end; the result is to be given to explore_free. */
static inline void
search(const struct world *world, struct explore_result *result)
{
    struct explore_limits limits = {.max_memory = SIZE_MAX};

    explore(world, &limits, result);
    assert_int_equal(result->end, EXPLORE_COMPLETE);
}

/* True if the search is complete and the oracle is violated in no run of it. */
static inline bool
never(const struct world *world, enum oracle oracle)
{
    struct explore_result result;
    bool violated;

    search(world, &result);
    violated = result.verdict[oracle].violated;
    assert_int_equal(violated, mpz_sgn(result.verdict[oracle].bad) > 0);
    explore_free(&result);
    return !violated;
}

/* The oracles that object to the state, be it one on the way or the end of a run. */
static inline oracle_set
judge(const struct world *world, const struct state *state)
{
    oracle_set violated = oracle_judge_state(world, state);

    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        if (actor_enabled(world, state, actor)) {
            return violated;
        }
    }
    return violated | oracle_judge_end(world, state);
}

/* Replays the schedule: every step is enabled, and the oracle objects at the last one only. */
static inline void
expect_trace(const struct world *world, enum oracle oracle, const struct explore_verdict *verdict)
{
    struct state state = initial_of(world);
    bool objects = (judge(world, &state) & ORACLE_BIT(oracle)) != 0;

    assert_non_null(verdict->trace);
    for (unsigned step = 0; step < verdict->length; step++) {
        oracle_set objections;

        assert_false(objects);
        assert_true(actor_enabled(world, &state, verdict->trace[step]));
        objections = actor_step(world, &state, verdict->trace[step], NULL);
        objects = ((objections | judge(world, &state)) & ORACLE_BIT(oracle)) != 0;
    }
    assert_true(objects);
}

#endif
