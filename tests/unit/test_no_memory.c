/* Searches for which there is no memory (tests/unit/no_memory.h). */
#include "tests/unit/no_memory.h"

#include "sim/crowd.h"
#include "sim/estimate.h"
#include "sim/fit.h"
#include "sim/learn.h"
#include "sim/preempt.h"
#include "sim/sample.h"
#include "sim/snapshot.h"

/* ---- the search ---- */

static struct explore_limits limits = {.max_memory = SIZE_MAX / 2};

/* What a search has to say of each world here, found with all the memory there is. */
static bool
explored(const struct world *world)
{
    const long left = before_failure;
    struct explore_result right, result;
    bool had;

    before_failure = NO_FAILURE;
    explore(world, &limits, &right);
    assert_int_equal(right.end, EXPLORE_COMPLETE);
    before_failure = left;
    explore(world, &limits, &result);
    had = result.end != EXPLORE_MAX_MEMORY;
    if (had) {
        assert_int_equal(result.end, right.end);
        assert_int_equal(result.states, right.states);
        assert_int_equal(mpz_cmp(result.interleavings, right.interleavings), 0);
        assert_int_equal(result.fairness.judged, right.fairness.judged);
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            assert_int_equal(result.verdict[oracle].length, right.verdict[oracle].length);
        }
    }
    explore_free(&right);
    explore_free(&result);
    return had;
}

static bool
a_search(void)
{
    const struct world world = reported_race("libvirt-6.6");

    limits = (struct explore_limits){.max_memory = SIZE_MAX / 2};
    return explored(&world);
}

static bool
a_reduced_search(void)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, false, "start");
    limits = (struct explore_limits){.max_memory = SIZE_MAX / 2, .exchange = true, .order = true};
    limits.awake = true;
    return explored(&world);
}

/* So small that pieces of all kinds are among the first ones: those of counterexamples, too. */
static bool
an_ordered_search(void)
{
    const struct world world = reported_race("libvirt-6.6");

    limits = (struct explore_limits){.max_memory = SIZE_MAX / 2, .exchange = true, .order = true};
    limits.awake = true;
    return explored(&world);
}

static struct world
for_ever(const char *policy, unsigned guests)
{
    struct world world = world_under(policy);

    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", 9), VNET);
    world.unbounded = 1;
    for (unsigned guest = 0; guest < guests; guest++) {
        add_guest(&world, BR0, false, "start stop");
        world.nic[guest].unfiltered = 1;
    }
    return world;
}

static bool
a_search_of_runs_without_an_end(void)
{
    const struct world world = for_ever("atomic", 2);

    limits = (struct explore_limits){.max_memory = SIZE_MAX / 2, .fair = true};
    return explored(&world);
}

static void
no_memory_for_a_search(void **unused)
{
    (void)unused;
    without_memory(a_search);
    without_memory(a_reduced_search);
    without_memory(an_ordered_search);
    without_memory(a_search_of_runs_without_an_end);
}

/* ---- a search that is saved ---- */

static struct {
    struct world world;
    bool resumed;
} going_on;

static bool
go_on_from(void *context, const struct snapshot *snapshot, bool ended)
{
    struct explore_limits rest = {.max_memory = SIZE_MAX / 2, .resume = snapshot};
    struct explore_result result;

    (void)context;
    (void)ended;
    (void)estimate_make(&going_on.world, snapshot);
    explore(&going_on.world, &rest, &result);
    going_on.resumed = result.end != EXPLORE_MAX_MEMORY;
    assert_true(!going_on.resumed || result.end == EXPLORE_COMPLETE);
    explore_free(&result);
    return true;
}

/* It is saved where it ends, with memory that fails no sooner. */
static bool
a_search_that_goes_on(void)
{
    struct explore_limits first = {
        .max_memory = SIZE_MAX / 2, .max_states = 100, .save = go_on_from};
    struct explore_result result;

    going_on.world = reported_race("libvirt-6.6");
    going_on.resumed = false;
    explore(&going_on.world, &first, &result);
    explore_free(&result);
    return going_on.resumed;
}

