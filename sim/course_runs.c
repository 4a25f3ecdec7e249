/* The runs of a course: see course.h. */
#include "sim/course.h"

#include <stdlib.h>
#include <string.h>

/* Runs that have come as far as this: so many milestones, a place, and gone wrong or not. */
struct point {
    uint32_t place;
    uint16_t milestones;
    bool bad;
    uint8_t actor;   /* who took the step to it */
    uint32_t before; /* an index: the point that the first of them came from */
    mpz_t runs;
};

#define NO_POINT UINT32_MAX

/* Runs, layer by layer: a layer has all points of runs of so many steps. */
struct layers {
    const struct courses *courses;
    const struct graph *graph;
    const milestone *milestones;
    unsigned count;
    struct course_of of;
    struct point *point;
    uint32_t points, room;
    uint32_t layer; /* where the present one begins */
};

/* The point in the layer that is being filled, from `first` on; made if it is not there. */
static struct point *
reach(struct layers *layers, uint32_t first, struct point point)
{
    for (uint32_t i = first; i < layers->points; i++) {
        struct point *there = &layers->point[i];

        if (there->place == point.place && there->milestones == point.milestones &&
            there->bad == point.bad) {
            return there;
        }
    }
    if (layers->points == layers->room) {
        const uint32_t room = layers->room * 2 + 64;
        struct point *grown = realloc(layers->point, room * sizeof *grown);

        if (grown == NULL) {
            return NULL;
        }
        layers->point = grown;
        layers->room = room;
    }
    layers->point[layers->points] = point;
    mpz_init(layers->point[layers->points].runs);
    return &layers->point[layers->points++];
}

/* The edge's milestones are the next ones. */
static bool
fits(const struct layers *layers, unsigned milestones, const struct course_edge *edge)
{
    return milestones + edge->milestones <= layers->count &&
           memcmp(layers->milestones + milestones, edge->milestone,
                  edge->milestones * sizeof *edge->milestone) == 0;
}

/* Takes all steps from a point.  False without memory. */
static bool
go_on_from(struct layers *layers, uint32_t index, uint32_t next_layer)
{
    const struct point point = layers->point[index];
    const struct course_place *place = &layers->courses->place[point.place];
    const oracle_set oracle = ORACLE_BIT(layers->of.oracle);

    for (uint32_t i = 0; i < place->edges; i++) {
        const struct course_edge *edge = &layers->courses->edge[place->first + i];
        struct point *reached;

        if (!fits(layers, point.milestones, edge)) {
            continue;
        }
        reached = reach(
            layers, next_layer,
            (struct point){edge->target,
                           (uint16_t)(point.milestones + edge->milestones),
                           point.bad || (!layers->of.lasting && (edge->violated & oracle) != 0),
                           edge->actor,
                           index,
                           {{0}}});
        if (reached == NULL) {
            return false;
        }
        mpz_add(reached->runs, reached->runs, layers->point[index].runs);
    }
    return true;
}

/* Runs that end at the point, with all milestones. */
static bool
ends(const struct layers *layers, const struct point *point)
{
    return layers->courses->place[point->place].edges == 0 && point->milestones == layers->count;
}

static bool
ends_wrong(const struct layers *layers, const struct point *point)
{
    const uint32_t state = layers->courses->place[point->place].state;

    return layers->of.lasting ? (layers->graph->state[state].violated >> layers->of.oracle & 1) != 0
                              : point->bad;
}

/* Writes down the run that first came to a point, after so many steps. */
static bool
write_down(const struct layers *layers, uint32_t index, unsigned length, struct course_runs *found)
{
    found->schedule = malloc(length + 1u);
    found->length = length;
    for (unsigned step = length; step-- > 0 && found->schedule != NULL;) {
        found->schedule[step] = layers->point[index].actor;
        index = layers->point[index].before;
    }
    return found->schedule != NULL;
}

/* Counts what ends in the present layer. */
static bool
count_ends(const struct layers *layers, unsigned length, bool wrong, struct course_runs *found)
{
    for (uint32_t i = layers->layer; i < layers->points; i++) {
        const struct point *point = &layers->point[i];
        bool bad;

        if (!ends(layers, point)) {
            continue;
        }
        bad = ends_wrong(layers, point);
        mpz_add(found->runs, found->runs, point->runs);
        if (bad) {
            mpz_add(found->bad, found->bad, point->runs);
        }
        if (bad == wrong && found->schedule == NULL && !write_down(layers, i, length, found)) {
            return false;
        }
    }
    return true;
}

bool
course_find_runs(const struct courses *courses, const struct graph *graph,
                 const milestone *milestones, unsigned count, struct course_of of, bool wrong,
                 struct course_runs *found)
{
    struct layers layers = {courses, graph, milestones, count, of, NULL, 0, 0, 0};
    const bool bad = !of.lasting && (courses->at_first >> of.oracle & 1) != 0;
    struct point *first = reach(&layers, 0, (struct point){0, 0, bad, 0, NO_POINT, {{0}}});
    bool room = first != NULL;
    unsigned length = 0;

    *found = (struct course_runs){.length = 0};
    mpz_init(found->runs);
    mpz_init(found->bad);
    if (first != NULL) {
        mpz_set_ui(first->runs, 1);
    }
    while (room && layers.layer < layers.points) {
        const uint32_t next_layer = layers.points;

        room = count_ends(&layers, length, wrong, found);
        for (uint32_t i = layers.layer; i < next_layer && room; i++) {
            room = go_on_from(&layers, i, next_layer);
        }
        layers.layer = next_layer;
        length++;
    }
    for (uint32_t i = 0; i < layers.points; i++) {
        mpz_clear(layers.point[i].runs);
    }
    free(layers.point);
    return room;
}

void
course_runs_close(struct course_runs *found)
{
    mpz_clear(found->runs);
    mpz_clear(found->bad);
    free(found->schedule);
}
