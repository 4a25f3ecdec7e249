/* A search as it stands: see snapshot.h. */
#include "sim/snapshot.h"

#include "sim/actor.h"

#include <assert.h>
#include <string.h>

_Static_assert(sizeof(struct snapshot_counts) ==
                   7 * sizeof(uint64_t) + 4 * sizeof(uint32_t) +
                       sizeof(struct snapshot_violation) * 2 * ORACLE_COUNT,
               "no padding between the counters");

void
snapshot_take_again(struct snapshot *snapshot, const struct found *found)
{
    snapshot->packed = found->store.packed;
    snapshot->state = found->graph.state;
    snapshot->target = found->graph.target;
    snapshot->objection = found->graph.objection;
}

static void
take_violations(const struct violation from[ORACLE_COUNT], struct snapshot_violation to[])
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        to[oracle] =
            (struct snapshot_violation){from[oracle].found, from[oracle].state, from[oracle].actor};
    }
}

void
snapshot_take(struct snapshot *snapshot, const struct found *found,
              const struct explore_result *result, const struct violation first[ORACLE_COUNT],
              const struct violation lasting[ORACLE_COUNT])
{
    struct snapshot_counts *counts = &snapshot->counts;

    counts->states = found->graph.states;
    counts->edges = found->graph.edges;
    counts->world = result->states;
    counts->transitions = result->transitions;
    counts->last = result->last;
    counts->depth = result->depth;
    counts->names = result->names;
    counts->reached = result->reached;
    counts->words = found->layout.words;
    take_violations(first, counts->first);
    take_violations(lasting, counts->lasting);
    snapshot_take_again(snapshot, found);
}

/* The state of that id was found by a step of some actor from one before it; the first one by none.
 */
static bool
was_found(const struct found *found, const struct graph_state *state, uint64_t id)
{
    return id == 0 ? state->parent == 0 && state->parent_actor == GRAPH_NO_ACTOR
                   : state->parent < id && state->parent_actor < actor_count(&found->world);
}

/* Adds the state of the next id, as the search has done it. */
static enum snapshot_end
add_state(const struct snapshot *snapshot, struct found *found)
{
    const uint64_t next = found->graph.states;
    const struct graph_state *state = &snapshot->state[next];
    uint32_t id;

    switch (store_add(&found->store, snapshot->packed + next * snapshot->counts.words, &id)) {
    case STORE_OLD:
        return SNAPSHOT_DAMAGED;
    case STORE_FULL:
        return SNAPSHOT_FULL;
    default:
        break;
    }
    assert(id == next);
    if (!was_found(found, state, next) || state->violated >> ORACLE_COUNT != 0 ||
        state->may_end > 1) {
        return SNAPSHOT_DAMAGED;
    }
    if (!graph_add_state(&found->graph, &found->allowance, state->parent, state->parent_actor,
                         state->violated)) {
        return SNAPSHOT_FULL;
    }
    found->graph.state[next].may_end = state->may_end;
    return SNAPSHOT_TAKEN;
}

/* Adds the edges of an expanded state, and what they have led to first. */
static enum snapshot_end
add_edges(const struct snapshot *snapshot, struct found *found, uint64_t id)
{
    const struct snapshot_counts *counts = &snapshot->counts;
    const uint64_t end =
        id + 1 < counts->expanded ? snapshot->state[id + 1].first_edge : counts->edges;
    struct graph *graph = &found->graph;

    graph->state[id].first_edge = graph->edges;
    if (snapshot->state[id].first_edge != graph->edges || end < graph->edges ||
        end > counts->edges) {
        return SNAPSHOT_DAMAGED;
    }
    while (graph->edges < end) {
        const uint32_t target = snapshot->target[graph->edges];
        const oracle_set objection = snapshot->objection[graph->edges];

        if (target > graph->states || target >= counts->states || objection >> ORACLE_COUNT != 0) {
            return SNAPSHOT_DAMAGED;
        }
        if (target == graph->states) {
            enum snapshot_end added = add_state(snapshot, found);

            if (added != SNAPSHOT_TAKEN) {
                return added;
            }
        }
        if (!graph_add_edge(graph, &found->allowance, target, objection)) {
            return SNAPSHOT_FULL;
        }
    }
    return SNAPSHOT_TAKEN;
}

/* False if one of them is of a state, or by an actor, that there is none of. */
static bool
restore_violations(const struct found *found, const struct snapshot_violation from[],
                   struct violation to[ORACLE_COUNT])
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        to[oracle] = (struct violation){from[oracle].found != 0, from[oracle].state,
                                        (uint8_t)from[oracle].actor};
        if (from[oracle].found != 0 && (from[oracle].state >= found->graph.states ||
                                        (from[oracle].actor >= actor_count(&found->world) &&
                                         from[oracle].actor != GRAPH_NO_ACTOR))) {
            return false;
        }
    }
    return true;
}

static void
restore_counts(const struct snapshot_counts *counts, struct explore_result *result)
{
    result->states = counts->world;
    result->transitions = counts->transitions;
    result->last = counts->last;
    result->depth = counts->depth;
    result->names = counts->names;
    result->reached = (uint8_t)counts->reached;
}

static enum snapshot_end
restore_found(const struct snapshot *snapshot, struct found *found)
{
    const struct snapshot_counts *counts = &snapshot->counts;
    enum snapshot_end end;

    assert(found->graph.states == 0 && found->store.states == 0);
    if (counts->words != found->layout.words || counts->states == 0 ||
        counts->expanded > counts->states || counts->layer_end > counts->states) {
        return SNAPSHOT_DAMAGED;
    }
    end = add_state(snapshot, found);
    for (uint64_t id = 0; id < counts->expanded && end == SNAPSHOT_TAKEN; id++) {
        end = id < found->graph.states ? add_edges(snapshot, found, id) : SNAPSHOT_DAMAGED;
    }
    if (end == SNAPSHOT_TAKEN &&
        (found->graph.states != counts->states || found->graph.edges != counts->edges)) {
        return SNAPSHOT_DAMAGED;
    }
    return end;
}

enum snapshot_end
snapshot_restore(const struct snapshot *snapshot, struct found *found,
                 struct explore_result *result, struct violation first[ORACLE_COUNT],
                 struct violation lasting[ORACLE_COUNT])
{
    const struct snapshot_counts *counts = &snapshot->counts;
    struct violation at[2][ORACLE_COUNT];
    enum snapshot_end end = restore_found(snapshot, found);

    if (end == SNAPSHOT_TAKEN && (!restore_violations(found, counts->first, at[0]) ||
                                  !restore_violations(found, counts->lasting, at[1]))) {
        end = SNAPSHOT_DAMAGED;
    }
    if (end == SNAPSHOT_TAKEN) {
        memcpy(first, at[0], sizeof at[0]);
        memcpy(lasting, at[1], sizeof at[1]);
        restore_counts(counts, result);
    }
    return end;
}
