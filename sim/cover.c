/* Schedules that walk every transition, and all schedules: see cover.h. */
#include "sim/cover.h"

#include "sim/actor.h"
#include "sim/count.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>

/* Steps of the longest run. */
static enum cover_error
measure(const struct graph *graph, struct allowance *allowance, unsigned *longest)
{
    struct allowance scratch = *allowance; /* all of it is freed again */
    struct counter sorted;
    enum count_error error = counter_open(&sorted, graph, &scratch, NULL);
    size_t bytes = 0;
    uint32_t *depth;

    if (error != COUNT_OK) {
        return error == COUNT_CYCLE ? COVER_CYCLE : COVER_NO_MEMORY;
    }
    depth = allowance_take(&scratch, &bytes, graph->states, sizeof *depth);
    *longest = 0;
    for (uint64_t at = 0; depth != NULL && at < graph->states; at++) {
        uint32_t id = sorted.order[at];
        const struct graph_state *state = &graph->state[id];

        *longest = depth[id] > *longest ? depth[id] : *longest;
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            uint32_t *target = &depth[graph->target[edge]];

            *target = *target > depth[id] ? *target : depth[id] + 1;
        }
    }
    free(depth);
    counter_close(&sorted);
    return depth == NULL ? COVER_NO_MEMORY : COVER_OK;
}

enum cover_error
cover_open(struct cover *cover, const struct graph *graph, struct allowance *allowance,
           uint32_t run_price)
{
    unsigned longest = 0;
    enum cover_error error = measure(graph, allowance, &longest);

    assert(run_price <= FLOW_MAX_RUN_PRICE);
    *cover = (struct cover){.graph = graph, .allowance = allowance};
    if (error == COVER_OK) {
        cover->flow = allowance_take(allowance, &cover->bytes, graph->edges, sizeof *cover->flow);
        cover->walked =
            allowance_take(allowance, &cover->bytes, graph->edges, sizeof *cover->walked);
        cover->path = allowance_take(allowance, &cover->bytes, longest, sizeof *cover->path);
        if (cover->flow == NULL || cover->walked == NULL || cover->path == NULL ||
            !flow_find(graph, allowance, run_price, cover->flow)) {
            error = COVER_NO_MEMORY;
        }
    }
    if (error != COVER_OK) {
        cover_close(cover);
        return error;
    }
    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        cover->steps += cover->flow[edge];
        cover->runs += edge < graph->state[1].first_edge ? cover->flow[edge] : 0;
    }
    return COVER_OK;
}

void
cover_close(struct cover *cover)
{
    free(cover->flow);
    free(cover->walked);
    free(cover->path);
    cover->allowance->bytes_left += cover->bytes;
    *cover = (struct cover){.allowance = cover->allowance};
}

bool
cover_next(struct cover *cover, struct cover_run *run)
{
    const struct graph *graph = cover->graph;
    uint32_t id = 0;

    *run = (struct cover_run){.edge = cover->path};
    while (!graph_is_last(graph, id)) {
        uint64_t end = graph->state[id + 1].first_edge, best = end;

        for (uint64_t edge = graph->state[id].first_edge; edge < end; edge++) {
            if (cover->flow[edge] > 0 &&
                (best == end || (cover->walked[best] && !cover->walked[edge]))) {
                best = edge;
            }
        }
        if (best == end) {
            assert(id == 0); /* elsewhere as much goes out as comes in */
            return false;
        }
        cover->flow[best]--;
        cover->walked[best] = true;
        cover->path[run->length++] = best;
        id = graph->target[best];
    }
    return run->length > 0;
}

enum cover_error
cover_all_open(struct cover_all *all, const struct graph *graph, struct allowance *allowance,
               uint64_t limit)
{
    unsigned longest = 0;
    enum cover_error error = measure(graph, allowance, &longest);

    *all = (struct cover_all){.limit = limit, .graph = graph, .allowance = allowance};
    if (error == COVER_OK) {
        all->path = allowance_take(allowance, &all->bytes, longest, sizeof *all->path);
        error = all->path == NULL ? COVER_NO_MEMORY : COVER_OK;
    }
    return error;
}

void
cover_all_close(struct cover_all *all)
{
    free(all->path);
    all->allowance->bytes_left += all->bytes;
    *all = (struct cover_all){.allowance = all->allowance};
}

bool
cover_next_interleaving(struct cover_all *all, struct cover_run *run)
{
    const struct graph *graph = all->graph;
    unsigned length = all->length;
    uint32_t id = 0;

    if (all->runs > 0) { /* the last step that could have been another, and that other */
        do {
            if (length == 0) {
                return false;
            }
            length--;
            id = length == 0 ? 0 : graph->target[all->path[length - 1]];
        } while (all->path[length] + 1 == graph->state[id + 1].first_edge);
        if (all->runs == all->limit) {
            all->cut = true;
            return false;
        }
        id = graph->target[++all->path[length++]];
    }
    while (!graph_is_last(graph, id)) {
        all->path[length++] = graph->state[id].first_edge;
        id = graph->target[all->path[length - 1]];
    }
    all->length = length;
    all->runs++;
    *run = (struct cover_run){all->path, length};
    return true;
}

void
cover_schedule(const struct world *world, const struct graph *graph, const struct cover_run *run,
               uint8_t *schedule)
{
    struct state state;
    uint8_t conflict = initial_state(world, &state);
    uint32_t id = 0;

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    for (unsigned step = 0; step < run->length; step++) {
        uint64_t before = run->edge[step] - graph->state[id].first_edge;
        unsigned actor = 0;

        for (;; actor++) { /* graph.h: the k-th edge is the k-th enabled actor's */
            assert(actor < actor_count(world));
            if (actor_enabled(world, &state, actor) && before-- == 0) {
                break;
            }
        }
        actor_step(world, &state, actor, NULL);
        schedule[step] = (uint8_t)actor;
        id = graph->target[run->edge[step]];
    }
}
