/* The explorer: see explore.h. */
#include "sim/explore.h"

#include "sim/actor.h"
#include "sim/crew.h"
#include "sim/due.h"
#include "sim/initial.h"
#include "sim/invariant.h"
#include "sim/runs.h"
#include "sim/snapshot.h"
#include "sim/spare.h"

#include <assert.h>
#include <string.h>

/* States expanded between two looks at a clock; a look costs a hundredth of an expansion. */
enum { PROGRESS_EVERY = 64 };

struct search {
    const struct world *world; /* the prepared one that `found` has */
    const struct explore_limits *limits;
    struct explore_result *result;
    struct found found;
    struct crew crew;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
#ifdef TAPWEAVE_INVARIANTS
    struct field_limits field_limits;
#endif
    struct order order; /* with limits->prove */
    struct violations violation;
    uint64_t expanded;      /* states whose steps have been taken */
    struct snapshot before; /* with limits->save: before the state that is being expanded */
    uint64_t layer_end;     /* the first id that is deeper than the state in expansion */
};

static bool
lacks_names(struct search *search, const struct state *state)
{
    search->found.lacking = spare_lacking(&search->found.spare, search->world, state);
    if (search->found.lacking >= 0) {
        search->result->end = EXPLORE_LACKING;
    }
    return search->found.lacking >= 0;
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
    violation_note(search->violation.first, violated, id, GRAPH_NO_ACTOR);
    result->states += alike;
    result->names |= state_given_names(search->world, state);
    for (unsigned i = 0; i < search->world->landmarks; i++) {
        result->reached |= (uint8_t)(state->control.reached[i] << i);
    }
    assert(id == search->found.graph.states && parent <= id); /* store and graph number alike */
    if (!found_wake(&search->found, id) ||
        !graph_add_state(&search->found.graph, &search->found.allowance, parent, actor, violated)) {
        result->end = EXPLORE_MAX_MEMORY;
        return false;
    }
    return true;
}

/* Finds or adds what a step from `parent` leads to.  False if a bound is reached. */
static bool
visit(struct search *search, const uint64_t *packed, const struct batch_step *step, uint32_t parent,
      uint32_t *id)
{
    struct state state;

    switch (store_add_hashed(&search->found.store, packed, step->hash, id)) {
    case STORE_OLD:
        break;
    case STORE_FULL:
        search->result->end = EXPLORE_MAX_MEMORY;
        return false;
    default:
        layout_unpack(&search->found.layout, packed, &state);
        if (!visit_new(search, &state, *id, step->alike, parent, step->actor)) {
            return false;
        }
    }
    if (*id >= search->crew.end) { /* its steps are not taken yet */
        search->found.asleep[*id] |= step->asleep;
    }
    return true;
}

/* A state in which a run may end: judges it as that. */
static void
visit_last(struct search *search, const uint64_t *packed, uint32_t id)
{
    struct graph_state *last = &search->found.graph.state[id];
    struct state state;
    oracle_set violated;

    layout_unpack(&search->found.layout, packed, &state);
    violated = oracle_judge_end(search->world, &state);
    last->may_end = 1;
    violation_note(search->violation.lasting, last->violated & ORACLES_THAT_LAST, id,
                   GRAPH_NO_ACTOR);
    last->violated |= violated;
    violation_note(search->violation.first, violated, id, GRAPH_NO_ACTOR);
}

/* With limits->prove: the footprints are right about what is possible in the state. */
static bool
prove(struct search *search, const uint64_t *packed)
{
    struct state state;

    layout_unpack(&search->found.layout, packed, &state);
    search->result->mistake = order_audit(&search->order, search->actor, search->actors, &state);
    if (search->result->mistake.kind != MISTAKE_NONE) {
        search->result->end = EXPLORE_MISTAKE;
    }
    return search->result->mistake.kind == MISTAKE_NONE;
}

/* So much has been decided that it is worth while to begin anew, and to leave more out. */
static bool
is_worth_while(struct search *search)
{
    search->result->decided |= violation_set(search->violation.first);
    return (order_asks_for(&search->found.order) & search->result->decided) != 0 &&
           search->found.graph.states <= ORDER_FEW && !search->limits->awake;
}

