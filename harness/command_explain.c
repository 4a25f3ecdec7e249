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
    struct fate_of of;         /* what goes wrong, once it is known (`found`) */
    bool found;
    bool exchange; /* as explore_limits has it */
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
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "--plain needs --ways");
    }
    if (options->bounds.fair && (options->schedule != NULL || options->policy == NULL ||
                                 options->lasting || options->oracle >= 0 || options->ways > 0)) {
        return diagnose(
            diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
            "--fair takes -p POLICY and one SCENARIO alone: it explains a command that never "
            "ends");
    }
    if (options->lasting && options->ways > 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--ways does not go with --lasting");
    }
    if (options->lasting && options->oracle >= 0 &&
        (ORACLES_THAT_LAST >> options->oracle & 1) == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--lasting is for lost-attachment and wrong-network alone");
    }
    if (options->ways > 0 && (options->policy == NULL || options->schedule != NULL)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--ways is of a scenario, and not for one schedule");
    }
    return true;
}

/* What is asked has a meaning where rounds have no bound, or where they have one. */
static bool
has_meaning(const struct scenario *scenario, const struct options *options,
            struct diagnostic *diagnostic)
{
    if (scenario->world.unbounded && options->ways > 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                        "--ways is not for 'rounds: unbounded'");
    }
    if (options->bounds.fair && !scenario->world.unbounded) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                        "--fair is about runs that never end, and this scenario has none: it lacks "
                        "'rounds: unbounded'");
    }
    return !options->bounds.fair || scenario_has_own_guests_alone(scenario, "--fair", diagnostic);
}

/* Searches the world of it.  False with a diagnostic if that does not come to its end. */
static bool
search(struct subject *subject, const struct options *options, struct diagnostic *diagnostic)
{
    struct cell *cell = &subject->cell;
    struct explore_limits limits = watch_begin(&subject->watch, &options->bounds);
    struct explore_result result;

    if (!has_meaning(cell->scenario, options, diagnostic)) {
        return false;
    }
    limits.fair = cell->scenario->world.unbounded;
    limits.exchange = subject->exchange = !limits.fair && bounds_exchange(&options->bounds);
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

/* What of a schedule of one's own is to be explained, if --oracle does not say. */
static int
oracle_of(const struct trace *trace, const struct walk *walk, bool lasting)
{
    return trace->oracle >= 0 && (!lasting || trace->lasting)
               ? trace->oracle
               : first_of(lasting ? walk_lasting(walk) : walk->violated);
}

/* Walks along a schedule of one's own. */
static bool
walk_given(struct subject *subject, const struct options *options, struct walk *walk,
           struct diagnostic *diagnostic)
{
    const struct trace *trace = subject->trace;
    const struct cell *cell = &subject->cell;
    int oracle;

    walk_begin(walk, cell->scenario, &cell->world);
    if (!trace_walk(trace, walk, diagnostic)) {
        return false;
    }
    if (walk->lacking >= 0) { /* which numbers that are left out had */
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "the schedule takes more names than the search had to know: it is too "
                        "long to be explained");
    }
    if (options->lasting && !walk_is_at_rest(walk)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "the schedule is no whole run, so nothing lasts in it");
    }
    oracle = options->oracle >= 0 ? options->oracle : oracle_of(trace, walk, options->lasting);
    subject->found = oracle >= 0;
    subject->of.oracle = (enum oracle)oracle;
    subject->of.lasting = options->lasting || (trace->lasting && trace->oracle == oracle);
    return subject->found ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "%s: --oracle says what to explain",
                    options->lasting ? "nothing lasts to the end of the schedule"
                                     : "the schedule violates nothing");
}

/* Walks along a run in which a command never ends, if there is one. */
static bool
walk_starving(struct subject *subject, struct walk *walk, struct diagnostic *diagnostic)
{
    const struct fairness *fairness = &subject->cell.result.fairness;

    subject->found = fairness->starves;
    subject->of.starving = fairness;
    if (fairness->starves && fairness->trip.trace == NULL) {
        return diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0,
                        "a command is overtaken for ever, in a run of more than %d steps",
                        EXPLORE_MAX_TRACE);
    }
    if (fairness->starves) {
        walk_along(walk, subject->cell.scenario, &subject->cell.world, fairness->trip.trace,
                   fairness->trip.length);
    }
    return true;
}

/* The first oracle that is violated, or lasts. */
static int
first_violated(const struct cell *cell, bool lasting)
{
    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (cell_verdict(cell, (enum oracle)oracle, lasting)->violated) {
            return oracle;
        }
    }
    return -1;
}

