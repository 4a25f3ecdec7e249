/* The explorer: see explore.h. */
#include "sim/explore.h"

#include "sim/actor.h"
#include "sim/count.h"
#include "sim/graph.h"
#include "sim/initial.h"
#include "sim/invariant.h"
#include "sim/layout.h"
#include "sim/spare.h"
#include "sim/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* States expanded between two calls of the progress function, which looks at a clock: in 1 ms, 20
 * to 2,000 are expanded, and a look costs a hundredth of an expansion. */
enum { PROGRESS_EVERY = 64 };

/* Where an oracle was first violated: in a state, or by an actor's step from it. */
struct first {
    bool found;
    uint32_t state;
    uint8_t actor; /* GRAPH_NO_ACTOR: the state itself */
};

struct search {
    const struct world *world;
    const struct explore_limits *limits;
    struct explore_result *result;
    struct allowance allowance;
    struct layout layout;
#ifdef TAPWEAVE_INVARIANTS
    struct field_limits field_limits;
#endif
    struct spare spare; /* empty if nobody asks for it */
    struct store store;
    struct graph graph;
    struct first first[ORACLE_COUNT];   /* violated at all */
    struct first lasting[ORACLE_COUNT]; /* in a last state */
    uint64_t layer_end; /* the first id that is deeper than the state in expansion */
};

static void
note_first(struct first first[ORACLE_COUNT], oracle_set violated, uint32_t state, uint8_t actor)
{
    assert(violated >> ORACLE_COUNT == 0);
    for (unsigned oracle = 0; violated >> oracle != 0; oracle++) {
        if ((violated >> oracle & 1) != 0 && !first[oracle].found) {
            first[oracle] = (struct first){true, state, actor};
        }
    }
}

/* No field was too narrow for what it holds. */
static bool
packs_whole(const struct search *search, const struct state *state, const uint64_t *packed)
{
    struct state unpacked;

    layout_unpack(&search->layout, packed, &unpacked);
    return memcmp(&unpacked, state, sizeof unpacked) == 0;
}

static bool
lacks_names(struct search *search, const struct state *state)
{
    if (search->limits->spare) {
        search->result->lacking = spare_lacking(&search->spare, search->world, state);
    }
    if (search->result->lacking >= 0) {
        search->result->end = EXPLORE_LACKING;
        return true;
    }
    return false;
}

/* Finds or adds the state.  False if a bound is reached. */
static bool
visit(struct search *search, const struct state *state, uint32_t parent, uint8_t actor,
      uint32_t *id)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    oracle_set violated;
    int added;

    layout_pack(&search->layout, state, packed);
    added = store_add(&search->store, packed, id);
    if (added == STORE_OLD) {
        return true;
    }
    if (added == STORE_FULL) {
        search->result->end = EXPLORE_MAX_MEMORY;
        return false;
    }
    if (search->limits->max_states != 0 && search->store.states > search->limits->max_states) {
        search->result->end = EXPLORE_MAX_STATES;
        return false;
    }
    assert(packs_whole(search, state, packed));
    assert(*id == search->graph.states && parent <= *id); /* store and graph number alike */
#ifdef TAPWEAVE_INVARIANTS
    assert(invariant_broken(search->world, &search->field_limits, state) == NULL);
#endif
    if (lacks_names(search, state)) {
        return false;
    }
    violated = oracle_judge_state(search->world, state);
    note_first(search->first, violated, *id, GRAPH_NO_ACTOR);
    search->result->names |= state_given_names(search->world, state);
    for (unsigned i = 0; i < search->world->landmarks; i++) {
        search->result->reached |= (uint8_t)(state->control.reached[i] << i);
    }
    if (!graph_add_state(&search->graph, &search->allowance, parent, actor, violated)) {
        search->result->end = EXPLORE_MAX_MEMORY;
        return false;
    }
    return true;
}

/* Adds the state's edges, and what they lead to. */
static bool
expand(struct search *search, uint32_t id)
{
    unsigned actors = actor_count(search->world);
    struct state state, next;
    bool quiescent = true;
    uint32_t target;

    layout_unpack(&search->layout, store_get(&search->store, id), &state);
    search->graph.state[id].first_edge = search->graph.edges;
    assert(actors <= GRAPH_NO_ACTOR);
    for (unsigned actor = 0; actor < actors; actor++) {
        oracle_set objection;

        if (!actor_enabled(search->world, &state, actor)) {
            continue;
        }
        quiescent = false;
        next = state;
        objection = actor_step(search->world, &next, actor, NULL);
        note_first(search->first, objection, id, (uint8_t)actor);
        if (!visit(search, &next, id, (uint8_t)actor, &target)) {
            return false;
        }
        if (!graph_add_edge(&search->graph, &search->allowance, target, objection)) {
            search->result->end = EXPLORE_MAX_MEMORY;
            return false;
        }
    }
    if (quiescent) {
        oracle_set violated = oracle_judge_end(search->world, &state);

        note_first(search->lasting, search->graph.state[id].violated & ORACLES_THAT_LAST, id,
                   GRAPH_NO_ACTOR);
        search->graph.state[id].violated |= violated;
        note_first(search->first, violated, id, GRAPH_NO_ACTOR);
    }
    return true;
}

