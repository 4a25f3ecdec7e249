/* Exact counts of interleavings: see count.h. */
#include "sim/count.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_OVERFLOW = -1 };

enum { PACE = 1024 /* states between two looks at whether to go on */ };

static bool
is_stopped(const struct count_pace *pace, uint64_t at)
{
    return at % PACE == 0 && pace != NULL && !pace->go_on(pace->context);
}

void
counter_close(struct counter *counter)
{
    free(counter->order);
    free(counter->runs);
    *counter = (struct counter){0};
}

/* Kahn's topological sort.  The initial state is the only one without a predecessor. */
static enum count_error
sort(const struct counter *counter, uint32_t *order, uint32_t *predecessors)
{
    const struct graph *graph = counter->graph;
    uint64_t sorted = 1;

    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        if (is_stopped(counter->pace, edge)) {
            return COUNT_STOPPED;
        }
        predecessors[graph->target[edge]]++;
    }
    if (predecessors[0] != 0) {
        return COUNT_CYCLE; /* back to the beginning: it would be sorted in twice */
    }
    order[0] = 0;
    for (uint64_t at = 0; at < sorted; at++) {
        const struct graph_state *state = &graph->state[order[at]];

        if (is_stopped(counter->pace, at)) {
            return COUNT_STOPPED;
        }
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            assert(predecessors[graph->target[edge]] > 0); /* each edge is taken off once */
            if (--predecessors[graph->target[edge]] == 0) {
                order[sorted++] = graph->target[edge];
            }
        }
    }
    return sorted == graph->states ? COUNT_OK : COUNT_CYCLE;
}

enum count_error
counter_open(struct counter *counter, const struct graph *graph, struct allowance *allowance,
             const struct count_pace *pace)
{
    uint64_t capacity = 0, scratch_capacity = 0;
    uint32_t *predecessors;
    enum count_error error;

    assert(graph->states > 0 && graph->states <= STORE_MAX_STATES);
    *counter = (struct counter){.graph = graph, .allowance = allowance, .pace = pace, .limbs = 1};
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
    error = sort(counter, counter->order, predecessors);
    free(predecessors);
    allowance->bytes_left += scratch_capacity * sizeof *predecessors;
    if (error != COUNT_OK) {
        counter_close(counter);
    }
    return error;
}

/* Which runs are counted: none of `without` ever objects to them, and, unless it is 0, one of
 * `ending` objects to their last state. */
struct wanted {
    oracle_set without, ending;
};

/* Counts with numbers of `limbs` limbs.  COUNT_OVERFLOW if one of them needs more. */
static int
count(const struct counter *counter, struct wanted wanted, mp_size_t limbs)
{
    const struct graph *graph = counter->graph;

    assert(limbs > 0 && counter->limb_capacity >= graph->states * (uint64_t)limbs);
    for (uint64_t at = graph->states; at-- > 0;) {
        uint32_t id = counter->order[at];
        const struct graph_state *state = &graph->state[id];
        mp_limb_t *runs = counter->runs + (size_t)id * (size_t)limbs;

        if (is_stopped(counter->pace, at)) {
            return COUNT_STOPPED;
        }
        mpn_zero(runs, limbs);
        if ((state->violated & wanted.without) != 0) {
            continue;
        }
        if (state[0].first_edge == state[1].first_edge) {
            runs[0] = wanted.ending == 0 || (state->violated & wanted.ending) != 0;
        }
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            const mp_limb_t *more = counter->runs + (size_t)graph->target[edge] * (size_t)limbs;

            if ((graph->objection[edge] & wanted.without) == 0 &&
                mpn_add_n(runs, runs, more, limbs) != 0) {
                return COUNT_OVERFLOW;
            }
        }
    }
    return COUNT_OK;
}

static enum count_error
count_wanted(struct counter *counter, struct wanted wanted, mpz_t runs)
{
    int error = COUNT_OVERFLOW;

    assert(counter->order != NULL && counter->order[0] == 0); /* it is open, and sorted */
    for (; error == COUNT_OVERFLOW; counter->limbs += error == COUNT_OVERFLOW) {
        mp_limb_t *grown =
            allowance_grow(counter->allowance, counter->runs, &counter->limb_capacity,
                           counter->graph->states * counter->limbs, sizeof *grown);

        if (grown == NULL) {
            return COUNT_NO_MEMORY;
        }
        counter->runs = grown;
        error = count(counter, wanted, (mp_size_t)counter->limbs);
    }
    if (error != COUNT_OK) {
        return (enum count_error)error;
    }
    mpz_import(runs, counter->limbs, -1, sizeof(mp_limb_t), 0, 0, counter->runs);
    return COUNT_OK;
}

enum count_error
counter_runs(struct counter *counter, oracle_set without, mpz_t runs)
{
    return count_wanted(counter, (struct wanted){.without = without}, runs);
}

enum count_error
counter_runs_ending(struct counter *counter, oracle_set ending, mpz_t runs)
{
    assert(ending != 0);
    return count_wanted(counter, (struct wanted){.ending = ending}, runs);
}
