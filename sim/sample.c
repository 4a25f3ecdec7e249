/* Walks by chance: see sample.h. */
#include "sim/sample.h"

#include "sim/found.h"
#include "sim/initial.h"
#include "sim/spare.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Walks between two calls of the progress function. */
enum { PROGRESS_EVERY = 64 };

/* What walks have come to a state. */
struct sample_state {
    uint32_t last;  /* 1 + the number of the last of them, modulo 2^32 - 1 */
    uint32_t walks; /* 1, 2, or 3 for more */
};

struct sampler {
    const struct sample_limits *limits;
    struct sample_result *result;
    struct found found;
    struct sample_state *state; /* by id */
    uint64_t state_capacity;
    bool full;    /* there was no memory for one more state */
    bool probing; /* nothing is noted */
    struct actor actor[MAX_ACTORS];
    struct spare spare;
    uint8_t trace[EXPLORE_MAX_TRACE]; /* of the walk that is under way */
    oracle_set violated, lasting;     /* by that walk */
};

/* ---- what has been seen ---- */

/* The walk of that number has come to the state.  What is counted of a walk in whose course memory
 * ends is taken back by the caller. */
static void
see(struct sampler *sampler, struct state *state, uint64_t number)
{
    struct sample_seen *seen = &sampler->result->seen;
    const uint32_t mark = 1 + (uint32_t)(number % UINT32_MAX);
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct sample_state *grown, *known;
    uint32_t id = 0;

    if (sampler->full || sampler->probing) {
        return;
    }
    found_pack(&sampler->found, state, packed);
    grown = allowance_grow(&sampler->found.allowance, sampler->state, &sampler->state_capacity,
                           sampler->found.store.states + 1, sizeof *grown);
    if (grown != NULL) {
        sampler->state = grown;
    }
    if (grown == NULL || store_add(&sampler->found.store, packed, &id) == STORE_FULL) {
        sampler->full = true;
        return;
    }
    known = &sampler->state[id];
    if (id == seen->states) {
        *known = (struct sample_state){0};
        seen->states++;
    } else if (known->last == mark) {
        return; /* where a run can come back to a state */
    }
    known->last = mark;
    seen->once += known->walks == 0;
    seen->once -= known->walks == 1;
    seen->twice += known->walks == 1;
    seen->twice -= known->walks == 2;
    known->walks += known->walks < 3;
    seen->visits++;
}

double
sample_unseen(const struct sample_seen *seen)
{
    return seen->visits == 0 ? 1 : (double)seen->once / (double)seen->visits;
}

double
sample_at_least(const struct sample_seen *seen)
{
    const double walks = (double)seen->counted, once = (double)seen->once;
    double pairs;

    if (seen->counted == 0) {
        return 1;
    }
    /* The second one is for samples without a state that two walks came to. */
    pairs = seen->twice > 0 ? once * once / (2 * (double)seen->twice) : once * (once - 1) / 2;
    return (double)seen->states + (walks - 1) / walks * pairs;
}

/* ---- violations ---- */

static void
note(struct sampler *sampler, struct explore_verdict *verdict, unsigned length)
{
    uint8_t *copy;

    mpz_add_ui(verdict->bad, verdict->bad, 1);
    if (verdict->violated && verdict->length <= length) {
        return;
    }
    copy = malloc(length + 1u);
    if (copy == NULL) {
        sampler->result->end = SAMPLE_NO_MEMORY;
        return;
    }
    memcpy(copy, sampler->trace, length);
    free(verdict->trace);
    verdict->trace = copy;
    verdict->length = length;
    verdict->violated = true;
}

/* The walk has violated these, after so many steps: what it had not violated before is noted. */
static void
note_all(struct sampler *sampler, oracle_set violated, unsigned length)
{
    oracle_set new = sampler->probing ? 0 : violated &(oracle_set)~sampler->violated;

    sampler->violated |= violated;
    for (unsigned oracle = 0; new >> oracle != 0; oracle++) {
        if ((new >> oracle & 1) != 0) {
            note(sampler, &sampler->result->verdict[oracle], length);
        }
    }
}

static void
note_end(struct sampler *sampler, const struct state *state, unsigned length)
{
    const struct world *world = &sampler->found.world;
    const oracle_set lasting = oracle_judge_state(world, state) & ORACLES_THAT_LAST;

    note_all(sampler, oracle_judge_end(world, state), length);
    for (unsigned oracle = 0; lasting >> oracle != 0 && !sampler->probing; oracle++) {
        if ((lasting >> oracle & 1) != 0) {
            note(sampler, &sampler->result->lasting[oracle], length);
        }
    }
}

/* ---- a walk ---- */

static unsigned
list_enabled(const struct sampler *sampler, const struct state *state, unsigned *enabled)
{
    unsigned count = 0;

    for (unsigned i = 0; i < sampler->result->strategy.actors; i++) {
        if (actor_may_step(&sampler->found.world, state, sampler->actor[i])) {
            enabled[count++] = i;
        }
    }
    return count;
}

/* Judges and counts a state that the walk has come to.  False if names are lacking there, or there
 * is no memory. */
