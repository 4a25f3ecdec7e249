/* Ways to go wrong: see way.h. */
#include "sim/way.h"

#include "sim/dependence.h"
#include "sim/initial.h"
#include "sim/oracle.h"
#include "sim/shortest.h"
#include "sim/verdict.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- a schedule ---- */

struct draft {
    unsigned length, troubles;
    uint8_t schedule[EXPLORE_MAX_TRACE];
};

static bool
is_last(const struct world *world, const struct state *state)
{
    for (unsigned number = 0; number < actor_count(world); number++) {
        if (actor_enabled(world, state, number)) {
            return false;
        }
    }
    return true;
}

/* Whether it is possible, and its last step the first that violates the oracle.  Counts troubles.
 */
static bool
goes_wrong(const struct world *world, struct draft *draft, enum oracle oracle)
{
    oracle_set violated;
    struct state state;

    initial_state(world, &state);
    violated = oracle_judge_state(world, &state);
    draft->troubles = 0;
    for (unsigned step = 0; step < draft->length; step++) {
        struct event event;

        if ((violated >> oracle & 1) != 0 || !actor_enabled(world, &state, draft->schedule[step])) {
            return false;
        }
        violated = actor_step(world, &state, draft->schedule[step], &event);
        violated |= oracle_judge_state(world, &state);
        draft->troubles += shortest_troubles(&event);
    }
    if (is_last(world, &state)) {
        violated |= oracle_judge_end(world, &state);
    }
    return (violated >> oracle & 1) != 0;
}

/* It without that step; and, unless `dependence` is NULL, without those that depend on it, but for
 * the last one. */
static void
leave_out(const struct draft *draft, const struct dependence *dependence, unsigned step,
          struct draft *without)
{
    without->length = 0;
    for (unsigned i = 0; i < draft->length; i++) {
        const bool goes = i == step || (dependence != NULL && i > step && i + 1 < draft->length &&
                                        dependence_of(dependence, step, i) != DEPENDENCE_NONE);

        if (!goes) {
            without->schedule[without->length++] = draft->schedule[i];
        }
    }
}

/* Leaves out the last step that can be left out, of those before `*end`, which becomes that one; or
 * 0.  False if there is no memory. */
static bool
leave_one_out(const struct world *world, enum oracle oracle, struct draft *draft, unsigned *end)
{
    struct dependence dependence;

    if (!dependence_open(&dependence, world, draft->schedule, draft->length)) {
        return false;
    }
    while (*end > 0) {
        struct draft without;
        bool enough;

        leave_out(draft, NULL, --*end, &without);
        enough = goes_wrong(world, &without, oracle);
        if (!enough) {
            leave_out(draft, &dependence, *end, &without);
            enough = goes_wrong(world, &without, oracle);
        }
        if (enough) {
            *draft = without;
            break;
        }
    }
    dependence_close(&dependence);
    return true;
}

/* Both may be taken there in either order, and lead to one state. */
static bool
commute(const struct world *world, const struct state *state, unsigned one, unsigned other)
{
    struct state first = *state, second = *state;

    if (!actor_enabled(world, &first, one) || !actor_enabled(world, &second, other)) {
        return false;
    }
    actor_step(world, &first, one, NULL);
    actor_step(world, &second, other, NULL);
    if (!actor_enabled(world, &first, other) || !actor_enabled(world, &second, one)) {
        return false;
    }
    actor_step(world, &first, other, NULL);
    actor_step(world, &second, one, NULL);
    return memcmp(&first, &second, sizeof first) == 0;
}

/* The step can be taken as early as that, past the steps between, which stay as they are. */
static bool
may_come(const struct world *world, const struct draft *draft, const struct state *at,
         unsigned early, unsigned step)
{
    struct state state = *at;

    for (unsigned i = early; i < step; i++) {
        if (!commute(world, &state, draft->schedule[i], draft->schedule[step])) {
            return false;
        }
        actor_step(world, &state, draft->schedule[i], NULL);
    }
    return true;
}

/* Puts it into one order of all that differ only in neighbours which commute: each time the first
 * actor comes whose step may.  `last`: the last step stays the last one. */
static void
put_in_order(const struct world *world, struct draft *draft, bool last)
{
    const unsigned length = draft->length - last;
    struct state state;

    initial_state(world, &state);
    for (unsigned i = 0; i < length; i++) {
        uint8_t *schedule = draft->schedule;
        unsigned best = i;
        uint8_t actor;

        for (unsigned step = i + 1; step < length; step++) {
            if (schedule[step] < schedule[best] && may_come(world, draft, &state, i, step)) {
                best = step;
            }
        }
        actor = schedule[best];
        memmove(schedule + i + 1, schedule + i, best - i);
        schedule[i] = actor;
        actor_step(world, &state, actor, NULL);
    }
}

/* ---- the graph ---- */

/* How the search comes to a state before anything has gone wrong. */
struct arrival {
    uint32_t from;
    uint16_t edge; /* which one of its edges */
    bool clean;
};

struct looking {
    struct ways *ways;
    const struct standing_ground *ground;
    enum oracle oracle;
    const struct count_pace *pace;
    struct arrival *arrival; /* by state */
    uint32_t *queue;         /* clean states, in the order in which they are found */
    uint64_t queued;
};

