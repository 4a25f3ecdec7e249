/* One scenario explored under one policy: see cell.h. */
#include "harness/cell.h"

#include "harness/audit.h"
#include "harness/build.h"
#include "harness/checkpoint.h"
#include "harness/forecast.h"
#include "harness/interrupt.h"
#include "harness/walk.h"

#include <stdio.h>
#include <string.h>
#include <stdlib.h>

/* The search is to begin anew with what it has decided, which is kept in `earlier`, of which there
 * is one already if limits->decided has any. */
static void
begin_anew(struct explore_limits *limits, struct explore_result *result,
           struct explore_result *earlier)
{
    if (limits->decided != 0) {
        explore_take_over(result, earlier);
        explore_free(earlier);
    }
    limits->decided = result->decided;
    *earlier = *result;
}

/* Searches until every family of names has had enough.  False if there is no such world. */
static bool
explore_enough(const struct scenario *scenario, const struct policy *policy,
               struct explore_limits *limits, struct growth *growth, struct world *world,
               struct explore_result *result, struct explore_result *earlier, struct graph *graph,
               struct diagnostic *diagnostic)
{
    while (build_world(scenario, policy, growth, world, diagnostic)) {
        explore_graph(world, limits, result, graph);
        limits->resume = NULL;
        if (result->end == EXPLORE_DECIDED) {
            begin_anew(limits, result, earlier);
        } else if (result->end == EXPLORE_LACKING) {
            growth->more[result->lacking]++;
            explore_free(result);
        } else {
            return true;
        }
    }
    return false;
}

/* As cell_explore, from a world of that growth on, which is grown further. */
static bool
explore_from(const struct scenario *scenario, const struct policy *policy,
             const struct explore_limits *limits, struct growth *growth, struct world *world,
             struct explore_result *result, struct graph *graph, struct diagnostic *diagnostic)
{
    struct explore_limits enough = *limits;
    struct explore_result earlier;
    bool is_there;

    enough.spare = true;
    enough.decided = 0;
    is_there = explore_enough(scenario, policy, &enough, growth, world, result, &earlier, graph,
                              diagnostic);
    if (enough.decided != 0) {
        if (is_there) {
            explore_take_over(result, &earlier);
        }
        explore_free(&earlier);
    }
    return is_there;
}

bool
cell_explore(const struct scenario *scenario, const struct policy *policy,
             const struct explore_limits *limits, struct world *world,
             struct explore_result *result, struct graph *graph, struct diagnostic *diagnostic)
{
    struct growth growth = {0};

    return explore_from(scenario, policy, limits, &growth, world, result, graph, diagnostic);
}

void
cell_begin(struct cell *cell, const struct scenario *scenario, const char *policy,
           const struct policy *choices)
{
    *cell = (struct cell){
        .scenario = scenario, .policy = policy, .choices = choices, .interrupted = true};
    cell->asks_more = scenario != NULL && scenario->more_guests;
    more_guests_begin(&cell->more);
    explore_result_open(&cell->result);
    cell->result.end = EXPLORE_STOPPED;
}

/* Searches the cell; a graph is not wanted.  False with a diagnostic if there is no such world. */
static bool
search(struct cell *cell, const struct explore_limits *limits, struct growth *growth,
       struct explore_result *result, struct diagnostic *diagnostic)
{
    struct graph graph;

    if (!explore_from(cell->scenario, cell->choices, limits, growth, &cell->world, result, &graph,
                      diagnostic)) {
        return false;
    }
    graph_close(&graph);
    return true;
}

static void
mistake_text(const struct cell *cell, const struct order_mistake *mistake, char *text, size_t size)
{
    char actor[WALK_ACTOR_SIZE], other[WALK_ACTOR_SIZE];

    snprintf(text, size, "%s: %s, %s", order_mistake_text(mistake->kind),
             walk_actor_name(cell->scenario, &cell->world, mistake->actor, actor),
             walk_actor_name(cell->scenario, &cell->world, mistake->other, other));
}

/* Who looks at a search as it stands. */
struct onlookers {
    struct checkpoint *checkpoint; /* NULL: it is not saved */
    struct forecast *forecast;     /* NULL: nothing is estimated */
};

static bool
look_on(void *context, const struct snapshot *snapshot, bool ended)
{
    struct onlookers *onlookers = context;

    if (onlookers->forecast != NULL) {
        forecast_update(onlookers->forecast, snapshot, ended);
    }
    return onlookers->checkpoint == NULL || checkpoint_save(onlookers->checkpoint, snapshot, ended);
}

/* Searches the cell, which is saved to a file meanwhile, or goes on from one, if its bounds say so.
 * False with a diagnostic if such a file does not do, or there is no such world. */
