/* Samples: what they find can be replayed, what they count is right, and what they estimate is
 * right on average. */
#include "tests/unit/search.h"

#include "sim/sample.h"

static const struct strategy random_walks = {STRATEGY_RANDOM, 0, STRATEGY_FREE, 0, 0};

/* To be given to sample_free. */
static void
sample(const struct world *world, const struct strategy *strategy, uint64_t walks, uint64_t seed,
       struct sample_result *result)
{
    const struct sample_limits limits = {.strategy = *strategy,
                                         .walks = walks,
                                         .seed = seed,
                                         .most_steps = EXPLORE_MAX_TRACE,
                                         .max_memory = SIZE_MAX};

    sample_walk(world, &limits, result);
    assert_int_equal(result->end, SAMPLE_WALKED);
    assert_int_equal(result->seen.walks, walks);
    assert_int_equal(result->seen.counted, walks);
}

/* Two guests that stop, and two that start: a few thousand states. */
static struct world
crowd(void)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, BR0, true, "stop");
    add_guest(&world, BR0, true, "stop");
    add_guest(&world, BR0, false, "start");
    return world;
}

/* The trace of a violation that lasts is a whole run. */
static void
expect_lasting(const struct world *world, enum oracle oracle, const struct explore_verdict *verdict)
{
    struct state state = initial_of(world);

    for (unsigned step = 0; step < verdict->length; step++) {
        assert_true(actor_enabled(world, &state, verdict->trace[step]));
        actor_step(world, &state, verdict->trace[step], NULL);
    }
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        assert_false(actor_enabled(world, &state, actor));
    }
    assert_true((oracle_judge_state(world, &state) & ORACLE_BIT(oracle)) != 0);
}

static void
many_walks_find_what_a_search_finds(void **unused)
{
    static const struct strategy strategies[] = {
        {STRATEGY_RANDOM, 0, STRATEGY_FREE, 0, 0},
        {STRATEGY_PCT, 4, STRATEGY_FREE, 0, 0},
        {STRATEGY_RANDOM, 0, 4, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < 2 * sizeof strategies / sizeof *strategies; i++) {
        struct world world = reported_race(i % 2 == 0 ? "mac-check" : "libvirt-6.6");
        struct sample_result found;
        struct explore_result whole;

        search(&world, &whole);
        sample(&world, &strategies[i / 2], 20000, 1, &found);
        assert_true(found.seen.states <= whole.states);
        if (i / 2 == 0) {
            assert_int_equal(found.seen.states, whole.states);
            assert_int_equal(found.seen.once, 0);
        }
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            const struct explore_verdict *verdict = &found.verdict[oracle];

            assert_int_equal(verdict->violated, whole.verdict[oracle].violated);
            assert_int_equal(found.lasting[oracle].violated, whole.lasting[oracle].violated);
            assert_int_equal(verdict->violated, mpz_sgn(verdict->bad) > 0);
            if (verdict->violated) {
                assert_int_equal(verdict->length, whole.verdict[oracle].length);
                expect_trace(&world, (enum oracle)oracle, verdict);
            }
            if (found.lasting[oracle].violated) {
                expect_lasting(&world, (enum oracle)oracle, &found.lasting[oracle]);
                assert_true(mpz_cmp(found.lasting[oracle].bad, verdict->bad) <= 0);
            }
        }
        sample_free(&found);
        explore_free(&whole);
    }
}

/* A guest alone has one run: each walk comes to all of its states. */
static void
states_are_counted_by_walks(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct explore_result whole;
    struct sample_result result;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    search(&world, &whole);
    assert_int_equal(mpz_cmp_ui(whole.interleavings, 1), 0);
    for (uint64_t walks = 1; walks <= 3; walks++) {
        sample(&world, &random_walks, walks, 1, &result);
        assert_int_equal(result.seen.states, whole.states);
        assert_int_equal(result.seen.visits, walks * whole.states);
        assert_int_equal(result.seen.once, walks == 1 ? whole.states : 0);
        assert_int_equal(result.seen.twice, walks == 2 ? whole.states : 0);
        assert_int_equal(result.seen.steps, walks * (whole.states - 1));
        assert_int_equal(result.seen.shortest, whole.depth);
        assert_int_equal(result.seen.longest, whole.depth);
        assert_int_equal(result.strategy.steps, EXPLORE_MAX_TRACE);
        assert_true(sample_unseen(&result.seen) == (walks == 1 ? 1 : 0));
        sample_free(&result);
    }
    sample(&world, &(struct strategy){STRATEGY_PCT, 2, STRATEGY_FREE, 0, 0}, 1, 1, &result);
    assert_int_equal(result.strategy.steps, whole.depth);
    sample_free(&result);
    explore_free(&whole);
}

