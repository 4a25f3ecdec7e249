/* Conformance of one cell: see conform.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "harness/real/conform.h"

#include "harness/real/clock.h"
#include "harness/real/progress.h"
#include "harness/real/real_open.h"
#include "harness/real/real_support.h"
#include "harness/real/sandbox.h"
#include "harness/real/schedules.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What one sandbox reports, in memory that the sandboxes share with the caller. */
struct report {
    const char *unsupported; /* as of struct conform: a literal, in one place for all of them */
    uint64_t schedules, steps, frames, injected;
    bool diverged;
    uint64_t schedule;
    struct conduct first;
    struct diagnostic diagnostic;
};

struct job {
    const struct scenario *scenario;
    const struct world *world;
    const struct schedules *schedules;
    unsigned number, jobs;
    bool qemu;
    const struct real_daemon *daemon;
    FILE *hold; /* where to say so if the world is to be held after the schedule, or NULL */
    struct report *report;
    struct progress *progress; /* not owned; NULL if nobody watches */
    const struct watch *watch; /* not owned: no schedule begins when it is over; or NULL */
};

/* A world that has no room fails in ways that would be blamed on others. */
static bool
has_room(struct diagnostic *diagnostic)
{
    if (!sandbox_is_full()) {
        return true;
    }
    *diagnostic = (struct diagnostic){EXIT_HOLDS, ""};
    return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                    "needs memory: the sandbox's folder in memory, " SANDBOX_FOLDER ", is full");
}

static bool
conduct_one(struct sandbox *sandbox, struct real *real, uint64_t number)
{
    const struct job *job = sandbox->context;
    const uint64_t *first = job->schedules->first + number;
    struct conduct *result = &job->report->first;
    struct walk walk;
    bool done;

    walk_begin(&walk, job->scenario, job->world);
    done = conductor_run(&walk, job->schedules->actors + first[0], (unsigned)(first[1] - first[0]),
                         real, result);
    walk_free(&walk);
    if (result->diverged && !has_room(sandbox->diagnostic)) {
        return false;
    }
    if (done && job->hold != NULL) {
        sandbox_hold(sandbox, result->diverged ? " where the two differ" : "", job->hold);
    }
    done = real_end(real) && done;
    job->report->schedules++;
    job->report->steps += result->steps;
    job->report->frames += result->frames;
    job->report->injected += result->injected;
    job->report->diverged = result->diverged;
    job->report->schedule = number;
    progress_step(job->progress);
    return done;
}

/* Conducts every jobs-th schedule, one after the other on the same bridges, up to a divergence. */
static bool
conduct_share(struct sandbox *sandbox, struct ovs *ovs)
{
    const struct job *job = sandbox->context;
    char qemu[PATH_MAX];
    struct real real;
    bool done;

    if (job->qemu && !guest_qemu_find(qemu, sandbox->diagnostic)) {
        return false;
    }
    done = real_open(&real, job->scenario, job->world, ovs, job->qemu ? qemu : NULL, job->daemon,
                     sandbox->diagnostic);
    job->report->unsupported = done ? real_unsupported_here(&real) : NULL;
    for (uint64_t i = job->number;
         i < job->schedules->count && done && job->report->unsupported == NULL &&
         !job->report->diverged && (job->watch == NULL || !watch_is_over(job->watch));
         i += job->jobs) {
        done = conduct_one(sandbox, &real, i);
    }
    real_close(&real);
    return done;
}

static void
run_job(struct sandbox *sandbox)
{
    const struct job *job = sandbox->context;
    struct diagnostic *diagnostic = sandbox->diagnostic;
    struct ovs ovs;
    bool done;

    if (!scenario_has_ovs(job->scenario)) {
        done = conduct_share(sandbox, NULL);
    } else if ((done = ovs_start(&ovs, world_has_system_datapath(job->world),
                                 clock_times_calls(job->world), diagnostic))) {
        done = conduct_share(sandbox, &ovs);
        ovs_stop(&ovs);
    }
    if (!done) {
        has_room(diagnostic);
    }
}

