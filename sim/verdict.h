/* What a search says of an oracle. */
#ifndef TAPWEAVE_SIM_VERDICT_H
#define TAPWEAVE_SIM_VERDICT_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    EXPLORE_MAX_TRACE = 4096 /* steps of the longest schedule of the largest world */
};

/* That it is violated, or that a run ends so. */
struct explore_verdict {
    bool violated;   /* in some run; never true without a trace */
    mpz_t bad;       /* such runs, if runs are counted */
    unsigned length; /* of the trace, whose last step is the one that makes it so */
    uint8_t *trace;  /* actors by number; NULL if not violated.  Length 0: the initial state does */
};

#endif
