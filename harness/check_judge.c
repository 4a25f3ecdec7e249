/* What the cells of a check come to: see check.h. */
#define _GNU_SOURCE /* asprintf */
#include "harness/check.h"
#include "harness/output.h"
#include "harness/side_by_side.h"

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

/* True if a claim that fails did so in the baseline, and what it is about is no worse. */
static bool
is_known(const struct check *check, const struct finding *finding, const char *claimed)
{
    const char *oracle = oracle_name((enum oracle)finding->oracle);
    struct cell then;
    bool known;

    if (finding->verdict != CLAIM_FAILS ||
        !baseline_failed(&check->baseline, finding->cell, oracle, claimed)) {
        return false;
    }
    switch (baseline_cell(&check->baseline, finding->cell, &then)) {
    case BASELINE_VERDICTS:
        known = !comparison_is_worse(comparison_change(
            finding->cell, &then, (enum oracle)finding->oracle, finding->lasting));
        cell_free(&then);
        return known;
    case BASELINE_EDITED:
        return true;
    case BASELINE_NOTHING:
    default:
        return false;
    }
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
    struct finding finding = {
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
    finding.known = is_known(check, &finding, claimed);
    json_array_append_new(check->verdicts,
                          json_pack("{s:o, s:I, s:s, s:s, s:s, s:s, s:o*}", "scenario",
                                    output_text(scenario->path), "line", (json_int_t)claim->line,
                                    "policy", cell->policy, "oracle", oracle_name(oracle), "claim",
                                    claimed, "verdict", words[finding.verdict], "known",
                                    finding.known ? json_true() : NULL));
    return add(check, finding, text_of("%s: %s", oracle_name(oracle), claimed),
               text_of("the claim about %s %s: '%s' is claimed of %s; it is %s%s", cell->policy,
                       sentences[finding.verdict], claimed, oracle_name(oracle),
                       claim->lasting ? claim_lasting : "",
                       cell_observation(cell, cell_verdict(cell, oracle, claim->lasting))),
               diagnostic);
}

/* Two cells: what an oracle is now, and what it is beside that, in which words; `lasting`: at the
 * end of runs. */
struct pair {
    const struct scenario *scenario;
    const struct cell *now, *other;
    const char *where;
    enum oracle oracle;
    bool lasting;
};

static bool
judge_change(struct check *check, const struct pair *pair, struct diagnostic *diagnostic)
{
    const struct cell *now = pair->now, *other = pair->other;
    const enum oracle oracle = pair->oracle;
    const char *which = pair->lasting ? claim_lasting : "", *name = oracle_name(oracle);
    char *is = report_share(now, cell_verdict(now, oracle, pair->lasting));
    char *was = report_share(other, cell_verdict(other, oracle, pair->lasting));
    const enum change change = comparison_change(now, other, oracle, pair->lasting);
    const enum claim_verdict verdict = comparison_is_worse(change) ? CLAIM_FAILS
                                       : change == CHANGE_OPEN     ? CLAIM_UNDECIDED
                                                                   : CLAIM_HOLDS;
    const struct finding finding = {.kind = FINDING_CHANGE,
                                    .verdict = verdict,
                                    .scenario = pair->scenario,
                                    .cell = now,
                                    .line = 1,
                                    .column = 1,
                                    .oracle = (int)oracle,
                                    .lasting = pair->lasting};
    bool added =
        add(check, finding, text_of("%s%s: no worse than %s", which, name, pair->where),
            text_of("%s%s under %s: %s; %s: %s", which, name, now->policy, is, pair->where, was),
            diagnostic);

    free(is);
    free(was);
    return added;
}

/* The same of every oracle, under one's own policy and its base. */
static bool
judge_own(struct check *check, const struct checked *checked, struct diagnostic *diagnostic)
{
    char where[SCENARIO_MAX_POLICY_TEXT + 8];
    bool judged = true;

    snprintf(where, sizeof where, "under %s", checked->cell[1].policy);
    for (unsigned i = 0; judged && i < 2 * ORACLE_COUNT; i++) {
        const struct pair pair = {.scenario = &checked->scenario,
                                  .now = &checked->cell[0],
                                  .other = &checked->cell[1],
                                  .where = where,
                                  .oracle = (enum oracle)(i / 2),
                                  .lasting = i % 2 != 0};

        judged = (pair.lasting && (ORACLES_THAT_LAST >> pair.oracle & 1) == 0) ||
                 judge_change(check, &pair, diagnostic);
    }
    return judged;
}

/* True if a claim of the scenario, whose findings begin with `first`, says already that it fails.
 */
static bool
is_said(const struct check *check, unsigned first, const struct pair *pair)
{
    bool said = false;

    for (unsigned i = first; i < check->findings.count; i++) {
        const struct finding *other = &check->findings.finding[i];

        said = said ||
               (other->cell == pair->now && other->oracle == (int)pair->oracle &&
                other->lasting == pair->lasting && other->verdict == CLAIM_FAILS && !other->known);
    }
    return said;
}

/* What is worse in a cell than in the baseline, if no claim says so. */
static bool
judge_baseline(struct check *check, const struct checked *checked, const struct cell *cell,
               unsigned first, struct diagnostic *diagnostic)
{
    bool judged = true;
    struct cell then;
    enum baseline_has has =
        cell->elsewhere ? BASELINE_NOTHING : baseline_cell(&check->baseline, cell, &then);

    check->tally.edited += has == BASELINE_EDITED;
    if (has != BASELINE_VERDICTS) {
        return true;
    }
    for (unsigned i = 0; judged && i < 2 * ORACLE_COUNT; i++) {
        const struct pair pair = {.scenario = &checked->scenario,
                                  .now = cell,
                                  .other = &then,
                                  .where = "in the baseline",
                                  .oracle = (enum oracle)(i / 2),
                                  .lasting = i % 2 != 0};

        judged = !comparison_is_worse(comparison_change(cell, &then, pair.oracle, pair.lasting)) ||
                 is_said(check, first, &pair) || judge_change(check, &pair, diagnostic);
    }
    cell_free(&then);
    return judged;
}

/* The search of a cell is not complete; and that is not what the scenario claims of it. */
static bool
is_inconclusive(const struct checked *checked, unsigned index)
{
    const struct cell *cell = &checked->cell[index];

    return !cell_is_complete(cell) && !claim_expects(&checked->scenario, cell, index);
}

/* A cell of which nothing else says that its search is not complete. */
static bool
judge_search(struct check *check, const struct checked *checked, unsigned index, unsigned first,
             struct diagnostic *diagnostic)
{
    const struct cell *cell = &checked->cell[index];
    const struct finding finding = {.kind = FINDING_SEARCH,
                                    .verdict = CLAIM_UNDECIDED,
                                    .scenario = &checked->scenario,
                                    .cell = cell,
                                    .line = 1,
                                    .column = 1,
                                    .oracle = FINDING_NO_ORACLE};
    bool said = cell->elsewhere || !is_inconclusive(checked, index);

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
    judged = judged && (!pair || judge_own(check, checked, diagnostic));
    for (unsigned i = 0; judged && i < checked->cells; i++) {
        judged = judge_baseline(check, checked, &checked->cell[i], first, diagnostic);
    }
    for (unsigned i = 0; judged && i < checked->cells; i++) {
        judged = judge_search(check, checked, i, first, diagnostic);
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

    *tally = (struct tally){0};
    check->findings.cell = check->cell;
    check->findings.cells = check->cells;
    check->findings.bounds = &check->options->bounds;
    check->findings.jobs = side_by_side_jobs(check->options->jobs);
    for (unsigned i = 0; i < check->scenarios; i++) {
        if (!judge_scenario(check, i, diagnostic)) {
            return false;
        }
    }
    tally->policies = count_policies(check);
    for (unsigned i = 0; i < check->scenarios; i++) {
        for (unsigned j = 0; j < check->checked[i].cells; j++) {
            const struct cell *cell = &check->checked[i].cell[j];

            tally->cells += !cell->elsewhere;
            tally->inconclusive += !cell->elsewhere && is_inconclusive(&check->checked[i], j);
            tally->interrupted = tally->interrupted || (!cell->elsewhere && cell->interrupted);
        }
        tally->scenarios += check_has_own(&check->checked[i]);
    }
    for (unsigned i = 0; i < check->findings.count; i++) {
        const struct finding *finding = &check->findings.finding[i];
        const bool claim = finding->kind == FINDING_CLAIM;

        tally->claims += claim;
        tally->known += finding->known;
        tally->worse += finding->kind == FINDING_CHANGE && finding->verdict == CLAIM_FAILS;
        tally->failed += claim && finding->verdict == CLAIM_FAILS && !finding->known;
        tally->undecided += claim && finding->verdict == CLAIM_UNDECIDED;
    }
    return true;
}
