/* Which schedules are forced: see schedules.h. */
#include "harness/real/schedules.h"

#include "sim/cover.h"
#include "sim/fingerprint.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SCHEDULES = 1 << 20 };

static bool
add_schedule(struct schedules *all, struct allowance *allowance, const struct world *world,
             const struct graph *graph, const struct cover_run *run)
{
    void *actors = allowance_grow(allowance, all->actors, &all->actor_capacity,
                                  all->used + run->length + 1, 1);
    void *first;

    if (actors == NULL) {
        return false;
    }
    all->actors = actors;
    first =
        allowance_grow(allowance, all->first, &all->capacity, all->count + 2, sizeof *all->first);
    if (first == NULL) {
        return false;
    }
    all->first = first;
    cover_schedule(world, graph, run, all->actors + all->used);
    all->first[all->count++] = all->used;
    all->used += run->length;
    all->first[all->count] = all->used;
    return true;
}

static bool
collect_interleavings(struct schedules *all, const struct world *world, const struct graph *graph,
                      struct allowance *allowance)
{
    struct cover_all list;
    struct cover_run run;
    bool fits = true;

    if (cover_all_open(&list, graph, allowance, MAX_SCHEDULES) != COVER_OK) {
        return false;
    }
    while (fits && cover_next_interleaving(&list, &run)) {
        fits = add_schedule(all, allowance, world, graph, &run);
    }
    fits = fits && !list.cut;
    cover_all_close(&list);
    return fits;
}

/* ---- classes of steps ---- */

static int
compare(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return (a > b) - (a < b);
}

/* Puts them in order, and leaves each once. */
static void
tidy(struct agreed *prints)
{
    uint64_t kept = 0;

    qsort(prints->prints, prints->count, sizeof *prints->prints, compare);
    for (uint64_t i = 0; i < prints->count; i++) {
        if (kept == 0 || prints->prints[kept - 1] != prints->prints[i]) {
            prints->prints[kept++] = prints->prints[i];
        }
    }
    prints->count = kept;
}

/* Its index, or -1. */
static int64_t
find(const struct agreed *prints, uint64_t print)
{
    const uint64_t *found =
        prints->count == 0 ? NULL
                           : bsearch(&print, prints->prints, prints->count, sizeof print, compare);

    return found == NULL ? -1 : found - prints->prints;
}

/* The classes of the edges are the indices of their fingerprints. */
static bool
classify(struct schedules *all, const struct world *world, const struct graph *graph,
         struct allowance *allowance, uint32_t *class)
{
    size_t bytes = 0;
    uint64_t *prints = allowance_take(allowance, &bytes, graph->edges, sizeof *prints);
    bool done = prints != NULL;

    all->prints.prints = malloc(graph->edges * sizeof *prints);
    done = done && all->prints.prints != NULL && fingerprint_steps(world, graph, allowance, prints);
    if (done) {
        memcpy(all->prints.prints, prints, graph->edges * sizeof *prints);
        all->prints.count = graph->edges;
        tidy(&all->prints);
        for (uint64_t edge = 0; edge < graph->edges; edge++) {
            class[edge] = (uint32_t)find(&all->prints, prints[edge]);
        }
    }
    free(prints);
    allowance->bytes_left += bytes;
    return done;
}

/* ---- covers ---- */

/* Of each class once; NULL: each edge. */
static bool
collect_cover(struct schedules *all, const struct world *world, const struct graph *graph,
              struct allowance *allowance, const uint32_t *class, const struct agreed *agreed)
{
    size_t bytes = 0;
    bool *walked = allowance_take(allowance, &bytes, graph->edges, sizeof *walked), fits = true;
    struct cover cover;
    struct cover_run run;

    if (walked == NULL || cover_open(&cover, graph, allowance) != COVER_OK) {
        free(walked);
        return false;
    }
    cover_classify(&cover, class);
    for (uint64_t i = 0; class != NULL && agreed != NULL && i < all->prints.count; i++) {
        if (find(agreed, all->prints.prints[i]) >= 0) {
            cover_leave_out(&cover, (uint32_t)i);
        }
    }
    while (fits && cover_next(&cover, &run)) {
        fits = add_schedule(all, allowance, world, graph, &run);
        for (unsigned step = 0; step < run.length; step++) {
            all->walked += !walked[run.edge[step]];
            walked[run.edge[step]] = true;
        }
    }
    cover_close(&cover);
    free(walked);
    allowance->bytes_left += bytes;
    return fits;
}

bool
schedules_collect(struct schedules *all, const struct world *world, const struct graph *graph,
                  struct allowance *allowance, enum schedules_cover cover,
                  const struct agreed *agreed)
{
    size_t bytes = 0;
    uint32_t *class;
    bool done;

    if (cover == COVER_INTERLEAVINGS) {
        all->walked = graph->edges; /* tests/unit/test_cover.c */
        return collect_interleavings(all, world, graph, allowance);
    }
    if (cover == COVER_TRANSITIONS || graph->edges == 0) {
        return collect_cover(all, world, graph, allowance, NULL, NULL);
    }
    class = allowance_take(allowance, &bytes, graph->edges, sizeof *class);
    done = class != NULL && classify(all, world, graph, allowance, class) &&
           collect_cover(all, world, graph, allowance, class, agreed);
    free(class);
    allowance->bytes_left += bytes;
    return done;
}

void
schedules_free(struct schedules *all)
{
    free(all->actors);
    free(all->first);
    free(all->prints.prints);
    *all = (struct schedules){0};
}

bool
schedules_agree(const struct schedules *all, struct agreed *agreed)
{
    uint64_t count = agreed->count + all->prints.count;
    uint64_t *more = realloc(agreed->prints, (count + 1) * sizeof *more);

    if (more == NULL) {
        return false;
    }
    agreed->prints = more;
    if (all->prints.count > 0) {
        memcpy(more + agreed->count, all->prints.prints, all->prints.count * sizeof *more);
    }
    agreed->count = count;
    tidy(agreed);
    return true;
}
