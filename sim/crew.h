/* Threads that take the steps of a search's states, batch by batch.
 *
 * One thread, the search's, hands out states and takes what has come of them back, in the order of
 * their ids.  So what the search does with it does not depend on how many threads there are. */
#ifndef TAPWEAVE_SIM_CREW_H
#define TAPWEAVE_SIM_CREW_H

#include "sim/batch.h"

#include <pthread.h>

/* How many threads at the most beside the caller's; and how many batches so many threads have, the
 * caller's included: enough that none of them waits while another one is at its batch. */
enum { CREW_MOST = 63 };
#define CREW_BATCHES_OF(threads) (4 * (threads))
enum { CREW_BATCHES = CREW_BATCHES_OF(CREW_MOST + 1) };

struct crew {
    const struct found *found; /* not owned, as the actors */
    const struct actor *actor;
    unsigned actors;
    unsigned threads; /* beside the caller's */
    pthread_t thread[CREW_MOST];
    unsigned batches; /* a ring: the n-th that is handed out is at n modulo `batches` */
    struct batch batch[CREW_BATCHES];
    uint32_t next; /* the id of the first state that is not handed out */
    uint64_t end;  /* states from that id on are not handed out yet */
    bool is_taken; /* the first batch that is not back: whoever has called crew_next has it */
    /* Below: under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t handed_out, worked;
    uint64_t out, begun, back; /* batches: handed out, begun by somebody, taken back */
    bool is_worked[CREW_BATCHES];
    bool over;
};

/* A crew without threads, to be given to crew_close.  False if there is no memory. */
bool crew_open(struct crew *crew, const struct found *found, const struct actor *actor,
               unsigned actors);
void crew_close(struct crew *crew);

/* Starts so many threads, between two calls of crew_next; the batch of the first one is not valid
 * any more.  Where they, or room for their batches, cannot be had, there are fewer. */
void crew_start(struct crew *crew, unsigned threads);

/* The same, for as many threads as there may be with the caller's, if not tried before, if it is
 * worth while to start them, and their batches are a small part of the memory that there may be: so
 * whether that is enough does not depend on them. */
void crew_grow(struct crew *crew, unsigned threads, size_t max_memory);

/* The next batch, with the steps of all its states; valid until the next call.  NULL if the steps
 * of all states have been taken. */
const struct batch *crew_next(struct crew *crew);

#endif
