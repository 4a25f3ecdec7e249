/* The courses of a world: see course.h. */
#include "sim/course.h"

#include <stdlib.h>
#include <string.h>

/* A place whose steps are being taken, on the way from the first one. */
struct visit {
    struct standing standing;
    stages in;
    uint32_t place;
    unsigned next; /* actor */
    unsigned edges;
    struct course_edge edge[MAX_ACTORS];
};

/* A walk through all places, depth first. */
struct tour {
    struct courses *courses;
    struct standing_ground ground;
    struct allowance *allowance;
    struct store keys; /* states and stages of the places, by number */
    struct visit **visit;
    unsigned depth, room;
    bool (*go_on)(void *context);
    void *context;
};

/* The place's number; *is_new if it is none yet.  False without memory. */
static bool
find_place(struct tour *tour, uint32_t state, stages in, uint32_t *place, bool *is_new)
{
    struct courses *courses = tour->courses;
    const uint64_t key = (uint64_t)state << 32 | in;
    const int added = store_add(&tour->keys, &key, place);
    struct course_place *grown;

    *is_new = added == STORE_NEW;
    if (added != STORE_NEW) {
        return added == STORE_OLD;
    }
    grown = allowance_grow(tour->allowance, courses->place, &courses->place_capacity,
                           courses->places + 1u, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    courses->place = grown;
    grown[courses->places++] = (struct course_place){.state = state};
    return true;
}

/* Goes on from a place that is new.  False without memory. */
static bool
enter(struct tour *tour, const struct standing *standing, stages in, uint32_t place)
{
    struct visit *visit;

    if (tour->depth == tour->room) {
        struct visit **grown = realloc(tour->visit, (tour->room + 1u) * sizeof(struct visit *));

        if (grown == NULL) {
            return false;
        }
        tour->visit = grown;
        grown[tour->room] = malloc(sizeof **grown);
        if (grown[tour->room++] == NULL) {
            return false;
        }
    }
    visit = tour->visit[tour->depth++];
    visit->standing = *standing;
    visit->in = in;
    visit->place = place;
    visit->next = visit->edges = 0;
    return true;
}

/* All steps from the place have been taken. */
static bool
leave(struct tour *tour)
{
    struct courses *courses = tour->courses;
    const struct visit *visit = tour->visit[--tour->depth];
    struct course_edge *grown =
        allowance_grow(tour->allowance, courses->edge, &courses->edge_capacity,
                       courses->edges + visit->edges, sizeof *grown);

    if (grown == NULL && visit->edges > 0) {
        return false;
    }
    courses->edge = grown != NULL ? grown : courses->edge;
    courses->place[visit->place].first = courses->edges;
    courses->place[visit->place].edges = visit->edges;
    for (unsigned i = 0; i < visit->edges; i++) {
        courses->edge[courses->edges++] = visit->edge[i];
    }
    return true;
}

/* Takes the next actor's step from the place that was entered last. */
static bool
take(struct tour *tour, unsigned actor)
{
    struct visit *visit = tour->visit[tour->depth - 1];
    const struct world *world = &tour->ground.world;
    struct standing next = visit->standing;
    struct state after = visit->standing.state;
    struct course_edge *edge = &visit->edge[visit->edges++];
    stages in = visit->in;
    struct event event;
    bool is_new;

    memset(edge, 0, sizeof *edge);
    actor_step(world, &after, actor, &event);
    edge->actor = (uint8_t)actor;
    edge->milestones = (uint8_t)milestones_of(world, &visit->standing.state, actor_at(world, actor),
                                              &event, &after, &in, edge->milestone);
    edge->violated = standing_step(&tour->ground, &next, actor);
    return find_place(tour, next.id, in, &edge->target, &is_new) &&
           (!is_new || enter(tour, &next, in, edge->target));
}

static enum course_error
go(struct tour *tour)
{
    const struct world *world = &tour->ground.world;
    const unsigned actors = actor_count(world);
    const struct standing first = standing_begin(&tour->ground);
    uint32_t place;
    uint64_t steps = 0;
    bool is_new,
        room = find_place(tour, first.id, 0, &place, &is_new) && enter(tour, &first, 0, place);

    while (room && tour->depth > 0) {
        struct visit *visit = tour->visit[tour->depth - 1];

        if (++steps % 4096 == 0 && !tour->go_on(tour->context)) {
            return COURSE_STOPPED;
        }
        while (visit->next < actors && !actor_enabled(world, &visit->standing.state, visit->next)) {
            visit->next++;
        }
        room = visit->next < actors ? take(tour, visit->next++) : leave(tour);
    }
    return room ? COURSE_OK : COURSE_NO_MEMORY;
}

enum course_error
courses_open(struct courses *courses, const struct world *world, const struct graph *graph,
             struct allowance *allowance, bool (*go_on)(void *context), void *context)
{
    struct tour *tour = calloc(1, sizeof *tour);
    enum course_error error;

    *courses = (struct courses){.at_first = graph->state[0].violated};
    if (tour == NULL) {
        return COURSE_NO_MEMORY;
    }
    tour->courses = courses;
    tour->allowance = allowance;
    tour->go_on = go_on;
    tour->context = context;
    standing_open(&tour->ground, world, graph, false);
    store_open(&tour->keys, allowance, 1);
    error = go(tour);
    store_close(&tour->keys);
    for (unsigned i = 0; i < tour->room; i++) {
        free(tour->visit[i]);
    }
    free(tour->visit);
    free(tour);
    return error;
}

void
courses_close(struct courses *courses)
{
    free(courses->place);
    free(courses->edge);
    *courses = (struct courses){0};
}
