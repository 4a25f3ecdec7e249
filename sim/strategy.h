/* Strategies: by which chance a walk through a world chooses, in each state, whose step is taken.
 *
 * RANDOM: each actor that has a step is as likely as any other.  With a bound on preemptions, an
 * actor goes on until it has no step, but for that many places of the walk, chosen by chance.
 *
 * PCT: Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with probabilistic
 * guarantees of finding bugs", ASPLOS 2010.  Each actor has a priority by chance, and the one with
 * the highest that has a step takes it; at d - 1 places of the walk, chosen by chance, whoever
 * would take the step gets a priority below all others.  If d constraints "this step before that
 * one" suffice for a violation, a walk of at most k steps of n actors finds it with a probability
 * of at least 1 / (n k^(d-1)). */
#ifndef TAPWEAVE_SIM_STRATEGY_H
#define TAPWEAVE_SIM_STRATEGY_H

#include "sim/actor.h"
#include "sim/chance.h"

enum strategy_kind { STRATEGY_RANDOM, STRATEGY_PCT };

enum {
    STRATEGY_MOST_CHANGES = 64, /* places of a walk at which a strategy changes something */
    STRATEGY_FREE = -1,         /* no bound on preemptions */
};

/* What stays the same from walk to walk. */
struct strategy {
    enum strategy_kind kind;
    unsigned depth;  /* PCT: d, from 1 to STRATEGY_MOST_CHANGES */
    int preemptions; /* RANDOM: at most so many in a walk, up to STRATEGY_MOST_CHANGES, or
                        STRATEGY_FREE */
    unsigned actors; /* n */
    unsigned steps;  /* k: places are chosen among so many steps; 1 at the least */
};

/* One walk. */
struct course {
    const struct strategy *strategy; /* not owned */
    struct chance chance;
    int last;         /* the actor of the last step; -1: there was none */
    unsigned taken;   /* steps so far */
    unsigned changes; /* places, in ascending order, and how many have been passed */
    unsigned passed;
    unsigned preempted; /* steps of others that `last` could have taken, so far */
    unsigned place[STRATEGY_MOST_CHANGES]; /* a step, from 0 */
    unsigned rank[STRATEGY_MOST_CHANGES];  /* PCT: the priority that is given there */
    unsigned priority[MAX_ACTORS];         /* PCT: by actor */
};

/* Begins the walk of that number. */
void course_begin(struct course *course, const struct strategy *strategy, uint64_t seed,
                  uint64_t number);

/* Chooses among the actors that have a step, in ascending order, one at the least; and goes on. */
unsigned course_choose(struct course *course, const unsigned *enabled, unsigned count);

#endif
