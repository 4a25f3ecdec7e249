/* All that actors do and oracles say: see learn.h. */
#include "sim/learn.h"

#include "sim/initial.h"
#include "sim/layout.h"

#include <assert.h>

struct learning {
    const struct world *world;
    struct decisions *decisions;
    struct layout layout;
    struct store store;
};

/* The actor's step, if it has one, is taken. */
static uint32_t
take_step(const struct world *world, struct state *state, unsigned actor)
{
    return traced_actor_enabled(world, state, actor)
               ? (uint32_t)traced_actor_step(world, state, actor, NULL) | LEARN_STEPS
               : 0;
}

static uint32_t
judge_state(const struct world *world, struct state *state, unsigned none)
{
    (void)none;
    return traced_oracle_judge_state(world, state);
}

static uint32_t
judge_end(const struct world *world, struct state *state, unsigned none)
{
    (void)none;
    return traced_oracle_judge_end(world, state);
}

/* Calls the function, watched if it is not known what it does. */
static bool
learn(struct learning *learning, unsigned number, const struct state *before, struct state *after,
      uint32_t (*function)(const struct world *world, struct state *state, unsigned actor))
{
    uint32_t said;

    *after = *before;
    if (decisions_know(learning->decisions, number, before)) {
        function(learning->world, after, number);
        return true;
    }
    access_begin(after);
    said = function(learning->world, after, number);
    return decisions_learn(learning->decisions, number, before, after, access_end(), said);
}

static bool
visit(struct learning *learning, const struct state *state)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    uint32_t id;

    layout_pack(&learning->layout, state, packed);
    return store_add(&learning->store, packed, &id) != STORE_FULL;
}

static bool
expand(struct learning *learning, const struct state *state)
{
    const struct world *world = learning->world;
    struct state after;
    bool last = true;

    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        bool enabled = actor_enabled(world, state, actor);

        last = last && !enabled;
        if (!learn(learning, actor, state, &after, take_step) ||
            (enabled && !visit(learning, &after))) {
            return false;
        }
    }
    return learn(learning, learn_states(world), state, &after, judge_state) &&
           (!last || learn(learning, learn_ends(world), state, &after, judge_end));
}

bool
learn_world(const struct world *world, struct decisions *decisions, struct allowance *allowance)
{
    struct learning learning = {.world = world, .decisions = decisions};
    struct state state;
    uint8_t conflict = initial_state(world, &state);
    bool learned = decisions_open(decisions, world, learn_ends(world) + 1);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    layout_make(&learning.layout, world);
    store_open(&learning.store, allowance, learning.layout.words);
    learned = learned && visit(&learning, &state);
    for (uint64_t id = 0; learned && id < learning.store.states; id++) {
        layout_unpack(&learning.layout, store_get(&learning.store, (uint32_t)id), &state);
        learned = expand(&learning, &state);
    }
    store_close(&learning.store);
    return learned;
}
