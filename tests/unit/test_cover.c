/* Runs that walk every edge: each is maximal and can be replayed, walks as many new edges as any
 * run can, and no edge is left out. */
#include "tests/unit/drawing.h"

/* ---- what a cover must be ---- */

/* The most edges without walks that a run from this state on has: by trying all runs. */
static unsigned
most_new(const struct graph *graph, const uint32_t *walks, uint32_t id)
{
    unsigned most = 0;

    for (uint64_t edge = graph->state[id].first_edge; edge < graph->state[id + 1].first_edge;
         edge++) {
        unsigned new = most_new(graph, walks, graph->target[edge]) + (walks[edge] == 0);

        most = new > most ? new : most;
    }
    return most;
}

static unsigned
count_new(const struct cover_run *run, const uint32_t *walks)
{
    unsigned new = 0;

    for (unsigned step = 0; step < run->length; step++) {
        new += walks[run->edge[step]] == 0;
    }
    return new;
}

/* Takes all runs of a cover and checks them; returns how many there are. */
static uint64_t
expect_cover(const struct graph *graph, bool is_small, uint64_t *steps)
{
    struct allowance allowance = {1 << 30};
    uint32_t *walks = calloc(graph->edges + 1, sizeof *walks);
    uint64_t runs = 0;
    unsigned before = UINT32_MAX;
    struct cover cover;
    struct cover_run run;

    *steps = 0;
    assert_non_null(walks);
    assert_int_equal(cover_open(&cover, graph, &allowance), COVER_OK);
    for (; cover_next(&cover, &run); runs++) {
        unsigned new = count_new(&run, walks);

        assert_true(new > 0 && new <= before);
        assert_true(!is_small || new == most_new(graph, walks, 0));
        before = new;
        expect_maximal(graph, &run, walks);
        *steps += run.length;
    }
    assert_false(cover_next(&cover, &run));
    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        assert_true(walks[edge] > 0);
    }
    cover_close(&cover);
    assert_int_equal(allowance.bytes_left, 1 << 30);
    free(walks);
    return runs;
}

static void
expect_drawn(unsigned states, const char *edges, uint64_t runs, uint64_t steps)
{
    struct graph graph = draw(states, edges);
    uint64_t found;

    assert_int_equal(expect_cover(&graph, true, &found), runs);
    assert_int_equal(found, steps);
    graph_close(&graph);
}

/* ---- replaying ---- */

/* Replays the run's schedule.  Each step leads to the state of the graph that the run says: the
 * same id is the same state, in whatever run.  known[]: by id, if seen[] says that it was met. */
static void
expect_replay(const struct world *world, const struct graph *graph, const struct cover_run *run,
              struct state *known, bool *seen)
{
    uint8_t schedule[MAX_STEPS];
    struct state state = initial_of(world);
    uint32_t id = 0;

    assert_true(run->length <= MAX_STEPS);
    cover_schedule(world, graph, run, schedule);
    for (unsigned step = 0;; step++) {
        uint64_t enabled = 0;

        for (unsigned actor = 0; actor < actor_count(world); actor++) {
            enabled += actor_enabled(world, &state, actor);
        }
        assert_int_equal(enabled, graph->state[id + 1].first_edge - graph->state[id].first_edge);
        if (seen[id]) {
            assert_memory_equal(&known[id], &state, sizeof state);
        }
        seen[id] = true;
        known[id] = state;
        if (step == run->length) {
            break;
        }
        assert_true(actor_enabled(world, &state, schedule[step]));
        actor_step(world, &state, schedule[step], NULL);
        id = graph->target[run->edge[step]];
    }
    assert_true(graph_is_last(graph, id));
}

