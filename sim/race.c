/* Steps of a schedule that race: see race.h. */
#include "sim/race.h"

#include "sim/footprint.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A schedule, and which of its steps depend on which. */
struct dependence {
    const struct world *world;
    const uint8_t *schedule;
    unsigned length;
    struct footprint *footprint; /* by step */
    unsigned *since; /* by step: so many steps before it, since when its actor has had a step; the
                        last one of these has made it possible */
    uint8_t *behind; /* [first * length + second]: the second step depends on the first one, or on
                        one that does */
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
look_at_steps(struct dependence *dependence)
{
    const struct world *world = dependence->world;
    unsigned since[MAX_ACTORS];
    struct state state;

    initial_state(world, &state);
    for (unsigned step = 0; step < dependence->length; step++) {
        const unsigned number = dependence->schedule[step];
        const struct actor actor = actor_at(world, number);

        for (unsigned other = 0; other < actor_count(world); other++) {
            if (!actor_enabled(world, &state, other)) {
                since[other] = step + 1;
            } else if (step == 0) {
                since[other] = 0;
            }
        }
        assert(actor_may_step(world, &state, actor));
        dependence->since[step] = since[number];
        dependence->footprint[step] = footprint_here(world, &state, actor);
        actor_take_step(world, &state, actor, NULL);
    }
}

static bool
depend(const struct dependence *dependence, unsigned first, unsigned second)
{
    return dependence->schedule[first] == dependence->schedule[second] ||
           dependence->since[second] == first + 1 ||
           footprint_conflicts(&dependence->footprint[first], &dependence->footprint[second]);
}

/* Fills in race->other, which has room for it. */
static void
turn_round(const struct dependence *dependence, struct race *race)
{
    const struct world *world = dependence->world;
    const uint8_t *behind = dependence->behind + (size_t)race->first * dependence->length;
    struct state state;

    initial_state(world, &state);
    for (unsigned step = 0; step <= race->second; step++) {
        const uint8_t number = dependence->schedule[step];

        if (step == race->first || (step != race->second && behind[step] != 0)) {
            continue;
        }
        if (!actor_enabled(world, &state, number)) {
            free(race->other);
            race->other = NULL;
            race->length = 0;
            return;
        }
        actor_step(world, &state, number, NULL);
        race->other[race->length++] = number;
    }
}

/* False if there is no memory. */
static bool
add_race(struct races *races, const struct dependence *dependence, unsigned first, unsigned second)
{
    struct race *grown = realloc(races->race, (races->count + 1u) * sizeof *grown);
    struct race *race;

    if (grown == NULL) {
        return false;
    }
    races->race = grown;
    race = &grown[races->count];
    *race = (struct race){first, second, malloc(second + 1u), 0};
    if (race->other == NULL) {
        return false;
    }
    races->count++;
    turn_round(dependence, race);
    return true;
}

/* Which steps the second one depends on, the nearest first: those on which no nearer one depends
 * that it depends on are next to it. */
static bool
add_races_of(struct races *races, struct dependence *dependence, unsigned second)
{
    const unsigned length = dependence->length;

    for (unsigned first = second; first-- > 0;) {
        uint8_t *behind = dependence->behind;

        if (behind[first * length + second] != 0 || !depend(dependence, first, second)) {
            continue;
        }
        for (unsigned before = 0; before <= first; before++) {
            behind[before * length + second] |=
                (uint8_t)(before == first || behind[before * length + first] != 0);
        }
        if (dependence->schedule[first] != dependence->schedule[second] &&
            !add_race(races, dependence, first, second)) {
            return false;
        }
    }
    return true;
}

bool
races_find(struct races *races, const struct world *world, const uint8_t *schedule, unsigned length)
{
    struct dependence dependence = {
        .world = world,
        .schedule = schedule,
        .length = length,
        .footprint = calloc(length + 1u, sizeof *dependence.footprint),
        .since = calloc(length + 1u, sizeof *dependence.since),
        .behind = calloc((size_t)length * length + 1u, 1),
    };
    bool found =
        dependence.footprint != NULL && dependence.since != NULL && dependence.behind != NULL;

    *races = (struct races){0};
    if (found) {
        look_at_steps(&dependence);
    }
    for (unsigned second = 0; second < length && found; second++) {
        found = add_races_of(races, &dependence, second);
    }
    free(dependence.footprint);
    free(dependence.since);
    free(dependence.behind);
    if (!found) {
        races_free(races);
    }
    return found;
}

void
races_free(struct races *races)
{
    for (unsigned i = 0; i < races->count; i++) {
        free(races->race[i].other);
    }
    free(races->race);
    *races = (struct races){0};
}
