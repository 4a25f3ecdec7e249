/* Steps of a schedule that race: see race.h. */
#include "sim/race.h"

#include "sim/dependence.h"
#include "sim/initial.h"

#include <stdlib.h>

/* Fills in race->other, which has room for it. */
static void
turn_round(const struct world *world, const uint8_t *schedule, const struct dependence *dependence,
           struct race *race)
{
    struct state state;

    initial_state(world, &state);
    for (unsigned step = 0; step <= race->second; step++) {
        const uint8_t number = schedule[step];

        if (step == race->first ||
            (step > race->first && step < race->second &&
             dependence_of(dependence, race->first, step) != DEPENDENCE_NONE)) {
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

/* A race that is to be filled in; NULL if there is no memory. */
static struct race *
add_race(struct races *races, unsigned first, unsigned second)
{
    struct race *grown = realloc(races->race, (races->count + 1u) * sizeof *grown);

    if (grown == NULL) {
        return NULL;
    }
    races->race = grown;
    grown += races->count;
    *grown = (struct race){first, second, malloc(second + 1u), 0};
    if (grown->other == NULL) {
        return NULL;
    }
    races->count++;
    return grown;
}

bool
races_find(struct races *races, const struct world *world, const uint8_t *schedule, unsigned length)
{
    struct dependence dependence;
    bool whole = dependence_open(&dependence, world, schedule, length);

    *races = (struct races){0};
    for (unsigned second = 0; second < length && whole; second++) {
        for (unsigned first = second; first-- > 0 && whole;) {
            struct race *race;

            if (schedule[first] == schedule[second] ||
                dependence_of(&dependence, first, second) != DEPENDENCE_NEXT) {
                continue;
            }
            race = add_race(races, first, second);
            whole = race != NULL;
            if (whole) {
                turn_round(world, schedule, &dependence, race);
            }
        }
    }
    dependence_close(&dependence);
    if (!whole) {
        races_free(races);
    }
    return whole;
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
