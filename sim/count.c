/* Exact counts of interleavings: see count.h. */
#include "sim/count.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    PACE = 1024, /* states between two looks at whether to go on */
    PART = 8192, /* states of a part: handing it to a thread takes a twentieth of counting them */
    FEW = 512,   /* so few are counted by one thread */
};

static bool
is_stopped(const struct count_pace *pace, uint64_t at)
{
    return at % PACE == 0 && pace != NULL && !pace->go_on(pace->context);
}

void
counter_close(struct counter *counter)
{
    free(counter->order);
    free(counter->wave);
    free(counter->runs);
    *counter = (struct counter){0};
}

/* Notes where the next wave begins.  False if there is no room. */
static bool
begin_wave(struct counter *counter, uint64_t at)
{
    uint32_t *grown = allowance_grow(counter->allowance, counter->wave, &counter->wave_capacity,
                                     counter->waves + 1, sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    counter->wave = grown;
    counter->wave[counter->waves++] = (uint32_t)at;
    return true;
}

/* Kahn's topological sort.  The initial state is the only one without a predecessor.  A wave are
 * those whose last predecessor is in the wave before: so many steps the longest way to them has. */
static enum count_error
sort(struct counter *counter, uint32_t *order, uint32_t *predecessors)
{
    const struct graph *graph = counter->graph;
    uint64_t sorted = 1, wave_end = 0;

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
        if (at == wave_end) {
            wave_end = sorted;
            if (!begin_wave(counter, at)) {
                return COUNT_NO_MEMORY;
            }
        }
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            assert(predecessors[graph->target[edge]] > 0); /* each edge is taken off once */
            if (--predecessors[graph->target[edge]] == 0) {
                order[sorted++] = graph->target[edge];
            }
        }
    }
    if (sorted != graph->states) {
        return COUNT_CYCLE;
    }
    return begin_wave(counter, sorted) ? COUNT_OK : COUNT_NO_MEMORY;
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

/* What is counted side by side. */
struct counting {
    struct counter *counter;
    const struct count_wanted *wanted;
    unsigned kinds;
    uint64_t begin, end;   /* the places in `order` that are counted now: of one wave */
    atomic_bool is_narrow; /* a number needs more limbs */
};

/* Adds a number of so many limbs to another one.  True if the sum needs more. */
static bool
add_number(mp_limb_t *sum, const mp_limb_t *more, size_t limbs)
{
    mp_limb_t carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        const mp_limb_t carried = sum[i] + carry;

        carry = carried < carry;
        sum[i] = carried + more[i];
        carry |= sum[i] < carried;
    }
    return carry != 0;
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

    memset(runs, 0, each * sizeof *runs);
    for (unsigned kind = 0; kind < kinds && graph_is_last(graph, id); kind++) {
        runs[kind * limbs] =
            (state->violated & wanted[kind].without) == 0 && ends_as_wanted(state, wanted[kind]);
    }
    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        const mp_limb_t *more = counter->runs + graph->target[edge] * each;
        const unsigned objecting = state->violated | graph->objection[edge];

        for (unsigned kind = 0; kind < kinds; kind++) {
            if ((objecting & wanted[kind].without) == 0 &&
                add_number(runs + kind * limbs, more + kind * limbs, limbs)) {
                return false;
            }
        }
    }
    return true;
}

/* A part of what is counted now: no state of it needs what is counted in another part. */
static void
add_up_part(void *context, unsigned part, unsigned parts)
{
    struct counting *counting = context;
    const struct counter *counter = counting->counter;
    const uint64_t states = counting->end - counting->begin;
    const uint64_t begin = counting->begin + states * part / parts;
    const uint64_t end = counting->begin + states * (part + 1) / parts;

    for (uint64_t at = begin; at < end; at++) {
        if (!add_up(counter, counting->wanted, counting->kinds, counter->order[at])) {
            counting->is_narrow = true;
            break;
        }
    }
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

/* Gives every number one limb more, and those that are counted stay what they are.  False if there
 * is no room. */
static bool
widen(struct counter *counter, unsigned kinds)
{
    const size_t limbs = counter->limbs++;

    if (!make_room(counter, kinds)) {
        return false;
    }
    for (uint64_t number = counter->graph->states * kinds; number-- > 0;) {
        mp_limb_t *wider = counter->runs + number * (limbs + 1);

        memmove(wider, counter->runs + number * limbs, limbs * sizeof *wider);
        wider[limbs] = 0;
    }
    return true;
}

/* Counts the runs from the states at hand. */
static enum count_error
count_some(struct counting *counting, struct team *team)
{
    struct counter *counter = counting->counter;

    if (counter->pace != NULL && !counter->pace->go_on(counter->pace->context)) {
        return COUNT_STOPPED;
    }
    do {
        if (counting->is_narrow && !widen(counter, counting->kinds)) {
            return COUNT_NO_MEMORY;
        }
        counting->is_narrow = false;
        if (team == NULL || counting->end - counting->begin <= FEW) {
            add_up_part(counting, 0, 1);
        } else {
            team_do(team, add_up_part, counting);
        }
    } while (counting->is_narrow);
    return COUNT_OK;
}

/* Counts what is side by side, from the last wave to the first.  COUNT_NO_MEMORY if there is no
 * room for so many kinds. */
static enum count_error
count(struct counting *counting, struct team *team)
{
    struct counter *counter = counting->counter;
    const uint64_t most = (uint64_t)PART * (team == NULL ? 1 : team->threads + 1);
    enum count_error error = make_room(counter, counting->kinds) ? COUNT_OK : COUNT_NO_MEMORY;

    for (uint64_t wave = counter->waves - 1; wave-- > 0 && error == COUNT_OK;) {
        const uint64_t end = counter->wave[wave + 1];

        for (uint64_t at = counter->wave[wave]; at < end && error == COUNT_OK; at += most) {
            counting->begin = at;
            counting->end = end - at < most ? end : at + most;
            error = count_some(counting, team);
        }
    }
    return error;
}

enum count_error
counter_count(struct counter *counter, const struct count_wanted *wanted, unsigned kinds,
              mpz_t *runs[], struct team *team)
{
    assert(counter->order != NULL && counter->order[0] == 0); /* it is open, and sorted */
    for (unsigned done = 0, some = COUNT_SIDE_BY_SIDE; done < kinds;) {
        struct counting counting = {.counter = counter, .wanted = wanted + done};
        enum count_error error;

        some = kinds - done < some ? kinds - done : some;
        counting.kinds = some;
        error = count(&counting, team);
        if (error == COUNT_NO_MEMORY && some > 1) {
            some--;
            continue;
        }
        if (error != COUNT_OK) {
            return error;
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