/* ---- the schedules ---- */

static bool
make_schedules(struct schedules *all, const struct scenario *scenario, const struct policy *policy,
               const struct conform_options *options, const struct explore_limits *limits,
               struct world *world, struct conform *conform, struct diagnostic *diagnostic)
{
    struct allowance allowance = {options->bounds.max_memory};
    struct explore_result result;
    struct graph graph;
    bool made = cell_explore(scenario, policy, limits, world, &result, &graph, diagnostic);

    if (!made) {
        return false;
    }
    explore_free(&result);
    if (result.end != EXPLORE_COMPLETE) {
        return diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0, "the search is not complete");
    }
    conform->transitions = graph.edges;
    made = schedules_collect(all, world, &graph, &allowance, options->cover, options->agreed);
    graph_close(&graph);
    return made || diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0,
                            "there are too many schedules, or no memory for them");
}

/* ---- the jobs ---- */

/* Runs `jobs` jobs, which are this one but for their numbers, each in a sandbox of its own.  Their
 * reports, to be given to munmap(2), or NULL with a diagnostic.  *killed: one of them was. */
static struct report *
run_jobs(struct job job, unsigned jobs, bool *killed, struct diagnostic *diagnostic)
{
    struct report *reports = mmap(NULL, jobs * sizeof *reports, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct sandbox sandbox[CONFORM_MAX_JOBS];
    struct job each[CONFORM_MAX_JOBS];

    if (reports == MAP_FAILED) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return NULL;
    }
    job.jobs = jobs;
    for (unsigned i = 0; i < jobs; i++) {
        job.number = i;
        job.report = &reports[i];
        each[i] = job;
        sandbox[i] = (struct sandbox){run_job, &each[i], &reports[i].diagnostic, ""};
    }
    *killed = !sandbox_run(sandbox, jobs);
    return reports;
}

static bool
gather(const struct schedules *all, const struct report *reports, unsigned count, bool killed,
       const struct watch *watch, struct conform *conform, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < count; i++) {
        const struct report *report = &reports[i];

        if (report->diagnostic.status != EXIT_HOLDS || report->unsupported != NULL) {
            *diagnostic = report->diagnostic;
            conform->unsupported = report->unsupported;
            return diagnostic->status == EXIT_HOLDS;
        }
        conform->not_compared =
            report->schedules > 0 ? report->first.not_compared : conform->not_compared;
        conform->schedules += report->schedules;
        conform->steps += report->steps;
        conform->frames += report->frames;
        conform->injected += report->injected;
        if (report->diverged && (!conform->diverged || report->schedule < conform->schedule)) {
            conform->diverged = true;
            conform->schedule = report->schedule;
            conform->first = report->first;
        }
    }
    /* What a process that was killed did not do is not to count as done. */
    if (!conform->diverged &&
        (killed || conform->schedules != all->count || conform->steps != all->used)) {
        bool over = !killed && watch_is_over(watch);

        return diagnose(diagnostic, over ? EXIT_INCONCLUSIVE : EXIT_INTERNAL, NULL, 0, 0,
                        "only %llu of %llu schedules were conducted%s",
                        (unsigned long long)conform->schedules, (unsigned long long)all->count,
                        killed ? ": a process was killed"
                        : over ? ": stopped at --timeout"
                               : "");
    }
    conform->walked = conform->diverged ? 0 : all->walked;
    conform->alike = conform->diverged ? 0 : conform->transitions - all->walked;
    if (conform->diverged) {
        assert(all->first != NULL);
        conform->length = conform->first.steps;
        conform->actors = malloc(conform->length + 1u);
        if (conform->actors != NULL) {
            memcpy(conform->actors, all->actors + all->first[conform->schedule], conform->length);
        }
    }
    return true;
}

/* How many sandboxes, of at most `jobs`.  One that has nothing to do would only cost its start; and
 * to start an Open vSwitch costs as much as some of the harness's own schedules.  A schedule of a
 * real daemon's costs more than that. */
