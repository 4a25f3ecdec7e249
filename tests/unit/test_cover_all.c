/* The list of all runs: each is maximal, none comes twice, and none is missed. */
#include "tests/unit/drawing.h"

enum { MANY = 10000 }; /* runs: a world with more takes too long to be listed */

static unsigned listed; /* worlds */

/* All runs: maximal, ascending in the order of actors (so that none comes twice), and as many as
 * the explorer has counted. */
static void
check_list(const struct world *world, const struct graph *graph, const mpz_t interleavings)
{
    struct allowance allowance = {SIZE_MAX};
    uint32_t *walks = calloc(graph->edges + 1, sizeof *walks);
    uint8_t schedule[MAX_STEPS] = {0}, before[MAX_STEPS] = {0};
    struct cover_all all;
    struct cover_run run;

    assert_non_null(walks);
    assert_int_equal(cover_all_open(&all, graph, &allowance, 0), COVER_OK);
    while (cover_next_interleaving(&all, &run)) {
        assert_true(run.length <= MAX_STEPS);
        expect_maximal(graph, &run, walks);
        memset(schedule, 0, sizeof schedule);
        cover_schedule(world, graph, &run, schedule);
        assert_true(all.runs == 1 || memcmp(before, schedule, sizeof schedule) < 0);
        memcpy(before, schedule, sizeof schedule);
    }
    assert_int_equal(mpz_cmp_ui(interleavings, all.runs), 0);
    assert_false(all.cut);
    cover_all_close(&all);
    assert_true(allowance.bytes_left == SIZE_MAX);
    free(walks);
}

static void
check_interleavings(const struct world *world)
{
    struct explore_result result;
    struct graph graph = graph_of(world, &result);

    if (mpz_cmp_ui(result.interleavings, MANY) <= 0) {
        check_list(world, &graph, result.interleavings);
        listed++;
    }
    graph_close(&graph);
    explore_free(&result);
}

static void
interleavings_are_all_listed(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    for_worlds(check_interleavings);
    assert_true(listed >= 20);
    add_guest(&world, BR0, true, ""); /* one run, of no steps */
    check_interleavings(&world);
}

static void
a_limit_says_that_it_cuts(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    struct graph graph = draw(7, "01 02 13 23 34 35 46 56"); /* four runs */
    struct cover_all all;
    struct cover_run run;

    (void)unused;
    for (uint64_t limit = 1; limit <= 5; limit++) {
        assert_int_equal(cover_all_open(&all, &graph, &allowance, limit), COVER_OK);
        while (cover_next_interleaving(&all, &run)) {
        }
        assert_int_equal(all.runs, limit < 4 ? limit : 4);
        assert_int_equal(all.cut, limit < 4);
        assert_false(cover_next_interleaving(&all, &run)); /* and it stays so */
        cover_all_close(&all);
    }
    graph_close(&graph);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interleavings_are_all_listed),
        cmocka_unit_test(a_limit_says_that_it_cuts),
    };

    return cmocka_run_group_tests_name("cover_all", tests, NULL, NULL);
}
