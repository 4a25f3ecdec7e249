/* --as states: the states of a small world and the steps between them, in graphviz' language. */
#include "harness/cell.h"
#include "harness/draw/dot_label.h"
#include "harness/draw/format.h"
#include "harness/walk.h"
#include "sim/graph.h"
#include "sim/initial.h"

#include <stdlib.h>

enum { TITLE_WIDTH = 72, LABEL_WIDTH = 32 };

static void
write_oracles(FILE *out, oracle_set oracles)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((oracles >> oracle & 1) != 0) {
            dot_label(out, oracle_name(oracle), LABEL_WIDTH);
        }
    }
}

static void
write_state(FILE *out, const struct graph *graph, uint32_t id)
{
    const oracle_set violated = graph->state[id].violated;

    fprintf(out, "  s%u [shape=%s, label=\"%u\\n", id,
            graph_is_last(graph, id) ? "doublecircle" : "circle", id);
    write_oracles(out, violated);
    fprintf(out, "\"%s];\n", violated == 0 ? "" : ", style=filled, fillcolor=\"#f0a0a0\"");
}

/* The steps of a state; where a step first leads to a state, that is noted in `states`. */
static void
write_steps(FILE *out, const struct cell *cell, const struct graph *graph, uint32_t id,
            struct state *states)
{
    const struct world *world = &cell->world;
    uint64_t edge = graph->state[id].first_edge;
    char text[NARRATE_STEP_SIZE], name[WALK_ACTOR_SIZE];

    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        struct state after = states[id];
        struct event event;
        uint32_t target;

        if (!actor_enabled(world, &after, actor)) {
            continue;
        }
        actor_step(world, &after, actor, &event);
        target = graph->target[edge];
        if (graph->state[target].parent == id && graph->state[target].parent_actor == actor) {
            states[target] = after;
        }
        fprintf(out, "  s%u -> s%u [label=\"", id, target);
        dot_label(out, walk_actor_name(cell->scenario, world, actor, name), LABEL_WIDTH);
        narrate_step(cell->scenario, world, &event, text);
        dot_label(out, text, LABEL_WIDTH);
        write_oracles(out, graph->objection[edge]);
        fprintf(out, "\"%s];\n",
                graph->objection[edge] == 0 ? "" : ", color=\"#c00000\", penwidth=2");
        edge++;
    }
}

bool
draw_states(FILE *out, const struct cell *cell, const struct graph *graph)
{
    struct state *states = calloc(graph->states, sizeof *states);

    if (states == NULL) {
        return false;
    }
    initial_state(&cell->world, &states[0]);
    fputs("digraph states {\n  labelloc=t;\n  label=\"", out);
    dot_label(out, cell->scenario->title, TITLE_WIDTH);
    fputs("under ", out);
    dot_label(out, cell->policy, TITLE_WIDTH);
    fputs("\";\n", out);
    for (uint32_t id = 0; id < graph->states; id++) {
        write_state(out, graph, id);
        write_steps(out, cell, graph, id, states);
    }
    fputs("}\n", out);
    free(states);
    return true;
}
