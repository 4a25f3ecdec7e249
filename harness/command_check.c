/* tapweave check SCENARIO...: the matrix, and whether every claim holds. */
#include "harness/commands.h"
#include "harness/output.h"
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = SCENARIO_MAX_POLICIES + 24 /* named policies */ };

/* What came of all scenarios together. */
struct tally {
    unsigned scenarios, cells, claims, failed, undecided, inconclusive;
    json_t *results, *verdicts;
};

/* Runs the scenario's policies and, if asked, every named one that is not among them.  False with a
 * complaint, and then no cells are left to free. */
static bool
run_cells(const struct scenario *scenario, const struct options *options, struct cell *cells, unsigned *count,
          struct complaint *complaint)
{
    bool ran = true;

    *count = 0;
    for (unsigned i = 0; i < scenario->policies && ran; i++) {
        ran = cell_run(&cells[*count], scenario, scenario->policy[i].text, &scenario->policy[i].policy,
                       &options->bounds, complaint);
        *count += ran;
    }
    for (unsigned i = 0; options->all_policies && policy_named(i) != NULL && ran; i++) {
        const struct policy_named *named = policy_named(i);
        bool there = false;

        for (unsigned j = 0; j < scenario->policies; j++) {
            there = there || strcmp(scenario->policy[j].text, named->name) == 0;
        }
        if (!there) {
            ran = cell_run(&cells[*count], scenario, named->name, &named->policy, &options->bounds, complaint);
            *count += ran;
        }
    }
    for (unsigned i = 0; i < *count && !ran; i++) {
        cell_free(&cells[i]);
    }
    return ran;
}

static void
judge_claims(const struct scenario *scenario, const struct cell *cells, bool quiet, struct tally *tally)
{
    static const char *const words[] = {"holds", "fails", "undecided"};

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];
        enum claim_verdict verdict = claim_judge(claim, cells);
        const char *oracle = oracle_name((enum oracle)claim->oracle);
        char text[256];

        claim_text(scenario, claim, text);
        tally->claims++;
        tally->failed += verdict == CLAIM_FAILS;
        tally->undecided += verdict == CLAIM_UNDECIDED;
        if (verdict != CLAIM_HOLDS && !quiet) {
            printf("  %s:%zu: the claim about %s %s: '%s' is claimed of %s; it is %s\n\n", scenario->path,
                   claim->line, scenario->policy[claim->policy].text, words[verdict], text, oracle,
                   cell_observation(&cells[claim->policy], (enum oracle)claim->oracle));
        }
        json_array_append_new(
            tally->verdicts,
            json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "scenario", scenario->path, "line",
                      (json_int_t)claim->line, "policy", scenario->policy[claim->policy].text, "oracle", oracle,
                      "claim", text, "verdict", words[verdict]));
    }
}

/* One scenario: its cells are run, shown, and judged. */
static bool
check(const struct scenario *scenario, const struct options *options, bool quiet, struct tally *tally,
      struct cell *cells, unsigned *count, struct complaint *complaint)
{
    if (!run_cells(scenario, options, cells, count, complaint)) {
        return false;
    }
    if (!quiet) {
        report_matrix(scenario, cells, *count);
    }
    judge_claims(scenario, cells, quiet, tally);
    for (unsigned i = 0; i < *count; i++) {
        tally->inconclusive += cells[i].result.end != EXPLORE_COMPLETE;
        json_array_append_new(tally->results, report_json(&cells[i]));
    }
    tally->scenarios++;
    tally->cells += *count;
    return true;
}

static void
print_summary(const struct tally *tally)
{
    printf("%u scenario%s, %u cells, %u claims: ", tally->scenarios, tally->scenarios == 1 ? "" : "s",
           tally->cells, tally->claims);
    if (tally->failed > 0 || tally->undecided > 0 || tally->inconclusive > 0) {
        printf("%u claims fail, %u are undecided; %u cells are inconclusive\n", tally->failed,
               tally->undecided, tally->inconclusive);
    } else {
        printf("every claim holds\n");
    }
}

/* Reads all scenarios before anything is run, so that bad input has no half of a result. */
static struct scenario *
read_all(const struct options *options, struct complaint *complaint)
{
    struct scenario *scenarios = calloc(options->count, sizeof *scenarios);

    if (scenarios == NULL) {
        complain(complaint, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return NULL;
    }
    for (unsigned i = 0; i < options->count; i++) {
        if (!scenario_read(&scenarios[i], options->files[i], complaint)) {
            free(scenarios);
            return NULL;
        }
    }
    return scenarios;
}

/* The overview needs the cells of all scenarios at once. */
struct scenario_cells {
    struct cell cell[MAX_CELLS];
    unsigned count;
};

static void
print_overview(const struct scenario *scenarios, const struct scenario_cells *rows, unsigned count)
{
    report_overview(NULL, NULL, 0);
    for (unsigned i = 0; i < count; i++) {
        report_overview(&scenarios[i], rows[i].cell, rows[i].count);
    }
    report_overview_legend();
    putchar('\n');
}

enum exit_status
command_check(const struct options *options, struct complaint *complaint)
{
    struct tally tally = {.results = json_array(), .verdicts = json_array()};
    bool quiet = options->json != NULL && strcmp(options->json, "-") == 0;
    struct scenario *scenarios;
    struct scenario_cells *rows;
    json_t *json;

    if (options->count == 0) {
        complain(complaint, EXIT_BAD_INPUT, NULL, 0, 0, "check needs scenarios; see 'tapweave check --help'");
        return complaint->status;
    }
    scenarios = read_all(options, complaint);
    rows = calloc(options->count, sizeof *rows);
    for (unsigned i = 0; scenarios != NULL && rows != NULL && i < options->count; i++) {
        if (!check(&scenarios[i], options, quiet, &tally, rows[i].cell, &rows[i].count, complaint)) {
            break;
        }
    }
    if (complaint->status == EXIT_HOLDS && !quiet) {
        if (options->all_policies) {
            print_overview(scenarios, rows, options->count);
        }
        print_summary(&tally);
    }
    for (unsigned i = 0; rows != NULL && i < tally.scenarios; i++) {
        for (unsigned j = 0; j < rows[i].count; j++) {
            cell_free(&rows[i].cell[j]);
        }
    }
    free(rows);
    free(scenarios);
    json = json_pack("{s:s, s:o, s:o}", "schema", "tapweave-check/1", "results", tally.results, "claims",
                     tally.verdicts);
    if (complaint->status == EXIT_HOLDS && options->json != NULL) {
        output_json(json, options->json, complaint);
    } else {
        json_decref(json);
    }
    if (complaint->status != EXIT_HOLDS) {
        return complaint->status;
    }
    return tally.failed > 0                               ? EXIT_VIOLATED
           : tally.undecided > 0 || tally.inconclusive > 0 ? EXIT_INCONCLUSIVE
                                                           : EXIT_HOLDS;
}
