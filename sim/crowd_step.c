/* The steps of three guests out of any number.  Which name is the lowest that is free, or the next
 * one, depends on all the others: so any may be. */
#include "sim/crowd_step.h"

#include "core/client.h"
#include "sim/oracle.h"

#include <assert.h>
#include <string.h>

/* ---- which name is taken ---- */

/* What the step asks for, if it takes a name: OP_NONE otherwise. */
static struct operation
asks_for(const struct world *world, const struct state *state, struct actor actor)
{
    struct operation op;

    if (actor.kind != ACTOR_THREAD ||
        client_is_between_rounds(world, &state->control, actor.index) ||
        control_crashes(&state->control, actor.index)) {
        return (struct operation){0};
    }
    op = control_want(world, &state->control, actor.index);
    return op.kind == OP_PICK_NAME || (op.kind == OP_CREATE_TAP && op.name == IFNAME_NONE)
               ? op
               : (struct operation){0};
}

static bool
is_free(const struct world *world, const struct state *state, struct actor actor,
        struct operation op, uint8_t name)
{
    struct context context = world_context(world, actor.index);

    if (op.kind == OP_CREATE_TAP) {
        return state->network.device[name].kind == DEVICE_NONE;
    }
    return allocator_reserves(daemon_strategy(&context)) && name != op.name &&
           state->control.daemon.allocator[context.daemon].held[name] == NAME_FREE;
}

unsigned
crowd_choices(const struct view_space *space, const struct orphans *orphans,
              const struct state *state, struct actor actor,
              struct crowd_choice choices[CROWD_CHOICES], bool *lacking)
{
    const struct world *world = &space->world;
    struct operation op = asks_for(world, state, actor);
    const struct ifname_family *family;
    struct view_names used;
    unsigned count = 0;
    uint8_t fresh;

    choices[count++] = (struct crowd_choice){.name = IFNAME_NONE};
    if (op.kind == OP_NONE) {
        return count;
    }
    view_names(&space->bytes, state, &used);
    fresh = view_fresh(world, &used, op.family - 1u);
    choices[0].name = fresh;
    if (fresh == IFNAME_NONE) {
        *lacking = true;
        return 0;
    }
    family = &world->names.family[op.family - 1];
    for (unsigned name = family->first; name < (unsigned)family->first + family->count; name++) {
        if (used.used[name] && is_free(world, state, actor, op, (uint8_t)name)) {
            choices[count++] = (struct crowd_choice){.name = (uint8_t)name};
        }
    }
    for (unsigned i = 0; i < orphans->count; i++) {
        struct state with = *state;
        unsigned cases = orphan_cases(space, &orphans->orphan[i]);

        assert(cases <= VIEW_PLACES * VIEW_PLACES);
        orphan_place(space, &orphans->orphan[i], 0, fresh, &with);
        for (unsigned n = 0; is_free(world, &with, actor, op, fresh) && n < cases; n++) {
            choices[count++] = (struct crowd_choice){fresh, (uint8_t)(i + 1), (uint8_t)n};
        }
    }
    return count;
}

/* ---- the step ---- */

/* All that is one name's becomes the other's, and the other way round. */
static void
exchange(const struct view_space *space, struct state *state, uint8_t one, uint8_t other)
{
    uint8_t *bytes = (uint8_t *)state;

    for (unsigned i = 0; i < space->bytes.count && one != other; i++) {
        const struct view_byte *byte = &space->bytes.byte[i];
        uint8_t *value = &bytes[byte->offset];

        if (byte->of == OF_NAME && byte->index == one) {
            uint8_t *to = &bytes[byte->first + (unsigned)other * byte->stride], kept = *to;

            *to = *value;
            *value = kept;
        }
        if (byte->means == MEANS_NAME) {
            assert(byte->of != OF_NAME || *value == IFNAME_NONE); /* of devices that are renamed */
            *value = *value == one ? other : *value == other ? one : *value;
        }
    }
}

/* Has the step take that name: the lowest of those that it looks at, or the next one. */
static void
offer(const struct view_space *space, struct state *state, struct actor actor, uint8_t name)
{
    const struct world *world = &space->world;
    const struct operation op = asks_for(world, state, actor);
    const struct context context = world_context(world, actor.index);
    const struct ifname_family *family = &world->names.family[op.family - 1];

    if (op.kind == OP_PICK_NAME && daemon_strategy(&context) == NAME_COUNTER) {
        state->control.daemon.allocator[context.daemon].last[daemon_pool(&context)] =
            (uint8_t)(name - family->first);
        return;
    }
    if (op.kind == OP_PICK_NAME && op.name != IFNAME_NONE) { /* it looks behind that one */
        exchange(space, state, op.name, family->first);
        name = name == family->first ? op.name : name;
        exchange(space, state, name, (uint8_t)(family->first + 1));
    } else {
        exchange(space, state, name, family->first);
    }
}

oracle_set
crowd_take_step(const struct view_space *space, const struct orphans *orphans, struct state *state,
                struct actor actor, struct crowd_choice choice, struct state *next,
                struct event *event)
{
    oracle_set violated;

    if (choice.orphan != 0) {
        orphan_place(space, &orphans->orphan[choice.orphan - 1], choice.guests, choice.name, state);
    }
    if (choice.name != IFNAME_NONE) {
        offer(space, state, actor, choice.name);
    }
    *next = *state;
    violated = actor_take_step(&space->world, next, actor, event);
    memset(next->control.daemon.allocator[space->world.daemon[0]].last, 0,
           sizeof next->control.daemon.allocator[0].last);
    return violated;
}

/* ---- what objects ---- */

oracle_set
crowd_judge(const struct view_space *space, const struct state *state)
{
    return oracle_judge_state(&space->world, state);
}

/* A run may end: nobody has a step but to begin a round, and ANON does not hold the mutex, or it
 * would go on. */
bool
crowd_may_end(const struct view_space *space, const struct state *state)
{
    const struct world *world = &space->world;

    if (state->control.daemon.lock[world->daemon[0]] == VIEW_ANON + 1) {
        return false;
    }
    for (unsigned number = 0; number < actor_count(world); number++) {
        struct actor actor = actor_at(world, number);

        if (actor_may_step(world, state, actor) && !actor_begins_round(world, state, actor)) {
            return false;
        }
    }
    return true;
}

/* Whether ANON uses its device is judged where that guest is a member. */
oracle_set
crowd_judge_end(const struct view_space *space, const struct state *state)
{
    const struct world *world = &space->world;
    struct state judged = *state;

    assert(crowd_may_end(space, state));
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (state->network.device[name].owner == VIEW_ANON + 1) {
            judged.network.device[name] = (struct device){0};
            judged.network.row[name] = (struct row){0};
        }
    }
    return oracle_judge_end(world, &judged);
}
