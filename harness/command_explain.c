/* tapweave explain -p POLICY SCENARIO, or explain TRACE: why a schedule goes wrong. */
#include "harness/commands.h"
#include "harness/explained.h"
#include "harness/given.h"
#include "harness/interrupt.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/report.h"
#include "harness/side_by_side.h"
#include "sim/way.h"

#include <stdio.h>

/* What is to be explained, and in which world. */
struct subject {
    struct cell cell;
    struct graph graph;
    const struct trace *trace; /* NULL: a shortest counterexample */
    struct watch watch;
};

static bool
check_options(const struct options *options, struct diagnostic *diagnostic)
{
    if (options->count != 1 || (options->schedule != NULL && options->policy == NULL)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "explain needs -p POLICY and one SCENARIO, and -s SCHEDULE if it is not to "
                        "be a shortest counterexample; or one TRACE");
    }
    if (options->plain && options->ways == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "--plain is of --ways");
    }
    if (options->ways > 0 && (options->policy == NULL || options->schedule != NULL)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--ways is of a scenario, and not for one schedule");
    }
    return true;
}

/* Searches the world of it.  False with a diagnostic if that does not come to its end. */
static bool
search(struct subject *subject, const struct options *options, struct diagnostic *diagnostic)
{
    struct cell *cell = &subject->cell;
    struct explore_limits limits = watch_begin(&subject->watch, &options->bounds);
    struct explore_result result;

    if (cell->scenario->world.unbounded) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, cell->scenario->path, 0, 0,
                        "runs that need not end cannot be counted, so nothing is explained: it "
                        "has 'rounds: unbounded'");
    }
    limits.exchange = bounds_exchange(&options->bounds);
    limits.threads = side_by_side_jobs(options->jobs);
    if (!cell_explore(cell->scenario, cell->choices, &limits, &cell->world, &result,
                      &subject->graph, diagnostic)) {
        return false;
    }
    watch_wipe(&subject->watch);
    explore_free(&cell->result);
    cell->result = result;
    cell->interrupted = result.end == EXPLORE_STOPPED && interrupt_came();
    return result.end == EXPLORE_COMPLETE ||
           diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0, "the search is not complete: %s",
                    cell_end(cell));
}

static int
first_of(oracle_set violated)
{
    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((violated >> oracle & 1) != 0) {
            return oracle;
        }
    }
    return -1;
}

/* Walks along what is to be explained.  *oracle is the one that is violated, or -1: nothing is. */
static bool
walk(const struct subject *subject, int *oracle, struct walk *walk, struct diagnostic *diagnostic)
{
    const struct cell *cell = &subject->cell;
    const struct explore_verdict *verdict;

    if (subject->trace != NULL) {
        walk_begin(walk, cell->scenario, &cell->world);
        if (!trace_walk(subject->trace, walk, diagnostic)) {
            return false;
        }
        *oracle = *oracle >= 0                  ? *oracle
                  : subject->trace->oracle >= 0 ? subject->trace->oracle
                                                : first_of(walk->violated);
        return *oracle >= 0 ||
               diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "the schedule violates nothing: --oracle says what to explain");
    }
    *oracle = *oracle >= 0 ? *oracle : first_of(cell_violated(cell));
    verdict = *oracle < 0 ? NULL : cell_verdict(cell, (enum oracle) * oracle, false);
    if (verdict == NULL || !verdict->violated) {
        *oracle = verdict == NULL ? -1 : *oracle;
        return true;
    }
    walk_along(walk, cell->scenario, &cell->world, verdict->trace, verdict->length);
    return true;
}

/* Nothing goes wrong: says that. */
static void
say_never(const struct cell *cell, int oracle)
{
    report_head(cell->scenario, cell->policy);
    if (oracle < 0) {
        printf("  no oracle is violated: there is nothing to explain\n");
    } else {
        printf("  %s is never violated: there is nothing to explain\n",
               oracle_name((enum oracle)oracle));
    }
}

