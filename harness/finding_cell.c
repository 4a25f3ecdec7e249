/* What a search of one cell has come to, as findings: see finding.h. */
#define _GNU_SOURCE /* asprintf */
#include "harness/finding.h"
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
add_oracle(struct findings *findings, struct finding finding, enum oracle oracle)
{
    const struct cell *cell = finding.cell;
    const char *name = oracle_name(oracle);
    char *share = report_share(cell, cell_verdict(cell, oracle, false)), *claim, *text;

    finding.kind = FINDING_ORACLE;
    finding.oracle = (int)oracle;
    finding.verdict = (cell_violated(cell) >> oracle & 1) != 0    ? CLAIM_FAILS
                      : (cell_undecided(cell) >> oracle & 1) != 0 ? CLAIM_UNDECIDED
                                                                  : CLAIM_HOLDS;
    claim = asprintf(&claim, "%s: never", name) < 0 ? NULL : claim;
    text = asprintf(&text, "%s under %s: %s", name, cell->policy, share) < 0 ? NULL : text;
    free(share);
    return findings_add(findings, finding, claim, text);
}

bool
findings_of_cell(struct findings *findings, const struct cell *cell)
{
    struct finding finding = {.kind = FINDING_SEARCH,
                              .verdict = CLAIM_UNDECIDED,
                              .scenario = cell->scenario,
                              .cell = cell,
                              .line = 1,
                              .column = 1,
                              .oracle = FINDING_NO_ORACLE};
    bool added = true;
    char *text;

    for (enum oracle oracle = 0; added && oracle < ORACLE_COUNT; oracle++) {
        added = add_oracle(findings, finding, oracle);
    }
    if (!added || cell_is_complete(cell) || cell_undecided(cell) != 0) {
        return added;
    }
    text = asprintf(&text, "the search of %s is inconclusive: %s", cell->policy, cell_end(cell)) < 0
               ? NULL
               : text;
    return findings_add(findings, finding, strdup("every interleaving is searched"), text);
}
