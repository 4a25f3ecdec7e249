/* Counterexamples: see counterexample.h. */
#include "sim/counterexample.h"

#include "sim/actor.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>

/* ---- where the search has come upon them ---- */

void
violation_note(struct violation first[ORACLE_COUNT], oracle_set violated, uint32_t state,
               uint8_t actor)
{
    assert(violated >> ORACLE_COUNT == 0);
    for (unsigned oracle = 0; violated >> oracle != 0; oracle++) {
        if ((violated >> oracle & 1) != 0 && !first[oracle].found) {
            first[oracle] = (struct violation){true, state, actor};
        }
    }
}

oracle_set
violation_set(const struct violation first[ORACLE_COUNT])
{
    oracle_set set = 0;

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        set |= (oracle_set)(first[oracle].found << oracle);
    }
    return set;
}

/* ---- as the search has come there ---- */

/* The verdict's schedule, to be filled in.  False if there is no memory. */
static bool
begin_trace(struct explore_verdict *verdict, unsigned length)
{
    assert(length <= EXPLORE_MAX_TRACE);
    verdict->trace = malloc(length + 1u);
    verdict->length = length;
    verdict->violated = verdict->trace != NULL;
    return verdict->violated;
}

/* The actor whose place that one has been given. */
static unsigned
actor_before(const struct world *world, const struct exchange *exchange, unsigned number)
{
    const struct actor actor = actor_at(world, number);

    if (actor_kind_number(actor.kind) != ACTOR_EACH_GUEST) {
        return number;
    }
    for (unsigned before = 0; before < actor_count(world); before++) {
        const struct actor other = actor_at(world, before);

        if (other.kind == actor.kind && exchange->to[other.index] == actor.index) {
            return before;
        }
    }
    assert(false);
    return number;
}

/* A schedule takes numbers that the search has left out.  False if a family has none to spare. */
static bool
has_names(struct found *found, const struct state *state)
{
    found->lacking = spare_lacking(&found->spare, &found->world, state);
    return found->lacking < 0;
}

/* The schedule is one of states that stand for others: makes it one of these others, from the
 * initial state on. */
static bool
unwind(struct found *found, struct explore_verdict *verdict)
{
    struct state state, settled;
    struct exchange exchange;

    initial_state(&found->world, &state);
    for (unsigned step = 0; step < verdict->length; step++) {
        unsigned actor;

        settled = state;
        found_settle(found, &settled, &exchange);
        actor = actor_before(&found->world, &exchange, verdict->trace[step]);
        assert(actor_enabled(&found->world, &state, actor));
        actor_step(&found->world, &state, actor, NULL);
        verdict->trace[step] = (uint8_t)actor;
        if (!has_names(found, &state)) {
            return false;
        }
    }
    return true;
}

bool
counterexample_make(struct found *found, const struct violation *violation,
                    struct explore_verdict *verdict)
{
    unsigned length = violation->actor == GRAPH_NO_ACTOR ? 0 : 1;
    const struct graph_state *state = found->graph.state;

    if (!violation->found) {
        return true;
    }
    for (uint32_t id = violation->state; state[id].parent_actor != GRAPH_NO_ACTOR;
         id = state[id].parent) {
        length++;
    }
    if (!begin_trace(verdict, length)) {
        return false;
    }
    if (violation->actor != GRAPH_NO_ACTOR) {
        verdict->trace[--length] = violation->actor;
    }
    for (uint32_t id = violation->state; length > 0; id = state[id].parent) {
        verdict->trace[--length] = state[id].parent_actor;
    }
    return !found_stand_for_others(found) || unwind(found, verdict);
}

/* ---- where steps were taken alone ---- */

/* A schedule that follows the edges of a graph, of which the first steps alone are known. */
struct follower {
    struct found *found;
    struct actor actor[MAX_ACTORS];
    struct state state;
    struct exchange exchange; /* of guests, for whom this state's edge was taken */
    oracle_set sought;        /* it ends where one of them is violated; 0: at the last edge's end */
    struct explore_verdict *verdict;
};

/* Takes a step of the edge.  True if the schedule ends with it, or cannot go on. */
static bool
follow_step(struct follower *follower, unsigned number, struct state *settled)
{
    const struct world *world = &follower->found->world;
    unsigned actor = actor_before(world, &follower->exchange, number);
    oracle_set objection;

    assert(follower->verdict->length < EXPLORE_MAX_TRACE);
    actor_take_step(world, settled, follower->actor[number], NULL);
    objection = actor_take_step(world, &follower->state, follower->actor[actor], NULL);
    follower->verdict->trace[follower->verdict->length++] = (uint8_t)actor;
    return !has_names(follower->found, &follower->state) ||
           ((objection | oracle_judge_state(world, &follower->state)) & follower->sought) != 0;
}

/* Takes the steps of the edge that begins with that actor's. */
static bool
follow_edge(struct follower *follower, unsigned first)
{
    struct state settled = follower->state;
    unsigned number = first;

    found_settle(follower->found, &settled, &follower->exchange);
    for (; number != ORDER_NOBODY; number = order_alone(&follower->found->order, &settled)) {
        if (follow_step(follower, number, &settled)) {
            return true;
        }
    }
    return false;
}

/* Follows the edges to the state of that id, the first ones first, as often as `edge` says. */
static bool
follow_all(struct follower *follower, uint32_t id, uint32_t *path)
{
    const struct graph_state *state = follower->found->graph.state;
    unsigned edges = 0;

    for (; state[id].parent_actor != GRAPH_NO_ACTOR; id = state[id].parent) {
        assert(edges < EXPLORE_MAX_TRACE);
        path[edges++] = id;
    }
    while (edges-- > 0) {
        if (follow_edge(follower, state[path[edges]].parent_actor)) {
            return true;
        }
    }
    return false;
}

bool
counterexample_along(struct found *found, const struct violation *violation, enum oracle oracle,
                     bool lasting, struct explore_verdict *verdict)
{
    struct follower follower = {.found = found, .verdict = verdict};
    uint32_t *path;

    if (!violation->found) {
        return true;
    }
    path = malloc(EXPLORE_MAX_TRACE * sizeof *path);
    if (path == NULL || !begin_trace(verdict, EXPLORE_MAX_TRACE)) {
        free(path);
        return false;
    }
    verdict->length = 0;
    follower.sought = (oracle_set)(lasting ? 0 : ORACLE_BIT(oracle));
    actor_all(&found->world, follower.actor);
    initial_state(&found->world, &follower.state);
    if ((oracle_judge_state(&found->world, &follower.state) & follower.sought) == 0 &&
        !follow_all(&follower, violation->state, path) && violation->actor != GRAPH_NO_ACTOR) {
        bool ended = follow_edge(&follower, violation->actor);

        assert(ended);
        (void)ended;
    }
    free(path);
    return found->lacking < 0;
}
