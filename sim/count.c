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

/* Whether runs that end in the last state are counted. */
static bool
ends_as_wanted(const struct graph_state *last, struct count_wanted wanted)
{
    return wanted.ending == 0 || (last->violated & wanted.ending) != 0;
}

/* Of one state: the sum of what its successors have, of each kind wanted.  False if a number needs
 * more limbs. */
static bool
add_up(const struct counter *counter, const struct count_wanted *wanted, unsigned kinds,
       uint32_t id)
{
    const struct graph *graph = counter->graph;
    const struct graph_state *state = &graph->state[id];
    const size_t limbs = counter->limbs, each = limbs * kinds;
    mp_limb_t *runs = counter->runs + id * each;

    mpn_zero(runs, (mp_size_t)each);
    for (unsigned kind = 0; kind < kinds && graph_is_last(graph, id); kind++) {
        runs[kind * limbs] =
            (state->violated & wanted[kind].without) == 0 && ends_as_wanted(state, wanted[kind]);
    }
    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        const mp_limb_t *more = counter->runs + graph->target[edge] * each;
        const unsigned objecting = state->violated | graph->objection[edge];

        for (unsigned kind = 0; kind < kinds; kind++) {
            if ((objecting & wanted[kind].without) == 0 &&
                mpn_add_n(runs + kind * limbs, runs + kind * limbs, more + kind * limbs,
                          (mp_size_t)limbs) != 0) {
                return false;
            }
        }
    }
    return true;
}

/* Counts so many kinds side by side.  COUNT_OVERFLOW if a number needs more limbs. */
static int
count(const struct counter *counter, const struct count_wanted *wanted, unsigned kinds)
{
    assert(counter->limb_capacity >= counter->graph->states * counter->limbs * kinds);
    for (uint64_t at = counter->graph->states; at-- > 0;) {
        if (is_stopped(counter->pace, at)) {
            return COUNT_STOPPED;
        }
        if (!add_up(counter, wanted, kinds, counter->order[at])) {
            return COUNT_OVERFLOW;
        }
    }
    return COUNT_OK;
}

/* Room for so many kinds side by side. */
static bool
make_room(struct counter *counter, unsigned kinds)
{
    mp_limb_t *grown =
        allowance_grow(counter->allowance, counter->runs, &counter->limb_capacity,
                       counter->graph->states * counter->limbs * kinds, sizeof *grown);

    counter->runs = grown == NULL ? counter->runs : grown;
    return grown != NULL;
}

enum count_error
counter_count(struct counter *counter, const struct count_wanted *wanted, unsigned kinds,
              mpz_t *runs[])
{
    assert(counter->order != NULL && counter->order[0] == 0); /* it is open, and sorted */
    for (unsigned done = 0, some; done < kinds;) {
        int error;

        some = kinds - done < COUNT_SIDE_BY_SIDE ? kinds - done : COUNT_SIDE_BY_SIDE;
        while (!make_room(counter, some)) {
            if (--some == 0) {
                return COUNT_NO_MEMORY;
            }
        }
        error = count(counter, wanted + done, some);
        if (error == COUNT_OVERFLOW) {
            counter->limbs++;
            continue;
        }
        if (error != COUNT_OK) {
            return (enum count_error)error;
        }
        for (unsigned kind = 0; kind < some; kind++) {
            mpz_import(*runs[done + kind], counter->limbs, -1, sizeof(mp_limb_t), 0, 0,
                       counter->runs + (size_t)kind * counter->limbs);
        }
        done += some;
    }
    return COUNT_OK;
}

void
counter_from(const struct counter *counter, uint32_t id, mpz_t runs)
{
    assert(id < counter->graph->states);
    mpz_import(runs, counter->limbs, -1, sizeof(mp_limb_t), 0, 0,
               counter->runs + (size_t)id * counter->limbs);
}
