/* What the cells of a check come to: see check.h. */
#define _GNU_SOURCE /* asprintf */
#include "harness/check.h"
#include "harness/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds a finding, whose texts may be NULL without memory. */
static bool
add(struct check *check, struct finding finding, char *claim, char *text,
    struct diagnostic *diagnostic)
{
    return findings_add(&check->findings, finding, claim, text) ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
}

__attribute__((format(printf, 1, 2))) static char *
text_of(const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

/* How many policies there are in all of the scenarios together. */
static unsigned
count_policies(const struct check *check)
{
    unsigned count = 0;

    for (unsigned i = 0; i < check->cells; i++) {
        unsigned before = 0;

        while (before < i && (check->cell[before].elsewhere ||
                              strcmp(check->cell[before].policy, check->cell[i].policy) != 0)) {
            before++;
        }
        count += before == i && !check->cell[i].elsewhere;
    }
    return count;
}

static bool
judge_claim(struct check *check, const struct checked *checked, const struct scenario_claim *claim,
            struct diagnostic *diagnostic)
{
    static const char *const words[] = {"holds", "undecided", "fails"};
    static const char *const sentences[] = {"holds", "is undecided", "fails"};
    const struct scenario *scenario = &checked->scenario;
    const struct cell *cell = &checked->cell[claim->policy];
    const enum oracle oracle = (enum oracle)claim->oracle;
    const struct finding finding = {
        .kind = FINDING_CLAIM,
        .verdict = claim_judge(claim, checked->cell),
        .scenario = scenario,
        .cell = cell,
        .line = claim->line,
        .column = claim->column,
        .oracle = (int)oracle,
        .lasting = claim->lasting,
    };
    char claimed[256];

    if (cell->elsewhere) {
        return true;
    }
    claim_text(scenario, claim, claimed);
    json_array_append_new(check->verdicts,
                          json_pack("{s:o, s:I, s:s, s:s, s:s, s:s}", "scenario",
                                    output_text(scenario->path), "line", (json_int_t)claim->line,
                                    "policy", cell->policy, "oracle", oracle_name(oracle), "claim",
                                    claimed, "verdict", words[finding.verdict]));
    return add(check, finding, text_of("%s: %s", oracle_name(oracle), claimed),
               text_of("the claim about %s %s: '%s' is claimed of %s; it is %s%s", cell->policy,
                       sentences[finding.verdict], claimed, oracle_name(oracle),
                       claim->lasting ? claim_lasting : "",
                       cell_observation(cell, cell_verdict(cell, oracle, claim->lasting))),
               diagnostic);
}

/* What an oracle is under one's own policy, beside the base; `lasting`: at the end of runs. */
static bool
judge_change(struct check *check, const struct checked *checked, enum oracle oracle, bool lasting,
             struct diagnostic *diagnostic)
{
    const struct cell *own = checked->cell, *base = own + 1;
    const char *which = lasting ? claim_lasting : "";
    char *is = report_share(own, cell_verdict(own, oracle, lasting));
    char *was = report_share(base, cell_verdict(base, oracle, lasting));
    const enum change change = comparison_change(own, base, oracle, lasting);
    const enum claim_verdict verdict = comparison_is_worse(change) ? CLAIM_FAILS
                                       : change == CHANGE_OPEN     ? CLAIM_UNDECIDED
                                                                   : CLAIM_HOLDS;
    const struct finding finding = {.kind = FINDING_CHANGE,
                                    .verdict = verdict,
                                    .scenario = &checked->scenario,
                                    .cell = own,
                                    .line = 1,
                                    .column = 1,
                                    .oracle = (int)oracle,
                                    .lasting = lasting};
    bool added =
        add(check, finding,
            text_of("%s%s: no worse than under %s", which, oracle_name(oracle), base->policy),
            text_of("%s%s under %s: %s; under %s: %s", which, oracle_name(oracle), own->policy, is,
                    base->policy, was),
            diagnostic);

    free(is);
    free(was);
    return added;
}

/* A cell of which nothing else says that its search is not complete. */
static bool
judge_search(struct check *check, const struct checked *checked, const struct cell *cell,
             unsigned first, struct diagnostic *diagnostic)
{
    const struct finding finding = {.kind = FINDING_SEARCH,
                                    .verdict = CLAIM_UNDECIDED,
                                    .scenario = &checked->scenario,
                                    .cell = cell,
                                    .line = 1,
                                    .column = 1,
                                    .oracle = FINDING_NO_ORACLE};
    bool said = cell->elsewhere || cell->result.end == EXPLORE_COMPLETE;

    for (unsigned i = first; i < check->findings.count; i++) {
        const struct finding *other = &check->findings.finding[i];

        said = said || (other->cell == cell && other->verdict == CLAIM_UNDECIDED);
    }
    return said ||
           add(check, finding, text_of("every interleaving is searched"),
               text_of("the search of %s is inconclusive: %s", cell->policy, cell_end(cell)),
               diagnostic);
}

/* One scenario: its claims, or what has changed, and its searches. */
static bool
judge_scenario(struct check *check, unsigned index, struct diagnostic *diagnostic)
{
    const struct checked *checked = &check->checked[index];
    struct summary *summary = &check->summary[index];
    const unsigned first = check->findings.count;
    const bool pair = check->policy != NULL && !checked->cell->elsewhere;
    bool judged = true;

    summary_note(summary, &checked->scenario, checked->cell, checked->cells);
    for (unsigned i = 0; judged && i < checked->scenario.claims; i++) {
        judged = judge_claim(check, checked, &checked->scenario.claim[i], diagnostic);
    }
    if (pair) {
        comparison_note(summary, &checked->cell[0], &checked->cell[1]);
    }
    for (enum oracle oracle = 0; judged && pair && oracle < ORACLE_COUNT; oracle++) {
        judged = judge_change(check, checked, oracle, false, diagnostic) &&
                 ((ORACLES_THAT_LAST >> oracle & 1) == 0 ||
                  judge_change(check, checked, oracle, true, diagnostic));
    }
    for (unsigned i = 0; judged && i < checked->cells; i++) {
        judged = judge_search(check, checked, &checked->cell[i], first, diagnostic);
    }
    return judged;
}

bool
check_has_own(const struct checked *checked)
{
    bool own = false;

    for (unsigned i = 0; i < checked->cells; i++) {
        own = own || !checked->cell[i].elsewhere;
    }
    return own;
}

bool
check_judge(struct check *check, struct diagnostic *diagnostic)
{
    struct tally *tally = &check->tally;

    for (unsigned i = 0; i < check->scenarios; i++) {
        if (!judge_scenario(check, i, diagnostic)) {
            return false;
        }
    }
    *tally = (struct tally){.policies = count_policies(check)};
    for (unsigned i = 0; i < check->cells; i++) {
        const struct cell *cell = &check->cell[i];

        tally->cells += !cell->elsewhere;
        tally->inconclusive += !cell->elsewhere && cell->result.end != EXPLORE_COMPLETE;
        tally->interrupted = tally->interrupted || (!cell->elsewhere && cell->interrupted);
    }
    for (unsigned i = 0; i < check->scenarios; i++) {
        tally->scenarios += check_has_own(&check->checked[i]);
    }
    for (unsigned i = 0; i < check->findings.count; i++) {
        const struct finding *finding = &check->findings.finding[i];
        const bool claim = finding->kind == FINDING_CLAIM;

        tally->claims += claim;
        tally->failed += claim && finding->verdict == CLAIM_FAILS;
        tally->undecided += claim && finding->verdict == CLAIM_UNDECIDED;
    }
    return true;
}
