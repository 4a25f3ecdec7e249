/* Every interleaving with few preemptions: see preempt.h. */
#include "sim/preempt.h"

#include "sim/found.h"
#include "sim/spare.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>

enum { PROGRESS_EVERY = 256, NOBODY = 0 /* 1 + an actor otherwise */ };

struct search {
    const struct preempt_limits *limits;
    struct preempt_result *result;
    struct found found; /* packs states; its own store is not used */
    struct allowance allowance;
    struct store store; /* of pairs: a packed state, and a word with 1 + the last actor */
    uint32_t *parent;   /* by pair */
    uint64_t parents;   /* room for */
    struct spare spare;
    struct actor actor[MAX_ACTORS];
    unsigned actors, words; /* of a packed state */
    unsigned level;         /* preemptions that lead to the pairs at hand */
};

/* The schedule that leads to a pair, and one step more if `actor` is one. */
static void
write_trace(struct search *search, struct explore_verdict *verdict, uint32_t id, int actor)
{
    unsigned length = actor >= 0;

    for (uint32_t at = id; store_get(&search->store, at)[search->words] != NOBODY;
         at = search->parent[at]) {
        length++;
    }
    if (length > EXPLORE_MAX_TRACE || (verdict->trace = malloc(length + 1u)) == NULL) {
        search->result->end = PREEMPT_NO_MEMORY;
        return;
    }
    verdict->violated = true;
    verdict->length = length;
    if (actor >= 0) {
        verdict->trace[--length] = (uint8_t)actor;
    }
    for (uint32_t at = id; length > 0; at = search->parent[at]) {
        verdict->trace[--length] = (uint8_t)(store_get(&search->store, at)[search->words] - 1);
    }
}

/* Notes of what nothing is noted of yet. */
static void
note(struct search *search, struct explore_verdict *verdicts, oracle_set violated, uint32_t id,
     int actor)
{
    for (unsigned oracle = 0; violated >> oracle != 0; oracle++) {
        if ((violated >> oracle & 1) == 0 || verdicts[oracle].violated) {
            continue;
        }
        write_trace(search, &verdicts[oracle], id, actor);
        if (verdicts == search->result->verdict) {
            search->result->fewest[oracle] = search->level;
        }
    }
}

/* Adds a pair, if it is new.  False if the search has to end. */
static bool
add(struct search *search, struct state *state, unsigned last, uint32_t parent)
{
    uint64_t packed[LAYOUT_MAX_WORDS + 1];
    uint32_t id, *grown;

    found_pack(&search->found, state, packed);
    packed[search->words] = last;
    grown = allowance_grow(&search->allowance, search->parent, &search->parents,
                           search->store.states + 1, sizeof *grown);
    search->parent = grown != NULL ? grown : search->parent;
    switch (grown == NULL ? STORE_FULL : store_add(&search->store, packed, &id)) {
    case STORE_OLD:
        return true;
    case STORE_FULL:
        search->result->end = PREEMPT_NO_MEMORY;
        return false;
    default:
        break;
    }
    search->parent[id] = parent;
    search->result->lacking = spare_lacking(&search->spare, &search->found.world, state);
    if (search->result->lacking >= 0) {
        search->result->end = PREEMPT_LACKING;
        return false;
    }
    note(search, search->result->verdict, oracle_judge_state(&search->found.world, state), id, -1);
    return search->result->end == PREEMPT_SEARCHED;
}

/* Takes the actor's step from the state of that pair. */
static bool
take(struct search *search, const struct state *state, uint32_t id, unsigned actor)
{
    struct state next = *state;
    oracle_set objections =
        actor_take_step(&search->found.world, &next, search->actor[actor], NULL);

    note(search, search->result->verdict, objections, id, (int)actor);
    return search->result->end == PREEMPT_SEARCHED && add(search, &next, actor + 1, id);
}

/* Takes the steps from a pair: those that are preemptions, or those that are not.  False if the
 * search has to end. */
static bool
expand(struct search *search, uint32_t id, bool preempts)
{
    const struct world *world = &search->found.world;
    const uint64_t *packed = store_get(&search->store, id);
    const unsigned last = (unsigned)packed[search->words];
    struct state state;
    bool goes_on, any = false;

    found_unpack(&search->found, packed, &state);
    goes_on = last != NOBODY && actor_may_step(world, &state, search->actor[last - 1]);
    for (unsigned actor = 0; actor < search->actors; actor++) {
        if (!actor_may_step(world, &state, search->actor[actor])) {
            continue;
        }
        any = true;
        if ((goes_on && actor + 1 != last) == preempts && !take(search, &state, id, actor)) {
            return false;
        }
    }
    if (!any && !preempts) {
        note(search, search->result->lasting, oracle_judge_state(world, &state) & ORACLES_THAT_LAST,
             id, -1);
        note(search, search->result->verdict, oracle_judge_end(world, &state), id, -1);
    }
    return search->result->end == PREEMPT_SEARCHED;
}

static bool
goes_on(struct search *search, uint64_t id)
{
    const struct preempt_limits *limits = search->limits;

    if (id % PROGRESS_EVERY != 0 || limits->progress == NULL ||
        limits->progress(limits->context, search->store.states, search->level)) {
        return true;
    }
    search->result->end = PREEMPT_STOPPED;
    return false;
}

/* The pairs from `begin` on: all that they lead to without a preemption, and without end. */
static bool
close_level(struct search *search, uint64_t begin)
{
    for (uint64_t id = begin; id < search->store.states; id++) {
        if (!goes_on(search, id) || !expand(search, (uint32_t)id, false)) {
            return false;
        }
    }
    search->result->levels = search->level + 1;
    return true;
}

static void
search_levels(struct search *search)
{
    uint64_t begin = 0, end;
    struct state state;

    initial_state(&search->found.world, &state);
    if (!add(search, &state, NOBODY, 0) || !close_level(search, 0)) {
        return;
    }
    while (search->level < search->limits->preemptions) {
        search->level++;
        end = search->store.states;
        for (uint64_t id = begin; id < end; id++) {
            if (!goes_on(search, id) || !expand(search, (uint32_t)id, true)) {
                return;
            }
        }
        search->result->is_all = search->store.states == end;
        if (!close_level(search, end) || search->result->is_all) {
            return;
        }
        begin = end;
    }
}

void
preempt_search(const struct world *world, const struct preempt_limits *limits,
               struct preempt_result *result)
{
    struct search search = {.limits = limits, .result = result, .allowance = {limits->max_memory}};

    *result = (struct preempt_result){.lacking = -1};
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(result->verdict[oracle].bad);
        mpz_init(result->lasting[oracle].bad);
    }
    found_open(&search.found, world, 0, false);
    search.words = search.found.layout.words;
    search.actors = actor_all(&search.found.world, search.actor);
    spare_open(&search.spare, world);
    store_open(&search.store, &search.allowance, search.words + 1);
    search_levels(&search);
    result->pairs = search.store.states;
    free(search.parent);
    store_close(&search.store);
    found_close(&search.found);
    graph_close(&search.found.graph);
}

void
preempt_free(struct preempt_result *result)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_clear(result->verdict[oracle].bad);
        mpz_clear(result->lasting[oracle].bad);
        free(result->verdict[oracle].trace);
        free(result->lasting[oracle].trace);
    }
}
