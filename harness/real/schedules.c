/* Schedules for the real kernel: see schedules.h. */
#include "harness/real/schedules.h"

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

bool
schedules_collect(struct schedules *all, const struct world *world, const struct graph *graph,
                  struct allowance *allowance, bool interleavings)
{
    struct cover_all list;
    struct cover cover;
    struct cover_run run;
    bool fits = true;

    if (interleavings) {
        if (cover_all_open(&list, graph, allowance, MAX_SCHEDULES) != COVER_OK) {
            return false;
        }
        while (fits && cover_next_interleaving(&list, &run)) {
            fits = add_schedule(all, allowance, world, graph, &run);
        }
        fits = fits && !list.cut;
        cover_all_close(&list);
    } else {
        if (cover_open(&cover, graph, allowance) != COVER_OK) {
            return false;
        }
        while (fits && cover_next(&cover, &run)) {
            fits = add_schedule(all, allowance, world, graph, &run);
        }
        cover_close(&cover);
    }
    all->walked = graph->edges; /* both walk every edge: tests/unit/test_cover.c */
    return fits;
}
