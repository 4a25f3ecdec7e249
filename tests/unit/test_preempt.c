/* Interleavings with few preemptions: which oracles they violate, and with how many at the least,
 * compared with all interleavings, one by one. */
#include "tests/unit/search.h"

#include "sim/preempt.h"

enum { NEVER = 1000, NONE = MAX_ACTORS };

/* Of each oracle: the least number of preemptions with which a schedule violates it. */
struct least {
    unsigned of[ORACLE_COUNT], lasting[ORACLE_COUNT];
};

static void
note(unsigned least[ORACLE_COUNT], oracle_set violated, unsigned preemptions)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((violated >> oracle & 1) != 0 && preemptions < least[oracle]) {
            least[oracle] = preemptions;
        }
    }
}

static void
walk_all(const struct world *world, const struct state *state, unsigned last, unsigned preemptions,
         struct least *least)
{
    const bool goes_on = last != NONE && actor_enabled(world, state, last);
    bool any = false;

    note(least->of, judge(world, state), preemptions);
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        const unsigned now = preemptions + (goes_on && actor != last);
        struct state next = *state;

        if (!actor_enabled(world, state, actor)) {
            continue;
        }
        any = true;
        note(least->of, actor_step(world, &next, actor, NULL), now);
        walk_all(world, &next, actor, now, least);
    }
    if (!any) {
        note(least->lasting, oracle_judge_state(world, state) & ORACLES_THAT_LAST, preemptions);
    }
}

/* Every step can be taken, the last one violates the oracle, and so many preempt. */
static void
expect_preempted(const struct world *world, enum oracle oracle,
                 const struct explore_verdict *verdict, unsigned wanted)
{
    struct state state = initial_of(world);
    oracle_set objections = 0;
    unsigned preemptions = 0;

    for (unsigned step = 0; step < verdict->length; step++) {
        const unsigned actor = verdict->trace[step];
        const unsigned last = step == 0 ? NONE : verdict->trace[step - 1];

        preemptions += last != NONE && actor != last && actor_enabled(world, &state, last);
        assert_true(actor_enabled(world, &state, actor));
        objections = actor_step(world, &state, actor, NULL);
    }
    objections |= judge(world, &state);
    assert_true((objections >> oracle & 1) != 0);
    assert_int_equal(preemptions, wanted);
}

static void
compare(const struct world *world, unsigned most, const struct least *least)
{
    const struct preempt_limits limits = {.preemptions = most, .max_memory = SIZE_MAX};
    struct preempt_result result;

    preempt_search(world, &limits, &result);
    assert_int_equal(result.end, PREEMPT_SEARCHED);
    assert_true(result.levels == most + 1 || result.is_all);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_int_equal(result.verdict[oracle].violated, least->of[oracle] <= most);
        assert_int_equal(result.lasting[oracle].violated, least->lasting[oracle] <= most);
        if (result.verdict[oracle].violated) {
            assert_int_equal(result.fewest[oracle], least->of[oracle]);
            expect_preempted(world, (enum oracle)oracle, &result.verdict[oracle],
                             least->of[oracle]);
        }
        if (result.lasting[oracle].violated) {
            expect_preempted(world, (enum oracle)oracle, &result.lasting[oracle],
                             least->lasting[oracle]);
        }
    }
    preempt_free(&result);
}

static void
they_are_those_of_all_interleavings(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "mac-check",   "reattach",
                                           "atomic",      "lowest-free", "port-first"};
    unsigned several = 0;

    (void)unused;
    for (size_t i = 0; i < 2 * sizeof policies / sizeof *policies; i++) {
        struct world world = reported_race(policies[i / 2]);
        struct least least;
        struct state state;

        world.nic[B].bridge = i % 2 == 0 ? BR0 : LB0;
        state = initial_of(&world);
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            least.of[oracle] = least.lasting[oracle] = NEVER;
        }
        walk_all(&world, &state, NONE, 0, &least);
        for (unsigned most = 0; most <= 8; most++) {
            compare(&world, most, &least);
        }
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            several += least.of[oracle] > 0 && least.of[oracle] < NEVER;
        }
    }
    assert_true(several > 5); /* some take a preemption */
}

