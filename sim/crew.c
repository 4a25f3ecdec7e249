/* Threads that take the steps of a search's states: see crew.h. */
#include "sim/crew.h"

#include <assert.h>

bool
crew_open(struct crew *crew, const struct found *found, const struct actor *actor, unsigned actors)
{
    *crew = (struct crew){.found = found, .actor = actor, .actors = actors, .end = UINT64_MAX};
    if (!batch_open(&crew->batch[0], found, actors)) {
        return false;
    }
    crew->batches = 1;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->handed_out, NULL);
    pthread_cond_init(&crew->worked, NULL);
    return true;
}

void
crew_close(struct crew *crew)
{
    if (crew->batches == 0) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    crew->over = true;
    pthread_cond_broadcast(&crew->handed_out);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->threads; i++) {
        pthread_join(crew->thread[i], NULL);
    }
    for (unsigned i = 0; i < crew->batches; i++) {
        batch_close(&crew->batch[i]);
    }
    pthread_cond_destroy(&crew->worked);
    pthread_cond_destroy(&crew->handed_out);
    pthread_mutex_destroy(&crew->lock);
    crew->batches = 0;
}

/* Works on the first batch that nobody has begun.  The lock is held, but not meanwhile. */
static void
work_on_next(struct crew *crew)
{
    const uint64_t number = crew->begun++ % crew->batches;

    pthread_mutex_unlock(&crew->lock);
    batch_work(&crew->batch[number], crew->found, crew->actor, crew->actors);
    pthread_mutex_lock(&crew->lock);
    crew->is_worked[number] = true;
    pthread_cond_signal(&crew->worked);
}

static void *
work(void *context)
{
    struct crew *crew = context;

    pthread_mutex_lock(&crew->lock);
    while (!crew->over) {
        if (crew->begun < crew->out) {
            work_on_next(crew);
        } else {
            pthread_cond_wait(&crew->handed_out, &crew->lock);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

void
crew_start(struct crew *crew, unsigned threads)
{
    assert(crew->threads == 0 && threads <= CREW_MOST);
    while (crew->batches < CREW_BATCHES_OF(threads + 1) &&
           batch_open(&crew->batch[crew->batches], crew->found, crew->actors)) {
        crew->batches++;
    }
    /* The ring has another length now: it begins anew. */
    crew->back += crew->is_taken;
    crew->is_taken = false;
    assert(crew->out == crew->back);
    crew->out = crew->begun = crew->back = 0;
    while (crew->threads < threads &&
           pthread_create(&crew->thread[crew->threads], NULL, work, crew) == 0) {
        crew->threads++;
    }
}

void
crew_grow(struct crew *crew, unsigned threads, size_t max_memory)
{
    enum { MANY = 1024 };
    const size_t batches = batch_size(crew->found, crew->actors) * CREW_BATCHES_OF((size_t)threads);
    const bool tried = crew->threads > 0 || crew->batches > 1; /* or no thread could be had */

    if (!tried && threads > 1 && crew->found->graph.states - crew->next > MANY &&
        max_memory / 32 > batches) {
        crew_start(crew, threads - 1);
    }
}

/* Hands out states while there is a batch for them: few at a time only if nothing else is left. */
static void
hand_out(struct crew *crew)
{
    const uint64_t found = crew->found->store.states;
    const uint64_t states = found < crew->end ? found : crew->end;

    while (crew->out - crew->back < crew->batches && crew->next < states &&
           (crew->out == crew->back || states - crew->next >= BATCH_STATES)) {
        const uint64_t number = crew->out % crew->batches;

        batch_fill(&crew->batch[number], crew->found, crew->next, (uint32_t)states);
        crew->next += crew->batch[number].states;
        crew->is_worked[number] = false;
        crew->out++;
        pthread_cond_signal(&crew->handed_out);
    }
}

const struct batch *
crew_next(struct crew *crew)
{
    const struct batch *batch = NULL;

    pthread_mutex_lock(&crew->lock);
    crew->back += crew->is_taken;
    crew->is_taken = false;
    hand_out(crew);
    if (crew->back < crew->out) {
        const uint64_t number = crew->back % crew->batches;

        while (!crew->is_worked[number]) {
            if (crew->begun < crew->out) {
                work_on_next(crew);
            } else {
                pthread_cond_wait(&crew->worked, &crew->lock);
            }
        }
        batch = &crew->batch[number];
        crew->is_taken = true;
    }
    pthread_mutex_unlock(&crew->lock);
    return batch;
}
