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
add_story(struct stories *stories, const struct cell *cell, struct fate_of of, const uint8_t *trace,
          unsigned length)
{
    struct story *story = &stories->story[stories->count++];

    story->of = of;
    walk_along(&story->walk, cell->scenario, &stories->world, trace, length);
}

/* Of all that goes wrong, by that search. */
static void
add_stories(struct stories *stories, const struct cell *cell, const struct explore_result *result)
{
    const struct fairness *fairness = &result->fairness;

    stories->story = memory_zero(2 * ORACLE_COUNT + 1, sizeof *stories->story);
    for (unsigned i = 0; i < 2 * ORACLE_COUNT; i++) {
        const struct fate_of of = {.oracle = (enum oracle)(i / 2), .lasting = i % 2 != 0};
        const struct explore_verdict *verdict =
            of.lasting ? &result->lasting[of.oracle] : &result->verdict[of.oracle];

        if (verdict->violated) {
            add_story(stories, cell, of, verdict->trace, verdict->length);
        }
    }
    if (cell->result.fairness.starves && fairness->trip.trace != NULL) { /* that was asked */
        add_story(stories, cell, (struct fate_of){.starving = fairness}, fairness->trip.trace,
                  fairness->trip.length);
    }
}

/* The walks of the search that has been made, unexplained. */
static void
leave_unexplained(struct stories *stories, const struct cell *cell, const char *why)
{
    snprintf(stories->why, sizeof stories->why, "%s", why);
    stories->world = cell->world;
    world_prepare(&stories->world);
    add_stories(stories, cell, &cell->result);
}

static bool
explain(struct stories *stories, const struct cell *cell, const struct graph *graph, bool exchange,
        struct watch *watch, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < stories->count; i++) {
        struct story *story = &stories->story[i];

        if (!explained_make(&story->explained, &story->walk, cell->policy, story->of, graph,
                            exchange, watch, diagnostic)) {
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
    struct graph graph = {0};
    struct watch watch;
    struct explore_limits limits = watch_begin(&watch, bounds);

    limits.fair = cell->scenario->world.unbounded;
    limits.exchange = !limits.fair && bounds_exchange(bounds);
    limits.threads = 1;
    explore_free(&stories->result);
    if (!cell_explore(cell->scenario, cell->choices, &limits, &stories->world, &stories->result,
                      &graph, &diagnostic)) {
        explore_result_open(&stories->result);
        leave_unexplained(stories, cell, diagnostic.text);
        return;
    }
    if (stories->result.end == EXPLORE_COMPLETE) {
        add_stories(stories, cell, &stories->result);
        stories->explained = explain(stories, cell, &graph, limits.exchange, &watch, &diagnostic);
        snprintf(stories->why, sizeof stories->why, "%.*s", (int)sizeof stories->why - 1,
                 diagnostic.text);
    } else {
        leave_unexplained(stories, cell,
                          stories->result.end == EXPLORE_MAX_STATES ? "it has too many states"
                                                                    : "its search came to a bound");
    }
    graph_close(&graph);
}

static void
tell_cell(struct stories *stories, const struct cell *cell, const struct bounds *bounds)
{
    explore_result_open(&stories->result);
    if (cell_violated(cell) == 0 && !cell->result.fairness.starves) {
        return;
    }
    if (cell->result.end != EXPLORE_COMPLETE) {
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
        explore_free(&stories[i].result);
    }
    free(stories);
}

const struct story *
story_of(const struct stories *stories, enum oracle oracle, bool lasting)
{
    for (unsigned i = 0; i < stories->count; i++) {
        const struct fate_of *of = &stories->story[i].of;

        if (of->starving == NULL && of->oracle == oracle && of->lasting == lasting) {
            return &stories->story[i];
        }
    }
    return NULL;
}

const struct story *
story_of_starving(const struct stories *stories)
{
    const struct story *last = stories->count > 0 ? &stories->story[stories->count - 1] : NULL;

    return last != NULL && last->of.starving != NULL ? last : NULL;
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
