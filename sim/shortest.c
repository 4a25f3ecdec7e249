/* Of the shortest counterexamples the plainest: see shortest.h. */
#include "sim/shortest.h"

#include "sim/actor.h"
#include "sim/initial.h"
#include "sim/oracle.h"

#include <assert.h>
#include <stdlib.h>

unsigned
shortest_troubles(const struct event *event, oracle_set shown)
{
    const oracle_set besides = event->violated & ~shown;

    return (event->kind == EVENT_FAULT) + (besides >> ORACLE_START_FAILED & 1u) +
           (besides >> ORACLE_SPURIOUS_ERROR & 1u);
}

/* What is looked for: a state or a step that violates one of the oracles; or a last state. */
struct wanted {
    oracle_set oracles;
    bool lasting;
};

/* The search, which is breadth-first, finds states in layers: those of the n-th one are n steps
 * away.  A shortest schedule goes from one to the next with each step, and the state that it ends
 * in, or would end in if the last step did not count, is in the layer of its length. */
struct layers {
    struct found *found;
    struct wanted wanted;
    unsigned length;    /* of the schedule */
    uint64_t *begin;    /* by layer: its first state, up to the one behind the last layer */
    uint16_t *troubles; /* by state: on the plainest way from there; `never`, if no shortest
                           schedule goes there */
};

_Static_assert(3 * EXPLORE_MAX_TRACE < UINT16_MAX, "two bytes for the troubles of a schedule");
static const uint16_t never = UINT16_MAX;

/* The first state of those from `from` on that was reached from that one, or from a later one: the
 * states that others are reached from come in their order. */
static uint64_t
first_reached_from(const struct graph *graph, uint64_t from, uint64_t parent)
{
    uint64_t end = graph->states;

    while (from < end) {
        const uint64_t middle = from + (end - from) / 2;

        if (graph->state[middle].parent >= parent) {
            end = middle;
        } else {
            from = middle + 1;
        }
    }
    return from;
}

static void
find_layers(struct layers *layers)
{
    const struct graph *graph = &layers->found->graph;

    layers->begin[0] = 0;
    layers->begin[1] = 1; /* the initial state, which is its own parent */
    for (unsigned layer = 1; layer <= layers->length; layer++) {
        layers->begin[layer + 1] =
            first_reached_from(graph, layers->begin[layer], layers->begin[layer]);
    }
}

/* What is left of the troubles behind an edge from that layer; `never`, if no shortest schedule
 * takes it. */
static uint16_t
behind(const struct layers *layers, uint64_t edge, unsigned layer)
{
    const struct graph *graph = &layers->found->graph;
    const uint32_t target = graph->target[edge];

    if (layer + 1 == layers->length && !layers->wanted.lasting &&
        (graph->objection[edge] & layers->wanted.oracles) != 0) {
        return 0;
    }
    return target >= layers->begin[layer + 1] && target < layers->begin[layer + 2]
               ? layers->troubles[target]
               : never;
}

/* The state that stands for others as it is in the graph. */
static void
unpack(struct found *found, uint32_t id, struct state *state)
{
    found_unpack(found, store_get(&found->store, id), state);
}

/* The troubles of the plainest way from a state of that layer on. */
static uint16_t
least_troubles(const struct layers *layers, uint32_t id, unsigned layer)
{
    const struct world *world = &layers->found->world;
    const struct graph_state *at = &layers->found->graph.state[id];
    uint64_t edge = at[0].first_edge;
    unsigned least = never;
    struct state state;

    while (edge < at[1].first_edge && behind(layers, edge, layer) == never) {
        edge++;
    }
    if (edge == at[1].first_edge) {
        return never;
    }
    unpack(layers->found, id, &state);
    edge = at[0].first_edge;
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        struct state next = state;
        struct event event;
        unsigned left;

        if (!actor_enabled(world, &state, actor)) {
            continue;
        }
        left = behind(layers, edge++, layer);
        if (left != never) {
            actor_step(world, &next, actor, &event);
            left += shortest_troubles(&event, layers->wanted.oracles);
            least = left < least ? left : least;
        }
    }
    return (uint16_t)least;
}

/* From the last layer back. */
static void
measure(struct layers *layers)
{
    const struct graph_state *state = layers->found->graph.state;

    for (uint64_t at = layers->begin[layers->length]; at < layers->begin[layers->length + 1];
         at++) {
        const bool ends = (state[at].violated & layers->wanted.oracles) != 0 &&
                          (!layers->wanted.lasting || state[at].may_end);

        layers->troubles[at] = ends ? 0 : never;
    }
    for (unsigned layer = layers->length; layer-- > 0;) {
        for (uint64_t at = layers->begin[layer]; at < layers->begin[layer + 1]; at++) {
            layers->troubles[at] = least_troubles(layers, (uint32_t)at, layer);
        }
    }
}

/* Takes the step of the first actor with which a plainest way goes on from a state of that layer,
 * and returns it.  *troubles are those of that way, and of what is left of it behind. */
static unsigned
take_step(const struct layers *layers, struct state *state, unsigned layer, unsigned *troubles)
{
    struct found *found = layers->found;

    for (unsigned actor = 0; actor < actor_count(&found->world); actor++) {
        struct state next = *state;
        struct event event;
        unsigned its;
        uint32_t id;

        if (!actor_enabled(&found->world, state, actor)) {
            continue;
        }
        actor_step(&found->world, &next, actor, &event);
        its = shortest_troubles(&event, layers->wanted.oracles);
        id = found_id(found, &next);
        if (layer + 1 == layers->length && !layers->wanted.lasting && its == *troubles &&
            (event.violated & layers->wanted.oracles) != 0) {
            *troubles = 0;
        } else if (id >= layers->begin[layer + 1] && id < layers->begin[layer + 2] &&
                   layers->troubles[id] != never && its + layers->troubles[id] == *troubles) {
            *troubles = layers->troubles[id];
        } else {
            continue;
        }
        *state = next;
        return actor;
    }
    assert(false);
    return 0;
}

/* Goes there step by step, as far as there are names to spare. */
static void
walk(const struct layers *layers, struct explore_verdict *verdict)
{
    struct found *found = layers->found;
    unsigned troubles = layers->troubles[0];
    struct state state;

    assert(troubles != never);
    initial_state(&found->world, &state);
    for (unsigned layer = 0; layer < layers->length && found->lacking < 0; layer++) {
        verdict->trace[layer] = (uint8_t)take_step(layers, &state, layer, &troubles);
        found->lacking = spare_lacking(&found->spare, &found->world, &state);
    }
}

bool
shortest_make(struct found *found, enum oracle oracle, bool lasting,
              struct explore_verdict *verdict)
{
    struct layers layers = {found, {ORACLE_BIT(oracle), lasting}, verdict->length, NULL, NULL};
    size_t bytes = 0;
    bool made;

    if (!verdict->violated) {
        return true;
    }
    layers.begin =
        allowance_take(&found->allowance, &bytes, verdict->length + 2u, sizeof *layers.begin);
    if (layers.begin != NULL) {
        find_layers(&layers);
        layers.troubles = allowance_take(
            &found->allowance, &bytes, layers.begin[verdict->length + 1], sizeof *layers.troubles);
    }
    made = layers.troubles != NULL;
    if (made) {
        measure(&layers);
        walk(&layers, verdict);
    }
    free(layers.begin);
    free(layers.troubles);
    found->allowance.bytes_left += bytes;
    return made && found->lacking < 0;
}
