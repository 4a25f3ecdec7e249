/* A search that reaches a bound says so, and never passes for a complete one. */
#include "tests/unit/search.h"

/* 34 states for each guest, times each other (test_count.c says why): the progress function is
 * called every 64. */
static struct world
world_of_guests(unsigned last)
{
    struct world world = world_under("libvirt-6.6");

    for (unsigned guest = A; guest <= last; guest++) {
        add_guest(&world, LB0, true, "stop start stop start stop start");
        world.nic[guest].name = (uint8_t)(guest == C ? FIXED : MYTAP0 + guest);
    }
    return world;
}

static struct world
large_world(void)
{
    return world_of_guests(C);
}

/* What an inconclusive result may still say: violated, with a schedule that shows it. */
static void
expect_inconclusive(const struct world *world, const struct explore_result *result,
                    enum explore_end end)
{
    assert_int_equal(result->end, end);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = &result->verdict[oracle];
        struct state state = initial_of(world);
        oracle_set violated = judge(world, &state);

        assert_int_equal(verdict->violated, verdict->trace != NULL);
        for (unsigned step = 0; verdict->violated && step < verdict->length; step++) {
            assert_true(actor_enabled(world, &state, verdict->trace[step]));
            violated = actor_step(world, &state, verdict->trace[step], NULL);
            violated |= judge(world, &state);
        }
        assert_true(!verdict->violated || (violated & ORACLE_BIT(oracle)) != 0);
    }
}

static void
expect_same(const struct explore_result *result, const struct explore_result *whole)
{
    assert_int_equal(result->end, EXPLORE_COMPLETE);
    assert_int_equal(result->states, whole->states);
    assert_int_equal(result->transitions, whole->transitions);
    assert_int_equal(result->depth, whole->depth);
    assert_int_equal(mpz_cmp(result->interleavings, whole->interleavings), 0);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = &result->verdict[oracle];

        assert_int_equal(mpz_cmp(verdict->bad, whole->verdict[oracle].bad), 0);
        assert_int_equal(verdict->violated, whole->verdict[oracle].violated);
        assert_int_equal(verdict->length, whole->verdict[oracle].length);
        if (verdict->violated) {
            assert_memory_equal(verdict->trace, whole->verdict[oracle].trace, verdict->length);
        }
    }
}

static void
a_bound_on_states_is_reached_or_not(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct explore_result whole, result;

    (void)unused;
    search(&world, &whole);
    for (uint64_t states = 1; states <= whole.states + 1; states++) {
        struct explore_limits limits = {.max_states = states, .max_memory = SIZE_MAX};

        explore(&world, &limits, &result);
        if (states < whole.states) {
            expect_inconclusive(&world, &result, EXPLORE_MAX_STATES);
            assert_true(result.states <= states);
        } else {
            expect_same(&result, &whole);
        }
        explore_free(&result);
    }
    explore_free(&whole);
}

static void
a_bound_on_memory_is_reached_or_not(void **unused)
{
    struct world world = large_world();
    struct explore_result whole, result;
    bool complete = false, refused = false;

    (void)unused;
    search(&world, &whole);
    for (size_t bytes = 0; bytes < 40000000; bytes = bytes * 5 / 4 + 20000) {
        struct explore_limits limits = {.max_memory = bytes};

        explore(&world, &limits, &result);
        if (result.end == EXPLORE_COMPLETE) {
            expect_same(&result, &whole);
            complete = true;
        } else {
            expect_inconclusive(&world, &result, EXPLORE_MAX_MEMORY);
            assert_false(complete); /* more memory is never worse */
            refused = true;
        }
        explore_free(&result);
    }
    assert_true(complete && refused);
    explore_free(&whole);
}

/* A violating world short of memory at any point: in the store, the graph, or the counts. */
static void
a_violation_found_survives_the_bound(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct explore_result result;

    (void)unused;
    for (size_t bytes = 0; bytes < 200000; bytes += 1111) {
        struct explore_limits limits = {.max_memory = bytes};

        explore(&world, &limits, &result);
        if (result.end != EXPLORE_COMPLETE) {
            expect_inconclusive(&world, &result, EXPLORE_MAX_MEMORY);
        }
        explore_free(&result);
    }
}

struct watch {
    unsigned calls, stop_after;
    struct explore_progress last;
};

static bool
watch(void *context, const struct explore_progress *progress)
{
    struct watch *seen = context;

    assert_true(progress->states >= seen->last.states);
    assert_true(progress->transitions >= seen->last.transitions);
    assert_true(progress->depth >= seen->last.depth);
    seen->last = *progress;
    return ++seen->calls != seen->stop_after;
}

static void
progress_is_reported_and_can_stop_the_search(void **unused)
{
    struct world world = large_world();
    struct watch stops = {.stop_after = 1}, looks = {0};
    struct explore_limits limits = {.max_memory = SIZE_MAX, .progress = watch, .context = &looks};
    struct explore_result whole, result;

    (void)unused;
    search(&world, &whole);
    explore(&world, &limits, &result);
    expect_same(&result, &whole);
    /* Every 64 states at least, and at no more places than there are states: to search, to sort,
       and to count. */
    assert_in_range(looks.calls, whole.states / 64, whole.states * (2 + ORACLE_COUNT));
    assert_true(looks.last.states <= whole.states && looks.last.depth <= whole.depth);
    explore_free(&result);

    limits.context = &stops;
    explore(&world, &limits, &result);
    expect_inconclusive(&world, &result, EXPLORE_STOPPED);
    assert_int_equal(stops.calls, 1);
    assert_true(result.states < whole.states);
    explore_free(&result);
    explore_free(&whole);
}

/* Whenever it is stopped, in the search or in the counting, nothing is said to be complete. */
static void
counting_can_be_stopped(void **unused)
{
    struct world world = world_of_guests(B); /* searched anew for every stop */
    struct explore_result whole, result;
    unsigned calls = UINT_MAX, counting = 0;

    (void)unused;
    search(&world, &whole);
    for (unsigned stop = 1; stop <= calls; stop++) {
        struct watch watched = {.stop_after = stop};
        struct explore_limits limits = {
            .max_memory = SIZE_MAX, .progress = watch, .context = &watched};

        explore(&world, &limits, &result);
        if (watched.calls < stop) {
            expect_same(&result, &whole);
            calls = watched.calls;
        } else {
            assert_int_equal(result.end, EXPLORE_STOPPED);
            counting += result.states == whole.states && result.transitions == whole.transitions;
        }
        explore_free(&result);
    }
    /* Once to sort, once for all runs, and once for each oracle that is violated. */
    assert_true(counting > 2);
    explore_free(&whole);
}

static void
every_search_is_the_same(void **unused)
{
    struct world world = reported_race("mac-check");
    struct explore_result first, second;

    (void)unused;
    search(&world, &first);
    search(&world, &second);
    expect_same(&second, &first);
    explore_free(&first);
    explore_free(&second);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_on_states_is_reached_or_not),
        cmocka_unit_test(a_bound_on_memory_is_reached_or_not),
        cmocka_unit_test(a_violation_found_survives_the_bound),
        cmocka_unit_test(progress_is_reported_and_can_stop_the_search),
        cmocka_unit_test(counting_can_be_stopped),
        cmocka_unit_test(every_search_is_the_same),
    };

    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
