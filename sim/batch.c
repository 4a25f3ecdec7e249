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
}

void
batch_work(struct batch *batch, const struct found *found, const struct actor *actor,
           unsigned actors)
{
    const size_t words = found->layout.words;
    unsigned steps = 0;

    for (unsigned i = 0; i < batch->states; i++) {
        struct state state, next;

        batch->alike[i] = (uint16_t)found_unpack(found, batch->from + i * words, &state);
        batch->begin[i] = steps;
        for (unsigned number = 0; number < actors; number++) {
            struct batch_step *step = &batch->step[steps];
            uint64_t *to = batch->to + steps * words;

            if (!actor_may_step(&found->world, &state, actor[number])) {
                continue;
            }
            next = state;
            step->actor = (uint8_t)number;
            step->objection = actor_take_step(&found->world, &next, actor[number], NULL);
            step->alike = (uint16_t)found_pack(found, &next, to);
            step->hash = store_hash(&found->store, to);
            steps++;
        }
    }
    batch->begin[batch->states] = steps;
}
