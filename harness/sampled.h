/* A cell that is not searched, but walked through by chance (sim/sample.h). */
#ifndef TAPWEAVE_HARNESS_SAMPLED_H
#define TAPWEAVE_HARNESS_SAMPLED_H

#include "harness/cell.h"
#include "sim/sample.h"

/* How: as the options have it. */
struct sampling {
    bool wanted;             /* --sample */
    enum strategy_kind kind; /* its strategy */
    uint64_t walks;          /* --walks; 0 if not given */
    uint64_t seed;           /* --seed; SAMPLING_NO_SEED if not given */
    unsigned depth;          /* --depth; 0 if not given */
    unsigned max_steps;      /* --max-steps; 0 if not given */
    int preemptions;         /* --preemptions; STRATEGY_FREE if not given */
};
#define SAMPLING_NO_SEED UINT64_MAX

/* Puts the defaults where nothing was given.  False with a diagnostic if some of it is not for
 * --sample, or not for that strategy. */
bool sampling_settle(struct sampling *sampling, const struct bounds *bounds,
                     struct diagnostic *diagnostic);

/* The cell's verdicts are the sample's, and its search is not complete. */
struct sampled {
    struct cell cell;
    const struct sampling *how; /* not owned */
    struct sample_result result;
};

/* Walks.  False with a diagnostic, and nothing to free, if the scenario has no world under this
 * policy.  To be given to sampled_free. */
bool sampled_run(struct sampled *sampled, const struct scenario *scenario, const char *policy,
                 const struct policy *choices, const struct sampling *how,
                 const struct bounds *bounds, struct diagnostic *diagnostic);
void sampled_free(struct sampled *sampled);

/* Why it ended, in words. */
const char *sampled_end(const struct sampled *sampled);

#endif
