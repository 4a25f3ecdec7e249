/* Runs that never end: see fair.h. */
#include "sim/fair.h"

#include "sim/component.h"
#include "sim/oracle.h"
#include "sim/round_trip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct judge {
    struct fair_part part;
    struct fairness *fairness;
    uint64_t busy_capacity;
    unsigned guest; /* whose commands part.busy is about */
    bool fair;      /* a component with a fair run has been found */
    uint32_t *member;
    uint64_t members, member_capacity; /* of the one that is nearest to the initial state */
    bool full;
};

static bool
has_state(const void *context, uint32_t id)
{
    const struct judge *judge = context;

    return fair_has_state(&judge->part, id);
}

static bool
has_edge(const void *context, uint64_t edge)
{
    const struct judge *judge = context;

    return fair_has_edge(&judge->part, edge);
}

/* ---- fair components ---- */

/* Whoever need not step in that state, or does so within the component, which is in order. */
static void
add_satisfied(const struct judge *judge, uint32_t id, const uint32_t *member, uint64_t members,
              struct fair_actors *set)
{
    struct state state;

    fair_unpack(&judge->part, id, &state);
    for (unsigned number = 0; number < judge->part.actors; number++) {
        if (!fair_has(set, number)) {
            bool steps = fair_has_to_step(&judge->part, &state, number);
            uint64_t edge = steps ? fair_edge_of(&judge->part, &state, id, number) : 0;

            if (!steps || (fair_has_edge(&judge->part, edge) &&
                           fair_place_of(member, members, judge->part.found->graph.target[edge]) !=
                               FAIR_NOWHERE)) {
                fair_add(set, number);
            }
        }
    }
}

/* Keeps the component that has the state nearest to the initial one. */
static bool
keep(struct judge *judge, const uint32_t *member, uint64_t members)
{
    uint32_t *grown;

    if (judge->fair && judge->member[0] <= member[0]) {
        return true;
    }
    grown = allowance_grow(&judge->part.found->allowance, judge->member, &judge->member_capacity,
                           members, sizeof *grown);
    if (grown == NULL) {
        judge->full = true;
        return false;
    }
    judge->member = grown;
    memcpy(judge->member, member, members * sizeof *member);
    judge->members = members;
    judge->fairness->guest = (uint8_t)judge->guest;
    judge->fair = true;
    return true;
}

/* Of a component, in any order.  False if no other one is wanted. */
static bool
look_at(void *context, const uint32_t *found, uint64_t members)
{
    struct judge *judge = context;
    struct fair_actors set = {{0}};
    size_t bytes = 0;
    uint32_t *member =
        allowance_take(&judge->part.found->allowance, &bytes, members, sizeof *member);
    bool fair = true, more = true;

    if (member == NULL) {
        judge->full = true;
        return false;
    }
    memcpy(member, found, members * sizeof *member);
    fair_sort(member, members);
    for (uint64_t i = 0; i < members; i++) {
        add_satisfied(judge, member[i], member, members, &set);
    }
    for (unsigned number = 0; number < judge->part.actors; number++) {
        fair = fair && fair_has(&set, number);
    }
    if (fair) {
        more = keep(judge, member, members) && judge->part.busy != NULL;
    }
    free(member);
    judge->part.found->allowance.bytes_left += bytes;
    return more;
}

static void
search_part(struct judge *judge, bool everywhere)
{
    const struct component_search search = {.graph = &judge->part.found->graph,
                                            .allowance = &judge->part.found->allowance,
                                            .context = judge,
                                            .has_state = has_state,
                                            .has_edge = has_edge,
                                            .found = look_at};

    judge->full = component_find(&search, everywhere) == COMPONENT_NO_MEMORY || judge->full;
}

/* ---- what is unavoidable ---- */

/* A run may end in the state, and does not violate these oracles by that: nobody has to take a
 * step. (A fault that may still strike need not.) */
static bool
ends_well(const struct judge *judge, uint32_t id)
{
    struct state state;
    oracle_set violated;

    fair_unpack(&judge->part, id, &state);
    for (unsigned number = 0; number < judge->part.actors; number++) {
        if (fair_has_to_step(&judge->part, &state, number)) {
            return false;
        }
    }
    violated = judge->part.found->graph.state[id].violated |
               oracle_judge_end(&judge->part.found->world, &state);
    return (violated & judge->part.without) == 0;
}

/* A run may end well: without a violation of these oracles, in a state that can be reached without
 * one. */
