/* Counting that comes to a bound: there is no number then, of graphs that are made by hand. */
#include "tests/unit/fixture.h"

#include "sim/count.h"

/* So many states one behind the other, and two steps from each to the next. */
static void
make_forks(struct graph *graph, struct allowance *allowance, unsigned forks)
{
    *graph = (struct graph){0};
    for (uint32_t id = 0; id <= forks; id++) {
        assert_true(graph_add_state(graph, allowance, 0, 0, 0));
        graph->state[id].first_edge = graph->edges;
        for (unsigned i = 0; i < 2 && id < forks; i++) {
            assert_true(graph_add_edge(graph, allowance, id + 1, 0));
        }
    }
    graph->state[forks + 1].first_edge = graph->edges;
}

/* Steps to so many states, and one from each of these to the end. */
static void
make_wide(struct graph *graph, struct allowance *allowance, uint32_t wide)
{
    *graph = (struct graph){0};
    for (uint32_t id = 0; id <= wide + 1; id++) {
        assert_true(graph_add_state(graph, allowance, 0, 0, 0));
        graph->state[id].first_edge = graph->edges;
        for (uint32_t to = 1; to <= wide && id == 0; to++) {
            assert_true(graph_add_edge(graph, allowance, to, 0));
        }
        if (id > 0 && id <= wide) {
            assert_true(graph_add_edge(graph, allowance, wide + 1, 0));
        }
    }
    graph->state[wide + 2].first_edge = graph->edges;
}

static enum count_error
count_all(const struct graph *graph, struct allowance *allowance, const struct count_pace *pace,
          mpz_t runs)
{
    struct counter counter;
    enum count_error error = counter_open(&counter, graph, allowance, pace);

    if (error == COUNT_OK) {
        error =
            counter_count(&counter, &(struct count_wanted){0}, 1, (mpz_t *[]){(mpz_t *)runs}, NULL);
        counter_close(&counter);
    }
    return error;
}

/* 2^65 runs: with each number of bytes up to those that suffice, there is no memory. */
static void
a_number_that_does_not_fit_needs_more_memory(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    enum count_error error = COUNT_NO_MEMORY;
    struct graph graph;
    mpz_t runs, expected;

    (void)unused;
    mpz_inits(runs, expected, NULL);
    mpz_ui_pow_ui(expected, 2, 65);
    make_forks(&graph, &allowance, 65);
    for (size_t bytes = 0; error != COUNT_OK; bytes += 8) {
        allowance.bytes_left = bytes;
        error = count_all(&graph, &allowance, NULL, runs);
        assert_true(error == (mpz_sgn(runs) == 0 ? COUNT_NO_MEMORY : COUNT_OK));
    }
    assert_int_equal(mpz_cmp(runs, expected), 0);
    graph_close(&graph);
    mpz_clears(runs, expected, NULL);
}

static bool
go_on_so_often(void *context)
{
    unsigned *left = context;

    return (*left)-- > 0;
}

/* It stops whenever it is told to, and there is no number then. */
static void
counting_can_be_stopped(void **unused)
{
    enum { WIDE = 20000 };
    struct allowance allowance = {SIZE_MAX};
    enum count_error error = COUNT_STOPPED;
    unsigned often = 0;
    struct graph graph;
    mpz_t runs;

    (void)unused;
    mpz_init(runs);
    make_wide(&graph, &allowance, WIDE);
    for (; error != COUNT_OK; often++) {
        unsigned left = often;
        const struct count_pace pace = {go_on_so_often, &left};

        allowance.bytes_left = SIZE_MAX;
        error = count_all(&graph, &allowance, &pace, runs);
        assert_true(error == (mpz_sgn(runs) == 0 ? COUNT_STOPPED : COUNT_OK));
    }
    assert_int_equal(mpz_cmp_ui(runs, WIDE), 0);
    assert_true(often > 2 * WIDE / 1024);
    graph_close(&graph);
    mpz_clear(runs);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_that_does_not_fit_needs_more_memory),
        cmocka_unit_test(counting_can_be_stopped),
    };

    return cmocka_run_group_tests_name("count bounds", tests, NULL, NULL);
}
