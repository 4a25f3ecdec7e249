/* tapweave explore [-p POLICY] SCENARIO: one cell in depth. */
#include "harness/build.h"
#include "harness/commands.h"
#include "harness/interrupt.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/report.h"
#include "harness/reports.h"
#include "harness/side_by_side.h"
#include "harness/trace.h"
#include "sim/view.h"

#include <stdio.h>
#include <unistd.h>

/* Writes a counterexample to FOLDER/ORACLE.json, or FOLDER/ORACLE-lasting.json. */
static void
write_trace(const struct cell *cell, enum oracle oracle, bool lasting, const char *folder,
            struct diagnostic *diagnostic)
{
    char path[DOCUMENT_MAX_PATH + 64];
    json_t *json = trace_cell_json(cell, oracle, lasting);

    snprintf(path, sizeof path, "%.4096s/%s%s.json", folder, oracle_name(oracle),
             lasting ? "-lasting" : "");
    trace_for_folder(json, cell->scenario->path, folder);
    output_json(json, path, diagnostic);
}

/* All of them, until one cannot be written. */
static void
write_traces(const struct cell *cell, const char *folder, struct diagnostic *diagnostic)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        for (int lasting = 0; lasting <= 1 && diagnostic->status == EXIT_HOLDS; lasting++) {
            if (cell_verdict(cell, oracle, lasting != 0)->violated) {
                write_trace(cell, oracle, lasting != 0, folder, diagnostic);
            }
        }
    }
}

/* Of any number of guests each oracle is decided. */
static bool
decides(const struct cell *cell)
{
    return more_guests_are_searched(&cell->more) &&
           (cell->more.violated & ~cell_violated(cell)) == 0;
}

static enum exit_status
status_of(const struct cell *cell)
{
    if (cell->result.end != EXPLORE_COMPLETE) {
        return cell->result.end == EXPLORE_CYCLE ? EXIT_INTERNAL : EXIT_INCONCLUSIVE;
    }
    if (cell_is_cut(cell)) {
        return EXIT_INCONCLUSIVE;
    }
    return cell_violated(cell) != 0            ? EXIT_VIOLATED
           : cell->asks_more && !decides(cell) ? EXIT_INCONCLUSIVE
                                               : EXIT_HOLDS;
}

/* Walks through the world, and does not search it. */
static enum exit_status
sample(const struct options *options, const struct sampling *how, const struct scenario *scenario,
       const struct scenario_policy *policy, struct diagnostic *diagnostic)
{
    enum exit_status status;
    struct sampled sampled;

    if (!sampled_run(&sampled, scenario, policy->text, &policy->policy, how, &options->bounds,
                     diagnostic)) {
        return EXIT_HOLDS;
    }
    interrupt_release();
    status = cell_violated(&sampled.cell) != 0 ? EXIT_VIOLATED : EXIT_INCONCLUSIVE;
    if (sampled.result.end == SAMPLE_NO_MEMORY) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    if (!options->quiet) {
        report_sample(&sampled);
    }
    if (output_json(options->json == NULL ? NULL : report_sample_json(&sampled), options->json,
                    diagnostic) &&
        options->traces != NULL) {
        write_traces(&sampled.cell, options->traces, diagnostic);
    }
    sampled_free(&sampled);
    return status;
}

enum { ESTIMATED = 1000000 /* states that --estimate searches, if it does not say */ };

/* Searches the interleavings with few preemptions, and no others. */
static enum exit_status
preempt(const struct options *options, unsigned preemptions, const struct scenario *scenario,
        const struct scenario_policy *policy, struct diagnostic *diagnostic)
{
    struct preempted preempted;
    enum exit_status status;

    if (!preempted_run(&preempted, scenario, policy->text, &policy->policy, preemptions,
                       &options->bounds, diagnostic)) {
        return EXIT_HOLDS;
    }
    interrupt_release();
    status = cell_violated(&preempted.cell) != 0 ? EXIT_VIOLATED : EXIT_INCONCLUSIVE;
    if (!options->quiet) {
        report_preempt(&preempted);
    }
    if (output_json(options->json == NULL ? NULL : report_preempt_json(&preempted), options->json,
                    diagnostic) &&
        options->traces != NULL) {
        write_traces(&preempted.cell, options->traces, diagnostic);
    }
    preempted_free(&preempted);
    return status;
}