/* Of the n-th state of the batch: adds its edges, and what they lead to. */
static bool
expand(struct search *search, const struct batch *batch, unsigned n)
{
    enum { AHEAD = 8 };
    struct found *found = &search->found;
    const unsigned words = found->layout.words, end = batch->begin[batch->states];
    const uint32_t id = batch->first + n;
    uint32_t target;

    if (search->limits->prove && !prove(search, batch->from + (size_t)n * words)) {
        return false;
    }
    found->graph.state[id].first_edge = found->graph.edges;
    for (unsigned i = batch->begin[n]; i < batch->begin[n + 1]; i++) {
        const struct batch_step *step = &batch->step[i];

        if (i + 2 * AHEAD < end) {
            store_expect(&found->store, batch->step[i + 2 * AHEAD].hash);
        }
        if (i + AHEAD < end) {
            store_expect_state(&found->store, batch->step[i + AHEAD].hash);
        }
        violation_note(search->violation.first, step->objection, id, step->actor);
        if (step->endless) {
            search->result->end = EXPLORE_CYCLE;
            return false;
        }
        if (!visit(search, batch->to + (size_t)i * words, step, id, &target)) {
            return false;
        }
        if (!search->result->ordered && /* or nobody asks for them any more */
            !graph_add_edge(&found->graph, &found->allowance, target, step->objection)) {
            search->result->end = EXPLORE_MAX_MEMORY;
            return false;
        }
        search->result->transitions += batch->alike[n];
    }
    if (batch->may_end[n]) {
        visit_last(search, batch->from + (size_t)n * words, id);
        search->result->last += batch->alike[n];
    }
    return true;
}

/* Of a search: calls the caller's progress function.  False if it wants to stop. */
static bool
report_progress(void *context)
{
    struct search *search = context;
    const struct explore_progress progress = {
        .states = search->result->states,
        .transitions = search->result->transitions,
        .kept = search->found.graph.states,
        .waiting = search->found.graph.states - search->expanded,
        .depth = search->result->depth,
        .bytes = search->limits->max_memory - search->found.allowance.bytes_left,
    };

    if (search->limits->progress == NULL ||
        search->limits->progress(search->limits->context, &progress)) {
        return true;
    }
    search->result->end = EXPLORE_STOPPED;
    return false;
}

/* With limits->save: notes how the search stands, and hands that over now and then.  False if it is
 * to stop. */
static bool
save(struct search *search, bool now)
{
    const struct explore_limits *limits = search->limits;

    if (limits->save == NULL) {
        return true;
    }
    snapshot_take(&search->before, &search->found, search->result, search->violation.first,
                  search->violation.lasting);
    search->before.counts.expanded = search->expanded;
    search->before.counts.layer_end = search->layer_end;
    if (!now || limits->save(limits->save_context, &search->before, false)) {
        return true;
    }
    search->result->end = EXPLORE_STOPPED;
    return false;
}

/* The search has ended early: hands over how it stood before the last state. */
static void
save_ended(struct search *search)
{
    if (search->limits->save != NULL && search->before.counts.states > 0 &&
        search->result->end != EXPLORE_LACKING) {
        snapshot_take_again(&search->before, &search->found);
        search->limits->save(search->limits->save_context, &search->before, true);
    }
}

static bool
visit_initial(struct search *search)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct batch_step step = {.actor = GRAPH_NO_ACTOR};
    struct state state;
    uint32_t initial;
    uint8_t conflict = initial_state(search->world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    step.alike = (uint16_t)found_pack(&search->found, &state, packed);
    step.hash = store_hash(&search->found.store, packed);
    return visit(search, packed, &step, 0, &initial);
}

/* Begins, or goes on. */
static bool
begin(struct search *search)
{
    static const enum explore_end ends[] = {
        [SNAPSHOT_FULL] = EXPLORE_MAX_MEMORY, [SNAPSHOT_DAMAGED] = EXPLORE_DAMAGED};
    const struct snapshot *resume = search->limits->resume;
    enum snapshot_end restored;

    search->layer_end = 1;
    if (resume == NULL) {
        return visit_initial(search);
    }
    restored = snapshot_restore(resume, &search->found, search->result, search->violation.first,
                                search->violation.lasting);
    if (restored != SNAPSHOT_TAKEN) {
        search->result->end = ends[restored];
        return false;
    }
    search->expanded = resume->counts.expanded;
    search->layer_end = resume->counts.layer_end;
    search->crew.next = (uint32_t)search->expanded;
    return true;
}

