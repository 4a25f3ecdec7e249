/* Schedules that walk every transition, and all schedules: see cover.h. */
#include "sim/cover.h"

#include "sim/actor.h"
#include "sim/count.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>

/* Sorts the states into `order`, if that is not NULL, and measures the longest run. */
static enum cover_error
sort(const struct graph *graph, struct allowance *allowance, uint32_t *order, unsigned *longest)
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
        if (order != NULL) {
            order[at] = id;
        }
    }
    assert(*longest < graph->states); /* no run passes through a state twice */
    free(depth);
    counter_close(&sorted);
    return depth == NULL ? COVER_NO_MEMORY : COVER_OK;
}

enum cover_error
cover_open(struct cover *cover, const struct graph *graph, struct allowance *allowance)
{
    enum cover_error error = COVER_NO_MEMORY;
    unsigned longest = 0;

    *cover = (struct cover){.graph = graph, .allowance = allowance};
    cover->order = allowance_take(allowance, &cover->bytes, graph->states, sizeof *cover->order);
    cover->walked = allowance_take(allowance, &cover->bytes, graph->edges, sizeof *cover->walked);
    cover->gain = allowance_take(allowance, &cover->bytes, graph->states, sizeof *cover->gain);
    if (cover->order != NULL && cover->walked != NULL && cover->gain != NULL) {
        error = sort(graph, allowance, cover->order, &longest);
    }
    if (error == COVER_OK) {
        cover->path = allowance_take(allowance, &cover->bytes, longest, sizeof *cover->path);
        error = cover->path == NULL ? COVER_NO_MEMORY : COVER_OK;
    }
    if (error != COVER_OK) {
        cover_close(cover);
    }
    return error;
}

void
cover_close(struct cover *cover)
{
    free(cover->order);
    free(cover->walked);
    free(cover->gain);
    free(cover->path);
    cover->allowance->bytes_left += cover->bytes;
    *cover = (struct cover){.allowance = cover->allowance};
}

void
cover_classify(struct cover *cover, const uint32_t *class)
{
    cover->class = class;
}

void
cover_leave_out(struct cover *cover, uint32_t class)
{
    assert(class < cover->graph->edges);
    cover->walked[class] = true;
}

static bool *
walked_of(const struct cover *cover, uint64_t edge)
{
    return &cover->walked[cover->class == NULL ? edge : cover->class[edge]];
}

/* The most edges that a run walks for the first time, if it goes on with this one. */
static uint32_t
gain_of(const struct cover *cover, uint64_t edge)
{
    return cover->gain[cover->graph->target[edge]] + !*walked_of(cover, edge);
}

/* The first of the state's edges, of which there is one, that gains the most. */
static uint64_t
best_of(const struct cover *cover, uint32_t id)
{
    const struct graph_state *state = &cover->graph->state[id];
    uint64_t best = state[0].first_edge;

    assert(!graph_is_last(cover->graph, id));
    for (uint64_t edge = best + 1; edge < state[1].first_edge; edge++) {
        best = gain_of(cover, edge) > gain_of(cover, best) ? edge : best;
    }
    return best;
}

bool
cover_next(struct cover *cover, struct cover_run *run)
{
    const struct graph *graph = cover->graph;
    uint32_t id = 0;

    *run = (struct cover_run){.edge = cover->path};
    for (uint64_t at = graph->states; at-- > 0;) {
        id = cover->order[at];
        cover->gain[id] = graph_is_last(graph, id) ? 0 : gain_of(cover, best_of(cover, id));
    }
    assert(id == 0); /* the initial state is before all others */
    if (cover->gain[0] == 0) {
        return false;
    }
    while (!graph_is_last(graph, id)) {
        uint64_t best = best_of(cover, id);

        assert(run->length < graph->states);
        *walked_of(cover, best) = true;
        cover->path[run->length++] = best;
        id = graph->target[best];
    }
    return true;
}

enum cover_error
cover_all_open(struct cover_all *all, const struct graph *graph, struct allowance *allowance,
               uint64_t limit)
{
    unsigned longest = 0;
    enum cover_error error = sort(graph, allowance, NULL, &longest);

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
    assert(all->limit == 0 || all->runs < all->limit);
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
