/* tapweave check SCENARIO...: which policy violates what, and whether every claim holds.  With -p:
 * a policy of one's own beside the one that it begins with. */
#include "harness/commands.h"
#include "harness/folder.h"
#include "harness/interrupt.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/print.h"
#include "harness/report.h"
#include "harness/side_by_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_CELLS = SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED,
    MOST_FAILURES = 20, /* claims that are named on the one screen */
};

/* A scenario and its cells, those of its policies first. */
struct checked {
    struct scenario scenario;
    struct cell *cell;
    unsigned cells;
};

struct check {
    const struct options *options;
    char **path;
    unsigned scenarios;
    struct checked *checked;
    struct cell *cell; /* of all scenarios */
    unsigned cells;
    struct scenario_policy pair[2]; /* with -p: one's own policy, and its base */
    struct tally tally;
    struct summary *summary;
    json_t *verdicts;
};

static void
add_cell(struct check *check, struct checked *checked, const char *text,
         const struct policy *policy)
{
    cell_begin(&check->cell[check->cells++], &checked->scenario, text, policy);
    checked->cells++;
}

/* A claim is about how many interleavings of the policy's cell violate an oracle. */
static bool
is_counted(const struct check *check, const struct scenario *scenario, unsigned policy)
{
    bool counted = check->options->policy != NULL; /* shares are compared */

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];

        counted = counted ||
                  (claim->kind != CLAIM_NEVER && claim->kind != CLAIM_POSSIBLE &&
                   claim->policy == policy) ||
                  (claim->kind >= CLAIM_RARER && claim->than == policy);
    }
    return counted;
}

/* The scenario's policies and, if asked, every named one that is not among them. */
static void
add_cells(struct check *check, struct checked *checked)
{
    const struct scenario *scenario = &checked->scenario;
    const struct policy_named *named;

    for (unsigned i = 0; i < scenario->policies; i++) {
        add_cell(check, checked, scenario->policy[i].text, &scenario->policy[i].policy);
        check->cell[check->cells - 1].counts = is_counted(check, scenario, i);
    }
    for (unsigned i = 0; check->options->all_policies && (named = policy_named(i)) != NULL; i++) {
        bool there = false;

        for (unsigned j = 0; j < scenario->policies; j++) {
            there = there || strcmp(scenario->policy[j].text, named->name) == 0;
        }
        if (!there) {
            add_cell(check, checked, named->name, &named->policy);
        }
    }
}

/* How many policies there are in all of the scenarios together. */
static unsigned
count_policies(const struct check *check)
{
    unsigned count = 0;

    for (unsigned i = 0; i < check->cells; i++) {
        unsigned before = 0;

        while (before < i && strcmp(check->cell[before].policy, check->cell[i].policy) != 0) {
            before++;
        }
        count += before == i;
    }
    return count;
}

/* Judges the claims; with `most`, says which ones do not hold, at most so many of all scenarios. */
static void
judge_claims(struct check *check, const struct checked *checked, unsigned most)
{
    static const char *const words[] = {"holds", "undecided", "fails"};
    const struct scenario *scenario = &checked->scenario;
    struct tally *tally = &check->tally;

    for (unsigned i = 0; i < scenario->claims; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];
        enum claim_verdict verdict = claim_judge(claim, checked->cell);
        enum oracle oracle = (enum oracle)claim->oracle;
        char claimed[256];
        json_t *json;

        claim_text(scenario, claim, claimed);
        json = json_pack("{s:o, s:I, s:s, s:s, s:s, s:s}", "scenario", output_text(scenario->path),
                         "line", (json_int_t)claim->line, "policy",
                         scenario->policy[claim->policy].text, "oracle", oracle_name(oracle),
                         "claim", claimed, "verdict", words[verdict]);
        json_array_append_new(check->verdicts, json);
        tally->claims++;
        tally->failed += verdict == CLAIM_FAILS;
        tally->undecided += verdict == CLAIM_UNDECIDED;
        if (verdict != CLAIM_HOLDS && tally->failed + tally->undecided <= most) {
            const struct cell *cell = &checked->cell[claim->policy];

            print_line(6, "  %s:%zu: the claim about %s %s: '%s' is claimed of %s; it is %s%s",
                       scenario->path, claim->line, scenario->policy[claim->policy].text,
                       verdict == CLAIM_FAILS ? "fails" : "is undecided", claimed,
                       oracle_name(oracle), claim->lasting ? claim_lasting : "",
                       cell_observation(cell, cell_verdict(cell, oracle, claim->lasting)));
            putchar('\n');
        }
    }
}