/* All pairs of a state and the actor that has led to it, by whole states. */
static uint64_t
count_pairs(const struct world *world)
{
    enum { WORDS = (sizeof(struct state) + 7) / 8 };
    struct allowance allowance = {SIZE_MAX};
    uint64_t pair[WORDS + 1] = {0}, pairs;
    struct state state = initial_of(world), next;
    struct store store;
    uint32_t id;

    store_open(&store, &allowance, WORDS + 1);
    memcpy(pair, &state, sizeof state);
    store_add(&store, pair, &id);
    for (uint32_t at = 0; at < store.states; at++) {
        memcpy(&state, store_get(&store, at), sizeof state);
        for (unsigned actor = 0; actor < actor_count(world); actor++) {
            if (actor_enabled(world, &state, actor)) {
                next = state;
                actor_step(world, &next, actor, NULL);
                memcpy(pair, &next, sizeof next);
                pair[WORDS] = actor + 1;
                assert_true(store_add(&store, pair, &id) != STORE_FULL);
            }
        }
    }
    pairs = store.states;
    store_close(&store);
    return pairs;
}

static void
enough_preemptions_lead_to_every_pair(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "mac-check", "fin-wait", "atomic"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = reported_race(policies[i]);
        const struct preempt_limits limits = {.preemptions = 60, .max_memory = SIZE_MAX};
        struct preempt_result result;

        add_guest(&world, BR0, true, "stop");
        preempt_search(&world, &limits, &result);
        assert_true(result.is_all);
        assert_int_equal(result.pairs, count_pairs(&world));
        preempt_free(&result);
    }
}

static bool
stop(void *context, uint64_t pairs, unsigned preemptions)
{
    (void)context;
    return pairs < 100 && preemptions < 1;
}

static void
a_bound_ends_it(void **unused)
{
    const struct world world = reported_race("fin-wait");
    struct preempt_limits limits = {.preemptions = 4, .max_memory = 20000};
    struct preempt_result result;

    (void)unused;
    preempt_search(&world, &limits, &result);
    assert_int_equal(result.end, PREEMPT_NO_MEMORY);
    assert_true(result.levels < 5);
    preempt_free(&result);
    limits = (struct preempt_limits){.preemptions = 4, .max_memory = SIZE_MAX, .progress = stop};
    preempt_search(&world, &limits, &result);
    assert_int_equal(result.end, PREEMPT_STOPPED);
    preempt_free(&result);
}

/* The fourth start takes the last of four numbers. */
static void
it_ends_where_a_family_is_short(void **unused)
{
    const struct preempt_limits limits = {.preemptions = 1, .max_memory = SIZE_MAX};
    struct world world = world_under("counter");
    struct preempt_result result;

    (void)unused;
    add_guest(&world, LB0, true, "stop start stop start stop start");
    preempt_search(&world, &limits, &result);
    assert_int_equal(result.end, PREEMPT_LACKING);
    assert_int_equal(result.lacking, VNET);
    preempt_free(&result);
}

/* At any time: between two steps, or two preemptions. */
static bool
go_on_so_often(void *context, uint64_t pairs, unsigned preemptions)
{
    unsigned *left = context;

    (void)pairs;
    (void)preemptions;
    return (*left)-- > 0;
}

static void
it_can_be_stopped(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    enum preempt_end end = PREEMPT_STOPPED;
    unsigned levels = 0, often = 0;

    (void)unused;
    add_guest(&world, LB0, true, "stop");
    for (; end == PREEMPT_STOPPED; often++) {
        unsigned left = often;
        const struct preempt_limits limits = {
            .preemptions = 2, .max_memory = SIZE_MAX, .progress = go_on_so_often, .context = &left};
        struct preempt_result result;

        preempt_search(&world, &limits, &result);
        end = result.end;
        assert_true(result.levels >= levels);
        levels = result.levels;
        preempt_free(&result);
    }
    assert_int_equal(end, PREEMPT_SEARCHED);
    assert_int_equal(levels, 3);
    assert_true(often > 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_those_of_all_interleavings),
        cmocka_unit_test(enough_preemptions_lead_to_every_pair),
        cmocka_unit_test(a_bound_ends_it),
        cmocka_unit_test(it_ends_where_a_family_is_short),
        cmocka_unit_test(it_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
