/* Estimates of how many states there are, of worlds of which that is known. */
#include "tests/unit/search.h"

#include "sim/estimate.h"

/* A search that is to end at some states, and what is said of it then. */
struct glance {
    const struct world *world;
    struct estimate estimate, again;
};

static bool
look(void *context, const struct snapshot *snapshot, bool ended)
{
    struct glance *glance = context;

    if (ended) {
        glance->estimate = estimate_make(glance->world, snapshot);
        glance->again = estimate_make(glance->world, snapshot);
    }
    return true;
}

static struct estimate
estimate_at(const struct world *world, uint64_t states, bool exchange)
{
    struct glance glance = {.world = world};
    const struct explore_limits limits = {.max_states = states,
                                          .max_memory = SIZE_MAX,
                                          .exchange = exchange,
                                          .save = look,
                                          .save_context = &glance};
    struct explore_result result;

    explore(world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_MAX_STATES);
    explore_free(&result);
    assert_memory_equal(&glance.estimate, &glance.again, sizeof glance.estimate);
    return glance.estimate;
}

static struct world
crowd(const char *policy, unsigned guests, bool alike)
{
    struct world world = world_under(policy);

    for (unsigned guest = 0; guest < guests; guest++) {
        add_guest(&world, BR0, !alike && guest > 0, alike || guest == 0 ? "start" : "stop");
    }
    return world;
}

static uint64_t
count(const struct world *world, bool exchange)
{
    const struct explore_limits limits = {.max_memory = SIZE_MAX, .exchange = exchange};
    struct explore_result result;
    uint64_t states;

    explore(world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_COMPLETE);
    assert_int_equal(result.alike, exchange);
    states = result.states;
    explore_free(&result);
    return states;
}

/* From a third of the states on it is made; from a half on it is right but for a third; and there
 * are as many as it says there are at the least, and at the most. */
static void
expect_estimates(const struct world *world, bool exchange)
{
    const double all = (double)count(world, exchange);
    unsigned made = 0;

    assert_true(all > 2000);
    for (double part = 0.02; part < 1; part += 0.12) {
        const uint64_t states = (uint64_t)(part * all);
        const struct estimate estimate = estimate_at(world, states, exchange);

        assert_true(estimate.is_made || part < 0.33);
        if (!estimate.is_made) {
            continue;
        }
        made++;
        assert_true(estimate.least <= all && estimate.most >= 0.99 * all);
        assert_true(estimate.least >= 0.9 * (double)states);
        assert_true(estimate.least <= estimate.states && estimate.states <= estimate.most);
        if (part >= 0.5) {
            assert_true(estimate.states > all * 2 / 3 && estimate.states < all * 4 / 3);
        }
    }
    assert_true(made > 5);
}

static void
known_worlds_are_estimated(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "counter"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        const struct world world = crowd(policies[i], 4, false);

        expect_estimates(&world, false);
    }
}

/* Where states stand for others, the estimate is of all, as the count is. */
static void
so_are_those_with_guests_that_are_alike(void **unused)
{
    const struct world world = crowd("libvirt-6.6", 4, true);

    (void)unused;
    expect_estimates(&world, true);
}

/* A few layers of many say nothing. */
static void
early_there_is_none(void **unused)
{
    const struct world world = crowd("libvirt-6.6", 4, false);

    (void)unused;
    for (uint64_t states = 2; states < 60; states += 7) {
        assert_false(estimate_at(&world, states, false).is_made);
    }
}

/* ---- searches that are made up ---- */

/* States one behind the other, so many layers of them, all but the last one expanded; and states
 * that nothing has led to.  Each of them is the world's initial one. */
static struct estimate
estimate_chain(const struct world *world, unsigned states, unsigned more)
{
    const unsigned all = states + more;
    struct graph_state *state = calloc(all, sizeof *state);
    uint32_t *target = calloc(all, sizeof *target);
    const struct state initial = initial_of(world);
    struct snapshot snapshot = {.state = state, .target = target};
    struct estimate estimate;
    struct layout layout;
    uint64_t *packed;

    layout_make(&layout, world);
    packed = calloc(all, layout.words * sizeof *packed);
    for (unsigned id = 0; id < all; id++) {
        layout_pack(&layout, &initial, packed + id * layout.words);
        state[id].first_edge = id;
        target[id] = id + 1;
    }
    snapshot.packed = packed;
    snapshot.counts.words = layout.words;
    snapshot.counts.states = snapshot.counts.world = all;
    snapshot.counts.expanded = snapshot.counts.edges = states - 1;
    estimate = estimate_make(world, &snapshot);
    free(state);
    free(target);
    free(packed);
    return estimate;
}

/* Where each state leads to one other, there are as many as a run is long. */
static void
a_chain_is_estimated(void **unused)
{
    const struct world world = crowd("libvirt-6.6", 1, true);
    const double all = (double)count(&world, false); /* of a run from the last that is expanded */

    (void)unused;
    assert_true(estimate_chain(&world, 100, 0).is_made);
    assert_true(estimate_chain(&world, 100, 0).states == 98 + all);
    assert_true(estimate_chain(&world, 100, 500).states == 600); /* there are as many already */
}

/* As far as schedules go. */
static void
no_run_is_longer_than_the_longest(void **unused)
{
    const struct world world = crowd("libvirt-6.6", 1, true);
    const unsigned most = EXPLORE_MAX_TRACE;

    (void)unused;
    assert_true(estimate_chain(&world, most - 1, 0).states == most + 1);
    assert_false(estimate_chain(&world, most + 2, 0).is_made);
}

static void
of_some_searches_there_is_none(void **unused)
{
    struct world world = crowd("libvirt-6.6", 1, true);

    (void)unused;
    assert_false(estimate_chain(&world, 1, 0).is_made); /* nothing has been expanded */
    world.unbounded = 1;
    assert_false(estimate_chain(&world, 100, 0).is_made); /* walks do not end */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_worlds_are_estimated),
        cmocka_unit_test(so_are_those_with_guests_that_are_alike),
        cmocka_unit_test(early_there_is_none),
        cmocka_unit_test(a_chain_is_estimated),
        cmocka_unit_test(no_run_is_longer_than_the_longest),
        cmocka_unit_test(of_some_searches_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
