/* How many runs of all are bad, in words: as a share, and as numbers. */
#ifndef TAPWEAVE_HARNESS_SHARE_H
#define TAPWEAVE_HARNESS_SHARE_H

#include "harness/rough.h"

#include <gmp.h>

enum {
    SHARE_SIZE = 32,
    SHARE_RUNS_SIZE = 2 * ROUGH_SIZE + 8,
};

/* "24.0 %": rounded down, and `none` or `all` only if it is that.  There are runs. */
const char *share_text(const mpz_t bad, const mpz_t runs, const char *none, const char *all,
                       char text[SHARE_SIZE]);

/* "227 of 945"; a number in words if it has too many digits. */
const char *share_runs(const mpz_t bad, const mpz_t runs, char text[SHARE_RUNS_SIZE]);

#endif