static bool
expand_all(struct search *search, const struct batch *batch)
{
    for (unsigned n = 0; n < batch->states; n++) {
        const uint64_t id = batch->first + n;

        if (id == search->layer_end) {
            search->result->depth++;
            search->layer_end = search->found.graph.states;
            if (is_worth_while(search)) {
                search->result->end = EXPLORE_DECIDED;
                return false;
            }
        }
        if ((id % PROGRESS_EVERY == PROGRESS_EVERY - 1 && !report_progress(search)) ||
            !save(search, id % PROGRESS_EVERY == PROGRESS_EVERY - 1)) {
            return false;
        }
        if (!expand(search, batch, n)) {
            return false;
        }
        search->expanded++;
    }
    return true;
}

static bool
search_all(struct search *search)
{
    struct graph *graph = &search->found.graph;
    const struct batch *batch;

    if (!crew_open(&search->crew, &search->found, search->actor, search->actors)) {
        search->result->end = EXPLORE_MAX_MEMORY;
        return false;
    }
    if (!begin(search)) {
        return false;
    }
    do { /* where steps may sleep, one layer after the other: who does is known at its end */
        search->crew.end = search->result->ordered ? graph->states : UINT64_MAX;
        while ((batch = crew_next(&search->crew)) != NULL) {
            if (!expand_all(search, batch)) {
                return false;
            }
            crew_grow(&search->crew, search->limits->threads, search->limits->max_memory);
            search->result->threads = 1 + search->crew.threads;
        }
    } while (graph->states > search->crew.end);
    assert(graph->states == search->found.store.states && search->found.lacking < 0);
    graph->state[graph->states].first_edge = graph->edges;
    return true;
}

bool
explore_graph(const struct world *world, const struct explore_limits *limits,
              struct explore_result *result, struct graph *graph)
{
    struct search search = {.limits = limits, .result = result};
    bool complete;

    explore_result_open(result);
    found_open(&search.found, world, limits->max_memory, limits->exchange);
    if (limits->order) {
        found_reduce(&search.found, limits->decided, limits->awake);
        result->decided = result->known = limits->decided;
    }
    search.world = &search.found.world;
    search.actors = actor_all(search.world, search.actor);
    result->alike = search.found.symmetry.exchanges > 1;
    result->recounted = search.found.recount.names;
    result->ordered = !search.found.order.none;
    if (limits->prove) {
        order_open(&search.order, search.world, (oracle_set)(ORACLE_BIT(ORACLE_COUNT) - 1));
    }
#ifdef TAPWEAVE_INVARIANTS
    field_limits(world, &search.field_limits);
#endif
    if (limits->spare) {
        spare_open(&search.found.spare, world);
    }
    complete = search_all(&search);
    if (!complete) {
        save_ended(&search);
    }
    crew_close(&search.crew);
    /* Of the layer at hand, the states are judged, but not all steps, and not whether runs end. */
    result->judged = complete || result->depth == 0 ? result->depth : result->depth - 1;
    result->judged = result->ordered ? 0 : result->judged; /* other steps may have come first */
    result->found_all = complete;
    complete = runs_show(&search.found, &search.violation, complete, result) && complete;
    if (complete && limits->fair &&
        !(due_mark(&search.found, search.actor, search.actors) &&
          fair_judge(&search.found, search.actor, search.actors, &result->fairness))) {
        result->end = EXPLORE_MAX_MEMORY;
        complete = false;
    }
    result->lacking = search.found.lacking;
    result->kept = search.found.graph.states;
    found_close(&search.found); /* what is left to do looks no state up: room for counting */
    result->counted = complete && !result->ordered && !world->unbounded;
    if (result->counted) {
        const struct count_pace pace = {report_progress, &search};

        result->end = runs_count(&search.found, &pace, result);
    }
    *graph = search.found.graph;
    if (result->end != EXPLORE_COMPLETE) {
        graph_close(graph);
        return false;
    }
    return true;
}
