/* Orders of milestones under two policies: see orders.h. */
#include "harness/orders.h"

#include "harness/interrupt.h"
#include "harness/side_by_side.h"

#include <stdlib.h>
#include <string.h>

enum { OLD, NEW };

/* Why there was no end, in words. */
static const char *
end_of(enum course_error error)
{
    return error == COURSE_NO_MEMORY ? "stopped at --max-memory" : "stopped at --timeout";
}

/* Searches the world of one of the policies, keeping every state, and finds its courses.  False
 * with a diagnostic. */
static bool
search(struct orders *orders, unsigned which, const struct cell *cell,
       const struct options *options, struct watch *watch, struct diagnostic *diagnostic)
{
    struct explore_limits limits = watch_begin(watch, &options->bounds);
    struct cell *own = &orders->cell[which];
    struct explore_result result;
    enum course_error error;

    cell_begin(own, cell->scenario, cell->policy, cell->choices);
    limits.threads = side_by_side_jobs(options->jobs);
    if (!cell_explore(own->scenario, own->choices, &limits, &own->world, &result,
                      &orders->graph[which], diagnostic)) {
        return false;
    }
    watch_wipe(watch);
    explore_free(&own->result);
    own->result = result;
    own->interrupted = result.end == EXPLORE_STOPPED && interrupt_came();
    if (result.end != EXPLORE_COMPLETE) {
        orders->unknown = cell_end(own);
        return true;
    }
    error = courses_open(&orders->courses[which], &own->world, &orders->graph[which],
                         &orders->allowance, watch_goes_on, watch);
    orders->unknown = error == COURSE_OK ? NULL : end_of(error);
    return true;
}

/* The runs of one of the policies in a class: one that goes wrong or not, as it is to show. */
static bool
find_runs(const struct orders *orders, unsigned which, struct course_of of, bool wrong,
          const struct class_milestones *milestones, struct course_runs *found)
{
    return course_find_runs(&orders->courses[which], &orders->graph[which], milestones->milestone,
                            milestones->count, of, wrong, found);
}

/* The first classes of that kind.  False without memory. */
static bool
find_orders(const struct orders *orders, const struct classes *classes, struct orders_of *by,
            enum class_kind kind, unsigned most)
{
    static const bool wrong[CLASS_KINDS][2] = {
        [CLASS_MENDED] = {true, false}, [CLASS_GONE] = {true, false}, [CLASS_STILL] = {true, true},
        [CLASS_SPOILT] = {false, true}, [CLASS_NEW] = {false, true},
    };

    most = by->count[kind] < most ? (unsigned)by->count[kind] : most;
    by->order[kind] = most == 0 ? NULL : calloc(most, sizeof *by->order[kind]);
    if (most > 0 && by->order[kind] == NULL) {
        return false;
    }
    while (by->orders[kind] < most) {
        struct order_shown *order = &by->order[kind][by->orders[kind]];
        bool room;

        class_find(classes, kind, by->orders[kind]++, &order->milestones);
        room = find_runs(orders, OLD, by->of, wrong[kind][OLD], &order->milestones, &order->before);
        room = find_runs(orders, NEW, by->of, wrong[kind][NEW], &order->milestones, &order->now) &&
               room;
        if (!room) {
            return false;
        }
    }
    return true;
}

static enum course_error
judge(struct orders *orders, struct orders_of *by, unsigned most, struct watch *watch)
{
    struct classes *classes = malloc(sizeof *classes);
    struct allowance allowance = orders->allowance;
    enum course_error error = COURSE_NO_MEMORY;

    if (classes == NULL) {
        return error;
    }
    error = classes_open(classes, &orders->courses[OLD], &orders->graph[OLD], &orders->courses[NEW],
                         &orders->graph[NEW], by->of, &allowance, watch_goes_on, watch);
    for (enum class_kind kind = 0; kind < CLASS_KINDS && error == COURSE_OK; kind++) {
        const unsigned shown =
            kind == CLASS_STILL && most == 1 ? 0 : most; /* nothing has changed */

        by->count[kind] = classes->pair[0].count[kind];
        if (kind < CLASS_FINE && !find_orders(orders, classes, by, kind, shown)) {
            error = COURSE_NO_MEMORY;
        }
    }
    classes_close(classes);
    free(classes);
    return error;
}

/* What has become of it is worth telling. */
static bool
is_wanted(const struct compared *compared, enum oracle oracle, bool lasting, int only)
{
    const enum change change = comparison_change(compared->now, compared->before, oracle, lasting);

    if (only >= 0 && (only != (int)oracle || lasting)) {
        return false;
    }
    if (lasting && change == comparison_change(compared->now, compared->before, oracle, false)) {
        return false;
    }
    return change < CHANGE_SAME || (only >= 0 && change != CHANGES);
}

static bool
add(struct orders *orders, enum oracle oracle, bool lasting, unsigned most, struct watch *watch)
{
    struct orders_of *grown = realloc(orders->by, (orders->count + 1u) * sizeof *grown);
    enum course_error error;

    if (grown == NULL) {
        return false;
    }
    orders->by = grown;
    memset(&grown[orders->count], 0, sizeof *grown);
    grown[orders->count].of = (struct course_of){oracle, lasting};
    error = judge(orders, &grown[orders->count++], most, watch);
    if (error != COURSE_OK) {
        orders->unknown = end_of(error);
    }
    return true;
}

/* What nothing is read of any more. */
static void
release(struct orders *orders)
{
    for (unsigned which = OLD; which <= NEW; which++) {
        courses_close(&orders->courses[which]);
        graph_close(&orders->graph[which]);
    }
}

bool
orders_open(struct orders *orders, const struct compared *compared, const struct options *options,
            unsigned most, struct diagnostic *diagnostic)
{
    const struct scenario *scenario = compared->now->scenario;
    struct watch watch;

    memset(orders, 0, sizeof *orders);
    orders->compared = *compared;
    orders->allowance.bytes_left = options->bounds.max_memory;
    if (scenario->world.unbounded != 0) {
        orders->unknown = "rounds have no bound";
        return true;
    }
    if (!search(orders, OLD, compared->before, options, &watch, diagnostic) ||
        (orders->unknown == NULL &&
         !search(orders, NEW, compared->now, options, &watch, diagnostic))) {
        return false;
    }
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        for (int lasting = 0; lasting <= (int)(ORACLES_THAT_LAST >> oracle & 1); lasting++) {
            if (orders->unknown == NULL &&
                is_wanted(compared, oracle, lasting != 0, options->oracle) &&
                !add(orders, oracle, lasting != 0, most, &watch)) {
                return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
            }
        }
    }
    release(orders);
    return true;
}

void
orders_close(struct orders *orders)
{
    for (unsigned i = 0; i < orders->count; i++) {
        for (unsigned kind = 0; kind < CLASS_KINDS; kind++) {
            for (unsigned j = 0; j < orders->by[i].orders[kind]; j++) {
                course_runs_close(&orders->by[i].order[kind][j].before);
                course_runs_close(&orders->by[i].order[kind][j].now);
            }
            free(orders->by[i].order[kind]);
        }
    }
    free(orders->by);
    release(orders);
    for (unsigned which = OLD; which <= NEW; which++) {
        cell_free(&orders->cell[which]);
    }
}