/* What belongs together of the options.  False with a diagnostic if something is missing. */
static bool
check_options(const struct options *options, struct bounds *bounds, struct sampling *how,
              struct diagnostic *diagnostic)
{
    const bool saved = bounds->checkpoint != NULL || bounds->resume != NULL;

    if (options->count != 1) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "explore needs one scenario, and one policy (-p) if its claims are not "
                        "about one; see 'tapweave explore --help'");
    }
    if (bounds->every != 0 && bounds->checkpoint == NULL) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--checkpoint-every needs --checkpoint");
    }
    if (saved && (how->wanted || bounds->audit || bounds->order)) {
        return diagnose(
            diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
            "--checkpoint and --resume are not for --sample, --audit or --reduce order");
    }
    if (bounds->fair && (how->wanted || bounds->order)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--fair is not for --sample or --reduce order");
    }
    if (options->estimate &&
        (saved || how->wanted || bounds->audit || bounds->order || bounds->fair)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--estimate is not for --checkpoint, --resume, --sample, --audit, --fair "
                        "or --reduce order");
    }
    if (options->more_guests &&
        (saved || how->wanted || options->estimate || how->preemptions != STRATEGY_FREE)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--more-guests is not for --checkpoint, --resume, --sample, --estimate or "
                        "--preemptions");
    }
    if (options->reports > 0 && (how->wanted || how->preemptions != STRATEGY_FREE ||
                                 options->estimate || options->more_guests)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--report is not for --sample, --preemptions, --estimate or --more-guests");
    }
    bounds->max_states =
        bounds->max_states == 0 && options->estimate ? ESTIMATED : bounds->max_states;
    bounds->every = bounds->every == 0 ? 60 : bounds->every;
    return sampling_settle(how, bounds, diagnostic);
}

/* Reads the scenario, and the policy: -p, or that which the scenario claims something about. */
static bool
read_cell(const struct options *options, struct scenario *scenario, struct scenario_policy *policy,
          struct diagnostic *diagnostic)
{
    const struct scenario_policy *one = NULL;

    if (options->policy != NULL && !policy_text_read_option(policy, options->policy, diagnostic)) {
        return false;
    }
    if (!scenario_read(scenario, options->files[0], diagnostic)) {
        return false;
    }
    if (options->policy == NULL) {
        one = scenario_one_policy(scenario, diagnostic);
        if (one == NULL) {
            return false;
        }
        *policy = *one;
    }
    return true;
}

/* What says nothing of any number of guests is not for a scenario of these.  False with a
 * diagnostic if there is some of that. */
static bool
has_meaning(const struct options *options, const struct scenario *scenario,
            struct diagnostic *diagnostic)
{
    const struct bounds *bounds = &options->bounds;
    const struct {
        bool given;
        const char *option;
    } of_some[] = {
        {options->sampling.wanted, "--sample"},
        {options->sampling.preemptions != STRATEGY_FREE, "--preemptions"},
        {options->estimate, "--estimate"},
        {bounds->checkpoint != NULL, "--checkpoint"},
        {bounds->resume != NULL, "--resume"},
        {bounds->fair, "--fair"},
    };

    for (size_t i = 0; i < sizeof of_some / sizeof *of_some; i++) {
        if (of_some[i].given &&
            !scenario_has_own_guests_alone(scenario, of_some[i].option, diagnostic)) {
            return false;
        }
    }
    return true;
}

