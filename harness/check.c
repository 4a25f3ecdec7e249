/* What check and merge have in common: see check.h. */
#include "harness/check.h"

#include "harness/interrupt.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/reports.h"
#include "harness/shard_file.h"
#include "harness/side_by_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED };

_Static_assert((int)MAX_CELLS >= (int)CHECK_MAX_OWN, "room for them");

static void
add_cell(struct check *check, struct checked *checked, const char *text,
         const struct policy *policy)
{
    cell_begin(&check->cell[check->cells], &checked->scenario, text, policy);
    check->cell[check->cells++].may_be_refused = check->may_be_refused;
    checked->cells++;
}

/* The scenario's policies and, if asked, every named one that is not among them. */
static void
add_cells(struct check *check, struct checked *checked)
{
    const struct scenario *scenario = &checked->scenario;
    const struct policy_named *named;

    for (unsigned i = 0; i < check->owns; i++) {
        add_cell(check, checked, check->own[i].text, &check->own[i].policy);
        check->cell[check->cells - 1].counts = true; /* shares are compared */
    }
    for (unsigned i = 0; i < scenario->policies; i++) {
        add_cell(check, checked, scenario->policy[i].text, &scenario->policy[i].policy);
        check->cell[check->cells - 1].counts = claim_counts(scenario, i);
    }
    for (unsigned i = 0; check->all_policies && (named = policy_named(i)) != NULL; i++) {
        bool there = false;

        for (unsigned j = 0; j < scenario->policies; j++) {
            there = there || strcmp(scenario->policy[j].text, named->name) == 0;
        }
        if (!there) {
            add_cell(check, checked, named->name, &named->policy);
        }
    }
}

/* Reads -p, and its base. */
static bool
read_policies(struct check *check, struct diagnostic *diagnostic)
{
    if (check->policy == NULL) {
        return true;
    }
    if (check->all_policies) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "check: either -p POLICY or --all-policies");
    }
    if (!policy_text_read_option(&check->pair[0], check->policy, diagnostic)) {
        return false;
    }
    policy_text_base(&check->pair[0], &check->pair[1]);
    check->own = check->pair;
    check->owns = 2;
    return true;
}

/* A scenario of any number of guests that nobody has named: it may take minutes. */
static bool
is_left_out(const struct check *check, const struct scenario *scenario)
{
    if (!check->whole_folder || !scenario->more_guests) {
        return false;
    }
    if (check->silent) {
        return true;
    }
    fprintf(stderr,
            "tapweave: note: %s is left out: any number of guests may take minutes; name it to "
            "have it decided\n",
            scenario->path);
    return true;
}

static bool
read_scenarios(struct check *check, struct diagnostic *diagnostic)
{
    const unsigned paths = check->scenarios;

    check->scenarios = 0;
    check->checked = calloc(paths + 1u, sizeof *check->checked);
    check->summary = calloc(paths + 1u, sizeof *check->summary);
    check->cell = calloc((size_t)(paths + 1u) * MAX_CELLS, sizeof *check->cell);
    if (check->checked == NULL || check->summary == NULL || check->cell == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < paths; i++) {
        struct checked *checked = &check->checked[check->scenarios];

        if (!scenario_read(&checked->scenario, check->path[i], diagnostic)) {
            return false;
        }
        if (is_left_out(check, &checked->scenario)) {
            continue;
        }
        check->scenarios++;
        if (check->owns == 0 && !check->all_policies &&
            !scenario_has_claims(&checked->scenario, diagnostic)) {
            return false;
        }
        if (check->owns > 0) { /* claims are about other policies than these */
            checked->scenario.policies = 0;
            checked->scenario.claims = 0;
        }
        checked->cell = &check->cell[check->cells];
        add_cells(check, checked);
    }
    return check->scenarios > 0 || /* of none, every claim would hold */
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "there is no scenario in the folder");
}

/* It is compared with what the scenarios' own policies were; a pair is compared with itself. */
static bool
read_baseline(struct check *check, struct diagnostic *diagnostic)
{
    const char *path = check->options->baseline;

    if (path != NULL && check->owns > 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "check: either -p POLICY, which is compared with its base, or --baseline");
    }
    return path == NULL || baseline_open(&check->baseline, path, diagnostic);
}