/* Shows and judges each scenario. */
static void
judge(struct check *check)
{
    bool tables =
        check->options->matrix || (check->scenarios == 1 && check->options->policy == NULL);
    bool quiet = check->options->quiet;
    unsigned most = quiet ? 0 : tables ? UINT32_MAX : MOST_FAILURES, left;
    struct tally *tally = &check->tally;

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct checked *checked = &check->checked[i];

        if (!quiet && tables) {
            report_matrix(&checked->scenario, checked->cell, checked->cells);
        }
        judge_claims(check, checked, most);
        for (unsigned j = 0; j < checked->cells; j++) {
            tally->inconclusive += checked->cell[j].result.end != EXPLORE_COMPLETE;
            tally->interrupted = tally->interrupted || checked->cell[j].interrupted;
        }
        summary_note(&check->summary[i], &checked->scenario, checked->cell, checked->cells);
        if (check->options->policy != NULL) {
            comparison_note(&check->summary[i], checked->cell);
        }
    }
    left = tally->failed + tally->undecided;
    if (!quiet && left > most) {
        printf("  and %u claim%s more\n\n", left - most, print_plural(left - most));
    }
    tally->scenarios = check->scenarios;
    tally->policies = count_policies(check);
    tally->cells = check->cells;
}

static void
print_more(bool all, bool matrix)
{
    enum { WIDTH = 42 };

    printf("\nTo see more:\n");
    if (!matrix) {
        print_entry(
            2, all ? "tapweave check --matrix --all-policies ..." : "tapweave check --matrix ...",
            WIDTH, "every scenario's own table, with counts");
    }
    print_entry(2, "tapweave check SCENARIO", WIDTH, "one of them");
    print_entry(2, "tapweave check -p POLICY", WIDTH, "a policy of your own, in all scenarios");
    print_entry(2, "tapweave explore -p POLICY SCENARIO", WIDTH,
                "a shortest counterexample, step by step");
    print_entry(2, "tapweave list policies|oracles|scenarios", WIDTH, "what there is");
}

/* All of it on one screen. */
static void
print_screen(const struct check *check)
{
    bool all = check->options->all_policies, matrix = check->options->matrix;

    if (check->scenarios > 1 && matrix && all) {
        report_avoidable(check->summary, check->scenarios);
    }
    report_tally(&check->tally);
    if (check->scenarios > 1) {
        putchar('\n');
        report_counts(check->summary, check->scenarios);
    }
    if (all) {
        report_unsolved(check->summary, check->scenarios, matrix);
        report_clean(check->summary, check->scenarios);
    }
    if (check->scenarios > 1) {
        print_more(all, matrix);
    }
}

/* With -p: the cells are pairs, of one's own policy and of its base. */
static void
print_pairs(const struct check *check)
{
    if (check->tally.interrupted) {
        printf("Interrupted: %u of %u cells are inconclusive.\n", check->tally.inconclusive,
               check->cells);
    }
    report_comparison(check->summary, check->scenarios, check->pair[0].text, check->pair[1].text);
}

static json_t *
results_json(const struct check *check)
{
    json_t *results = json_array();

    for (unsigned i = 0; i < check->cells; i++) {
        json_array_append_new(results, report_json(&check->cell[i]));
    }
    return json_pack(
        "{s:s, s:o, s:o, s:o*, s:o*}", "schema", "tapweave-check/1", "results", results, "claims",
        check->verdicts, "comparison",
        check->options->policy == NULL ? NULL
                                       : comparison_json(check->summary, check->scenarios,
                                                         check->pair[0].text, check->pair[1].text),
        "policies",
        check->options->all_policies ? summary_json(check->summary, check->scenarios) : NULL);
}

/* Reads -p, and its base: the policy that its text begins with, or, if it is that one itself, the
 * one that all named policies are told from. */
