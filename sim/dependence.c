/* Which steps of a schedule depend on which: see dependence.h. */
#include "sim/dependence.h"

#include "sim/footprint.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>

/* A step as others depend on it. */
struct looked_at {
    uint8_t actor;
    unsigned since; /* its actor has had a step behind so many steps: the last one of these has made
                       it possible */
    struct footprint footprint;
};

/* A guest's own is what only that guest touches, or, where nothing is known of that, anybody's. */
static struct footprint
footprint_here(const struct world *world, const struct state *state, struct actor actor)
{
    struct footprint footprint = footprint_of_step(world, state, actor, 0);

    if (!footprint_knows_own(world)) {
        footprint.reads |= footprint.own_reads;
        footprint.writes |= footprint.own_writes;
    }
    return footprint;
}

static void
look_at(const struct world *world, const uint8_t *schedule, unsigned length, struct looked_at *at)
{
    unsigned since[MAX_ACTORS] = {0};
    struct state state;

    initial_state(world, &state);
    for (unsigned step = 0; step < length; step++) {
        const struct actor actor = actor_at(world, schedule[step]);

        for (unsigned other = 0; other < actor_count(world); other++) {
            if (!actor_enabled(world, &state, other)) {
                since[other] = step + 1;
            }
        }
        assert(actor_may_step(world, &state, actor));
        at[step] = (struct looked_at){schedule[step], since[schedule[step]],
                                      footprint_here(world, &state, actor)};
        actor_take_step(world, &state, actor, NULL);
    }
}

static bool
depends_by_itself(const struct looked_at *at, unsigned first, unsigned second)
{
    return at[first].actor == at[second].actor || at[second].since == first + 1 ||
           footprint_conflicts(&at[first].footprint, &at[second].footprint);
}

/* On which steps that one depends, the nearest first: those on which none of the nearer ones
 * depends are next to it. */
static void
find_dependences(struct dependence *dependence, const struct looked_at *at, unsigned second)
{
    const size_t length = dependence->length;
    uint8_t *how = dependence->how;

    for (unsigned first = second; first-- > 0;) {
        if (how[first * length + second] != DEPENDENCE_NONE ||
            !depends_by_itself(at, first, second)) {
            continue;
        }
        how[first * length + second] = DEPENDENCE_NEXT;
        for (unsigned before = 0; before < first; before++) {
            if (how[before * length + first] != DEPENDENCE_NONE) {
                how[before * length + second] = DEPENDENCE_FAR;
            }
        }
    }
}

bool
dependence_open(struct dependence *dependence, const struct world *world, const uint8_t *schedule,
                unsigned length)
{
    struct looked_at *at = calloc(length + 1u, sizeof *at);

    *dependence = (struct dependence){length, calloc((size_t)length * length + 1u, 1)};
    if (at == NULL || dependence->how == NULL) {
        free(at);
        dependence_close(dependence);
        return false;
    }
    look_at(world, schedule, length, at);
    for (unsigned second = 0; second < length; second++) {
        find_dependences(dependence, at, second);
    }
    free(at);
    return true;
}

void
dependence_close(struct dependence *dependence)
{
    free(dependence->how);
    *dependence = (struct dependence){0};
}