/* On average a walk brings as many new states as there are states that one walk alone has come to,
 * for each walk: that is what Good and Turing's estimate says. */
static void
the_estimate_is_right_on_average(void **unused)
{
    enum { SEEDS = 400, WALKS = 10 };
    struct world world = crowd();
    double estimated = 0, brought = 0;

    (void)unused;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct sample_result before, after;

        sample(&world, &random_walks, WALKS - 1, seed, &before);
        sample(&world, &random_walks, WALKS, seed, &after);
        estimated += (double)after.seen.once / WALKS;
        brought += (double)(after.seen.states - before.seen.states);
        sample_free(&before);
        sample_free(&after);
    }
    assert_true(brought > 2 * SEEDS); /* the world is large enough to tell */
    assert_true(estimated > 0.95 * brought && estimated < 1.05 * brought);
}

static void
a_bound_on_memory_ends_counting_alone(void **unused)
{
    struct world world = crowd();
    struct sample_limits limits = {.strategy = random_walks,
                                   .walks = 3000,
                                   .seed = 1,
                                   .most_steps = EXPLORE_MAX_TRACE,
                                   .max_memory = 40000};
    struct sample_result few, all, counted;

    (void)unused;
    sample_walk(&world, &limits, &few);
    sample(&world, &random_walks, limits.walks, 1, &all);
    assert_int_equal(few.end, SAMPLE_WALKED);
    assert_int_equal(few.seen.walks, limits.walks);
    assert_true(few.seen.bytes <= limits.max_memory);
    assert_true(few.seen.counted > 0 && few.seen.counted < limits.walks);
    sample(&world, &random_walks, few.seen.counted, 1, &counted);
    assert_int_equal(few.seen.states, counted.seen.states);
    assert_int_equal(few.seen.visits, counted.seen.visits);
    assert_int_equal(few.seen.once, counted.seen.once);
    assert_int_equal(few.seen.twice, counted.seen.twice);
    assert_int_equal(few.seen.steps, all.seen.steps);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_int_equal(mpz_cmp(few.verdict[oracle].bad, all.verdict[oracle].bad), 0);
    }
    sample_free(&few);
    sample_free(&all);
    sample_free(&counted);
}

static void
a_bound_on_steps_ends_a_walk(void **unused)
{
    struct world world = crowd();
    const struct sample_limits limits = {
        .strategy = random_walks, .walks = 100, .seed = 1, .most_steps = 5, .max_memory = SIZE_MAX};
    struct sample_result result;

    (void)unused;
    sample_walk(&world, &limits, &result);
    assert_int_equal(result.seen.cut, 100);
    assert_int_equal(result.seen.longest, 5);
    assert_int_equal(result.seen.steps, 500);
    /* What is judged at the end of a run is not judged there. */
    assert_false(result.verdict[ORACLE_DEADLOCK].violated);
    sample_free(&result);
}

/* How long walks are is measured by walks that are no part of the sample. */
static void
what_is_walked_to_measure_is_not_told(void **unused)
{
    struct world world = crowd();
    struct sample_result result;

    (void)unused;
    sample(&world, &(struct strategy){STRATEGY_PCT, 3, STRATEGY_FREE, 0, 0}, 1, 1, &result);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_true(mpz_cmp_ui(result.verdict[oracle].bad, 1) <= 0);
        assert_true(mpz_cmp_ui(result.lasting[oracle].bad, 1) <= 0);
    }
    assert_int_equal(result.seen.once, result.seen.states);
    assert_int_equal(result.seen.states, result.seen.steps + 1);
    sample_free(&result);
}

static bool
stop(void *context, const struct sample_seen *seen)
{
    *(uint64_t *)context = seen->walks;
    return seen->walks < 200;
}

