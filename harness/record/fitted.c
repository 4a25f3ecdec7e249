/* Which policies explain a story: see fitted.h. */
#include "harness/record/fitted.h"

#include "harness/output.h"
#include "harness/record/story_vlan.h"
#include "harness/scenario_text.h"
#include "harness/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATES = 200000 /* of one search, if nobody says how many */ };

/* A daemon is started again less often than a QEMU dies.  An administrator can do anything: nobody
 * asks one where a policy explains all without. */
const struct story_help fitted_help[] = {
    {"", 0, 0, 0},
    {"a QEMU that dies by itself", 1, 0, 0},
    {"a restart of the daemon", 0, 1, 0},
    {"two QEMUs that die by themselves", 2, 0, 0},
    {"a QEMU that dies by itself and a restart of the daemon", 1, 1, 0},
    {"an administrator who deletes the port", 0, 0, 1},
    {"an administrator who deletes the port twice", 0, 0, 2},
};
const unsigned fitted_helps = sizeof fitted_help / sizeof *fitted_help;

/* The events of a story for a world. */
struct recorded {
    struct fit_event event[FIT_SOURCES][STORY_MOST_EVENTS];
    struct fit_record record;
};

static enum fit_source
source_of(const struct story_event *event)
{
    return event->device != 0 ? FIT_KERNEL : FIT_OVSDB;
}

const struct story_event *
fitted_event(const struct fitted *fitted, enum fit_source source, unsigned number)
{
    const struct story *story = fitted->story;

    for (unsigned i = 0; i < story->events; i++) {
        if (source_of(&story->event[i]) == source && number-- == 0) {
            return &story->event[i];
        }
    }
    return NULL;
}

/* When an event was, in milliseconds behind the first one. */
static int64_t
time_of(const struct story *story, unsigned number)
{
    const int64_t at = (story->event[number].event->at - story->event[0].event->at) / 1000;

    return at < 0 ? 0 : at > FIT_LATEST ? FIT_LATEST : at;
}

static void
make_record(const struct fitted *fitted, const struct world *world, struct recorded *recorded)
{
    static const enum fit_kind kinds[] = {
        [LEDGER_DEVICE] = FIT_DEVICE, [LEDGER_DEVICE_GONE] = FIT_DEVICE_GONE,
        [LEDGER_ROW] = FIT_ROW,       [LEDGER_ROW_GONE] = FIT_ROW_GONE,
        [LEDGER_TAG] = FIT_TAG,       [LEDGER_JOIN] = FIT_JOIN,
        [LEDGER_LEAVE] = FIT_LEAVE};
    const struct story *story = fitted->story;

    recorded->record =
        (struct fit_record){.event = {recorded->event[FIT_KERNEL], recorded->event[FIT_OVSDB]},
                            .apart = fitted->apart / 1000,
                            .judged = fitted->judged,
                            .wrong = story->finding != NULL};
    for (unsigned i = 0; i < story->events; i++) {
        const struct story_event *event = &story->event[i];
        const enum fit_source source = source_of(event);
        const uint8_t name = ifname_find(&world->names, story->name[event->name].in_world);

        recorded->event[source][recorded->record.count[source]++] = (struct fit_event){
            kinds[event->kind], name,
            event->event->tag == 0 ? (uint8_t)FIT_ANY_VLAN : story_vlan(story, event->event->tag),
            time_of(story, i)};
    }
}

/* ---- the search ---- */

/* Searches one world, with names enough.  False if there is none. */
static bool
search(const struct fitted *fitted, const struct scenario *scenario,
       const struct explore_limits *limits, struct fitted_policy *found)
{
    struct diagnostic unsaid = {EXIT_HOLDS, ""};
    struct recorded recorded;
    struct world world;

    while (build_world(scenario, &found->policy->policy, &found->growth, &world, &unsaid)) {
        make_record(fitted, &world, &recorded);
        fit_find(&world, &recorded.record, limits, &found->fit);
        if (found->fit.end != FIT_LACKING) {
            return true;
        }
        found->growth.more[found->fit.lacking]++;
        fit_free(&found->fit);
    }
    return false;
}

static unsigned
events_of(const struct fit *fit)
{
    return fit->at[FIT_KERNEL] + fit->at[FIT_OVSDB];
}

/* Searches under one policy with that help, and keeps what is better than what was known.  False if
 * the whole has been stopped. */