static bool
search_saved(struct cell *cell, struct watch *watch, struct explore_limits limits,
             struct explore_result *result, struct diagnostic *diagnostic)
{
    const struct bounds *bounds = watch->bounds;
    struct growth growth = {0};
    struct checkpoint checkpoint = {
        .path = bounds->checkpoint,
        .every = bounds->every,
        .watch = watch,
        .growth = &growth,
        .diagnostic = diagnostic,
        .cell = checkpoint_cell(cell->scenario, cell->choices, bounds),
    };
    struct forecast forecast = {.world = &cell->world, .watch = watch};
    struct onlookers onlookers = {bounds->checkpoint != NULL ? &checkpoint : NULL,
                                  bounds->forecast ? &forecast : NULL};
    struct checkpoint_file file = {0};
    bool done;

    if (bounds->resume != NULL) {
        if (!checkpoint_open(&file, bounds->resume, checkpoint.cell, diagnostic)) {
            return false;
        }
        growth = file.growth;
        limits.resume = &file.snapshot;
    }
    if (bounds->checkpoint != NULL || bounds->forecast) {
        limits.save = look_on;
        limits.save_context = &onlookers;
    }
    done = search(cell, &limits, &growth, result, diagnostic);
    checkpoint_close(&file);
    if (done && (checkpoint.refused || result->end == EXPLORE_DAMAGED)) {
        explore_free(result);
        return checkpoint.refused ? false
                                  : diagnose(diagnostic, EXIT_BAD_INPUT, bounds->resume, 0, 0,
                                             "is damaged: it is no search of this world");
    }
    return done;
}

/* Of a search in which steps have slept: as many states are found if none does.  If that does not
 * come to its end, nor has the cell. */
static bool
finds_all(struct cell *cell, struct explore_limits limits, char *text, size_t size)
{
    struct explore_result awake;
    struct graph graph;
    bool same;

    limits.awake = limits.spare = true;
    limits.decided = cell->result.known;
    explore_graph(&cell->world, &limits, &awake, &graph);
    graph_close(&graph);
    snprintf(text, size, "more states are found if no step sleeps");
    same = awake.end != EXPLORE_COMPLETE || awake.kept == cell->result.kept;
    cell->result.end = awake.end;
    explore_free(&awake);
    return same;
}

/* Searches all states as well, where some have been left out, or threads have taken part.  False
 * with a diagnostic if that says something else.  If it does not come to its end, nor has the cell.
 */
static bool
audit(struct cell *cell, struct explore_limits limits, struct diagnostic *diagnostic)
{
    struct growth growth = {0};
    struct explore_limits all = limits;
    struct explore_result whole;
    char text[256];
    bool same = true;

    all.exchange = false;
    all.order = false;
    all.prove = cell->result.ordered;
    all.threads = 1;
    if (!search(cell, &all, &growth, &whole, diagnostic)) {
        return false;
    }
    if (whole.end == EXPLORE_MISTAKE) {
        mistake_text(cell, &whole.mistake, text, sizeof text);
        same = false;
    } else if (whole.end == EXPLORE_COMPLETE) {
        same = audit_compare(&cell->result, &whole, text, sizeof text) &&
               (!cell->result.ordered || finds_all(cell, limits, text, sizeof text));
    }
    if (whole.end != EXPLORE_COMPLETE) {
        cell->result.end = whole.end;
    }
    explore_free(&whole);
    return same || diagnose(diagnostic, EXIT_INTERNAL, cell->scenario->path, 0, 0,
                            "audit of %s: %s", cell->policy, text);
}

/* By the clock, or an interrupt. */
static bool
is_stopped(const struct cell *cell)
{
    return cell->result.end == EXPLORE_STOPPED ||
           (cell_is_cut(cell) && cell->result.end == EXPLORE_COMPLETE &&
            cell->more.end == CROWD_STOPPED);
}

bool
cell_run(struct cell *cell, const struct bounds *bounds, struct diagnostic *diagnostic)
{
    struct explore_result result;
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, bounds);

    limits.exchange = bounds_exchange(bounds);
    limits.fair = bounds->fair;
    limits.order = bounds->order && !cell->counts;
    if (!search_saved(cell, &watch, limits, &result, diagnostic)) {
        return false;
    }
    explore_free(&cell->result);
    cell->result = result;
    if (bounds->audit && result.end == EXPLORE_COMPLETE &&
        (result.alike || result.ordered || result.threads > 1) &&
        !audit(cell, limits, diagnostic)) {
        return false;
    }
    cell->seconds = watch_seconds(&watch);
    cell->estimate = watch.estimate;
    cell->seconds_each = watch.alike > 0 ? watch.each / watch.alike : 0;
    watch_wipe(&watch);
    if (cell->asks_more && cell->result.end == EXPLORE_COMPLETE) {
        more_guests_run(&cell->more, &cell->world, cell_violated(cell), bounds);
    }
    cell->interrupted = is_stopped(cell) && interrupt_came();
    cell->late = is_stopped(cell) && !cell->interrupted && watch_is_late(bounds);
    return true;
}

void
cell_free(struct cell *cell)
{
    explore_free(&cell->result);
    json_decref(cell->json);
    free(cell->refusal);
    more_guests_free(&cell->more);
}