/* Writes the reports for other programs that are asked for (--report). */
static void
write_reports(const struct options *options, const struct bounds *bounds, const struct cell *cell,
              struct diagnostic *diagnostic)
{
    struct findings findings = {
        .cell = cell, .cells = 1, .bounds = bounds, .jobs = side_by_side_jobs(options->jobs)};

    if (findings_of_cell(&findings, cell)) {
        reports_write(options, &findings, diagnostic);
    } else {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    findings_free(&findings);
}

/* Says what the cell comes to: its report, its JSON, its counterexamples, and other programs'
 * reports. */
static void
say(const struct options *options, const struct bounds *bounds, const struct cell *cell,
    struct diagnostic *diagnostic)
{
    json_t *json = options->json == NULL ? NULL : report_json(cell);

    if (!options->quiet && options->estimate) {
        report_estimate(cell);
    } else if (!options->quiet) {
        report_cell(cell);
    }
    if (output_json(json, options->json, diagnostic) && options->traces != NULL) {
        write_traces(cell, options->traces, diagnostic);
    }
    if (options->reports > 0) {
        write_reports(options, bounds, cell, diagnostic);
    }
}

/* --more-guests can be asked of the scenario under the policy. */
static bool
permits_more_guests(const struct scenario *scenario, const struct policy *policy,
                    struct diagnostic *diagnostic)
{
    const char *refusal;
    struct world world;

    if (!build_world(scenario, policy, &(struct growth){0}, &world, diagnostic)) {
        return false;
    }
    refusal = view_refuses(&world);
    refusal = refusal == NULL ? view_refuses_policy(&world) : refusal;
    return refusal == NULL || diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                                       "--more-guests is not for this scenario: %s", refusal);
}

/* Searches or walks as it is asked for, and says what has come of it. */
static enum exit_status
explore(const struct options *options, struct bounds *bounds, const struct sampling *how,
        const struct scenario *scenario, const struct scenario_policy *policy,
        struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct cell cell;

    interrupt_catch();
    if (how->wanted) {
        return sample(options, how, scenario, policy, diagnostic);
    }
    if (how->preemptions != STRATEGY_FREE) {
        return preempt(options, (unsigned)how->preemptions, scenario, policy, diagnostic);
    }
    cell_begin(&cell, scenario, policy->text, &policy->policy);
    cell.asks_more = cell.asks_more || options->more_guests;
    bounds->threads = side_by_side_jobs(options->jobs);
    bounds->forecast = !bounds->order;
    if (cell_run(&cell, bounds, diagnostic)) {
        status = status_of(&cell);
        interrupt_release();
        say(options, bounds, &cell, diagnostic);
    }
    cell_free(&cell);
    return status;
}

enum exit_status
command_explore(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct scenario_policy policy;
    struct scenario scenario;
    struct bounds bounds = options->bounds;
    struct sampling how = options->sampling;
    bool made = false;

    if (!check_options(options, &bounds, &how, diagnostic) ||
        !read_cell(options, &scenario, &policy, diagnostic)) {
        return status;
    }
    if (bounds.fair && !scenario.world.unbounded) {
        diagnose(diagnostic, EXIT_BAD_INPUT, scenario.path, 0, 0,
                 "--fair is about runs that never end, and this scenario has none: it lacks "
                 "'rounds: unbounded'");
        return status;
    }
    scenario_use_datapath(&scenario, options->datapath);
    if (scenario.more_guests
            ? !has_meaning(options, &scenario, diagnostic)
            : options->more_guests && !permits_more_guests(&scenario, &policy.policy, diagnostic)) {
        return status;
    }
    /* At once: who has meant another folder does not wait for the search to be told. */
    if (options->traces == NULL || output_folder(options->traces, &made, diagnostic)) {
        status = explore(options, &bounds, &how, &scenario, &policy, diagnostic);
    }
    if (made && diagnostic->status != EXIT_HOLDS) {
        rmdir(options->traces);
    }
    return status;
}