static bool
may_end_well(struct judge *judge)
{
    const struct graph *graph = &judge->part.found->graph;
    size_t bytes = 0;
    uint32_t *waiting =
        allowance_take(&judge->part.found->allowance, &bytes, graph->states, sizeof *waiting);
    uint8_t *seen =
        allowance_take(&judge->part.found->allowance, &bytes, graph->states, sizeof *seen);
    uint64_t count = 0;
    bool well = false;

    judge->full = judge->full || waiting == NULL || seen == NULL;
    if (!judge->full && fair_has_state(&judge->part, 0)) {
        waiting[count++] = 0;
        seen[0] = 1;
    }
    for (uint64_t at = 0; at < count && !well; at++) {
        const struct graph_state *state = &graph->state[waiting[at]];

        well = ends_well(judge, waiting[at]);
        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            const uint32_t target = graph->target[edge];

            if (seen[target] == 0 && fair_has_edge(&judge->part, edge)) {
                seen[target] = 1;
                waiting[count++] = target;
            }
        }
    }
    free(waiting);
    free(seen);
    judge->part.found->allowance.bytes_left += bytes;
    return well;
}

static void
judge_oracle(struct judge *judge, enum oracle oracle)
{
    judge->part.without = ORACLE_BIT(oracle);
    judge->fair = false;
    if (!may_end_well(judge) && !judge->full) {
        search_part(judge, false);
        judge->fairness->unavoidable |= (oracle_set)(judge->fair ? 0 : ORACLE_BIT(oracle));
    }
}

/* ---- starvation ---- */

/* Which of its commands the guest is in the middle of: 1 + its index, or 0. */
static void
find_busy(struct judge *judge)
{
    for (uint64_t id = 0; id < judge->part.found->graph.states; id++) {
        struct state state;
        const struct thread *thread = &state.control.thread[judge->guest];

        fair_unpack(&judge->part, (uint32_t)id, &state);
        judge->part.busy[id] =
            thread->machine.kind == MACHINE_IDLE ? 0 : (uint8_t)(1 + thread->command);
    }
}

/* What the guest's thread is at in that state. */
static uint8_t
work_in(const struct judge *judge, uint32_t id)
{
    static const uint8_t works[] = {[MACHINE_STOP] = COMMAND_STOP,
                                    [MACHINE_UNPLUG] = COMMAND_UNPLUG,
                                    [MACHINE_RECONNECT] = FAIR_RECONNECTION};
    struct state state;
    const struct thread *thread = &state.control.thread[judge->guest];

    fair_unpack(&judge->part, id, &state);
    return thread_is_at_command(thread)
               ? judge->part.found->world.command[judge->guest][thread->command]
               : works[thread->machine.kind];
}

static void
judge_starvation(struct judge *judge)
{
    judge->part.without = 0;
    judge->fair = false;
    judge->part.busy = allowance_grow(&judge->part.found->allowance, NULL, &judge->busy_capacity,
                                      judge->part.found->graph.states, sizeof *judge->part.busy);
    judge->full = judge->full || judge->part.busy == NULL;
    for (unsigned guest = 0; guest < judge->part.found->world.guests && !judge->full; guest++) {
        judge->guest = guest;
        find_busy(judge);
        search_part(judge, true);
    }
    if (judge->fair && !judge->full) {
        judge->guest = judge->fairness->guest;
        find_busy(judge);
        judge->fairness->starves = true;
        judge->fairness->command = (uint8_t)(judge->part.busy[judge->member[0]] - 1);
        judge->fairness->work = work_in(judge, judge->member[0]);
        judge->full =
            !round_trip_make(&judge->part, judge->member, judge->members, &judge->fairness->trip);
    }
    free(judge->part.busy);
    judge->part.busy = NULL;
    judge->part.found->allowance.bytes_left += judge->busy_capacity;
}

bool
fair_judge(struct found *found, const struct actor *actor, unsigned actors,
           struct fairness *fairness)
{
    struct judge judge = {.part = {.found = found, .actor = actor, .actors = actors},
                          .fairness = fairness};

    assert(found->world.unbounded && found->symmetry.exchanges == 1 && found->order.none);
    *fairness = (struct fairness){0};
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT && !judge.full; oracle++) {
        judge_oracle(&judge, oracle);
    }
    if (!judge.full) {
        judge_starvation(&judge);
    }
    free(judge.member);
    found->allowance.bytes_left += judge.member_capacity * sizeof *judge.member;
    fairness->judged = !judge.full;
    return fairness->judged;
}
