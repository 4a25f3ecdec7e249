/* How many states a world has: see estimate.h. */
#include "sim/estimate.h"

#include "sim/actor.h"
#include "sim/chance.h"

#include <stdlib.h>

enum {
    WALKS = 1000,
    SEED = 1,
    ENOUGH = 8, /* layers with which there is an estimate */
    PART = 10,  /* there is none if less than a PARTth of it has been found, */
    DEEP = 3,   /* or if a run takes more than DEEP times as many steps as there are layers */
    MOST_LAYERS = EXPLORE_MAX_TRACE + 1
};

/* What is known of the layers, and what walks have seen beyond. */
struct layers {
    unsigned last;              /* the last complete one */
    uint64_t begin, end;        /* ids of its states */
    double found;               /* states up to its end */
    double states[MOST_LAYERS]; /* of each layer up to the last */
    double steps[MOST_LAYERS];  /* that lead out of it, but for the last */
    unsigned longest;           /* how deep walks have come; and by depth from the last layer on: */
    double branching[MOST_LAYERS]; /* the mean number of actors that have a step */
};

/* Finds the layers: a state that is found by a step from one layer is of the next.  False if there
 * are too many. */
static bool
find_layers(struct layers *layers, const struct snapshot *snapshot)
{
    const struct snapshot_counts *counts = &snapshot->counts;
    uint64_t edge = 0, known = 1; /* states that the edges so far have led to */

    layers->begin = 0;
    layers->end = 1;
    layers->states[0] = 1;
    for (uint64_t id = 0; id < counts->expanded; id++) {
        const uint64_t end =
            id + 1 < counts->expanded ? snapshot->state[id + 1].first_edge : counts->edges;

        if (id == layers->end) {
            if (layers->last + 2 >= MOST_LAYERS) {
                return false;
            }
            layers->begin = layers->end;
            layers->end = known;
            layers->states[++layers->last] = (double)(layers->end - layers->begin);
        }
        layers->steps[layers->last] += (double)(end - edge);
        for (; edge < end; edge++) {
            known = snapshot->target[edge] >= known ? snapshot->target[edge] + UINT64_C(1) : known;
        }
    }
    layers->found = (double)layers->end;
    return true;
}

/* Walks from states of the last complete layer on. */
static void
walk(struct layers *layers, const struct found *found, const struct snapshot *snapshot)
{
    double walks[MOST_LAYERS] = {0};
    struct actor actor[MAX_ACTORS];
    const unsigned actors = actor_all(&found->world, actor);
    struct chance chance;

    chance_begin(&chance, SEED, 0);
    for (unsigned i = 0; i < WALKS; i++) {
        const uint64_t id = layers->begin + chance_below(&chance, layers->end - layers->begin);
        unsigned enabled[MAX_ACTORS], count, depth = layers->last;
        struct state state;

        layout_unpack(&found->layout, snapshot->packed + id * snapshot->counts.words, &state);
        do {
            count = 0;
            for (unsigned k = 0; k < actors; k++) {
                if (actor_may_step(&found->world, &state, actor[k])) {
                    enabled[count++] = k;
                }
            }
            layers->branching[depth] += count;
            walks[depth]++;
            if (count > 0) {
                actor_take_step(&found->world, &state, actor[enabled[chance_below(&chance, count)]],
                                NULL);
            }
        } while (count > 0 && ++depth + 1 < MOST_LAYERS);
        layers->longest = depth > layers->longest ? depth : layers->longest;
    }
    for (unsigned depth = layers->last; depth <= layers->longest; depth++) {
        layers->branching[depth] /= walks[depth] > 0 ? walks[depth] : 1;
    }
}

/* The straight line of least squares through how many steps lead to a state, of the later half of
 * the layers: its height at the last one, and its slope. */
static void
draw_line(const struct layers *layers, double *height, double *slope)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;

    for (unsigned i = layers->last - layers->last / 2; i <= layers->last; i++) {
        const double along = (double)i - (double)layers->last;
        const double to = layers->steps[i - 1] / layers->states[i];

        n++;
        x += along;
        y += to;
        xx += along * along;
        xy += along * to;
    }
    *slope = (n * xy - x * y) / (n * xx - x * x);
    *height = (y - *slope * x) / n;
}

/* States that are beyond the last complete layer. */
static double
add_up(const struct layers *layers)
{
    double states = layers->states[layers->last], beyond = 0, height, slope;

    draw_line(layers, &height, &slope);
    for (unsigned i = layers->last; i < layers->longest && states >= 0.5; i++) {
        const double to = height + slope * (double)(i + 1 - layers->last);

        states *= layers->branching[i] / (to > 1 ? to : 1);
        beyond += states;
    }
    return beyond;
}

/* What a state takes that is kept: itself, two slots of the table that finds it, and its edges. */
static double
bytes_of(const struct snapshot *snapshot)
{
    const double edges = (double)snapshot->counts.edges / (double)snapshot->counts.expanded;

    return (double)(snapshot->counts.words * sizeof *snapshot->packed + sizeof *snapshot->state +
                    2 * sizeof(uint32_t)) +
           edges * (double)(sizeof *snapshot->target + sizeof *snapshot->objection);
}

struct estimate
estimate_make(const struct world *world, const struct snapshot *snapshot)
{
    struct layers *layers = calloc(1, sizeof *layers);
    struct estimate estimate = {0};
    struct found found;

    if (layers != NULL && !world->unbounded && snapshot->counts.edges > 0 &&
        find_layers(layers, snapshot) && layers->last >= ENOUGH) {
        const double kept = (double)snapshot->counts.states;
        const double each = (double)snapshot->counts.world / kept; /* that one stands for */
        double beyond;

        found_open(&found, world, 0, false);
        walk(layers, &found, snapshot);
        found_close(&found);
        beyond = add_up(layers) + layers->found - kept; /* of those that are not found */
        beyond = beyond > 0 ? beyond : 0;
        estimate = (struct estimate){PART * kept >= kept + beyond &&
                                         DEEP * layers->last >= layers->longest,
                                     each * (kept + beyond), each * (kept + beyond / 4),
                                     each * (kept + 4 * beyond), bytes_of(snapshot) / each};
    }
    free(layers);
    return estimate;
}
