/* The explorer: see explore.h. */
#include "sim/explore.h"

#include "sim/actor.h"
#include "sim/counterexample.h"
#include "sim/initial.h"
#include "sim/invariant.h"
#include "sim/spare.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* States expanded between two calls of the progress function, which looks at a clock: in 1 ms, 20
 * to 2,000 are expanded, and a look costs a hundredth of an expansion. */
enum { PROGRESS_EVERY = 64 };

struct search {
    const struct world *world; /* the settled one that `found` has */
    const struct explore_limits *limits;
    struct explore_result *result;
    struct found found;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
#ifdef TAPWEAVE_INVARIANTS
    struct field_limits field_limits;
#endif
    struct spare spare;                     /* empty if nobody asks for it */
    struct violation first[ORACLE_COUNT];   /* at all */
    struct violation lasting[ORACLE_COUNT]; /* in a last state */
    uint64_t layer_end; /* the first id that is deeper than the state in expansion */
};

static void
note_first(struct violation first[ORACLE_COUNT], oracle_set violated, uint32_t state, uint8_t actor)
{
    assert(violated >> ORACLE_COUNT == 0);
    for (unsigned oracle = 0; violated >> oracle != 0; oracle++) {
        if ((violated >> oracle & 1) != 0 && !first[oracle].found) {
            first[oracle] = (struct violation){true, state, actor};
        }
    }
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

/* A state that is new: judges it, and adds it to the graph.  False if a bound is reached. */
static bool
visit_new(struct search *search, const struct state *state, uint32_t id, unsigned alike,
          uint32_t parent, uint8_t actor)
{
    struct explore_result *result = search->result;
    oracle_set violated;

    if (search->limits->max_states != 0 && result->states + alike > search->limits->max_states) {
        result->end = EXPLORE_MAX_STATES;
        return false;
    }
#ifdef TAPWEAVE_INVARIANTS
    assert(invariant_broken(search->world, &search->field_limits, state) == NULL);
#endif
    if (lacks_names(search, state)) {
        return false;
    }
    violated = oracle_judge_state(search->world, state);
    note_first(search->first, violated, id, GRAPH_NO_ACTOR);
    result->states += alike;
    result->names |= state_given_names(search->world, state);
    for (unsigned i = 0; i < search->world->landmarks; i++) {
        result->reached |= (uint8_t)(state->control.reached[i] << i);
    }
    assert(id == search->found.graph.states && parent <= id); /* store and graph number alike */
    if (!graph_add_state(&search->found.graph, &search->found.allowance, parent, actor, violated)) {
        result->end = EXPLORE_MAX_MEMORY;
        return false;
    }
    return true;
}

/* Finds or adds the state, or the one that stands for it.  False if a bound is reached. */
static bool
visit(struct search *search, struct state *state, uint32_t parent, uint8_t actor, uint32_t *id)
{
    unsigned alike;

    switch (found_add(&search->found, state, id, &alike)) {
    case STORE_OLD:
        return true;
    case STORE_FULL:
        search->result->end = EXPLORE_MAX_MEMORY;
        return false;
    default:
        return visit_new(search, state, *id, alike, parent, actor);
    }
}

/* A state that nobody leaves: judges it as the end of a run. */
static void
visit_last(struct search *search, const struct state *state, uint32_t id)
{
    struct graph_state *last = &search->found.graph.state[id];
    oracle_set violated = oracle_judge_end(search->world, state);

    note_first(search->lasting, last->violated & ORACLES_THAT_LAST, id, GRAPH_NO_ACTOR);
    last->violated |= violated;
    note_first(search->first, violated, id, GRAPH_NO_ACTOR);
}

/* Adds the state's edges, and what they lead to. */
static bool
expand(struct search *search, uint32_t id)
{
    unsigned alike;
    struct found *found = &search->found;
    struct state state, next;
    uint32_t target;

    alike = found_state(found, id, &state);
    found->graph.state[id].first_edge = found->graph.edges;
    for (unsigned actor = 0; actor < search->actors; actor++) {
        oracle_set objection;

        if (!actor_may_step(search->world, &state, search->actor[actor])) {
            continue;
        }
        next = state;
        objection = actor_take_step(search->world, &next, search->actor[actor], NULL);
        note_first(search->first, objection, id, (uint8_t)actor);
        if (!visit(search, &next, id, (uint8_t)actor, &target)) {
            return false;
        }
        if (!graph_add_edge(&found->graph, &found->allowance, target, objection)) {
            search->result->end = EXPLORE_MAX_MEMORY;
            return false;
        }
        search->result->transitions += alike;
    }
    if (found->graph.state[id].first_edge == found->graph.edges) {
        visit_last(search, &state, id);
        search->result->last += alike;
    }
    return true;
}

/* Of a search: calls the caller's progress function.  False if it wants to stop. */
static bool
report_progress(void *context)
{
    struct search *search = context;
    struct explore_progress progress = {search->result->states, search->result->transitions,
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
    struct graph *graph = &search->found.graph;
    struct state state;
    uint32_t initial;
    uint8_t conflict = initial_state(search->world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    if (!visit(search, &state, 0, GRAPH_NO_ACTOR, &initial)) {
        return false;
    }
    search->layer_end = 1;
    for (uint64_t id = 0; id < graph->states; id++) {
        if (id == search->layer_end) {
            search->result->depth++;
            search->layer_end = graph->states;
        }
        if (id % PROGRESS_EVERY == PROGRESS_EVERY - 1 && !report_progress(search)) {
            return false;
        }
        if (!expand(search, (uint32_t)id)) {
            return false;
        }
    }
    assert(graph->states == search->found.store.states && search->result->lacking < 0);
    graph->state[graph->states].first_edge = graph->edges;
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
    enum count_error error =
        counter_open(&counter, &search->found.graph, &search->found.allowance, &pace);

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
    for (unsigned oracle = 0; oracle < ORACLE_COUNT && error == COUNT_OK; oracle++) {
        if (!counterexample_make_first(&search->found, &counter, oracle, false,
                                       &result->verdict[oracle]) ||
            !counterexample_make_first(&search->found, &counter, oracle, true,
                                       &result->lasting[oracle])) {
            error = COUNT_NO_MEMORY;
        }
    }
    counter_close(&counter);
    return ends[error];
}

bool
explore_graph(const struct world *world, const struct explore_limits *limits,
              struct explore_result *result, struct graph *graph)
{
    struct search search = {.limits = limits, .result = result};

    *result = (struct explore_result){.lacking = -1};
    mpz_init(result->interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(result->verdict[oracle].bad);
        mpz_init(result->lasting[oracle].bad);
    }
    found_open(&search.found, world, limits->max_memory, limits->exchange);
    search.world = &search.found.world;
    search.actors = actor_all(search.world, search.actor);
    result->alike = search.found.symmetry.exchanges > 1;
#ifdef TAPWEAVE_INVARIANTS
    field_limits(world, &search.field_limits);
#endif
    spare_open(&search.spare, world);
    bool complete = search_all(&search);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (!counterexample_make(&search.found, &search.first[oracle], &result->verdict[oracle]) ||
            !counterexample_make(&search.found, &search.lasting[oracle],
                                 &result->lasting[oracle])) {
            complete = false;
            result->end = EXPLORE_MAX_MEMORY;
        }
    }
    if (complete) {
        result->end = count_runs(&search);
    }
    result->kept = search.found.graph.states;
    found_close(&search.found);
    *graph = search.found.graph;
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
