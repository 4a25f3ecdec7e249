/* The memory of a search's result: see explore.h. */
#include "sim/explore.h"

#include <stdlib.h>

void
explore_result_open(struct explore_result *result)
{
    *result = (struct explore_result){.lacking = -1, .threads = 1};
    mpz_init(result->interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(result->verdict[oracle].bad);
        mpz_init(result->lasting[oracle].bad);
    }
}

void
explore_take_over(struct explore_result *result, struct explore_result *earlier)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        struct explore_verdict *pair[][2] = {
            {&result->verdict[oracle], &earlier->verdict[oracle]},
            {&result->lasting[oracle], &earlier->lasting[oracle]},
        };

        for (unsigned i = 0; i < 2; i++) {
            if (pair[i][1]->violated) {
                struct explore_verdict kept = *pair[i][0];

                *pair[i][0] = *pair[i][1];
                *pair[i][1] = kept;
            }
        }
    }
    result->names |= earlier->names;
    result->reached |= earlier->reached;
}

void
explore_free(struct explore_result *result)
{
    mpz_clear(result->interleavings);
    free(result->fairness.trip.trace);
    free(result->fairness.busy);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_clear(result->verdict[oracle].bad);
        mpz_clear(result->lasting[oracle].bad);
        free(result->verdict[oracle].trace);
        free(result->lasting[oracle].trace);
    }
}
