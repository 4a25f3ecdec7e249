/* What a scenario claims, held to the cells of its policies. */
#ifndef TAPWEAVE_HARNESS_CLAIM_H
#define TAPWEAVE_HARNESS_CLAIM_H

#include "harness/cell.h"

/* What became of one claim, the best first. */
enum claim_verdict { CLAIM_HOLDS, CLAIM_UNDECIDED, CLAIM_FAILS };

/* What claims compare. */
struct claim_subject {
    enum oracle oracle;
    bool lasting;  /* interleavings that end so, and not all that violate it */
    bool as_share; /* of all interleavings, and not in number */
};

/* Below, at or above 0 as the bad interleavings of `a` are fewer, as many or more than those of
 * `b`.  Both searches are complete. */
int claim_compare(const struct cell *a, const struct cell *b, struct claim_subject of);

/* Judges a claim.  `cells` are those of the scenario's policies, in their order. */
enum claim_verdict claim_judge(const struct scenario_claim *claim, const struct cell *cells);

/* The claim in words, "sometimes" or "rarer than libvirt-6.6". */
void claim_text(const struct scenario *scenario, const struct scenario_claim *claim,
                char text[256]);

/* True if a claim is about how many interleavings of that policy's cell violate an oracle. */
bool claim_counts(const struct scenario *scenario, unsigned policy);

/* True if the cell of that policy has come to an end of its own that decides not all, and
 * "inconclusive" is claimed of it.  Cells beyond those of the scenario's policies have no claims.
 */
bool claim_expects(const struct scenario *scenario, const struct cell *cell, unsigned policy);

#endif
