/* Every interleaving with few preemptions, of a world that is too large for all of them.
 *
 * A preemption is a step of another actor, although the actor of the step before still has one.
 * Musuvathi and Qadeer, "Iterative context bounding for systematic testing of multithreaded
 * programs", PLDI 2007: most violations need few of them, and runs with few of them are few.
 *
 * What there is to come depends on the state and on the actor of the last step.  So pairs of these
 * are searched: those that no preemption leads to first, then those that one does, and so on.  So
 * the first violation that is found has the fewest preemptions. */
#ifndef TAPWEAVE_SIM_PREEMPT_H
#define TAPWEAVE_SIM_PREEMPT_H

#include "sim/actor.h"
#include "sim/verdict.h"

#include <stddef.h>

enum preempt_end { PREEMPT_SEARCHED, PREEMPT_STOPPED, PREEMPT_NO_MEMORY, PREEMPT_LACKING };

struct preempt_limits {
    unsigned preemptions; /* at most so many in an interleaving */
    size_t max_memory;    /* bytes */
    bool (*progress)(void *context, uint64_t pairs, unsigned preemptions); /* called every few
                             pairs, with how many preemptions lead to the one at hand; false stops
                             it */
    void *context;
};

struct preempt_result {
    enum preempt_end end;
    uint64_t pairs;  /* that were found */
    unsigned levels; /* all interleavings with less than so many preemptions have been judged */
    bool is_all;     /* more preemptions lead to no other pair */
    int lacking;     /* PREEMPT_LACKING: the index of a family that has no name to spare */
    unsigned fewest[ORACLE_COUNT]; /* of those that are violated: preemptions of the trace */
    struct explore_verdict verdict[ORACLE_COUNT], lasting[ORACLE_COUNT]; /* `bad` is 0 */
};

/* Searches; the result is to be given to preempt_free in any case. */
void preempt_search(const struct world *world, const struct preempt_limits *limits,
                    struct preempt_result *result);
void preempt_free(struct preempt_result *result);

#endif