/* The schedule that comes to that state, and goes on with that edge. */
static void
draft_along(const struct looking *looking, uint32_t id, unsigned edge, struct draft *draft)
{
    struct standing standing = standing_begin(looking->ground);
    unsigned edges[EXPLORE_MAX_TRACE], length = 0;

    edges[length++] = edge;
    for (; id != 0; id = looking->arrival[id].from) {
        assert(length < EXPLORE_MAX_TRACE);
        edges[length++] = looking->arrival[id].edge;
    }
    draft->length = 0;
    while (length > 0) {
        const unsigned actor = standing_actor(looking->ground, &standing, edges[--length]);

        standing_step(looking->ground, &standing, actor);
        draft->schedule[draft->length++] = (uint8_t)actor;
    }
}

static bool
is_known(const struct ways *ways, const struct draft *draft)
{
    for (unsigned i = 0; i < ways->count; i++) {
        if (ways->way[i].length == draft->length &&
            memcmp(ways->way[i].schedule, draft->schedule, draft->length) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the way, if it is another one.  False if there is no memory. */
static bool
add_way(struct ways *ways, const struct draft *draft)
{
    struct way *grown;
    uint8_t *schedule;

    if (is_known(ways, draft)) {
        return true;
    }
    grown = realloc(ways->way, (ways->count + 1u) * sizeof *grown);
    ways->way = grown == NULL ? ways->way : grown;
    schedule = grown == NULL ? NULL : malloc(draft->length + 1u);
    if (schedule == NULL) {
        return false;
    }
    memcpy(schedule, draft->schedule, draft->length);
    grown[ways->count++] = (struct way){schedule, draft->length, draft->troubles};
    return true;
}

/* An edge that violates the oracle: what there is of it that has to be. */
static bool
take_way(struct looking *looking, uint32_t id, unsigned edge)
{
    const struct world *world = &looking->ground->world;
    struct draft draft, ordered;
    bool done = true;

    draft_along(looking, id, edge, &draft);
    for (unsigned end = draft.length - 1; end > 0 && done;) {
        done = leave_one_out(world, looking->oracle, &draft, &end);
    }
    ordered = draft;
    put_in_order(world, &ordered, false);
    if (!goes_wrong(world, &ordered, looking->oracle)) { /* sooner, or not with its last step */
        ordered = draft;
        put_in_order(world, &ordered, true);
    }
    looking->ways->looked++;
    return done &&
           add_way(looking->ways, goes_wrong(world, &ordered, looking->oracle) ? &ordered : &draft);
}

/* Of a clean state: those of its edges that violate the oracle, and where the others lead. */
static enum count_error
look_on(struct looking *looking, uint32_t id)
{
    const struct graph *graph = looking->ground->graph;
    const struct graph_state *state = &graph->state[id];

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        const uint32_t target = graph->target[edge];
        const unsigned violated = graph->objection[edge] | graph->state[target].violated;
        const unsigned number = (unsigned)(edge - state[0].first_edge);

        if ((violated >> looking->oracle & 1) == 0) {
            if (!looking->arrival[target].clean) {
                looking->arrival[target] = (struct arrival){id, (uint16_t)number, true};
                looking->queue[looking->queued++] = target;
            }
        } else if (looking->ways->looked >= WAYS_LOOKED_AT) {
            looking->ways->left++;
        } else if (!take_way(looking, id, number)) {
            return COUNT_NO_MEMORY;
        } else if (looking->pace != NULL && !looking->pace->go_on(looking->pace->context)) {
            return COUNT_STOPPED;
        }
    }
    return COUNT_OK;
}

static int
compare(const void *left, const void *right)
{
    const struct way *a = left, *b = right;

    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    if (a->troubles != b->troubles) {
        return a->troubles < b->troubles ? -1 : 1;
    }
    return memcmp(a->schedule, b->schedule, a->length);
}

enum count_error
ways_find(struct ways *ways, const struct standing_ground *ground, enum oracle oracle,
          const struct count_pace *pace)
{
    const uint64_t states = ground->graph->states;
    struct looking looking = {.ways = ways,
                              .ground = ground,
                              .oracle = oracle,
                              .pace = pace,
                              .arrival = calloc(states, sizeof *looking.arrival),
                              .queue = calloc(states, sizeof *looking.queue)};
    enum count_error error =
        looking.arrival == NULL || looking.queue == NULL ? COUNT_NO_MEMORY : COUNT_OK;

    *ways = (struct ways){0};
    if (error == COUNT_OK && (ground->graph->state[0].violated >> oracle & 1) == 0) {
        looking.arrival[0] = (struct arrival){0, 0, true};
        looking.queue[looking.queued++] = 0;
    }
    for (uint64_t at = 0; at < looking.queued && error == COUNT_OK; at++) {
        error = look_on(&looking, looking.queue[at]);
    }
    free(looking.arrival);
    free(looking.queue);
    if (error != COUNT_OK) {
        ways_free(ways);
    } else if (ways->count > 0) {
        qsort(ways->way, ways->count, sizeof *ways->way, compare);
    }
    return error;
}

void
ways_keep_plain(struct ways *ways)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < ways->count; i++) {
        if (ways->way[i].troubles == 0) {
            ways->way[kept++] = ways->way[i];
        } else {
            free(ways->way[i].schedule);
        }
    }
    ways->count = kept;
    ways->plain = true;
}

void
ways_free(struct ways *ways)
{
    for (unsigned i = 0; i < ways->count; i++) {
        free(ways->way[i].schedule);
    }
    free(ways->way);
    *ways = (struct ways){0};
}
