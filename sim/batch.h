/* Some states of a search at a time, and the steps from each: what finding them takes is nobody
 * else's, so that threads can work on batches side by side (sim/crew.h). */
#ifndef TAPWEAVE_SIM_BATCH_H
#define TAPWEAVE_SIM_BATCH_H

#include "sim/actor.h"
#include "sim/found.h"

enum { BATCH_STATES = 64 };

/* A step from one of the states.  Where it leads to stands in batch.to. */
struct batch_step {
    uint64_t hash;        /* of the packed state that it leads to (store_hash) */
    oracle_set objection; /* oracles that object to the step */
    uint16_t alike;       /* states that the one it leads to stands for */
    uint16_t asleep;      /* behind it, as the state that it leads to has guests (order_asleep) */
    uint8_t actor;        /* who takes it, before those that go on alone (sim/order.h) */
    bool endless;         /* these never come to an end */
};

struct batch {
    uint32_t first;                   /* the id of the first state; the others follow */
    unsigned states;                  /* how many */
    unsigned begin[BATCH_STATES + 1]; /* by state: its first step, up to that of the next state */
    uint16_t alike[BATCH_STATES];     /* how many each of them stands for */
    uint16_t asleep[BATCH_STATES];    /* whose steps of each are not taken (found->asleep) */
    bool may_end[BATCH_STATES];       /* a run may end there */
    uint64_t *from, *to;              /* packed: the states, and what each step leads to */
    struct batch_step *step;
};

/* The bytes that batch_open takes. */
size_t batch_size(const struct found *found, unsigned actors);

/* Room for BATCH_STATES states of a world with so many actors, to be given to batch_close.  False
 * if there is no memory. */
bool batch_open(struct batch *batch, const struct found *found, unsigned actors);
void batch_close(struct batch *batch);

/* Takes the states from that id on and before `end`, as many as there are and the batch has room
 * for. */
void batch_fill(struct batch *batch, const struct found *found, uint32_t first, uint32_t end);

/* Takes all steps of all of them, in the order of states and of actors; or one, if it may be taken
 * alone.  Reads of `found` nothing
 * that a search changes. */
void batch_work(struct batch *batch, const struct found *found, const struct actor *actor,
                unsigned actors);

#endif