bool
check_prepare(struct check *check, struct diagnostic *diagnostic)
{
    return read_policies(check, diagnostic) && read_scenarios(check, diagnostic) &&
           read_baseline(check, diagnostic);
}

/* How long that took is for a terminal, and not for what is compared. */
bool
check_decide(struct check *check, const struct bounds *bounds, struct diagnostic *diagnostic)
{
    unsigned jobs = side_by_side_jobs(check->options->jobs);
    struct watch watch;

    interrupt_catch();
    (void)watch_begin(&watch, bounds);
    if (!side_by_side(check->cell, check->cells, jobs, bounds, diagnostic)) {
        return false;
    }
    interrupt_release();
    if (bounds->watched && check->scenarios > 1) {
        fprintf(stderr, "%u cells in %.1f s, %u at a time\n", check->cells, watch_seconds(&watch),
                jobs);
    }
    return true;
}

bool
check_find(struct check *check, struct folder *own, struct diagnostic *diagnostic)
{
    if (check->scenarios == 0) {
        if (!folder_open(own, NULL, diagnostic)) {
            return false;
        }
        check->path = own->path;
        check->whole_folder = true;
        check->scenarios = own->count;
    }
    return true;
}

bool
check_open(struct check *check, struct folder *own, struct diagnostic *diagnostic)
{
    return check_find(check, own, diagnostic) && check_prepare(check, diagnostic) &&
           check_decide(check, &check->options->bounds, diagnostic);
}

void
check_free(struct check *check)
{
    for (unsigned i = 0; i < check->cells; i++) {
        cell_free(&check->cell[i]);
    }
    free(check->cell);
    free(check->checked);
    free(check->summary);
    findings_free(&check->findings);
    baseline_close(&check->baseline);
    json_decref(check->verdicts);
}

/* What is worse than in the baseline; NULL without one. */
static json_t *
worse_json(const struct check *check)
{
    json_t *worse = check->options->baseline == NULL ? NULL : json_array();

    for (unsigned i = 0; worse != NULL && i < check->findings.count; i++) {
        const struct finding *finding = &check->findings.finding[i];

        if (finding->kind == FINDING_CHANGE) {
            json_array_append_new(worse, json_pack("{s:o, s:s, s:s, s:b}", "scenario",
                                                   output_text(finding->scenario->path), "policy",
                                                   finding->cell->policy, "oracle",
                                                   oracle_name((enum oracle)finding->oracle),
                                                   "lasting", finding->lasting));
        }
    }
    return worse;
}

static json_t *
results_json(const struct check *check)
{
    json_t *results = json_array();

    for (unsigned i = 0; i < check->cells; i++) {
        json_array_append_new(results, report_json(&check->cell[i]));
    }
    return json_pack(
        "{s:s, s:o, s:O, s:o*, s:o*, s:o*}", "schema", "tapweave-check/1", "results", results,
        "claims", check->verdicts, "worse", worse_json(check), "comparison",
        check->policy == NULL ? NULL
                              : comparison_json(check->summary, check->scenarios,
                                                check->pair[0].text, check->pair[1].text),
        "policies", check->all_policies ? summary_json(check->summary, check->scenarios) : NULL);
}

enum exit_status
check_finish(struct check *check, struct diagnostic *diagnostic)
{
    const struct tally *tally = &check->tally;

    check->verdicts = json_array();
    if (!check_judge(check, diagnostic)) {
        return EXIT_INTERNAL;
    }
    if (!check->options->quiet) {
        check_print(check);
    }
    output_json(check->part.of > 1 ? shard_json(check, &check->part) : results_json(check),
                check->options->json, diagnostic);
    reports_write(check->options, &check->findings, diagnostic);
    if (findings_count(&check->findings, CLAIM_FAILS) > 0) {
        return EXIT_VIOLATED;
    }
    return tally->undecided > 0 || tally->inconclusive > 0 ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}