static void
expect_replays(const struct world *world)
{
    struct explore_result result;
    struct graph graph = graph_of(world, &result);
    struct state *known = calloc(graph.states, sizeof *known);
    bool *seen = calloc(graph.states, sizeof *seen);
    struct allowance allowance = {SIZE_MAX};
    struct cover cover;
    struct cover_run run;

    assert_non_null(known);
    assert_non_null(seen);
    assert_int_equal(cover_open(&cover, &graph, &allowance), COVER_OK);
    while (cover_next(&cover, &run)) {
        expect_replay(world, &graph, &run, known, seen);
    }
    for (uint64_t id = 0; graph.edges > 0 && id < graph.states; id++) {
        assert_true(seen[id]);
    }
    cover_close(&cover);
    free(known);
    free(seen);
    graph_close(&graph);
    explore_free(&result);
}

/* ---- the tests ---- */

static void
drawn_graphs_need_the_known_runs(void **unused)
{
    (void)unused;
    expect_drawn(1, "", 0, 0);
    expect_drawn(2, "01", 1, 1);
    expect_drawn(3, "01 12", 1, 2);
    expect_drawn(2, "01 01 01", 3, 3); /* three actors, one result */
    expect_drawn(4, "01 02 13 23", 2, 4);
    expect_drawn(7, "01 02 13 23 34 35 46 56", 2, 8); /* not a run per path: those are four */
    expect_drawn(3, "01 02 12", 2, 3);
    expect_drawn(5, "01 12 12 12 23 24", 3, 9); /* what both ends need, between them */
    expect_drawn(6, "01 02 13 14 24 25", 4, 8);
}

static void
any_graph_is_covered(void **unused)
{
    unsigned seed = 1;
    uint64_t steps;

    (void)unused;
    for (unsigned i = 0; i < 500; i++) {
        struct graph graph = draw_any(&seed);

        expect_cover(&graph, graph.edges < 20, &steps);
        graph_close(&graph);
    }
}

static void
check_cover(const struct world *world)
{
    struct explore_result result;
    struct graph graph = graph_of(world, &result);
    uint64_t steps, runs = expect_cover(&graph, false, &steps);

    assert_true(mpz_cmp_ui(result.interleavings, runs) >= 0);
    graph_close(&graph);
    explore_free(&result);
}

static void
worlds_are_covered(void **unused)
{
    (void)unused;
    for_worlds(check_cover);
}

static void
runs_can_be_replayed(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    for_worlds(expect_replays);
    add_guest(&world, BR0, true, ""); /* nobody has anything to do */
    expect_replays(&world);
}

static void
cycles_and_a_lack_of_memory_are_errors(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    struct graph graph = draw(3, "01 02 10");
    enum cover_error error = COVER_NO_MEMORY;
    struct cover_all all;
    struct cover cover;

    (void)unused;
    assert_int_equal(cover_open(&cover, &graph, &allowance), COVER_CYCLE);
    assert_int_equal(cover_all_open(&all, &graph, &allowance, 0), COVER_CYCLE);
    graph_close(&graph);
    graph = draw(7, "01 02 13 23 34 35 46 56");
    for (size_t bytes = 0; error != COVER_OK; bytes++) {
        assert_true(bytes < 100000);
        allowance.bytes_left = bytes;
        error = cover_open(&cover, &graph, &allowance);
        assert_true(error == COVER_OK || error == COVER_NO_MEMORY);
        cover_close(&cover);
        assert_int_equal(allowance.bytes_left, bytes);
    }
    graph_close(&graph);
}

static void
a_bounded_search_keeps_no_graph(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct explore_limits limits = {.max_states = 10, .max_memory = SIZE_MAX};
    struct explore_result result;
    struct graph graph;

    (void)unused;
    assert_false(explore_graph(&world, &limits, &result, &graph));
    assert_int_equal(result.end, EXPLORE_MAX_STATES);
    assert_int_equal(graph.states, 0);
    assert_null(graph.state);
    explore_free(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawn_graphs_need_the_known_runs),
        cmocka_unit_test(any_graph_is_covered),
        cmocka_unit_test(worlds_are_covered),
        cmocka_unit_test(runs_can_be_replayed),
        cmocka_unit_test(cycles_and_a_lack_of_memory_are_errors),
        cmocka_unit_test(a_bounded_search_keeps_no_graph),
    };

    return cmocka_run_group_tests_name("cover", tests, NULL, NULL);
}