/* Finds the ways to go wrong, and says the shortest ones. */
static enum exit_status
find_ways(struct subject *subject, const struct options *options, enum oracle oracle,
          struct diagnostic *diagnostic)
{
    const struct count_pace pace = {watch_goes_on, &subject->watch};
    struct standing_ground ground;
    struct ways ways;
    enum count_error error;

    standing_open(&ground, &subject->cell.world, &subject->graph,
                  bounds_exchange(&options->bounds));
    error = ways_find(&ways, &ground, oracle, &pace);
    if (error != COUNT_OK) {
        diagnose(diagnostic, error == COUNT_STOPPED ? EXIT_INCONCLUSIVE : EXIT_INTERNAL, NULL, 0, 0,
                 error == COUNT_STOPPED ? "not all ways were looked at: stopped at --timeout"
                                        : "out of memory");
        return EXIT_HOLDS;
    }
    interrupt_release();
    if (options->plain) {
        ways_keep_plain(&ways);
    }
    if (!options->quiet) {
        report_ways(&subject->cell, oracle, &ways, options->ways);
    }
    if (options->json != NULL) {
        output_json(report_ways_json(&subject->cell, oracle, &ways, options->ways), options->json,
                    diagnostic);
    }
    ways_free(&ways);
    return EXIT_VIOLATED;
}

/* Explains the walk, and says it. */
static enum exit_status
explain(struct subject *subject, const struct options *options, const struct walk *walk,
        enum oracle oracle, struct diagnostic *diagnostic)
{
    const struct trace *trace = subject->trace;
    const struct outlook_of of = {oracle,
                                  trace != NULL && trace->lasting && trace->oracle == (int)oracle};
    struct explained explained;

    if (!explained_make(&explained, walk, subject->cell.policy, of, &subject->graph,
                        bounds_exchange(&options->bounds), &subject->watch, diagnostic)) {
        return EXIT_HOLDS;
    }
    interrupt_release();
    if (!options->quiet) {
        report_explained(&explained);
    }
    if (options->json != NULL) {
        output_json(explained_json(&explained), options->json, diagnostic);
    }
    explained_free(&explained);
    return (walk->violated >> oracle & 1) != 0 ? EXIT_VIOLATED : EXIT_HOLDS;
}

static enum exit_status
run(struct subject *subject, const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct walk schedule = {0};
    int oracle = options->oracle;

    interrupt_catch();
    if (search(subject, options, diagnostic) && walk(subject, &oracle, &schedule, diagnostic)) {
        if (schedule.scenario != NULL && options->ways > 0) {
            status = find_ways(subject, options, (enum oracle)oracle, diagnostic);
        } else if (schedule.scenario != NULL) {
            status = explain(subject, options, &schedule, (enum oracle)oracle, diagnostic);
        } else if (!options->quiet) {
            say_never(&subject->cell, oracle);
        }
    }
    walk_free(&schedule);
    graph_close(&subject->graph);
    cell_free(&subject->cell);
    return status;
}

enum exit_status
command_explain(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct scenario_policy policy;
    struct scenario scenario;
    struct subject subject = {0};
    struct given given;

    if (!check_options(options, diagnostic)) {
        return status;
    }
    if (options->policy == NULL || options->schedule != NULL) {
        if (given_read(&given, options, diagnostic)) {
            given_warn(&given);
            subject.trace = &given.trace;
            cell_begin(&subject.cell, &given.scenario, given.policy.text, &given.policy.policy);
            status = run(&subject, options, diagnostic);
            given_free(&given);
        }
    } else if (policy_text_read_option(&policy, options->policy, diagnostic) &&
               scenario_read(&scenario, options->files[0], diagnostic)) {
        scenario_use_datapath(&scenario, options->datapath);
        cell_begin(&subject.cell, &scenario, policy.text, &policy.policy);
        status = run(&subject, options, diagnostic);
    }
    return status;
}
