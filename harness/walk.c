/* Walks along schedules: see walk.h. */
#include "harness/walk.h"

#include "harness/memory.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

bool
walk_is_at_rest(const struct walk *walk)
{
    for (unsigned number = 0; number < actor_count(walk->world); number++) {
        const struct actor actor = actor_at(walk->world, number);

        if (actor_may_step(walk->world, &walk->state, actor) &&
            !actor_begins_round(walk->world, &walk->state, actor)) {
            return false;
        }
    }
    return true;
}

/* True if it was a victim before; whoever has lost a device is the same without it. */
static bool
is_known(const struct walk *walk, const struct walk_victim *victim)
{
    for (unsigned i = 0; i < walk->victims; i++) {
        const struct walk_victim *known = &walk->victim[i];
        bool nameless = known->is.kind == VICTIM_GUEST || victim->is.kind == VICTIM_GUEST;

        if (known->is.oracle == victim->is.oracle && known->is.owner == victim->is.owner &&
            known->is.other == victim->is.other &&
            (nameless || (known->is.kind == victim->is.kind && known->is.name == victim->is.name &&
                          known->life == victim->life))) {
            return true;
        }
    }
    return false;
}

/* Notes those that have become victims by the last step, and returns what the state violates: as a
 * state and, if nobody can move, as the end of a run. */
static oracle_set
judge(struct walk *walk, const struct state *before)
{
    struct victims found = {0};
    oracle_set violated;

    if (walk->length > 0) {
        victims_of_step(before, &walk->event, &found);
    }
    violated = oracle_name_victims(walk->world, &walk->state, walk_is_at_rest(walk), &found);
    for (unsigned i = 0; i < found.count; i++) {
        struct walk_victim victim = {.is = found.victim[i], .step = walk->length};

        if (victim.is.oracle == ORACLE_LOST_ATTACHMENT && victim.is.kind == VICTIM_GUEST &&
            before->network.tap[victim.is.owner - 1] != IFNAME_NONE) { /* lost by this step */
            victim.is.kind = VICTIM_DEVICE;
            victim.is.name = before->network.tap[victim.is.owner - 1];
        }
        victim.life = victim.is.kind == VICTIM_DEVICE ? walk->lives.of[victim.is.name] : 0;
        if (!is_known(walk, &victim)) {
            walk->victim = memory_grow(walk->victim, (walk->victims + 1u) * sizeof *walk->victim);
            walk->victim[walk->victims++] = victim;
        }
    }
    return violated;
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
    walk->violated = judge(walk, &walk->state);
    spare_open(&walk->spare, world);
    walk->lacking = spare_lacking(&walk->spare, world, &walk->state);
}

oracle_set
walk_lasting(const struct walk *walk)
{
    return walk_is_at_rest(walk) ? oracle_judge_state(walk->world, &walk->state) & ORACLES_THAT_LAST
                                 : 0;
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
    walk->step = memory_grow(walk->step, (walk->length + 1u) * sizeof *step);
    step = &walk->step[walk->length++];
    *step = (struct walk_step){.actor = actor};
    violated = actor_step(walk->world, &walk->state, actor, &walk->event);
    if (walk->lacking < 0) {
        walk->lacking = spare_lacking(&walk->spare, walk->world, &walk->state);
    }
    step->name = narrate_step_name(&walk->event);
    narrate_step(walk->scenario, walk->world, &walk->event, step->text);
    narrate_change(walk->scenario, walk->world, &before, &walk->state, &walk->lives, step->change);
    violated |= judge(walk, &before); /* devices have the numbers of their lives by now */
    step->violated = (oracle_set)(violated & ~walk->violated);
    walk->violated |= violated;
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
    free(walk->victim);
    walk->step = NULL;
    walk->victim = NULL;
}
