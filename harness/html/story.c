/* The shortest way to each violation of a cell: see story.h. */
#include "harness/html/story.h"

#include "harness/interrupt.h"
#include "harness/memory.h"
#include "harness/side_by_side.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* What the threads share. */
struct telling {
    const struct cell *cells;
    unsigned count;
    struct bounds bounds;
    atomic_uint next;
    struct stories *stories;
};

/* ---- one cell ---- */

static void
walk_of(struct stories *stories, const struct cell *cell, const struct explore_result *result)
{
    stories->story = memory_zero(ORACLE_COUNT, sizeof *stories->story);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = &result->verdict[oracle];

        if (verdict->violated) {
            struct story *story = &stories->story[stories->count++];

            story->oracle = oracle;
            walk_along(&story->walk, cell->scenario, &stories->world, verdict->trace,
                       verdict->length);
        }
    }
}

/* The walks of the search that has been made, unexplained. */
static void
leave_unexplained(struct stories *stories, const struct cell *cell, const char *why)
{
    snprintf(stories->why, sizeof stories->why, "%s", why);
    stories->world = cell->world;
    world_prepare(&stories->world);
    walk_of(stories, cell, &cell->result);
}

static bool
explain(struct stories *stories, const struct cell *cell, const struct graph *graph,
        struct watch *watch, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < stories->count; i++) {
        struct story *story = &stories->story[i];

        if (!explained_make(&story->explained, &story->walk, cell->policy,
                            (struct fate_of){.oracle = story->oracle}, graph,
                            bounds_exchange(watch->bounds), watch, diagnostic)) {
            for (unsigned j = 0; j < i; j++) {
                explained_free(&stories->story[j].explained);
            }
            return false;
        }
    }
    return true;
}

/* Searches it again, for the graph. */
static void
tell(struct stories *stories, const struct cell *cell, const struct bounds *bounds)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct explore_result result;
    struct graph graph = {0};
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, bounds);

    limits.exchange = bounds_exchange(bounds);
    limits.threads = 1;
    if (!cell_explore(cell->scenario, cell->choices, &limits, &stories->world, &result, &graph,
                      &diagnostic)) {
        leave_unexplained(stories, cell, diagnostic.text);
        return;
    }
    if (result.end == EXPLORE_COMPLETE) {
        walk_of(stories, cell, &result);
        stories->explained = explain(stories, cell, &graph, &watch, &diagnostic);
        snprintf(stories->why, sizeof stories->why, "%.*s", (int)sizeof stories->why - 1,
                 diagnostic.text);
    } else {
        leave_unexplained(stories, cell,
                          result.end == EXPLORE_MAX_STATES ? "it has too many states"
                                                           : "its search came to a bound");
    }
    graph_close(&graph);
    explore_free(&result);
}

static void
tell_cell(struct stories *stories, const struct cell *cell, const struct bounds *bounds)
{
    if (cell_violated(cell) == 0) {
        return;
    }
    if (cell->scenario->world.unbounded) {
        leave_unexplained(stories, cell, "its runs need not end, so they are not counted");
    } else if (cell->result.end != EXPLORE_COMPLETE) {
        leave_unexplained(stories, cell, "its search is not complete");
    } else if (interrupt_came()) {
        leave_unexplained(stories, cell, "interrupted");
    } else {
        tell(stories, cell, bounds);
    }
}

/* ---- all of them ---- */

static void *
tell_some(void *context)
{
    struct telling *telling = context;
    unsigned index;

    while ((index = atomic_fetch_add(&telling->next, 1)) < telling->count) {
        tell_cell(&telling->stories[index], &telling->cells[index], &telling->bounds);
    }
    return NULL;
}

struct stories *
stories_tell(const struct cell *cells, unsigned count, const struct bounds *bounds, unsigned jobs)
{
    struct telling telling = {.cells = cells, .count = count, .bounds = *bounds};
    pthread_t thread[SIDE_BY_SIDE_MOST];
    unsigned threads = 0;

    telling.bounds.watched = telling.bounds.forecast = false;
    telling.bounds.checkpoint = telling.bounds.resume = NULL;
    if (telling.bounds.max_states == 0 || telling.bounds.max_states > STORY_MAX_STATES) {
        telling.bounds.max_states = STORY_MAX_STATES;
    }
    telling.stories = calloc(count + 1u, sizeof *telling.stories);
    if (telling.stories == NULL) {
        return NULL;
    }
    while (threads + 1 < jobs && pthread_create(&thread[threads], NULL, tell_some, &telling) == 0) {
        threads++;
    }
    tell_some(&telling);
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
    }
    return telling.stories;
}

void
stories_free(struct stories *stories, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < stories[i].count; j++) {
            if (stories[i].explained) {
                explained_free(&stories[i].story[j].explained);
            }
            walk_free(&stories[i].story[j].walk);
        }
        free(stories[i].story);
    }
    free(stories);
}

unsigned
story_opens(const struct story *story)
{
    const struct explained *explained = &story->explained;
    unsigned opens = 0;

    for (unsigned i = 0; i < explained->races.count; i++) {
        const struct race *race = &explained->races.race[i];
        const struct outlook *turned = explained_turned(explained, i);

        if (turned != NULL && race->first + 1 < explained->lost &&
            outlook_compare(turned, &explained->outlook[race->second + 1]) < 0 &&
            (opens == 0 || race->first + 1 < opens)) {
            opens = race->first + 1;
        }
    }
    return opens;
}
