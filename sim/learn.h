/* All that a world's actors do and its oracles say, as trees (sim/decision.h): learned in every
 * state that can be reached, one after the other. */
#ifndef TAPWEAVE_SIM_LEARN_H
#define TAPWEAVE_SIM_LEARN_H

#include "sim/actor.h"
#include "sim/decision.h"
#include "sim/store.h"

/* The functions: the actors, by their numbers, and behind them what oracles say of a state, and of
 * a last one.  What an actor has said is the oracles that object to its step, and this bit if it
 * had one; the oracles say what objects. */
enum { LEARN_STEPS = 1 << ORACLE_COUNT };
static inline unsigned
learn_states(const struct world *world)
{
    return actor_count(world);
}
static inline unsigned
learn_ends(const struct world *world)
{
    return actor_count(world) + 1;
}

/* Searches the world, whose search fits into that memory, and fills `decisions`, to be given to
 * decisions_close by the caller in any case.  False if there are too many leaves, or no memory. */
bool learn_world(const struct world *world, struct decisions *decisions,
                 struct allowance *allowance);

#endif