static bool
read_policies(struct check *check, struct diagnostic *diagnostic)
{
    const struct options *options = check->options;
    char base[SCENARIO_MAX_POLICY_TEXT];
    const char *text = check->pair[0].text;

    if (options->policy == NULL) {
        return true;
    }
    if (options->all_policies) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "check: either -p POLICY or --all-policies");
    }
    if (!policy_text_read_option(&check->pair[0], options->policy, diagnostic)) {
        return false;
    }
    text = strchr(text, ',') != NULL ? text : policy_named(0)->name;
    snprintf(base, sizeof base, "%.*s", (int)strcspn(text, ","), text);
    return policy_text_read_option(&check->pair[1], base, diagnostic);
}

/* Reads all scenarios before anything is run, so that bad input has no half of a result, and makes
 * room for their cells. */
static bool
prepare(struct check *check, struct diagnostic *diagnostic)
{
    check->checked = calloc(check->scenarios, sizeof *check->checked);
    check->summary = calloc(check->scenarios, sizeof *check->summary);
    check->cell = calloc((size_t)check->scenarios * MAX_CELLS, sizeof *check->cell);
    if (check->checked == NULL || check->summary == NULL || check->cell == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < check->scenarios; i++) {
        struct checked *checked = &check->checked[i];

        if (!scenario_read(&checked->scenario, check->path[i], diagnostic)) {
            return false;
        }
        if (check->options->policy == NULL && !check->options->all_policies &&
            !scenario_has_claims(&checked->scenario, diagnostic)) {
            return false;
        }
        if (check->options->policy != NULL) { /* claims are about other policies than these two */
            memcpy(checked->scenario.policy, check->pair, sizeof check->pair);
            checked->scenario.policies = 2;
            checked->scenario.claims = 0;
        }
        checked->cell = &check->cell[check->cells];
        add_cells(check, checked);
    }
    return true;
}

/* Decides every cell.  How long that took is for a terminal, and not for what is compared. */
static bool
decide(struct check *check, struct diagnostic *diagnostic)
{
    unsigned jobs = side_by_side_jobs(check->options->jobs);
    struct watch watch;

    interrupt_catch();
    (void)watch_begin(&watch, &check->options->bounds);
    if (!side_by_side(check->cell, check->cells, jobs, &check->options->bounds, diagnostic)) {
        return false;
    }
    interrupt_release();
    if (check->options->bounds.watched && check->scenarios > 1) {
        fprintf(stderr, "%u cells in %.1f s, %u at a time\n", check->cells, watch_seconds(&watch),
                jobs);
    }
    return true;
}

/* Everything has been decided: what is printed, and the JSON if it is asked for. */
static enum exit_status
finish(struct check *check, struct diagnostic *diagnostic)
{
    const struct tally *tally = &check->tally;
    bool paired = check->options->policy != NULL;

    check->verdicts = json_array();
    judge(check);
    if (!check->options->quiet && paired) {
        print_pairs(check);
    } else if (!check->options->quiet) {
        print_screen(check);
    }
    output_json(results_json(check), check->options->json, diagnostic);
    if (tally->failed > 0 || (paired && comparison_is_worse(check->summary, check->scenarios))) {
        return EXIT_VIOLATED;
    }
    return tally->undecided > 0 || tally->inconclusive > 0 ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}

enum exit_status
command_check(const struct options *options, struct diagnostic *diagnostic)
{
    struct check check = {.options = options, .path = options->files, .scenarios = options->count};
    struct folder own = {0};
    enum exit_status status = EXIT_HOLDS;

    if (options->count == 0 && options->policy == NULL && !options->all_policies) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "check needs scenarios, -p POLICY or --all-policies; see 'tapweave check --help'");
    } else if (options->count == 0 && folder_open(&own, NULL, diagnostic)) {
        check.path = own.path;
        check.scenarios = own.count;
    }
    if (check.scenarios == 0) { /* of which every claim would hold */
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "there is no scenario in the folder");
    } else if (read_policies(&check, diagnostic) && prepare(&check, diagnostic) &&
               decide(&check, diagnostic)) {
        status = finish(&check, diagnostic);
    }
    for (unsigned i = 0; i < check.cells; i++) {
        cell_free(&check.cell[i]);
    }
    free(check.cell);
    free(check.checked);
    free(check.summary);
    folder_close(&own);
    return status;
}