/* Walks along what is to be explained, if there is anything. */
static bool
walk(struct subject *subject, const struct options *options, struct walk *walk,
     struct diagnostic *diagnostic)
{
    const struct cell *cell = &subject->cell;
    const struct explore_verdict *verdict;
    int oracle = options->oracle;

    if (subject->trace != NULL) {
        return walk_given(subject, options, walk, diagnostic);
    }
    if (options->bounds.fair) {
        return walk_starving(subject, walk, diagnostic);
    }
    oracle = oracle >= 0 ? oracle : first_violated(cell, options->lasting);
    verdict = oracle < 0 ? NULL : cell_verdict(cell, (enum oracle)oracle, options->lasting);
    if (verdict != NULL && verdict->violated) {
        subject->found = true;
        subject->of = (struct fate_of){.oracle = (enum oracle)oracle, .lasting = options->lasting};
        walk_along(walk, cell->scenario, &cell->world, verdict->trace, verdict->length);
    }
    return true;
}

/* Nothing of what was asked for is there: says that. */
static enum exit_status
say_nothing(const struct subject *subject, const struct options *options,
            struct diagnostic *diagnostic)
{
    const struct cell *cell = &subject->cell;
    const struct unexplained unexplained = {options->oracle, options->lasting,
                                            options->bounds.fair};
    const struct ways none = {.all = true, .plain = options->plain};

    interrupt_release();
    if (!options->quiet) {
        report_unexplained(cell, &unexplained);
    }
    if (options->json != NULL) {
        output_json(options->ways > 0 ? report_ways_json(cell, options->oracle, &none, 0)
                                      : unexplained_json(cell, &unexplained),
                    options->json, diagnostic);
    }
    return cell->scenario->more_guests ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}

/* Of an oracle that is violated: whether one of these ways leads to it. */
static enum exit_status
status_of_ways(const struct ways *ways, const struct explore_verdict *verdict)
{
    return ways->count > 0 || verdict->length == 0 ? EXIT_VIOLATED
           : ways->all                             ? EXIT_HOLDS
                                                   : EXIT_INCONCLUSIVE;
}

/* Finds the ways to go wrong, and says the shortest ones. */
static enum exit_status
find_ways(struct subject *subject, const struct options *options, struct diagnostic *diagnostic)
{
    const enum oracle oracle = subject->of.oracle;
    const struct count_pace pace = {watch_goes_on, &subject->watch};
    struct standing_ground ground;
    enum exit_status status;
    struct ways ways;
    enum count_error error;

    standing_open(&ground, &subject->cell.world, &subject->graph, subject->exchange);
    error = ways_find(&ways, &ground, oracle, WAYS_LIMITS, &pace);
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
        output_json(report_ways_json(&subject->cell, (int)oracle, &ways, options->ways),
                    options->json, diagnostic);
    }
    status = status_of_ways(&ways, cell_verdict(&subject->cell, oracle, false));
    ways_free(&ways);
    return status;
}

static bool
goes_wrong(const struct subject *subject, const struct walk *walk)
{
    const struct fate_of *of = &subject->of;

    return of->starving != NULL ||
           ((of->lasting ? walk_lasting(walk) : walk->violated) >> of->oracle & 1) != 0;
}

/* Explains the walk, and says it. */
static enum exit_status
explain(struct subject *subject, const struct options *options, const struct walk *walk,
        struct diagnostic *diagnostic)
{
    struct explained explained;

    if (!explained_make(&explained, walk, subject->cell.policy, subject->of, &subject->graph,
                        subject->exchange, &subject->watch, diagnostic)) {
        return EXIT_HOLDS;
    }
    interrupt_release();
    if (!options->quiet) {
        report_explained(&explained, &subject->cell);
    }
    if (options->json != NULL) {
        output_json(explained_json(&explained), options->json, diagnostic);
    }
    explained_free(&explained);
    return goes_wrong(subject, walk) ? EXIT_VIOLATED : EXIT_HOLDS;
}

static enum exit_status
run(struct subject *subject, const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct walk schedule = {0};

    interrupt_catch();
    if (search(subject, options, diagnostic) && walk(subject, options, &schedule, diagnostic)) {
        if (subject->found && options->ways > 0) {
            status = find_ways(subject, options, diagnostic);
        } else if (subject->found) {
            status = explain(subject, options, &schedule, diagnostic);
        } else {
            status = say_nothing(subject, options, diagnostic);
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
