/* A model that is wrong ends its search, which says so.  No world shows that: the program is linked
 * so that the calls that would notice it come here (Makefile). */
#include "tests/unit/search.h"

static unsigned right; /* so many of the calls below are answered as they are */

static bool
is_wrong(void)
{
    return right == 0 || --right == 0;
}

struct order_mistake __real_order_audit(const struct order *order, const struct actor *actor,
                                        unsigned actors, const struct state *state);
struct order_mistake __wrap_order_audit(const struct order *order, const struct actor *actor,
                                        unsigned actors, const struct state *state);
bool __real_order_go_on(const struct order *order, const struct actor *actor, struct state *state,
                        oracle_set *objection);
bool __wrap_order_go_on(const struct order *order, const struct actor *actor, struct state *state,
                        oracle_set *objection);

struct order_mistake
__wrap_order_audit(const struct order *order, const struct actor *actor, unsigned actors,
                   const struct state *state)
{
    return is_wrong() ? (struct order_mistake){MISTAKE_UNSTABLE, 1, 2}
                      : __real_order_audit(order, actor, actors, state);
}

bool
__wrap_order_go_on(const struct order *order, const struct actor *actor, struct state *state,
                   oracle_set *objection)
{
    return !is_wrong() && __real_order_go_on(order, actor, state, objection);
}

/* Of a search that ends there, only what was found before is known. */
static void
expect_end(const struct explore_limits *limits, unsigned calls, enum explore_end end)
{
    const struct world world = reported_race("libvirt-6.6");
    struct explore_result result;

    right = calls;
    explore(&world, limits, &result);
    assert_int_equal(result.end, end);
    assert_int_equal(result.found_all, end == EXPLORE_COMPLETE);
    assert_int_equal(result.counted, end == EXPLORE_COMPLETE);
    assert_int_equal(result.mistake.kind, end == EXPLORE_MISTAKE ? MISTAKE_UNSTABLE : MISTAKE_NONE);
    if (end == EXPLORE_MISTAKE) {
        assert_int_equal(result.mistake.actor, 1);
        assert_int_equal(result.mistake.other, 2);
    }
    explore_free(&result);
}

static void
footprints_that_are_wrong_end_a_search(void **unused)
{
    const struct explore_limits limits = {.max_memory = SIZE_MAX, .prove = true};

    (void)unused;
    for (unsigned calls = 1; calls <= 100; calls += 33) {
        expect_end(&limits, calls, EXPLORE_MISTAKE);
    }
    expect_end(&limits, UINT_MAX, EXPLORE_COMPLETE);
}

static void
a_run_without_an_end_ends_a_search(void **unused)
{
    const struct explore_limits limits = {.max_memory = SIZE_MAX};

    (void)unused;
    for (unsigned calls = 1; calls <= 100; calls += 33) {
        expect_end(&limits, calls, EXPLORE_CYCLE);
    }
    expect_end(&limits, UINT_MAX, EXPLORE_COMPLETE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footprints_that_are_wrong_end_a_search),
        cmocka_unit_test(a_run_without_an_end_ends_a_search),
    };

    return cmocka_run_group_tests_name("wrong model", tests, NULL, NULL);
}
