/* One scenario explored under one policy: see cell.h. */
#include "harness/cell.h"

#include "harness/audit.h"
#include "harness/build.h"
#include "harness/interrupt.h"
#include "harness/walk.h"

#include <stdio.h>

bool
cell_explore(const struct scenario *scenario, const struct policy *policy,
             const struct explore_limits *limits, struct world *world,
             struct explore_result *result, struct graph *graph, struct diagnostic *diagnostic)
{
    struct explore_limits spare = *limits;
    struct growth growth = {0};

    spare.spare = true;
    while (build_world(scenario, policy, &growth, world, diagnostic)) {
        explore_graph(world, &spare, result, graph);
        if (result->end != EXPLORE_LACKING) {
            return true;
        }
        growth.more[result->lacking]++;
        explore_free(result);
    }
    return false;
}

void
cell_begin(struct cell *cell, const struct scenario *scenario, const char *policy,
           const struct policy *choices)
{
    *cell = (struct cell){
        .scenario = scenario, .policy = policy, .choices = choices, .interrupted = true};
    cell->result.end = EXPLORE_STOPPED;
    mpz_init(cell->result.interleavings);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(cell->result.verdict[oracle].bad);
        mpz_init(cell->result.lasting[oracle].bad);
    }
}

/* Searches the cell; a graph is not wanted.  False with a diagnostic if there is no such world. */
static bool
search(struct cell *cell, const struct explore_limits *limits, struct explore_result *result,
       struct diagnostic *diagnostic)
{
    struct graph graph;

    if (!cell_explore(cell->scenario, cell->choices, limits, &cell->world, result, &graph,
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

/* Searches all states as well, where some have been left out, or threads have taken part.  False
 * with a diagnostic if that says something else.  If it does not come to its end, nor has the cell.
 */
static bool
audit(struct cell *cell, struct explore_limits limits, struct diagnostic *diagnostic)
{
    struct explore_result whole;
    char text[256];
    bool same;

    limits.exchange = false;
    limits.order = false;
    limits.prove = cell->result.ordered;
    limits.threads = 1;
    if (!search(cell, &limits, &whole, diagnostic)) {
        return false;
    }
    if (whole.end == EXPLORE_MISTAKE) {
        mistake_text(cell, &whole.mistake, text, sizeof text);
        same = false;
    } else {
        same = whole.end != EXPLORE_COMPLETE ||
               audit_compare(&cell->result, &whole, text, sizeof text);
    }
    cell->result.end = whole.end;
    explore_free(&whole);
    return same || diagnose(diagnostic, EXIT_INTERNAL, cell->scenario->path, 0, 0,
                            "audit of %s: %s", cell->policy, text);
}

bool
cell_run(struct cell *cell, const struct bounds *bounds, struct diagnostic *diagnostic)
{
    struct explore_result result;
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, bounds);

    limits.exchange = !bounds->whole;
    limits.order = bounds->order && !cell->counts;
    if (!search(cell, &limits, &result, diagnostic)) {
        return false;
    }
    explore_free(&cell->result);
    cell->result = result;
    if (bounds->audit && result.end == EXPLORE_COMPLETE &&
        (result.alike || result.ordered || result.threads > 1) &&
        !audit(cell, limits, diagnostic)) {
        return false;
    }
    cell->interrupted = cell->result.end == EXPLORE_STOPPED && interrupt_came();
    cell->seconds = watch_seconds(&watch);
    watch_wipe(&watch);
    return true;
}

void
cell_free(struct cell *cell)
{
    explore_free(&cell->result);
}

const struct explore_verdict *
cell_verdict(const struct cell *cell, enum oracle oracle, bool lasting)
{
    return lasting ? &cell->result.lasting[oracle] : &cell->result.verdict[oracle];
}

const char *
cell_observation(const struct cell *cell, const struct explore_verdict *verdict)
{
    if (cell->result.end != EXPLORE_COMPLETE) {
        return "inconclusive";
    }
    if (!verdict->violated) {
        return "never";
    }
    if (cell->result.ordered) {
        return "possible";
    }
    return mpz_cmp(verdict->bad, cell->result.interleavings) == 0 ? "always" : "sometimes";
}

oracle_set
cell_violated(const struct cell *cell)
{
    oracle_set set = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        set = (oracle_set)(set | (cell->result.verdict[oracle].violated ? ORACLE_BIT(oracle) : 0));
    }
    return set;
}

const char *
cell_end(const struct cell *cell)
{
    static const char *const ends[] = {
        [EXPLORE_COMPLETE] = "complete",
        [EXPLORE_MAX_STATES] = "stopped at --max-states",
        [EXPLORE_MAX_MEMORY] = "stopped at --max-memory",
        [EXPLORE_STOPPED] = "stopped at --timeout",
        [EXPLORE_LACKING] = "", /* it is searched again: cell_explore */
        [EXPLORE_CYCLE] = "some run never ends, so that runs cannot be counted",
        [EXPLORE_MISTAKE] = "the footprints of steps are wrong",
    };

    return cell->interrupted ? "interrupted" : ends[cell->result.end];
}