static bool
try(struct fitted *fitted, struct fitted_policy *known, const struct scenario *scenario,
    unsigned help, const struct explore_limits *limits)
{
    struct fitted_policy found = {.policy = known->policy, .help = help};
    bool goes_on;

    if (!search(fitted, scenario, limits, &found)) {
        known->refused = true;
        return true;
    }
    goes_on = found.fit.end != FIT_STOPPED;
    found.bounded = known->bounded || found.fit.end != FIT_COMPLETE;
    if (known->fit.states == 0 || found.fit.grade > known->fit.grade ||
        (found.fit.grade == FIT_PART && events_of(&found.fit) > events_of(&known->fit))) {
        fit_free(&known->fit);
        *known = found;
    } else {
        fit_free(&found.fit);
        known->bounded = found.bounded;
    }
    return goes_on;
}

/* Searches with that help under all policies that do not explain all with less.  False with a
 * diagnostic if the story is no scenario. */
static bool
try_all(struct fitted *fitted, unsigned help, const struct explore_limits *limits, bool *goes_on,
        struct diagnostic *diagnostic)
{
    char *text = story_scenario(fitted->story, &fitted_help[help], fitted->report);
    struct scenario scenario;
    bool read;

    if (text == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    read = scenario_read_text(&scenario, text, fitted->story->name[0].text, diagnostic);
    free(text);
    for (unsigned i = 0; i < fitted->policies && read && *goes_on; i++) {
        if (fitted->policy[i].fit.grade < FIT_SHOWN) {
            *goes_on = try(fitted, &fitted->policy[i], &scenario, help, limits);
        }
    }
    return read;
}

/* True if the first explains it better: it leaves less to be explained; it needs less help; its
 * schedule is shorter. */
static bool
is_better(const struct fitted_policy *one, const struct fitted_policy *other)
{
    if (one->fit.grade != other->fit.grade) {
        return one->fit.grade > other->fit.grade;
    }
    return one->help != other->help ? one->help < other->help : one->fit.length < other->fit.length;
}

/* Notes the best one, or where the one that comes furthest does not go on. */
static void
compare(struct fitted *fitted)
{
    unsigned furthest = 0;

    for (unsigned i = 0; i < fitted->policies; i++) {
        const struct fitted_policy *one = &fitted->policy[i];

        fitted->bounded = fitted->bounded || one->bounded;
        if (one->fit.grade > FIT_PART &&
            (fitted->best < 0 || is_better(one, &fitted->policy[fitted->best]))) {
            fitted->best = (int)i;
        }
        furthest = events_of(&one->fit) > events_of(&fitted->policy[furthest].fit) ? i : furthest;
    }
    if (fitted->best < 0) {
        struct recorded recorded;
        const struct fit *fit = &fitted->policy[furthest].fit;

        make_record(fitted, &(struct world){0}, &recorded);
        fitted->stuck = fit_next(&recorded.record, fit->at);
        fitted->at = fitted->stuck == FIT_SOURCES ? 0 : fit->at[fitted->stuck];
    }
}

bool
fitted_is_equal(const struct fitted *fitted, unsigned policy)
{
    const struct fitted_policy *one = &fitted->policy[policy];
    const struct fitted_policy *best = fitted->best < 0 ? NULL : &fitted->policy[fitted->best];

    return best != NULL && one->fit.grade == best->fit.grade && one->help == best->help;
}

const struct story_event *
fitted_stuck(const struct fitted *fitted, unsigned policy)
{
    const struct fit *fit = &fitted->policy[policy].fit;
    struct recorded recorded;
    enum fit_source source;

    make_record(fitted, &(struct world){0}, &recorded);
    source = fit_next(&recorded.record, fit->at);
    return source == FIT_SOURCES ? NULL : fitted_event(fitted, source, fit->at[source]);
}

/* The device of the finding belongs on a Linux bridge, or stays in a VLAN that is not its own. */
static bool
is_astray(const struct story *story)
{
    bool astray = story->astray.tag != 0;

    for (unsigned i = 0; i < story->nics && story->finding != NULL; i++) {
        astray =
            astray || (story->nic[i].linux && story->nic[i].device == story->finding->event.index);
    }
    return astray;
}

/* What a finding is to the model; without one, what was not wrong. */
static oracle_set
judged_of(const struct story *story)
{
    const struct ledger_finding *finding = story->finding;
    const oracle_set network =
        ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_WRONG_NETWORK);
    const oracle_set judged[] = {[LEDGER_LOST] = ORACLE_BIT(ORACLE_LOST_ATTACHMENT),
                                 [LEDGER_FOREIGN] =
                                     is_astray(story) ? ORACLE_BIT(ORACLE_WRONG_NETWORK) : network,
                                 [LEDGER_STALE] = ORACLE_BIT(ORACLE_STALE_PORT),
                                 [LEDGER_NO_PORT] = 0 /* no record tells of it */};

