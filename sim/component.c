/* Strongly connected components: see component.h.  The recursion is an array. */
#include "sim/component.h"

#include <assert.h>
#include <stdlib.h>

/* order[]; else 1 + the number in order of discovery */
#define UNSEEN 0
#define LEFT UINT32_MAX

/* A state whose edges are being followed. */
struct visit {
    uint32_t id, low; /* the lowest order[] that it can come back to */
    uint64_t edge;    /* the next one */
};

struct tarjan {
    const struct component_search *search;
    uint32_t *order; /* by state */
    uint32_t *open;  /* states whose component is not known yet, in the order of their discovery */
    struct visit *visit;
    uint64_t opened, visits;
    uint32_t seen;
    size_t bytes;
};

static bool
begin(struct tarjan *tarjan)
{
    struct allowance *allowance = tarjan->search->allowance;
    const uint64_t states = tarjan->search->graph->states;

    tarjan->order = allowance_take(allowance, &tarjan->bytes, states, sizeof *tarjan->order);
    tarjan->open = allowance_take(allowance, &tarjan->bytes, states, sizeof *tarjan->open);
    tarjan->visit = allowance_take(allowance, &tarjan->bytes, states, sizeof *tarjan->visit);
    return tarjan->order != NULL && tarjan->open != NULL && tarjan->visit != NULL;
}

static void
end(struct tarjan *tarjan)
{
    free(tarjan->order);
    free(tarjan->open);
    free(tarjan->visit);
    tarjan->search->allowance->bytes_left += tarjan->bytes;
}

static void
enter(struct tarjan *tarjan, uint32_t id)
{
    assert(tarjan->order[id] == UNSEEN && tarjan->seen < LEFT - 1);
    tarjan->order[id] = ++tarjan->seen;
    tarjan->open[tarjan->opened++] = id;
    tarjan->visit[tarjan->visits++] = (struct visit){
        .id = id, .low = tarjan->order[id], .edge = tarjan->search->graph->state[id].first_edge};
}

/* The state has an edge to itself. */
static bool
stays(const struct component_search *search, uint32_t id)
{
    const struct graph_state *state = &search->graph->state[id];

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        if (search->graph->target[edge] == id && search->has_edge(search->context, edge)) {
            return true;
        }
    }
    return false;
}

/* All edges of the last state have been followed.  False if nobody wants more. */
static bool
leave(struct tarjan *tarjan)
{
    const struct component_search *search = tarjan->search;
    const struct visit done = tarjan->visit[--tarjan->visits];
    uint64_t first = tarjan->opened;

    if (tarjan->visits > 0) {
        struct visit *parent = &tarjan->visit[tarjan->visits - 1];

        parent->low = done.low < parent->low ? done.low : parent->low;
    }
    if (done.low != tarjan->order[done.id]) {
        return true; /* it belongs to one that was discovered before */
    }
    do {
        tarjan->order[tarjan->open[--first]] = LEFT;
    } while (tarjan->open[first] != done.id);
    const uint64_t members = tarjan->opened - first;

    tarjan->opened = first;
    return (members == 1 && !stays(search, done.id)) ||
           search->found(search->context, tarjan->open + first, members);
}

/* Follows the next edge of the last state, or leaves it. */
static bool
go_on(struct tarjan *tarjan)
{
    const struct component_search *search = tarjan->search;
    struct visit *visit = &tarjan->visit[tarjan->visits - 1];
    uint64_t edge = visit->edge++;
    uint32_t target;

    if (edge == search->graph->state[visit->id + 1].first_edge) {
        return leave(tarjan);
    }
    target = search->graph->target[edge];
    if (!search->has_state(search->context, target) || !search->has_edge(search->context, edge) ||
        tarjan->order[target] == LEFT) {
        return true;
    }
    if (tarjan->order[target] == UNSEEN) {
        enter(tarjan, target);
    } else if (tarjan->order[target] < visit->low) {
        visit->low = tarjan->order[target];
    }
    return true;
}

enum component_end
component_find(const struct component_search *search, bool everywhere)
{
    struct tarjan tarjan = {.search = search};
    const uint64_t roots = everywhere ? search->graph->states : 1;
    enum component_end result = COMPONENT_ALL;

    if (!begin(&tarjan)) {
        end(&tarjan);
        return COMPONENT_NO_MEMORY;
    }
    for (uint64_t root = 0; root < roots && result == COMPONENT_ALL; root++) {
        if (tarjan.order[root] == UNSEEN && search->has_state(search->context, (uint32_t)root)) {
            enter(&tarjan, (uint32_t)root);
        }
        while (tarjan.visits > 0 && result == COMPONENT_ALL) {
            result = go_on(&tarjan) ? COMPONENT_ALL : COMPONENT_ENDED;
        }
    }
    end(&tarjan);
    return result;
}
