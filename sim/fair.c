/* Runs that never end: see fair.h. */
#include "sim/fair.h"

#include "sim/due.h"
#include "sim/fate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct judge {
    struct fair_part part;
    struct fairness *fairness;
    uint64_t busy_capacity;
    unsigned guest;  /* whose commands part.busy is about */
    bool fair;       /* a component with a fair run has been found */
    uint8_t *inside; /* by state: 1 in the component that is looked at */
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

/* Keeps the component that has the state nearest to the initial one. */
static void
keep(struct judge *judge, const uint32_t *member, uint64_t members)
{
    uint32_t *grown;

    if (judge->fair && judge->member[0] <= member[0]) {
        return;
    }
    grown = allowance_grow(&judge->part.found->allowance, judge->member, &judge->member_capacity,
                           members, sizeof *grown);
    if (grown == NULL) {
        judge->full = true;
        return;
    }
    judge->member = grown;
    memcpy(judge->member, member, members * sizeof *member);
    judge->members = members;
    judge->fairness->guest = (uint8_t)judge->guest;
    judge->fair = true;
}

/* Of a component, in any order.  False if memory does not suffice. */
static bool
look_at(void *context, const uint32_t *found, uint64_t members)
{
    struct judge *judge = context;
    const struct component_search search = {
        .graph = &judge->part.found->graph, .context = judge, .has_edge = has_edge};
    size_t bytes = 0;
    uint32_t *member =
        allowance_take(&judge->part.found->allowance, &bytes, members, sizeof *member);
    bool fair;

    if (member == NULL) {
        judge->full = true;
        return false;
    }
    memcpy(member, found, members * sizeof *member);
    fair_sort(member, members);
    for (uint64_t i = 0; i < members; i++) {
        judge->inside[member[i]] = 1;
    }
    fair = due_is_fair(&search, member, members, judge->inside);
    for (uint64_t i = 0; i < members; i++) {
        judge->inside[member[i]] = 0;
    }
    if (fair) {
        keep(judge, member, members);
    }
    free(member);
    judge->part.found->allowance.bytes_left += bytes;
    return !judge->full;
}

static void
search_part(struct judge *judge)
{
    const struct component_search search = {.graph = &judge->part.found->graph,
                                            .allowance = &judge->part.found->allowance,
                                            .context = judge,
                                            .has_state = has_state,
                                            .has_edge = has_edge,
                                            .found = look_at};

    judge->full = component_find(&search, true) == COMPONENT_NO_MEMORY || judge->full;
}

/* ---- what is unavoidable ---- */

static void
judge_oracle(struct judge *judge, enum oracle oracle)
{
    struct found *found = judge->part.found;
    uint8_t *fate;

    judge->full =
        !fate_find(&found->graph, &found->allowance, (struct fate_of){.oracle = oracle}, &fate);
    if (!judge->full && (fate[0] & FATE_WELL) == 0) {
        judge->fairness->unavoidable |= ORACLE_BIT(oracle);
    }
    free(fate);
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
    size_t bytes = 0;

    judge->part.busy = allowance_grow(&judge->part.found->allowance, NULL, &judge->busy_capacity,
                                      judge->part.found->graph.states, sizeof *judge->part.busy);
    judge->inside = allowance_take(&judge->part.found->allowance, &bytes,
                                   judge->part.found->graph.states, sizeof *judge->inside);
    judge->full = judge->part.busy == NULL || judge->inside == NULL;
    for (unsigned guest = 0; guest < judge->part.found->world.guests && !judge->full; guest++) {
        judge->guest = guest;
        find_busy(judge);
        search_part(judge);
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
    if (judge->fairness->starves && !judge->full) {
        judge->fairness->busy = judge->part.busy;
    } else {
        free(judge->part.busy);
    }
    free(judge->inside);
    judge->part.found->allowance.bytes_left += bytes + judge->busy_capacity;
}

bool
fair_judge(struct found *found, const struct actor *actor, unsigned actors,
           struct fairness *fairness)
{
    struct judge judge = {.part = {.found = found, .actor = actor, .actors = actors},
                          .fairness = fairness};

    assert(found->world.unbounded && found->graph.due != NULL);
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
