/* The explorer's counterexamples: each reproduces its violation when it is replayed step by step,
 * none is shorter, and none of the same length comes first in the order of actors. */
#include "tests/unit/search.h"

/* ---- looking for something shorter, or earlier ---- */

struct hunt {
    const struct world *world;
    oracle_set wanted;
    unsigned length;
    uint8_t schedule[64];
};

/* Depth-first over all schedules of exactly hunt->length steps, in the order of actors: true, and
 * the schedule is in place, at the first whose last step violates what is wanted. */
static bool
find(struct hunt *hunt, const struct state *state, unsigned taken)
{
    if (taken == hunt->length) {
        return (judge(hunt->world, state) & hunt->wanted) != 0;
    }
    for (unsigned actor = 0; actor < actor_count(hunt->world); actor++) {
        struct state next = *state;
        oracle_set objections;

        if (!actor_enabled(hunt->world, state, actor)) {
            continue;
        }
        hunt->schedule[taken] = (uint8_t)actor;
        objections = actor_step(hunt->world, &next, actor, NULL);
        if (taken + 1 == hunt->length && (objections & hunt->wanted) != 0) {
            return true;
        }
        if (find(hunt, &next, taken + 1)) {
            return true;
        }
    }
    return false;
}

static void
expect_shortest_and_first(const struct world *world, enum oracle oracle,
                          const struct explore_verdict *verdict)
{
    struct hunt hunt = {.world = world, .wanted = ORACLE_BIT(oracle)};
    struct state state = initial_of(world);

    assert_true(verdict->length < sizeof hunt.schedule);
    for (; hunt.length < verdict->length; hunt.length++) {
        assert_false(find(&hunt, &state, 0));
    }
    assert_true(find(&hunt, &state, 0));
    assert_memory_equal(hunt.schedule, verdict->trace, verdict->length);
}

/* Checks every counterexample of the world; returns which oracles have one. */
static oracle_set
expect_traces(const struct world *world)
{
    struct explore_result result;
    oracle_set violated = 0;

    search(world, &result);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = &result.verdict[oracle];

        if (verdict->violated) {
            violated |= ORACLE_BIT(oracle);
            expect_trace(world, (enum oracle)oracle, verdict);
            expect_shortest_and_first(world, (enum oracle)oracle, verdict);
        } else {
            assert_null(verdict->trace);
        }
    }
    explore_free(&result);
    return violated;
}

/* ---- the tests ---- */

static void
counterexamples_of_the_reported_race(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6",  "mac-check",   "reattach",
                                           "owner-delete", "lowest-free", "port-first"};
    oracle_set violated = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = reported_race(policies[i]);

        violated |= expect_traces(&world);
        world.nic[B].bridge = LB0;
        violated |= expect_traces(&world);
    }
    /* Kinds STATE, STEP and QUIESCENCE are all among them. */
    assert_true((violated & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0);
    assert_true((violated & ORACLE_BIT(ORACLE_FOREIGN_DELETE)) != 0);
    assert_true((violated & ORACLE_BIT(ORACLE_STALE_PORT)) != 0);
}

static void
counterexamples_of_a_leak(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, true, "stop");
    world.leaked[A] = 1;
    assert_int_equal(expect_traces(&world), ORACLE_BIT(ORACLE_LEAKED_TAP));
}

/* mail 000, A1, B1, B2, A2: a's stop goes as far as the deletion, b starts, a deletes.  The
 * explorer finds that, or something shorter. */
static void
the_mails_schedule_is_among_them(void **unused)
{
    static const char mail[] = "aAAabbbvbbbav";
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);
    struct explore_result result;

    (void)unused;
    play(&world, &state, mail);
    assert_true(state_running(&state, B));
    assert_true((judge(&world, &state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0);
    search(&world, &result);
    assert_true(result.verdict[ORACLE_LOST_ATTACHMENT].length <= strlen(mail));
    explore_free(&result);
}

/* explore.h: a trace of length 0 means the initial state.  Only a world that contradicts itself
 * begins badly: here, a guest on a bridge that is neither of Linux nor of Open vSwitch.  A build
 * that asserts the invariants stops at such a world ("a master is a Linux bridge that exists"). */
static void
the_initial_state_can_be_the_counterexample(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct explore_result result;
    const struct explore_verdict *verdict = &result.verdict[ORACLE_LOST_ATTACHMENT];

    (void)unused;
#ifdef TAPWEAVE_INVARIANTS
    skip();
#endif
    add_guest(&world, LB0, true, "stop");
    world.bridge_kind[LB0 - 1] = BRIDGE_NONE;
    search(&world, &result);
    assert_true(verdict->violated);
    assert_non_null(verdict->trace);
    assert_int_equal(verdict->length, 0);
    assert_int_equal(mpz_cmp(verdict->bad, result.interleavings), 0); /* no run is good */
    explore_free(&result);
}

/* Nobody has anything to do: one state, one run, of no steps. */
static void
a_world_without_actors_has_one_run(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct explore_result result;

    (void)unused;
    add_guest(&world, BR0, true, "");
    search(&world, &result);
    assert_int_equal(result.states, 1);
    assert_int_equal(result.transitions, 0);
    assert_int_equal(result.depth, 0);
    assert_int_equal(mpz_cmp_ui(result.interleavings, 1), 0);
    explore_free(&result);
}

static void
count_state(const struct world *world, const struct state *state, void *transitions)
{
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        *(uint64_t *)transitions += actor_enabled(world, state, actor);
    }
}

static void
states_and_transitions_are_those_of_a_walk(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        struct world world = reported_race(named->name);
        struct explore_result result;
        uint64_t transitions = 0;

        search(&world, &result);
        assert_int_equal(walk(&world, count_state, &transitions), result.states);
        assert_int_equal(transitions, result.transitions);
        explore_free(&result);
    }
}

/* With what is decided a search leaves out more when it begins anew; one in which nothing sleeps is
 * there to be compared, and does not. */
static void
a_search_that_is_awake_does_not_begin_anew(void **unused)
{
    const struct world world = reported_race("libvirt-6.6");
    struct explore_limits limits = {.max_memory = SIZE_MAX, .order = true};
    struct explore_result result;

    (void)unused;
    explore(&world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_DECIDED);
    assert_int_not_equal(result.decided, 0);
    explore_free(&result);
    limits.awake = true;
    explore(&world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_COMPLETE);
    assert_int_not_equal(result.decided, 0);
    explore_free(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counterexamples_of_the_reported_race),
        cmocka_unit_test(counterexamples_of_a_leak),
        cmocka_unit_test(the_mails_schedule_is_among_them),
        cmocka_unit_test(the_initial_state_can_be_the_counterexample),
        cmocka_unit_test(a_world_without_actors_has_one_run),
        cmocka_unit_test(states_and_transitions_are_those_of_a_walk),
        cmocka_unit_test(a_search_that_is_awake_does_not_begin_anew),
    };

    return cmocka_run_group_tests_name("explore", tests, NULL, NULL);
}
