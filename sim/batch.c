/* Some states of a search at a time: see batch.h. */
#include "sim/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

size_t
batch_size(const struct found *found, unsigned actors)
{
    const size_t state = found->layout.words * sizeof(uint64_t);

    return BATCH_STATES * (state + actors * (state + sizeof(struct batch_step)));
}

bool
batch_open(struct batch *batch, const struct found *found, unsigned actors)
{
    const size_t words = found->layout.words, steps = (size_t)BATCH_STATES * actors;

    *batch = (struct batch){.from = calloc(BATCH_STATES * words, sizeof *batch->from),
                            .to = calloc(steps * words, sizeof *batch->to),
                            .step = calloc(steps, sizeof *batch->step)};
    if (batch->from == NULL || batch->to == NULL || batch->step == NULL) {
        batch_close(batch);
        return false;
    }
    return true;
}

void
batch_close(struct batch *batch)
{
    free(batch->from);
    free(batch->to);
    free(batch->step);
    *batch = (struct batch){0};
}

void
batch_fill(struct batch *batch, const struct found *found, uint32_t first, uint32_t end)
{
    const uint32_t left = end - first;

    assert(first < end && end <= found->store.states);
    batch->first = first;
    batch->states = left < BATCH_STATES ? left : BATCH_STATES;
    memcpy(batch->from, store_get(&found->store, first),
           (size_t)batch->states * found->layout.words * sizeof *batch->from);
    for (unsigned i = 0; i < batch->states && !found->order.none; i++) {
        batch->asleep[i] = found->asleep[first + i];
    }
}

/* The steps that are possible in a state of the batch. */
struct possible {
    unsigned steps;
    bool alone;   /* it is one that may be taken alone */
    bool may_end; /* a run may end there */
    uint8_t actor[MAX_ACTORS];
    struct order_step step[MAX_ACTORS]; /* unless no step may be taken alone in this world */
};

static void
list_possible(const struct found *found, const struct actor *actor, unsigned actors,
              const struct state *state, struct possible *possible)
{
    const unsigned alone = order_alone(&found->order, state);

    possible->steps = 0;
    possible->alone = alone != ORDER_NOBODY;
    possible->may_end = true;
    for (unsigned number = 0; number < actors; number++) {
        if ((alone == ORDER_NOBODY || alone == number) &&
            actor_may_step(&found->world, state, actor[number])) {
            if (!found->order.none) {
                order_look(&found->order, state, actor[number], &possible->step[possible->steps]);
            }
            possible->may_end =
                possible->may_end && actor_begins_round(&found->world, state, actor[number]);
            possible->actor[possible->steps++] = (uint8_t)number;
        }
    }
}

/* Takes the n-th of the possible steps from the state, and what may be taken alone behind it. */
static void
take_step(const struct batch *batch, const struct found *found, const struct actor *actor,
          const struct state *state, const struct possible *possible, unsigned n,
          struct batch_step *step)
{
    struct state next = *state;
    uint64_t *to = batch->to + (size_t)(step - batch->step) * found->layout.words;
    struct exchange exchange;

    step->actor = possible->actor[n];
    step->objection = actor_take_step(&found->world, &next, actor[step->actor], NULL);
    step->endless = !order_go_on(&found->order, actor, &next, &step->objection);
    step->alike = (uint16_t)found_pack_by(found, &next, to, &exchange);
    step->hash = store_hash(&found->store, to);
    step->asleep = 0;
    if (!found->order.none && !found->order.awake && !possible->alone) {
        step->asleep = order_exchange(order_asleep(possible->step, possible->steps, n), &exchange);
    }
}

void
batch_work(struct batch *batch, const struct found *found, const struct actor *actor,
           unsigned actors)
{
    const size_t words = found->layout.words;
    struct possible possible;
    unsigned steps = 0;

    for (unsigned i = 0; i < batch->states; i++) {
        struct state state;

        batch->alike[i] = (uint16_t)found_unpack(found, batch->from + i * words, &state);
        batch->begin[i] = steps;
        list_possible(found, actor, actors, &state, &possible);
        batch->may_end[i] = possible.may_end;
        for (unsigned n = 0; n < possible.steps; n++) {
            if (found->order.none || !order_sleeps(batch->asleep[i], actor[possible.actor[n]])) {
                take_step(batch, found, actor, &state, &possible, n, &batch->step[steps++]);
            }
        }
    }
    batch->begin[batch->states] = steps;
}
