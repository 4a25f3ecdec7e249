/* What a search of any number of guests has found: see crowd.h. */
#include "sim/crowd.h"

#include <assert.h>
#include <string.h>

enum view_end
crowd_find(const struct crowd *crowd, const struct world *world, const struct view_bytes *bytes,
           const struct state *state, const uint8_t *member, unsigned members, uint32_t *id)
{
    const struct store *store = members == VIEW_GUESTS ? &crowd->views : &crowd->configurations;
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct view_scene scene;
    struct state view;
    enum view_end end = view_look(&scene, world, bytes, state);

    assert(members == VIEW_GUESTS || members == VIEW_MEMBERS);
    *id = CROWD_NOT_FOUND;
    if (end == VIEW_SEEN) {
        end = view_project(&crowd->space, &scene, member, members, &view);
    }
    if (end == VIEW_SEEN) {
        view_settle(&crowd->space, members, &view, packed);
        *id = store_find(store, packed, id) ? *id : CROWD_NOT_FOUND;
    }
    return end;
}

static void
take_again(const struct crowd *crowd, struct crowd_origin origin, struct crowd_step *step)
{
    const struct view_space *space = &crowd->space;

    *step = (struct crowd_step){.actor = origin.actor};
    layout_unpack(&space->layout, store_get(&crowd->configurations, origin.configuration),
                  &step->before);
    step->after = step->before;
    if (origin.actor != CROWD_NOBODY) {
        crowd_take_step(space, &crowd->orphans, &step->before, crowd->actor[origin.actor],
                        origin.choice, &step->after, &step->event);
    }
}

unsigned
crowd_trace(const struct crowd *crowd, enum oracle oracle, struct crowd_step step[CROWD_MAX_STEPS])
{
    struct crowd_origin origin = crowd->violation[oracle];
    unsigned steps = 0;

    assert((crowd->violated & ORACLE_BIT(oracle)) != 0);
    for (;;) {
        take_again(crowd, origin, &step[CROWD_MAX_STEPS - ++steps]);
        origin = crowd->view[crowd->parent[origin.configuration]].origin;
        if (origin.actor == CROWD_NOBODY || steps == CROWD_MAX_STEPS) {
            break;
        }
    }
    memmove(step, step + CROWD_MAX_STEPS - steps, steps * sizeof *step);
    return steps;
}
