/* tapweave check SCENARIO...: the matrix, and whether every claim holds. */
#include "harness/commands.h"
#include "harness/output.h"
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED };

/* A scenario and its cells, those of its own policies first. */
struct checked {
    struct scenario scenario;
    struct cell cell[MAX_CELLS];
    unsigned cells;
};

/* What came of all scenarios together. */
struct tally {
    unsigned cells, claims, failed, undecided, inconclusive;
    json_t *results, *verdicts;
    struct standing *standing; /* of each scenario */
};

static bool
run_cell(struct checked *checked, const char *text, const struct policy *policy,
         const struct options *options, struct diagnostic *diagnostic)
{
    if (!cell_run(&checked->cell[checked->cells], &checked->scenario, text, policy,
                  &options->bounds, diagnostic)) {
        return false;
    }
    checked->cells++;
    return true;
}

/* Runs the scenario's policies and, if asked, every named one that is not among them. */
static bool
run_cells(struct checked *checked, const struct options *options, struct diagnostic *diagnostic)
{
    const struct scenario *scenario = &checked->scenario;
    const struct policy_named *named;

    for (unsigned i = 0; i < scenario->policies; i++) {
        if (!run_cell(checked, scenario->policy[i].text, &scenario->policy[i].policy, options,
                      diagnostic)) {
            return false;
        }
    }
    for (unsigned i = 0; options->all_policies && (named = policy_named(i)) != NULL; i++) {
        bool there = false;

        for (unsigned j = 0; j < scenario->policies; j++) {
            there = there || strcmp(scenario->policy[j].text, named->name) == 0;
        }
        if (!there && !run_cell(checked, named->name, &named->policy, options, diagnostic)) {
            return false;
        }
    }
    return true;
}

static void
judge_claims(const struct checked *checked, bool quiet, struct tally *tally)
{
    static const char *const words[] = {"holds", "fails", "undecided"};
    const struct scenario *scenario = &checked->scenario;

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];
        enum claim_verdict verdict = claim_judge(claim, checked->cell);
        enum oracle oracle = (enum oracle)claim->oracle;
        const char *policy = scenario->policy[claim->policy].text;
        char text[256];

        claim_text(scenario, claim, text);
        tally->claims++;
        tally->failed += verdict == CLAIM_FAILS;
        tally->undecided += verdict == CLAIM_UNDECIDED;
        if (verdict != CLAIM_HOLDS && !quiet) {
            printf("  %s:%zu: the claim about %s %s: '%s' is claimed of %s; it is %s\n\n",
                   scenario->path, claim->line, policy, words[verdict], text, oracle_name(oracle),
                   cell_observation(&checked->cell[claim->policy], oracle));
        }
        json_array_append_new(tally->verdicts, json_pack("{s:o, s:I, s:s, s:s, s:s, s:s}",
                                                         "scenario", output_text(scenario->path),
                                                         "line", (json_int_t)claim->line, "policy",
                                                         policy, "oracle", oracle_name(oracle),
                                                         "claim", text, "verdict", words[verdict]));
    }
}

/* One scenario: its cells are run, shown, and judged. */
static bool
check(struct checked *checked, const struct options *options, bool quiet, struct tally *tally,
      struct diagnostic *diagnostic)
{
    if (!run_cells(checked, options, diagnostic)) {
        return false;
    }
    if (!quiet) {
        report_matrix(&checked->scenario, checked->cell, checked->cells);
    }
    judge_claims(checked, quiet, tally);
    for (unsigned i = 0; i < checked->cells; i++) {
        tally->inconclusive += checked->cell[i].result.end != EXPLORE_COMPLETE;
        json_array_append_new(tally->results, report_json(&checked->cell[i]));
    }
    tally->cells += checked->cells;
    return true;
}

static void
print_summary(const struct checked *all, unsigned count, bool overview, const struct tally *tally)
{
    if (overview) {
        report_overview(NULL, NULL, 0);
        for (unsigned i = 0; i < count; i++) {
            report_overview(&all[i].scenario, all[i].cell, all[i].cells);
        }
        report_overview_legend();
        putchar('\n');
        report_defeats(tally->standing, count);
        putchar('\n');
    }
    printf("%u scenario%s, %u cells, %u claims: ", count, count == 1 ? "" : "s", tally->cells,
           tally->claims);
    if (tally->failed > 0 || tally->undecided > 0 || tally->inconclusive > 0) {
        printf("%u claims fail, %u are undecided; %u cells are inconclusive\n", tally->failed,
               tally->undecided, tally->inconclusive);
    } else {
        printf("every claim holds\n");
    }
}

/* All scenarios are read before anything is run, so that bad input has no half of a result. */
static bool
check_all(struct checked *all, const struct options *options, bool quiet, struct tally *tally,
          struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < options->count; i++) {
        if (!scenario_read(&all[i].scenario, options->files[i], diagnostic)) {
            return false;
        }
    }
    for (unsigned i = 0; i < options->count; i++) {
        if (!check(&all[i], options, quiet, tally, diagnostic)) {
            return false;
        }
        standing_note(&tally->standing[i], &all[i].scenario, all[i].cell, all[i].cells);
    }
    return true;
}

/* Everything has been run: the summary, and the JSON if it is asked for. */
static void
finish(const struct checked *all, const struct options *options, bool quiet, struct tally *tally,
       struct diagnostic *diagnostic)
{
    json_t *json = json_pack("{s:s, s:O, s:O}", "schema", "tapweave-check/1", "results",
                             tally->results, "claims", tally->verdicts);

    if (options->all_policies) {
        json_object_set_new(json, "policies", defeats_json(tally->standing, options->count));
    }
    if (!quiet) {
        print_summary(all, options->count, options->all_policies, tally);
    }
    if (options->json != NULL) {
        output_json(json, options->json, diagnostic);
    } else {
        json_decref(json);
    }
}

enum exit_status
command_check(const struct options *options, struct diagnostic *diagnostic)
{
    bool quiet = options->json != NULL && strcmp(options->json, "-") == 0;
    struct tally tally = {0};
    struct checked *all;

    if (options->count == 0) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "check needs scenarios; see 'tapweave check --help'");
        return diagnostic->status;
    }
    all = calloc(options->count, sizeof *all);
    tally.standing = calloc(options->count, sizeof *tally.standing);
    if (all == NULL || tally.standing == NULL) {
        free(all);
        free(tally.standing);
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return diagnostic->status;
    }
    tally.results = json_array();
    tally.verdicts = json_array();
    if (check_all(all, options, quiet, &tally, diagnostic)) {
        finish(all, options, quiet, &tally, diagnostic);
    }
    for (unsigned i = 0; i < options->count; i++) {
        for (unsigned j = 0; j < all[i].cells; j++) {
            cell_free(&all[i].cell[j]);
        }
    }
    free(all);
    free(tally.standing);
    json_decref(tally.results);
    json_decref(tally.verdicts);
    if (diagnostic->status != EXIT_HOLDS) {
        return diagnostic->status;
    }
    if (tally.failed > 0) {
        return EXIT_VIOLATED;
    }
    return tally.undecided > 0 || tally.inconclusive > 0 ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}