static void
no_memory_to_go_on(void **unused)
{
    (void)unused;
    without_memory(a_search_that_goes_on);
}

/* ---- other ways to search ---- */

static bool
walks(void)
{
    const struct world world = reported_race("libvirt-6.6");
    const struct sample_limits some = {.strategy = {.kind = STRATEGY_PCT, .depth = 2},
                                       .walks = 20,
                                       .seed = 1,
                                       .most_steps = 200,
                                       .max_memory = allowed};
    struct sample_result result;
    bool had;

    sample_walk(&world, &some, &result);
    had = result.end != SAMPLE_NO_MEMORY && result.seen.counted == result.seen.walks;
    assert_true(!had || (result.end == SAMPLE_WALKED && result.seen.walks == 20));
    sample_free(&result);
    return had;
}

static bool
few_preemptions(void)
{
    const struct world world = reported_race("libvirt-6.6");
    const struct preempt_limits some = {.preemptions = 2, .max_memory = allowed};
    struct preempt_result result;
    bool had;

    preempt_search(&world, &some, &result);
    had = result.end != PREEMPT_NO_MEMORY;
    assert_true(!had || (result.end == PREEMPT_SEARCHED && result.levels == 3));
    preempt_free(&result);
    return had;
}

static bool
any_number_of_guests(void)
{
    const struct crowd_limits some = {.max_memory = allowed};
    const struct world world = for_ever("counter", 3);
    struct crowd crowd;
    enum crowd_end end = crowd_search(&crowd, &world, &some);

    assert_true(end == CROWD_MAX_MEMORY || end == CROWD_CLOSED);
    crowd_free(&crowd);
    return end == CROWD_CLOSED;
}

static bool
a_world_learned(void)
{
    struct world world = world_under("libvirt-6.6");
    struct allowance allowance = {allowed};
    struct decisions decisions;
    bool had;

    add_guest(&world, BR0, false, "start");
    had = learn_world(&world, &decisions, &allowance);
    assert_true(!had || decisions.leaves > 0);
    decisions_close(&decisions);
    return had;
}

static bool
a_schedule_that_fits(void)
{
    static const struct fit_event devices[] = {{FIT_DEVICE, VNET0, FIT_ANY_VLAN, 0},
                                               {FIT_JOIN, VNET0, FIT_ANY_VLAN, 0}};
    const struct fit_record record = {.count = {2, 0}, .event = {devices, NULL}};
    const struct explore_limits some = {.max_memory = allowed};
    struct world world = world_under("libvirt-6.6");
    struct fit fit;
    bool had;

    add_guest(&world, LB0, false, "start");
    fit_find(&world, &record, &some, &fit);
    had = fit.end != FIT_MEMORY;
    assert_int_equal(fit.grade == FIT_SHOWN, had);
    assert_int_equal(fit.schedule != NULL, fit.grade > FIT_PART);
    fit_free(&fit);
    return had;
}

static void
no_memory_for_other_searches(void **unused)
{
    (void)unused;
    without_memory(walks);
    without_memory(few_preemptions);
    without_memory(any_number_of_guests);
    without_memory(a_world_learned);
    without_memory(a_schedule_that_fits);
}

static void
few_bytes_for_other_searches(void **unused)
{
    (void)unused;
    within_few_bytes(walks);
    within_few_bytes(few_preemptions);
    within_few_bytes(any_number_of_guests);
    within_few_bytes(a_world_learned);
    within_few_bytes(a_schedule_that_fits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_for_a_search),
        cmocka_unit_test(no_memory_to_go_on),
        cmocka_unit_test(no_memory_for_other_searches),
        cmocka_unit_test(few_bytes_for_other_searches),
    };

    return cmocka_run_group_tests_name("no memory", tests, NULL, NULL);
}