static unsigned
sandboxes(const struct scenario *scenario, const struct schedules *all,
          const struct conform_options *options)
{
    enum { WORTH_A_SWITCH = 8 };
    bool switched = options->daemon == NULL && scenario_has_ovs(scenario);
    uint64_t most = switched ? (all->count + WORTH_A_SWITCH - 1) / WORTH_A_SWITCH : all->count;

    return most < options->jobs ? (unsigned)most : options->jobs;
}

/* Runs the schedules in sandboxes side by side, and puts together what they report. */
static bool
run_schedules(const struct scenario *scenario, const struct world *world,
              const struct schedules *all, const struct conform_options *options,
              const struct watch *watch, struct conform *conform, struct diagnostic *diagnostic)
{
    unsigned jobs = sandboxes(scenario, all, options);
    struct job job = {.scenario = scenario,
                      .world = world,
                      .schedules = all,
                      .qemu = options->qemu,
                      .daemon = options->daemon,
                      .progress = options->bounds.watched ? progress_open(all->count) : NULL,
                      .watch = watch};
    bool killed, done = false;
    struct report *reports = run_jobs(job, jobs, &killed, diagnostic);

    conform->sandboxes = jobs;
    progress_close(job.progress);
    if (reports != NULL) {
        done = gather(all, reports, jobs, killed, watch, conform, diagnostic);
        munmap(reports, jobs * sizeof *reports);
    }
    return done;
}

/* What this kernel, or the daemon, cannot do of a world; or NULL. */
static const char *
unsupported_by(const struct world *world, const struct real_daemon *daemon)
{
    const char *unsupported = real_unsupported(world);

    return unsupported == NULL && daemon != NULL ? daemon->unsupported(world) : unsupported;
}

bool
conform_run(const struct scenario *scenario, const struct policy *policy,
            const struct conform_options *options, struct world *world, struct conform *conform,
            struct diagnostic *diagnostic)
{
    struct schedules all = {0};
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, &options->bounds);
    bool done;

    *conform = (struct conform){0};
    done = make_schedules(&all, scenario, policy, options, &limits, world, conform, diagnostic);
    watch_wipe(&watch);
    if (done && (conform->unsupported = unsupported_by(world, options->daemon)) == NULL &&
        all.count > 0) {
        done = (options->daemon == NULL ||
                options->daemon->find(options->daemon->context, diagnostic)) &&
               run_schedules(scenario, world, &all, options, &watch, conform, diagnostic);
    } else if (conform->unsupported == NULL) {
        conform->alike = conform->transitions; /* all of them have been walked before */
    }
    if (done && options->agreed != NULL && conform->walked > 0) {
        done = schedules_agree(&all, options->agreed) ||
               diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    conform->seconds = watch_seconds(&watch);
    schedules_free(&all);
    return done;
}

bool
conform_schedule(const struct scenario *scenario, const struct world *world, const uint8_t *actors,
                 unsigned length, bool qemu, const struct real_daemon *daemon, FILE *hold,
                 struct conduct *result, struct diagnostic *diagnostic)
{
    uint64_t first[2] = {0, length};
    struct schedules one = {.actors = (uint8_t *)actors, .first = first, .count = 1};
    struct job job = {.scenario = scenario,
                      .world = world,
                      .schedules = &one,
                      .qemu = qemu,
                      .daemon = daemon,
                      .hold = hold};
    const char *unsupported = unsupported_by(world, daemon);
    bool killed = false;

    if (unsupported == NULL && (daemon == NULL || daemon->find(daemon->context, diagnostic))) {
        struct report *report = run_jobs(job, 1, &killed, diagnostic);

        if (report != NULL) {
            unsupported = report->unsupported;
            *diagnostic = report->diagnostic;
            *result = report->first;
            munmap(report, sizeof *report);
        }
    }
    if (unsupported != NULL) {
        diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "not expressible here: %s", unsupported);
    } else if (killed) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                 "the schedule was not conducted to its end: a process was killed");
    }
    return diagnostic->status == EXIT_HOLDS;
}

void
conform_free(struct conform *conform)
{
    free(conform->actors);
    conform->actors = NULL;
}
