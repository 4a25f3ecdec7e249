/* Claims: see claim.h. */
#include "harness/claim.h"

#include <stdio.h>
#include <string.h>

int
claim_compare(const struct cell *a, const struct cell *b, struct claim_subject of)
{
    const struct explore_verdict *its = cell_verdict(a, of.oracle, of.lasting);
    const struct explore_verdict *others = cell_verdict(b, of.oracle, of.lasting);
    mpz_t left, right;
    int order;

    mpz_init_set(left, its->bad);
    mpz_init_set(right, others->bad);
    if (!a->result.counted || !b->result.counted) {
        mpz_set_ui(left, its->violated);
        mpz_set_ui(right, others->violated);
    } else if (of.as_share) {
        mpz_mul(left, left, b->result.interleavings);
        mpz_mul(right, right, a->result.interleavings);
    }
    order = mpz_cmp(left, right);
    mpz_clear(left);
    mpz_clear(right);
    return order;
}

enum claim_verdict
claim_judge(const struct scenario_claim *claim, const struct cell *cells)
{
    const struct cell *cell = &cells[claim->policy], *than = &cells[claim->than];
    struct claim_subject of = {
        .oracle = (enum oracle)claim->oracle,
        .lasting = claim->lasting,
        .as_share = claim->kind == CLAIM_RARER || claim->kind == CLAIM_MORE_OFTEN,
    };
    const struct explore_verdict *verdict = cell_verdict(cell, of.oracle, of.lasting);
    bool more = claim->kind == CLAIM_MORE_OFTEN || claim->kind == CLAIM_MORE;
    int order;

    if (claim->kind == CLAIM_INCONCLUSIVE) {
        return cell_decides(cell, verdict) || verdict->violated ? CLAIM_FAILS
               : cell_is_cut(cell)                              ? CLAIM_UNDECIDED
                                                                : CLAIM_HOLDS;
    }
    if (!cell_decides(cell, verdict)) {
        return !verdict->violated              ? CLAIM_UNDECIDED
               : claim->kind == CLAIM_NEVER    ? CLAIM_FAILS
               : claim->kind == CLAIM_POSSIBLE ? CLAIM_HOLDS
                                               : CLAIM_UNDECIDED;
    }
    if (claim->kind == CLAIM_POSSIBLE) {
        return verdict->violated ? CLAIM_HOLDS : CLAIM_FAILS;
    }
    if (claim->kind <= CLAIM_ALWAYS) {
        return strcmp(cell_observation(cell, verdict), claim_words[claim->kind]) == 0 ? CLAIM_HOLDS
                                                                                      : CLAIM_FAILS;
    }
    if (!cell_decides(than, cell_verdict(than, of.oracle, of.lasting))) {
        return CLAIM_UNDECIDED;
    }
    order = claim_compare(cell, than, of);
    return (more ? order > 0 : order < 0) ? CLAIM_HOLDS : CLAIM_FAILS;
}

void
claim_text(const struct scenario *scenario, const struct scenario_claim *claim, char text[256])
{
    snprintf(text, 256, "%s%s%s", claim->lasting ? claim_lasting : "", claim_words[claim->kind],
             claim->kind >= CLAIM_RARER ? scenario->policy[claim->than].text : "");
}

bool
claim_counts(const struct scenario *scenario, unsigned policy)
{
    bool counted = false;

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];

        counted = counted ||
                  (claim->kind != CLAIM_NEVER && claim->kind != CLAIM_POSSIBLE &&
                   claim->kind != CLAIM_INCONCLUSIVE && claim->policy == policy) ||
                  (claim->kind >= CLAIM_RARER && claim->than == policy);
    }
    return counted;
}

bool
claim_expects(const struct scenario *scenario, const struct cell *cell, unsigned policy)
{
    bool claimed = false;

    for (unsigned i = 0; i < scenario->claims; i++) {
        claimed = claimed || (scenario->claim[i].policy == policy &&
                              scenario->claim[i].kind == CLAIM_INCONCLUSIVE);
    }
    return claimed && !cell_is_cut(cell);
}
