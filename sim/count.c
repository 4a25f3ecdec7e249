/* Exact counts of interleavings: see count.h. */
#include "sim/count.h"

#include <stdlib.h>
#include <string.h>

void
counter_close(struct counter *counter)
{
    free(counter->order);
    free(counter->runs);
    *counter = (struct counter){0};
}

/* Kahn's topological sort.  The initial state is the only one without a predecessor. */
static bool
sort(const struct graph *graph, uint32_t *order, uint32_t *predecessors)
{
    uint64_t sorted = 1;

    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        predecessors[graph->target[edge]]++;
    }
    order[0] = 0;
    for (uint64_t at = 0; at < sorted; at++) {
        const struct graph_state *state = &graph->state[order[at]];

        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            if (--predecessors[graph->target[edge]] == 0) {
                order[sorted++] = graph->target[edge];
            }
        }
    }
    return sorted == graph->states;
}

enum count_error
counter_open(struct counter *counter, const struct graph *graph, struct allowance *allowance)
{
    uint64_t capacity = 0, scratch_capacity = 0;
    uint32_t *predecessors;
    bool sorted;

    *counter = (struct counter){.graph = graph, .allowance = allowance};
    counter->order =
        allowance_grow(allowance, NULL, &capacity, graph->states, sizeof *counter->order);
    predecessors =
        allowance_grow(allowance, NULL, &scratch_capacity, graph->states, sizeof *predecessors);
    if (counter->order == NULL || predecessors == NULL) {
        free(predecessors);
        counter_close(counter);
        return COUNT_NO_MEMORY;
    }
    memset(predecessors, 0, graph->states * sizeof *predecessors);
    sorted = sort(graph, counter->order, predecessors);
    free(predecessors);
    allowance->bytes_left += scratch_capacity * sizeof *predecessors;
    if (!sorted) {
        counter_close(counter);
        return COUNT_CYCLE;
    }
    return COUNT_OK;
}

/* Counts with numbers of `limbs` limbs.  False if one of them overflows. */
static bool
count(const struct counter *counter, oracle_set without, mp_size_t limbs)
{
    const struct graph *graph = counter->graph;

    for (uint64_t at = graph->states; at-- > 0;) {
        uint32_t id = counter->order[at];
        const struct graph_state *state = &graph->state[id];
        mp_limb_t *runs = counter->runs + (size_t)id * (size_t)limbs;

        mpn_zero(runs, limbs);
        if ((state->violated & without) != 0) {
            continue;
        }
        if (state[0].first_edge == state[1].first_edge) {
            runs[0] = 1;
        }
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            const mp_limb_t *more = counter->runs + (size_t)graph->target[edge] * (size_t)limbs;

            if ((graph->objection[edge] & without) == 0 &&
                mpn_add_n(runs, runs, more, limbs) != 0) {
                return false;
            }
        }
    }
    return true;
}

enum count_error
counter_runs(struct counter *counter, oracle_set without, mpz_t runs)
{
    mp_size_t limbs = 1;

    for (;; limbs++) {
        mp_limb_t *grown =
            allowance_grow(counter->allowance, counter->runs, &counter->limb_capacity,
                           counter->graph->states * (uint64_t)limbs, sizeof *grown);

        if (grown == NULL) {
            return COUNT_NO_MEMORY;
        }
        counter->runs = grown;
        if (count(counter, without, limbs)) {
            break;
        }
    }
    mpz_import(runs, (size_t)limbs, -1, sizeof(mp_limb_t), 0, 0, counter->runs);
    return COUNT_OK;
}
