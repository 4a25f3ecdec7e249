/* A schedule that goes wrong, explained: see explained.h. */
#include "harness/explained.h"

#include "harness/memory.h"

#include <assert.h>
#include <stdlib.h>

/* An explanation in the making. */
struct making {
    struct explained *explained;
    struct standing_ground ground;
};

/* ---- what is looked at ---- */

static bool
goes_wrong(const struct making *making, oracle_set violated)
{
    const struct fate_of of = making->explained->of;
    const oracle_set ends = making->explained->counted ? 0 : ORACLES_OF_ENDS; /* it may go on */

    return !of.lasting && of.starving == NULL && ((violated & ~ends) >> of.oracle & 1) != 0;
}

/* Notes a state of which runs are to be counted.  Returns which one it is. */
static unsigned
note(struct making *making, uint32_t id, bool wrong)
{
    struct explained *explained = making->explained;

    explained->outlook =
        memory_grow(explained->outlook, (explained->outlooks + 1u) * sizeof *explained->outlook);
    outlook_open(&explained->outlook[explained->outlooks], id, wrong);
    return explained->outlooks++;
}

/* Notes what else could be done there in place of a step (from 1), which is that actor's. */
static void
note_choices(struct making *making, const struct standing *standing, bool wrong, unsigned step,
             unsigned taken)
{
    struct explained *explained = making->explained;
    const struct walk *walk = explained->walk;

    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        struct standing next = *standing;
        struct state state = standing->state;
        struct explained_choice *choice;
        struct event event;
        bool turns;

        if (actor == taken || !actor_enabled(walk->world, &state, actor)) {
            continue;
        }
        explained->choice =
            memory_grow(explained->choice, (explained->choices + 1u) * sizeof *choice);
        choice = &explained->choice[explained->choices++];
        actor_step(walk->world, &state, actor, &event);
        turns = goes_wrong(making, standing_step(&making->ground, &next, actor));
        *choice = (struct explained_choice){.step = step, .actor = actor};
        narrate_step(walk->scenario, walk->world, &event, choice->text);
        choice->outlook = note(making, next.id, wrong || turns);
    }
}

/* Notes the states that a walk comes through, and in each of them the choices. */
static void
note_walk(struct making *making)
{
    const struct walk *walk = making->explained->walk;
    struct standing standing = standing_begin(&making->ground);
    bool wrong = goes_wrong(making, making->ground.graph->state[0].violated);

    note(making, standing.id, wrong);
    for (unsigned i = 0; i < walk->length; i++) {
        wrong =
            goes_wrong(making, standing_step(&making->ground, &standing, walk->step[i].actor)) ||
            wrong;
        note(making, standing.id, wrong);
    }
    standing = standing_begin(&making->ground);
    for (unsigned i = 0; i < walk->length; i++) {
        note_choices(making, &standing, making->explained->outlook[i].wrong, i + 1,
                     walk->step[i].actor);
        standing_step(&making->ground, &standing, walk->step[i].actor);
    }
}

/* Notes where each race leads to if its steps are taken the other way round. */
static void
note_races(struct making *making)
{
    const struct races *races = &making->explained->races;

    for (unsigned i = 0; i < races->count; i++) {
        const struct race *race = &races->race[i];
        struct standing standing = standing_begin(&making->ground);
        bool wrong = goes_wrong(making, making->ground.graph->state[0].violated);

        for (unsigned step = 0; step < race->length; step++) {
            wrong =
                goes_wrong(making, standing_step(&making->ground, &standing, race->other[step])) ||
                wrong;
        }
        note(making, standing.id, wrong);
    }
}

/* ---- what comes of it ---- */

static bool
find_races(struct explained *explained)
{
    const struct walk *walk = explained->walk;
    uint8_t *schedule = malloc(walk->length + 1u);
    bool found;

    for (unsigned i = 0; i < walk->length && schedule != NULL; i++) {
        schedule[i] = (uint8_t)walk->step[i].actor;
    }
    found = schedule != NULL && races_find(&explained->races, walk->world, schedule, walk->length);
    free(schedule);
    return found;
}

static bool
count(struct explained *explained, const struct graph *graph, struct watch *watch,
      struct diagnostic *diagnostic)
{
    struct allowance allowance = {watch->bounds->max_memory};
    const struct count_pace pace = {watch_goes_on, watch};
    enum count_error error = COUNT_OK;

    if (explained->counted) {
        error = outlook_count(graph, &allowance, &pace, explained->of, explained->outlook,
                              explained->outlooks);
    } else if (!outlook_foresee(graph, &allowance, explained->of, explained->outlook,
                                explained->outlooks)) {
        error = COUNT_NO_MEMORY;
    }
    if (error != COUNT_OK) {
        return diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0, "runs are not counted: %s",
                        error == COUNT_NO_MEMORY ? "stopped at --max-memory"
                        : error == COUNT_STOPPED ? "stopped at --timeout"
                                                 : "some run never ends");
    }
    explained->lost = 0;
    while (explained->lost <= explained->walk->length &&
           !outlook_is_lost(&explained->outlook[explained->lost])) {
        explained->lost++;
    }
    return true;
}

bool
explained_make(struct explained *explained, const struct walk *walk, const char *policy,
               struct fate_of of, const struct graph *graph, bool exchange, struct watch *watch,
               struct diagnostic *diagnostic)
{
    struct making making = {.explained = explained};

    *explained = (struct explained){
        .walk = walk, .policy = policy, .of = of, .counted = !walk->world->unbounded};
    standing_open(&making.ground, walk->world, graph, exchange);
    if (!find_races(explained)) {
        explained_free(explained);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    note_walk(&making);
    note_races(&making);
    if (!count(explained, graph, watch, diagnostic)) {
        explained_free(explained);
        return false;
    }
    return true;
}

void
explained_free(struct explained *explained)
{
    for (unsigned i = 0; i < explained->outlooks; i++) {
        outlook_close(&explained->outlook[i]);
    }
    free(explained->outlook);
    free(explained->choice);
    races_free(&explained->races);
    explained->outlook = NULL;
    explained->choice = NULL;
    explained->outlooks = explained->choices = 0;
}

const struct outlook *
explained_turned(const struct explained *explained, unsigned race)
{
    const unsigned first = explained->walk->length + 1 + explained->choices;

    assert(race < explained->races.count);
    return explained->races.race[race].other == NULL ? NULL : &explained->outlook[first + race];
}

bool
explained_matters(const struct explained *explained, unsigned race)
{
    const struct outlook *turned = explained_turned(explained, race);
    const struct outlook *as_it_was = &explained->outlook[explained->races.race[race].second + 1];

    return turned != NULL && outlook_compare(turned, as_it_was) != 0;
}

bool
explained_is_way_out(const struct explained *explained, const struct explained_choice *choice)
{
    const struct outlook *before = &explained->outlook[choice->step - 1];

    return !explained->counted && (before->fate & FATE_WRONG) != 0 &&
           (explained->outlook[choice->outlook].fate & FATE_WRONG) == 0;
}
