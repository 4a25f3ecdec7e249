/* A cell of which every interleaving with few preemptions is searched (sim/preempt.h). */
#ifndef TAPWEAVE_HARNESS_PREEMPTED_H
#define TAPWEAVE_HARNESS_PREEMPTED_H

#include "harness/cell.h"
#include "sim/preempt.h"

/* The cell's verdicts are those of these interleavings, and its search is not complete. */
struct preempted {
    struct cell cell;
    unsigned preemptions; /* at most so many */
    struct preempt_result result;
};

/* Searches.  False with a diagnostic, and nothing to free, if the scenario has no world under this
 * policy.  To be given to preempted_free. */
bool preempted_run(struct preempted *preempted, const struct scenario *scenario, const char *policy,
                   const struct policy *choices, unsigned preemptions, const struct bounds *bounds,
                   struct diagnostic *diagnostic);
void preempted_free(struct preempted *preempted);

/* Why it ended, in words. */
const char *preempted_end(const struct preempted *preempted);

#endif