static bool
arrive(struct sampler *sampler, const struct state *state, oracle_set objections, unsigned length,
       uint64_t number)
{
    struct state seen = *state;

    sampler->result->lacking = spare_lacking(&sampler->spare, &sampler->found.world, state);
    if (sampler->result->lacking >= 0) {
        sampler->result->end = SAMPLE_LACKING;
        return false;
    }
    note_all(sampler, objections | oracle_judge_state(&sampler->found.world, state), length);
    see(sampler, &seen, number);
    return sampler->result->end == SAMPLE_WALKED;
}

/* Walks once.  False if the sample has to end; else *length is how many steps that took, and *cut
 * whether its bound has ended it. */
static bool
walk(struct sampler *sampler, const struct strategy *strategy, uint64_t number, unsigned *length,
     bool *cut)
{
    unsigned enabled[MAX_ACTORS], count;
    struct course course;
    struct state state;

    course_begin(&course, strategy, sampler->limits->seed, number);
    initial_state(&sampler->found.world, &state);
    sampler->violated = 0;
    *length = 0;
    if (!arrive(sampler, &state, 0, 0, number)) {
        return false;
    }
    while ((count = list_enabled(sampler, &state, enabled)) > 0) {
        unsigned actor;
        oracle_set objections;

        if (*length == sampler->limits->most_steps) {
            *cut = true;
            return true;
        }
        actor = course_choose(&course, enabled, count);
        objections = actor_take_step(&sampler->found.world, &state, sampler->actor[actor], NULL);
        found_settle(&sampler->found, &state, NULL); /* or numbers would grow for ever */
        sampler->trace[(*length)++] = (uint8_t)actor;
        if (!arrive(sampler, &state, objections, *length, number)) {
            return false;
        }
    }
    note_end(sampler, &state, *length);
    *cut = false;
    return sampler->result->end == SAMPLE_WALKED;
}

/* Counts a walk that has come to its end. */
static void
count_walk(struct sampler *sampler, const struct sample_seen *before, unsigned length, bool cut)
{
    struct sample_seen *seen = &sampler->result->seen;

    if (sampler->full) { /* in the course of this walk, or before */
        *seen = *before;
    } else {
        seen->counted++;
    }
    seen->shortest = seen->walks == 0 || length < seen->shortest ? length : seen->shortest;
    seen->longest = length > seen->longest ? length : seen->longest;
    seen->walks++;
    seen->cut += cut;
    seen->longer += length > sampler->result->strategy.steps;
    seen->steps += length;
    seen->bytes = sampler->limits->max_memory - sampler->found.allowance.bytes_left;
}

/* True if the strategy chooses places among the steps of a walk. */
static bool
has_places(const struct strategy *strategy)
{
    return strategy->kind == STRATEGY_PCT ? strategy->depth > 1 : strategy->preemptions > 0;
}

/* How many steps walks take: the longest of some that are not part of the sample. */
static bool
measure(struct sampler *sampler)
{
    struct strategy *strategy = &sampler->result->strategy;
    const struct strategy random = {STRATEGY_RANDOM, 0, STRATEGY_FREE, strategy->actors, 1};
    unsigned length;
    bool cut;

    sampler->probing = true;
    for (uint64_t i = 0; i < SAMPLE_PROBES; i++) {
        if (!walk(sampler, &random, UINT64_MAX - i, &length, &cut)) { /* streams of no walk */
            return false;
        }
        strategy->steps = length > strategy->steps ? length : strategy->steps;
    }
    strategy->steps += strategy->steps == 0;
    sampler->probing = false;
    return true;
}

/* False, and the result's end says why, if it is to end. */
static bool
goes_on(struct sampler *sampler)
{
    const struct sample_limits *limits = sampler->limits;

    if (limits->progress == NULL || limits->progress(limits->context, &sampler->result->seen)) {
        return true;
    }
    sampler->result->end = SAMPLE_STOPPED;
    return false;
}

static void
walk_all(struct sampler *sampler)
{
    for (uint64_t number = 0; number < sampler->limits->walks; number++) {
        const struct sample_seen before = sampler->result->seen;
        unsigned length;
        bool cut;

        if (number % PROGRESS_EVERY == 0 && !goes_on(sampler)) {
            return;
        }
        if (!walk(sampler, &sampler->result->strategy, number, &length, &cut)) {
            return;
        }
        count_walk(sampler, &before, length, cut);
    }
}

void
sample_walk(const struct world *world, const struct sample_limits *limits,
            struct sample_result *result)
{
    struct sampler sampler = {.limits = limits, .result = result};

    assert(limits->most_steps > 0 && limits->most_steps <= EXPLORE_MAX_TRACE);
    *result = (struct sample_result){.strategy = limits->strategy, .lacking = -1};
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(result->verdict[oracle].bad);
        mpz_init(result->lasting[oracle].bad);
    }
    found_open(&sampler.found, world, limits->max_memory, false);
    result->strategy.actors = actor_all(&sampler.found.world, sampler.actor);
    spare_open(&sampler.spare, world);
    if (result->strategy.steps == 0 && !has_places(&result->strategy)) {
        result->strategy.steps = limits->most_steps;
    }
    if (result->strategy.steps > 0 || measure(&sampler)) {
        walk_all(&sampler);
    }
    free(sampler.state);
    found_close(&sampler.found);
    graph_close(&sampler.found.graph);
}

void
sample_free(struct sample_result *result)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_clear(result->verdict[oracle].bad);
        mpz_clear(result->lasting[oracle].bad);
        free(result->verdict[oracle].trace);
        free(result->lasting[oracle].trace);
    }
}