/* Of a search: calls the caller's progress function.  False if it wants to stop. */
static bool
report_progress(void *context)
{
    struct search *search = context;
    struct explore_progress progress = {search->graph.states, search->graph.edges,
                                        search->result->depth};

    if (search->limits->progress == NULL ||
        search->limits->progress(search->limits->context, &progress)) {
        return true;
    }
    search->result->end = EXPLORE_STOPPED;
    return false;
}

static bool
search_all(struct search *search)
{
    struct state state;
    uint32_t initial;
    uint8_t conflict = initial_state(search->world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    if (!visit(search, &state, 0, GRAPH_NO_ACTOR, &initial)) {
        return false;
    }
    search->layer_end = 1;
    for (uint64_t id = 0; id < search->graph.states; id++) {
        if (id == search->layer_end) {
            search->result->depth++;
            search->layer_end = search->graph.states;
        }
        if (id % PROGRESS_EVERY == PROGRESS_EVERY - 1 && !report_progress(search)) {
            return false;
        }
        if (!expand(search, (uint32_t)id)) {
            return false;
        }
    }
    assert(search->graph.states == search->store.states && search->result->lacking < 0);
    search->graph.state[search->graph.states].first_edge = search->graph.edges;
    return true;
}

/* Writes the schedule that leads to where the oracle was first violated, if it was. */
static bool
make_trace(const struct search *search, const struct first *first, struct explore_verdict *verdict)
{
    unsigned length = first->actor == GRAPH_NO_ACTOR ? 0 : 1;
    const struct graph_state *state = search->graph.state;

    if (!first->found) {
        return true;
    }
    for (uint32_t id = first->state; state[id].parent_actor != GRAPH_NO_ACTOR;
         id = state[id].parent) {
        length++;
    }
    assert(length <= EXPLORE_MAX_TRACE);
    verdict->trace = malloc(length + 1u);
    if (verdict->trace == NULL) {
        return false;
    }
    verdict->length = length;
    if (first->actor != GRAPH_NO_ACTOR) {
        verdict->trace[--length] = first->actor;
    }
    for (uint32_t id = first->state; length > 0; id = state[id].parent) {
        verdict->trace[--length] = state[id].parent_actor;
    }
    verdict->violated = true;
    return true;
}

/* Exact counts: of all runs, and, per oracle that is ever violated, of the runs that are not good,
 * and of those that end so. */
static enum explore_end
count_runs(struct search *search)
{
    static const enum explore_end ends[] = {
        [COUNT_OK] = EXPLORE_COMPLETE,
        [COUNT_NO_MEMORY] = EXPLORE_MAX_MEMORY,
        [COUNT_STOPPED] = EXPLORE_STOPPED,
        [COUNT_CYCLE] = EXPLORE_CYCLE,
    };
    struct explore_result *result = search->result;
    struct counter counter;
    const struct count_pace pace = {report_progress, search};
    enum count_error error = counter_open(&counter, &search->graph, &search->allowance, &pace);

    if (error != COUNT_OK) {
        return ends[error];
    }
    error = counter_runs(&counter, 0, result->interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT && error == COUNT_OK; oracle++) {
        if (result->verdict[oracle].violated) {
            mpz_t *bad = &result->verdict[oracle].bad;

            error = counter_runs(&counter, ORACLE_BIT(oracle), *bad);
            mpz_sub(*bad, result->interleavings, *bad);
            assert(error != COUNT_OK || mpz_sgn(*bad) > 0); /* its trace is the beginning of one */
        }
        if (result->lasting[oracle].violated && error == COUNT_OK) {
            error = counter_runs_ending(&counter, ORACLE_BIT(oracle), result->lasting[oracle].bad);
            assert(error != COUNT_OK ||
                   mpz_cmp(result->lasting[oracle].bad, result->verdict[oracle].bad) <= 0);
        }
    }
    counter_close(&counter);
    return ends[error];
}

bool
explore_graph(const struct world *world, const struct explore_limits *limits,
              struct explore_result *result, struct graph *graph)
{
    struct search search = {.world = world, .limits = limits, .result = result};

    *result = (struct explore_result){.lacking = -1};
    mpz_init(result->interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(result->verdict[oracle].bad);
        mpz_init(result->lasting[oracle].bad);
    }
    search.allowance.bytes_left = limits->max_memory;
    layout_make(&search.layout, world);
#ifdef TAPWEAVE_INVARIANTS
    field_limits(world, &search.field_limits);
#endif
    spare_open(&search.spare, world);
    store_open(&search.store, &search.allowance, search.layout.words);
    bool complete = search_all(&search);
    result->states = search.graph.states;
    result->transitions = search.graph.edges;
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (!make_trace(&search, &search.first[oracle], &result->verdict[oracle]) ||
            !make_trace(&search, &search.lasting[oracle], &result->lasting[oracle])) {
            complete = false;
            result->end = EXPLORE_MAX_MEMORY;
        }
    }
    store_close(&search.store);
    if (complete) {
        result->end = count_runs(&search);
    }
    *graph = search.graph;
    if (result->end != EXPLORE_COMPLETE) {
        graph_close(graph);
        return false;
    }
    return true;
}

void
explore_free(struct explore_result *result)
{
    mpz_clear(result->interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_clear(result->verdict[oracle].bad);
        mpz_clear(result->lasting[oracle].bad);
        free(result->verdict[oracle].trace);
        free(result->lasting[oracle].trace);
    }
}
