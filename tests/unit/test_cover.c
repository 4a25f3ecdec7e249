/* Runs that walk every edge: each is maximal and can be replayed, no edge is left out, and nothing
 * cheaper exists. */
#include "tests/unit/drawing.h"

static const uint32_t prices[] = {0, 1, 5, 1000, FLOW_MAX_RUN_PRICE};
enum { PRICES = sizeof prices / sizeof *prices };

/* ---- what a cover must be ---- */

/* Shortens the distance to a state. */
static bool
relax(int64_t *distance, uint32_t from, uint32_t to, int64_t length)
{
    if (distance[to] <= distance[from] + length) {
        return false;
    }
    distance[to] = distance[from] + length;
    return true;
}

/* No change makes the runs cheaper: Bellman and Ford find no cycle of changes that saves something.
 * The change along an edge is one walk more, and against it one less, which leaves one at least;
 * runs begin where others end. */
static void
expect_cheapest(const struct graph *graph, const uint32_t *walks, uint32_t price)
{
    int64_t *distance = calloc(graph->states, sizeof *distance), unit = (int64_t)graph->edges + 1;
    bool changed = true;

    assert_non_null(distance);
    for (uint64_t round = 0; changed; round++) {
        assert_true(round <= graph->states);
        changed = false;
        for (uint32_t id = 0; id < graph->states; id++) {
            for (uint64_t edge = graph->state[id].first_edge;
                 edge < graph->state[id + 1].first_edge; edge++) {
                bool ends = graph_is_last(graph, graph->target[edge]);
                uint32_t to = ends ? 0 : graph->target[edge];
                int64_t cost = ends ? unit + unit * price + 1 : unit;

                changed |= relax(distance, id, to, cost);
                changed |= walks[edge] > 1 && relax(distance, to, id, -cost);
            }
        }
    }
    free(distance);
}

/* Takes all runs of a cover and checks them; returns how many there are. */
static uint64_t
expect_cover(const struct graph *graph, uint32_t price, uint64_t *steps)
{
    struct allowance allowance = {1 << 30};
    uint32_t *walks = calloc(graph->edges + 1, sizeof *walks);
    uint64_t runs = 0;
    struct cover cover;
    struct cover_run run;

    *steps = 0;
    assert_non_null(walks);
    assert_int_equal(cover_open(&cover, graph, &allowance, price), COVER_OK);
    for (; cover_next(&cover, &run); runs++) {
        assert_true(run.length > 0);
        expect_maximal(graph, &run, walks);
        *steps += run.length;
    }
    assert_false(cover_next(&cover, &run));
    assert_int_equal(cover.runs, runs);
    assert_int_equal(cover.steps, *steps);
    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        assert_true(walks[edge] > 0);
    }
    expect_cheapest(graph, walks, price);
    cover_close(&cover);
    assert_int_equal(allowance.bytes_left, 1 << 30);
    free(walks);
    return runs;
}

static void
expect_drawn(unsigned states, const char *edges, uint32_t price, uint64_t runs, uint64_t steps)
{
    struct graph graph = draw(states, edges);
    uint64_t found;

    assert_int_equal(expect_cover(&graph, price, &found), runs);
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
    assert_int_equal(cover_open(&cover, &graph, &allowance, 0), COVER_OK);
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
drawn_graphs_need_the_known_minimum(void **unused)
{
    (void)unused;
    expect_drawn(1, "", 0, 0, 0);
    expect_drawn(2, "01", 0, 1, 1);
    expect_drawn(3, "01 12", 0, 1, 2);
    expect_drawn(2, "01 01 01", 0, 3, 3); /* three actors, one result */
    expect_drawn(4, "01 02 13 23", 0, 2, 4);
    expect_drawn(7, "01 02 13 23 34 35 46 56", 0, 2, 8); /* not a run per path: those are four */
    expect_drawn(3, "01 02 12", 0, 2, 3);
    expect_drawn(5, "01 12 12 12 23 24", 0, 3, 9); /* what both ends need, between them */
    expect_drawn(6, "01 02 13 14 24 25", 0, 4, 8);
}

/* Three ways from 1 to 2 and from 6 to 7, a long way between, and a short one out and in: to walk
 * the long way twice spares a run, and costs two steps. */
static void
the_price_of_a_run_decides(void **unused)
{
    static const char edges[] = "01 06 12 12 12 23 28 34 45 56 67 67 67 78";

    (void)unused;
    expect_drawn(9, edges, 0, 5, 20);
    expect_drawn(9, edges, 1, 5, 20);
    expect_drawn(9, edges, 2, 4, 22); /* equal: then the fewest runs */
    expect_drawn(9, edges, 3, 4, 22);
    expect_drawn(9, edges, FLOW_MAX_RUN_PRICE, 4, 22);
}

static void
any_graph_is_covered_at_least_cost(void **unused)
{
    unsigned seed = 1;
    uint64_t steps;

    (void)unused;
    for (unsigned i = 0; i < 500; i++) {
        struct graph graph = draw_any(&seed);

        expect_cover(&graph, prices[i % PRICES], &steps);
        graph_close(&graph);
    }
}

static void
check_cover(const struct world *world)
{
    struct explore_result result;
    struct graph graph = graph_of(world, &result);
    uint64_t runs[PRICES], steps[PRICES];

    for (unsigned i = 0; i < PRICES; i++) {
        runs[i] = expect_cover(&graph, prices[i], &steps[i]);
        assert_true(mpz_cmp_ui(result.interleavings, runs[i]) >= 0);
        assert_true(i == 0 || (runs[i] <= runs[i - 1] && steps[i] >= steps[i - 1]));
    }
    graph_close(&graph);
    explore_free(&result);
}

static void
worlds_are_covered_at_least_cost(void **unused)
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
    assert_int_equal(cover_open(&cover, &graph, &allowance, 0), COVER_CYCLE);
    assert_int_equal(cover_all_open(&all, &graph, &allowance, 0), COVER_CYCLE);
    graph_close(&graph);
    graph = draw(7, "01 02 13 23 34 35 46 56");
    for (size_t bytes = 0; error != COVER_OK; bytes++) {
        assert_true(bytes < 100000);
        allowance.bytes_left = bytes;
        error = cover_open(&cover, &graph, &allowance, 0);
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
        cmocka_unit_test(drawn_graphs_need_the_known_minimum),
        cmocka_unit_test(the_price_of_a_run_decides),
        cmocka_unit_test(any_graph_is_covered_at_least_cost),
        cmocka_unit_test(worlds_are_covered_at_least_cost),
        cmocka_unit_test(runs_can_be_replayed),
        cmocka_unit_test(cycles_and_a_lack_of_memory_are_errors),
        cmocka_unit_test(a_bounded_search_keeps_no_graph),
    };

    return cmocka_run_group_tests_name("cover", tests, NULL, NULL);
}
