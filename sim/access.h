/* Which bytes of a state a function of core/ or sim/ reads and writes.
 *
 * Nobody writes that down: the compiler says it. The files of core/ and sim/ are compiled once more
 * with -fsanitize=kernel-address, which calls a function at each access to memory, and all their
 * symbols get the prefix `traced_` (Makefile). The functions that are called are here, and note
 * what falls into the state that is watched. */
#ifndef TAPWEAVE_SIM_ACCESS_H
#define TAPWEAVE_SIM_ACCESS_H

#include "sim/oracle.h"
#include "sim/state.h"

/* What has been accessed since access_begin, by offsets into struct state. */
struct access {
    uint16_t reads; /* how many bytes were read before anybody wrote them */
    uint16_t writes;
    uint16_t read[sizeof(struct state)]; /* in the order of their first reads */
    uint16_t written[sizeof(struct state)];
};

/* Watches this state, in this thread, up to access_end.  The result is valid up to the next
 * access_begin of this thread. */
void access_begin(const struct state *state);
const struct access *access_end(void);

/* The same functions as without the prefix (sim/actor.h, sim/oracle.h), watched. */
struct event;
bool traced_actor_enabled(const struct world *world, const struct state *state, unsigned actor);
oracle_set traced_actor_step(const struct world *world, struct state *state, unsigned actor,
                             struct event *event);
oracle_set traced_oracle_judge_state(const struct world *world, const struct state *state);
oracle_set traced_oracle_judge_end(const struct world *world, const struct state *state);

#endif