static void
a_sample_can_be_stopped(void **unused)
{
    struct world world = crowd();
    struct sample_result result;
    uint64_t walks = 0;
    const struct sample_limits limits = {.strategy = random_walks,
                                         .walks = UINT64_MAX,
                                         .seed = 1,
                                         .most_steps = EXPLORE_MAX_TRACE,
                                         .max_memory = SIZE_MAX,
                                         .progress = stop,
                                         .context = &walks};

    (void)unused;
    sample_walk(&world, &limits, &result);
    assert_int_equal(result.end, SAMPLE_STOPPED);
    assert_true(walks >= 200 && walks < 400);
    assert_int_equal(result.seen.walks, walks);
    sample_free(&result);
}

/* Chao's bound, by hand: f1^2 / 2 f2, or f1 (f1 - 1) / 2 if f2 is 0, less as the walks are few. */
static void
how_many_states_there_are_at_least(void **unused)
{
    struct sample_seen seen = {.states = 10, .once = 3};

    (void)unused;
    assert_true(sample_at_least(&seen) == 1);
    assert_true(sample_unseen(&seen) == 1);
    seen.counted = 4;
    assert_true(sample_at_least(&seen) == 10 + 0.75 * 3);
    seen.twice = 2;
    assert_true(sample_at_least(&seen) == 10 + 0.75 * 2.25);
}

/* From the beginning on, or after its second start: in a world that is larger there may be more. */
static void
a_sample_ends_where_a_family_is_short(void **unused)
{
    static const struct strategy measured = {STRATEGY_PCT, 2, STRATEGY_FREE, 0, 0};
    struct sample_limits limits = {.strategy = random_walks,
                                   .walks = 10,
                                   .seed = 1,
                                   .most_steps = EXPLORE_MAX_TRACE,
                                   .max_memory = SIZE_MAX};
    struct world world = world_under("counter");
    struct sample_result result;

    (void)unused;
    for (unsigned guest = A; guest <= D; guest++) {
        add_guest(&world, LB0, true, "");
    }
    for (unsigned starts = 0; starts < 2; starts++) {
        sample_walk(&world, &limits, &result);
        assert_int_equal(result.end, SAMPLE_LACKING);
        assert_int_equal(result.lacking, VNET);
        assert_int_equal(result.seen.walks, 0);
        sample_free(&result);
        world = world_under("counter");
        add_guest(&world, LB0, true, "stop start stop start stop start");
    }
    limits.strategy = measured;
    sample_walk(&world, &limits, &result);
    assert_int_equal(result.end, SAMPLE_LACKING);
    sample_free(&result);
}

/* A guest that starts and stops for ever comes to the same states again and again; each walk has
 * each of them once. */
static void
a_walk_that_comes_back_counts_once(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    const struct sample_limits limits = {.strategy = random_walks,
                                         .walks = 2,
                                         .seed = 1,
                                         .most_steps = EXPLORE_MAX_TRACE,
                                         .max_memory = SIZE_MAX};
    struct explore_result whole;
    struct sample_result result;

    (void)unused;
    world.unbounded = 1;
    add_guest(&world, LB0, false, "start stop");
    world.nic[A].unfiltered = 1;
    search(&world, &whole);
    sample_walk(&world, &limits, &result);
    assert_int_equal(result.seen.cut, 2);
    assert_true(whole.states < EXPLORE_MAX_TRACE);
    assert_int_equal(result.seen.states, whole.states);
    assert_int_equal(result.seen.visits, 2 * whole.states);
    assert_int_equal(result.seen.twice, whole.states);
    sample_free(&result);
    explore_free(&whole);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_walks_find_what_a_search_finds),
        cmocka_unit_test(states_are_counted_by_walks),
        cmocka_unit_test(the_estimate_is_right_on_average),
        cmocka_unit_test(a_bound_on_memory_ends_counting_alone),
        cmocka_unit_test(a_bound_on_steps_ends_a_walk),
        cmocka_unit_test(what_is_walked_to_measure_is_not_told),
        cmocka_unit_test(a_sample_can_be_stopped),
        cmocka_unit_test(how_many_states_there_are_at_least),
        cmocka_unit_test(a_sample_ends_where_a_family_is_short),
        cmocka_unit_test(a_walk_that_comes_back_counts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