    return finding == NULL ? network : judged[finding->what];
}

/* Some policy explains all. */
static bool
is_explained(const struct fitted *fitted)
{
    for (unsigned i = 0; i < fitted->policies; i++) {
        if (fitted->policy[i].fit.grade >= FIT_REST) {
            return true;
        }
    }
    return false;
}

bool
fitted_run(struct fitted *fitted, const struct story *story, const char *report, int64_t apart,
           const struct bounds *bounds, struct diagnostic *diagnostic)
{
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, bounds);
    bool read = true, goes_on = true;

    limits.max_states = limits.max_states == 0 ? MOST_STATES : limits.max_states;
    *fitted = (struct fitted){.story = story,
                              .report = report,
                              .apart = apart,
                              .judged = judged_of(story),
                              .best = -1,
                              .stuck = FIT_SOURCES};
    while (policy_named(fitted->policies) != NULL) {
        fitted->policy[fitted->policies].policy = policy_named(fitted->policies);
        fitted->policies++;
    }
    for (unsigned help = 0; help < fitted_helps && read && goes_on; help++) {
        if (story_acts(story, &fitted_help[help]) &&
            (fitted_help[help].deletions == 0 || !is_explained(fitted))) {
            read = try_all(fitted, help, &limits, &goes_on, diagnostic);
        }
    }
    watch_wipe(&watch);
    if (!read) {
        fitted_free(fitted);
        return false;
    }
    compare(fitted);
    fitted->bounded = fitted->bounded || !goes_on;
    return true;
}

void
fitted_free(struct fitted *fitted)
{
    for (unsigned i = 0; i < fitted->policies; i++) {
        fit_free(&fitted->policy[i].fit);
    }
}

/* ---- files ---- */

/* The first oracle that is judged, and that the walk violates; -1 if there is none. */
static int
oracle_of(const struct fitted *fitted, const struct walk *walk)
{
    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((walk->violated & fitted->judged) >> oracle & 1) {
            return oracle;
        }
    }
    return -1;
}

/* Writes the scenario's text, and the trace beside it. */
static bool
write_both(const struct fitted *fitted, const struct scenario *scenario, const char *text,
           const char *path, struct diagnostic *diagnostic)
{
    const struct fitted_policy *best = &fitted->policy[fitted->best];
    const char *slash = strrchr(path, '/');
    char folder[TRACE_MAX_PATH];
    struct world world;
    struct walk walk;
    json_t *json;
    int oracle;

    if (!build_world(scenario, &best->policy->policy, &best->growth, &world, diagnostic)) {
        return false;
    }
    walk_along(&walk, scenario, &world, best->fit.schedule, best->fit.length);
    oracle = oracle_of(fitted, &walk);
    json = trace_json(&walk, best->policy->name, oracle);
    if (oracle >= 0 && (walk_lasting(&walk) >> oracle & 1) != 0) {
        json_object_set_new(json, "lasting", json_true());
    }
    walk_free(&walk);
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path + 1),
             slash == NULL ? "." : path);
    trace_for_folder(json, scenario->path, folder);
    return output_pair(text, scenario->path, json, path, diagnostic);
}

bool
fitted_write(const struct fitted *fitted, const char *scenario, const char *trace,
             struct diagnostic *diagnostic)
{
    const struct fitted_policy *best = &fitted->policy[fitted->best];
    char *text = story_scenario(fitted->story, &fitted_help[best->help], fitted->report);
    struct scenario read;
    bool done;

    if (text == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    done = scenario_read_text(&read, text, scenario, diagnostic);
    text[strlen(text) - 1] = '\0'; /* which output_file writes */
    done = done && (trace == NULL ? output_file(text, scenario, diagnostic)
                                  : write_both(fitted, &read, text, trace, diagnostic));
    free(text);
    return done;
}
