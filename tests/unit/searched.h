/* A search as simple as can be, of which a test has the states, the edges, and whose they are. */
#ifndef TAPWEAVE_TESTS_UNIT_SEARCHED_H
#define TAPWEAVE_TESTS_UNIT_SEARCHED_H

#include "tests/unit/fixture.h"

#include "sim/found.h"

struct searched {
    struct found found;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
    uint8_t *by; /* by edge: whose step it is */
    uint64_t capacity;
};

static inline void
visit(struct searched *searched, struct state *state, uint32_t parent, uint8_t actor, uint32_t *id)
{
    struct found *found = &searched->found;
    uint64_t packed[LAYOUT_MAX_WORDS];

    found_pack(found, state, packed);
    if (store_add(&found->store, packed, id) == STORE_NEW) {
        assert_true(graph_add_state(&found->graph, &found->allowance, parent, actor,
                                    oracle_judge_state(&found->world, state)));
    }
}

static inline void
expand(struct searched *searched, uint32_t id)
{
    struct found *found = &searched->found;
    struct state state, next;
    bool ends = true;

    layout_unpack(&found->layout, store_get(&found->store, id), &state);
    found->graph.state[id].first_edge = found->graph.edges;
    for (unsigned number = 0; number < searched->actors; number++) {
        oracle_set objection;
        uint32_t target;

        if (!actor_may_step(&found->world, &state, searched->actor[number])) {
            continue;
        }
        ends = ends && actor_begins_round(&found->world, &state, searched->actor[number]);
        next = state;
        objection = actor_take_step(&found->world, &next, searched->actor[number], NULL);
        visit(searched, &next, id, (uint8_t)number, &target);
        assert_true(graph_add_edge(&found->graph, &found->allowance, target, objection));
        searched->by = allowance_grow(&found->allowance, searched->by, &searched->capacity,
                                      found->graph.edges, 1);
        searched->by[found->graph.edges - 1] = (uint8_t)number;
    }
    if (ends) {
        found->graph.state[id].may_end = 1;
        found->graph.state[id].violated |= oracle_judge_end(&found->world, &state);
    }
}

static inline void
search(struct searched *searched, const struct world *world)
{
    struct found *found = &searched->found;
    struct state state;
    uint32_t id;

    *searched = (struct searched){0};
    found_open(found, world, SIZE_MAX / 2, false);
    searched->actors = actor_all(&found->world, searched->actor);
    initial_state(&found->world, &state);
    visit(searched, &state, 0, GRAPH_NO_ACTOR, &id);
    for (id = 0; id < found->graph.states; id++) {
        expand(searched, id);
    }
    found->graph.state[found->graph.states].first_edge = found->graph.edges;
}

static inline void
forget(struct searched *searched)
{
    found_close(&searched->found);
    graph_close(&searched->found.graph);
    free(searched->by);
}

#endif
