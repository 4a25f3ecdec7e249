/* Steps that may not be put off: see due.h. */
#include "sim/due.h"

#include "sim/fair_part.h"

#include <assert.h>

/* The edges of a state are in the order of actors. */
static void
mark_state(struct found *found, const struct actor *actor, unsigned actors, uint32_t id)
{
    const struct fair_part part = {.found = found, .actor = actor, .actors = actors};
    struct graph *graph = &found->graph;
    uint64_t edge = graph->state[id].first_edge;
    struct state state;

    fair_unpack(&part, id, &state);
    for (unsigned number = 0; number < actors; number++) {
        if (actor_may_step(&found->world, &state, actor[number])) {
            graph->due[edge++] =
                fair_has_to_step(&part, &state, number) ? (uint8_t)number : GRAPH_NO_ACTOR;
        }
    }
    assert(edge == graph->state[id + 1].first_edge);
    if (due_is_rest(graph, id)) {
        graph->state[id].violated |= oracle_judge_end(&found->world, &state);
    }
}

bool
due_mark(struct found *found, const struct actor *actor, unsigned actors)
{
    struct graph *graph = &found->graph;

    graph->due = allowance_grow(&found->allowance, NULL, &graph->due_capacity, graph->edges + 1,
                                sizeof *graph->due);
    for (uint64_t id = 0; id < graph->states && graph->due != NULL; id++) {
        mark_state(found, actor, actors, (uint32_t)id);
    }
    return graph->due != NULL;
}

bool
due_is_rest(const struct graph *graph, uint32_t id)
{
    const struct graph_state *state = &graph->state[id];
    bool rest = true;

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        rest = rest && graph->due[edge] == GRAPH_NO_ACTOR;
    }
    return rest;
}

/* Adds those that need not step in the state, or step within the component. */
static void
add_satisfied(const struct component_search *search, uint32_t id, const uint8_t *inside,
              struct fair_actors *set)
{
    const struct graph *graph = search->graph;
    const struct graph_state *state = &graph->state[id];
    struct fair_actors put_off = {{0}};

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        if (graph->due[edge] != GRAPH_NO_ACTOR &&
            (inside[graph->target[edge]] == 0 || !search->has_edge(search->context, edge))) {
            fair_add(&put_off, graph->due[edge]);
        }
    }
    for (size_t i = 0; i < sizeof set->bit / sizeof *set->bit; i++) {
        set->bit[i] |= ~put_off.bit[i];
    }
}

bool
due_is_fair(const struct component_search *search, const uint32_t *member, uint64_t members,
            const uint8_t *inside)
{
    struct fair_actors set = {{0}};
    bool fair = true;

    for (uint64_t i = 0; i < members; i++) {
        add_satisfied(search, member[i], inside, &set);
    }
    for (size_t i = 0; i < sizeof set.bit / sizeof *set.bit; i++) {
        fair = fair && ~set.bit[i] == 0;
    }
    return fair;
}
