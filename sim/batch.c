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
batch_fill(struct batch *batch, const struct found *found, uint32_t first)
{
    const uint64_t left = found->store.states - first;

    assert(first < found->store.states);
    batch->first = first;
    batch->states = left < BATCH_STATES ? (unsigned)left : BATCH_STATES;
    memcpy(batch->from, store_get(&found->store, first),
           (size_t)batch->states * found->layout.words * sizeof *batch->from);
    for (unsigned i = 0; i < batch->states; i++) {
        batch->decided[i] = found_decided(found, first + i);
    }
}

/* Takes the actor's step from the state, and what may be taken alone behind it. */
static void
take_step(const struct batch *batch, const struct found *found, const struct actor *actor,
          unsigned n, const struct state *state, struct batch_step *step)
{
    struct state next = *state;
    uint64_t *to = batch->to + (size_t)(step - batch->step) * found->layout.words;

    step->objection = actor_take_step(&found->world, &next, actor[step->actor], NULL);
    step->endless = !order_go_on(&found->order, actor, &next, batch->decided[n], &step->objection);
    step->alike = (uint16_t)found_pack(found, &next, to);
    step->hash = store_hash(&found->store, to);
}

void
batch_work(struct batch *batch, const struct found *found, const struct actor *actor,
           unsigned actors)
{
    const size_t words = found->layout.words;
    unsigned steps = 0;

    for (unsigned i = 0; i < batch->states; i++) {
        struct state state;
        unsigned alone;

        batch->alike[i] = (uint16_t)found_unpack(found, batch->from + i * words, &state);
        batch->begin[i] = steps;
        alone = order_alone(&found->order, &state, batch->decided[i]);
        batch->may_end[i] = true;
        for (unsigned number = 0; number < actors; number++) {
            if ((alone == ORDER_NOBODY || alone == number) &&
                actor_may_step(&found->world, &state, actor[number])) {
                batch->may_end[i] =
                    batch->may_end[i] && actor_begins_round(&found->world, &state, actor[number]);
                batch->step[steps].actor = (uint8_t)number;
                take_step(batch, found, actor, i, &state, &batch->step[steps++]);
            }
        }
    }
    batch->begin[batch->states] = steps;
}
