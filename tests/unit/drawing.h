/* What the tests of covers share: graphs, drawn or explored, and what every run must be. */
#ifndef TAPWEAVE_TESTS_UNIT_DRAWING_H
#define TAPWEAVE_TESTS_UNIT_DRAWING_H

#include "tests/unit/fixture.h"

#include "sim/cover.h"
#include "sim/explore.h"

enum { MAX_STEPS = 64 }; /* of a run here */

static inline bool
leads_from(const char *edge, uint64_t state)
{
    return edge[0] == (char)('0' + state);
}

/* The graph drawn as "01 02 13 23": an edge from state 0 to state 1, and so on, ordered by where
 * they begin. */
static inline struct graph
draw(unsigned states, const char *edges)
{
    struct allowance allowance = {SIZE_MAX};
    struct graph graph = {0};

    for (unsigned id = 0; id < states; id++) {
        assert_true(graph_add_state(&graph, &allowance, 0, GRAPH_NO_ACTOR, 0));
    }
    for (unsigned id = 0; id < states; id++) {
        graph.state[id].first_edge = graph.edges;
        for (; leads_from(edges, id); edges += edges[2] == ' ' ? 3 : 2) {
            assert_true(graph_add_edge(&graph, &allowance, (uint32_t)(edges[1] - '0'), 0));
        }
    }
    assert_int_equal(*edges, '\0');
    graph.state[states].first_edge = graph.edges;
    return graph;
}

/* Some graph without a cycle in which every state can be reached: long rather than wide, with a few
 * short cuts and much that leads the same way, so that a run more may spare steps.  The same for
 * the same seed. */
static inline struct graph
draw_any(unsigned *seed)
{
    struct allowance allowance = {SIZE_MAX};
    struct graph graph = {0};
    unsigned states = 2 + (unsigned)rand_r(seed) % 30, parent[32], width[32];

    for (unsigned id = 0; id < states; id++) {
        parent[id] = id == 0 ? 0 : id - 1 - (unsigned)rand_r(seed) % (id < 3 ? id : 3);
        width[id] = (unsigned)rand_r(seed) % 3 == 0 ? 4 : 1;
        assert_true(graph_add_state(&graph, &allowance, 0, GRAPH_NO_ACTOR, 0));
    }
    for (unsigned id = 0; id < states; id++) {
        graph.state[id].first_edge = graph.edges;
        for (unsigned to = id + 1; to < states; to++) {
            unsigned edges = parent[to] == id ? width[to] : 0;

            edges += (unsigned)rand_r(seed) % (4 * states) == 0;
            for (; edges > 0; edges--) {
                assert_true(graph_add_edge(&graph, &allowance, to, 0));
            }
        }
    }
    graph.state[states].first_edge = graph.edges;
    return graph;
}

static inline struct graph
graph_of(const struct world *world, struct explore_result *result)
{
    struct explore_limits limits = {.max_memory = SIZE_MAX};
    struct graph graph;

    assert_true(explore_graph(world, &limits, result, &graph));
    assert_int_equal(result->end, EXPLORE_COMPLETE);
    assert_int_equal(graph.states, result->states);
    assert_int_equal(graph.edges, result->transitions);
    return graph;
}

/* The run goes from the initial state to a last one.  Adds it to walks[], by edge. */
static inline void
expect_maximal(const struct graph *graph, const struct cover_run *run, uint32_t *walks)
{
    uint32_t id = 0;

    for (unsigned step = 0; step < run->length; step++) {
        assert_true(run->edge[step] >= graph->state[id].first_edge);
        assert_true(run->edge[step] < graph->state[id + 1].first_edge);
        walks[run->edge[step]]++;
        id = graph->target[run->edge[step]];
    }
    assert_true(graph_is_last(graph, id));
}

/* Calls `check` for the worlds of the tests: small ones, of all kinds of actors. */
static inline void
for_worlds(void (*check)(const struct world *))
{
    const struct policy_named *named;

    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        struct world world = reported_race(named->name);

        check(&world);
        world.nic[B].bridge = LB0;
        world.leaked[A] = 1;
        check(&world);
        world = world_under(named->name);
        add_guest(&world, BR0, true, "crash start");
        check(&world);
    }
}

#endif
