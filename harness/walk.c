/* Walks along schedules: see walk.h. */
#include "harness/walk.h"

#include "sim/initial.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

bool
walk_is_at_rest(const struct walk *walk)
{
    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        if (actor_enabled(walk->world, &walk->state, actor)) {
            return false;
        }
    }
    return true;
}

/* What the state violates, as a state and, if nobody can move, as the end of a run. */
static oracle_set
judge(const struct walk *walk)
{
    oracle_set violated = oracle_judge_state(walk->world, &walk->state);

    return walk_is_at_rest(walk) ? violated | oracle_judge_end(walk->world, &walk->state)
                                 : violated;
}

const char *
walk_actor_name(const struct scenario *scenario, const struct world *world, unsigned number,
                char name[WALK_ACTOR_SIZE])
{
    struct actor actor = actor_at(world, number);
    const char *kind = actor_kind_name(actor.kind);

    switch (actor_kind_number(actor.kind)) {
    case ACTOR_ONE:
        snprintf(name, WALK_ACTOR_SIZE, "%s", kind);
        break;
    case ACTOR_EACH_GUEST:
        snprintf(name, WALK_ACTOR_SIZE, "%s%s%s", kind, kind[0] == '\0' ? "" : "/",
                 scenario->guest[actor.index].name);
        break;
    case ACTOR_EACH_THIRD_PARTY: /* other, other2 */
        snprintf(name, WALK_ACTOR_SIZE, actor.index == 0 ? "%s" : "%s%u", kind, actor.index + 1);
        break;
    }
    return name;
}

void
walk_begin(struct walk *walk, const struct scenario *scenario, const struct world *world)
{
    uint8_t conflict;

    *walk = (struct walk){.scenario = scenario, .world = world};
    conflict = initial_state(world, &walk->state);
    assert(conflict == IFNAME_NONE);
    (void)conflict;
    narrate_begin(&walk->state, &walk->lives);
    walk->violated = judge(walk);
    spare_open(&walk->spare, world);
    walk->lacking = spare_lacking(&walk->spare, world, &walk->state);
}

const char *
walk_peek(const struct walk *walk, unsigned actor)
{
    struct state after = walk->state;
    struct event event;

    if (!actor_enabled(walk->world, &walk->state, actor)) {
        return NULL;
    }
    actor_step(walk->world, &after, actor, &event);
    return narrate_step_name(&event);
}

bool
walk_take(struct walk *walk, unsigned actor)
{
    struct state before = walk->state;
    struct walk_step *step;
    oracle_set violated;

    if (!actor_enabled(walk->world, &walk->state, actor)) {
        return false;
    }
    step = realloc(walk->step, (walk->length + 1u) * sizeof *step);
    if (step == NULL) {
        fputs("tapweave: out of memory\n", stderr);
        exit(EXIT_INTERNAL);
    }
    walk->step = step;
    step += walk->length++;
    *step = (struct walk_step){.actor = actor};
    violated = actor_step(walk->world, &walk->state, actor, &walk->event) | judge(walk);
    step->violated = (oracle_set)(violated & ~walk->violated);
    walk->violated |= violated;
    if (walk->lacking < 0) {
        walk->lacking = spare_lacking(&walk->spare, walk->world, &walk->state);
    }
    step->name = narrate_step_name(&walk->event);
    narrate_step(walk->scenario, walk->world, &walk->event, step->text);
    narrate_change(walk->scenario, walk->world, &before, &walk->state, &walk->lives, step->change);
    return true;
}

void
walk_along(struct walk *walk, const struct scenario *scenario, const struct world *world,
           const uint8_t *schedule, unsigned length)
{
    walk_begin(walk, scenario, world);
    for (unsigned i = 0; i < length; i++) {
        bool taken = walk_take(walk, schedule[i]);

        assert(taken);
        (void)taken;
    }
}

void
walk_free(struct walk *walk)
{
    free(walk->step);
    walk->step = NULL;
}
