/* Ways to go wrong: see way.h. */
#include "sim/way.h"

#include "sim/draft.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- a schedule to each step that violates the oracle ---- */

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
    struct ways_limits limits; /* of schedules, and their steps: those that are left */
    const struct count_pace *pace;
    struct arrival *arrival; /* by state */
    uint32_t *queue;         /* clean states, in the order in which they are found */
    uint64_t queued;
    uint16_t *nearest; /* by clean state: the fewest steps by which a run goes wrong from there */
    /* Of a look at every schedule: */
    unsigned length;           /* those of so many steps */
    struct standing *standing; /* in front of each step of the one that is at hand */
    struct draft draft;        /* its steps */
    bool longer;               /* some are longer */
};

static const uint16_t never = UINT16_MAX;

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

/* What there is of a schedule that goes wrong that has to be.  False if there is no memory. */
static bool
take_way(struct looking *looking, struct draft *draft)
{
    return draft_reduce(&looking->ground->world, looking->oracle, draft) &&
           add_way(looking->ways, draft);
}

/* Whether an edge violates the oracle, itself or by where it leads. */
static bool
is_wrong(const struct looking *looking, uint64_t edge)
{
    const struct graph *graph = looking->ground->graph;

    return ((graph->objection[edge] | graph->state[graph->target[edge]].violated) >>
                looking->oracle &
            1) != 0;
}

static enum count_error
go_on(const struct looking *looking)
{
    return looking->pace == NULL || looking->pace->go_on(looking->pace->context) ? COUNT_OK
                                                                                 : COUNT_STOPPED;
}

/* Of a clean state: those of its edges that violate the oracle, and where the others lead. */
static enum count_error
look_on(struct looking *looking, uint32_t id)
{
    const struct graph *graph = looking->ground->graph;
    const struct graph_state *state = &graph->state[id];
    enum count_error error = COUNT_OK;
    struct draft draft;

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge && error == COUNT_OK;
         edge++) {
        const uint32_t target = graph->target[edge];
        const unsigned number = (unsigned)(edge - state[0].first_edge);

        if (!is_wrong(looking, edge)) {
            if (!looking->arrival[target].clean) {
                looking->arrival[target] = (struct arrival){id, (uint16_t)number, true};
                looking->queue[looking->queued++] = target;
            }
        } else if (looking->ways->looked >= looking->limits.wrong) {
            looking->ways->left++;
        } else {
            looking->ways->looked++;
            draft_along(looking, id, number, &draft);
            error = take_way(looking, &draft) ? go_on(looking) : COUNT_NO_MEMORY;
        }
    }
    return error;
}

/* ---- every schedule, the shortest first ---- */

static uint16_t
nearest_from(const struct looking *looking, uint32_t id)
{
    const struct graph *graph = looking->ground->graph;
    const struct graph_state *state = &graph->state[id];
    uint16_t nearest = never;

    for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
        const uint16_t behind = is_wrong(looking, edge) ? 0 : looking->nearest[graph->target[edge]];

        nearest = behind != never && behind + 1u < nearest ? (uint16_t)(behind + 1u) : nearest;
    }
    return nearest;
}

/* Backwards, again and again: few edges lead to a state that was found sooner. */
static void
find_nearest(struct looking *looking)
{
    bool changed = true;

    memset(looking->nearest, 0xff, looking->ground->graph->states * sizeof *looking->nearest);
    while (changed) {
        changed = false;
        for (uint64_t at = looking->queued; at-- > 0;) {
            const uint32_t id = looking->queue[at];
            const uint16_t nearest = nearest_from(looking, id);

            changed = changed || nearest != looking->nearest[id];
            looking->nearest[id] = nearest;
        }
    }
}

/* The schedule at hand goes wrong.  If something of it can be left out, what is left is shorter,
 * and has been looked at. */
static enum count_error
take_schedule(struct looking *looking)
{
    struct draft draft = looking->draft;
    bool whole;

    draft.length = looking->length;
    looking->limits.schedules--;
    if (!draft_order(&looking->ground->world, looking->oracle, &draft, &whole) ||
        (whole && !add_way(looking->ways, &draft))) {
        return COUNT_NO_MEMORY;
    }
    return go_on(looking);
}

static enum count_error go_every_way(struct looking *looking, unsigned behind);

/* Goes on with a step that does not go wrong.  If it may come before the one in front of it as
 * well, and its actor is the first of the two, that order alone is looked at. */
static enum count_error
go_further(struct looking *looking, unsigned behind)
{
    const struct standing_ground *ground = looking->ground;
    const uint8_t *schedule = looking->draft.schedule;

    if (behind > 0 && schedule[behind] < schedule[behind - 1] &&
        draft_may_swap(&ground->world, &looking->standing[behind - 1].state, schedule[behind - 1],
                       schedule[behind], looking->oracle)) {
        return COUNT_OK;
    }
    looking->standing[behind + 1] = looking->standing[behind];
    standing_step(ground, &looking->standing[behind + 1], schedule[behind]);
    return go_every_way(looking, behind + 1);
}

/* So many steps are behind: goes on every way to go wrong with the last step of the length at hand.
 */
static enum count_error
go_every_way(struct looking *looking, unsigned behind)
{
    const struct standing_ground *ground = looking->ground;
    const struct standing *standing = &looking->standing[behind];
    const struct graph_state *state = &ground->graph->state[standing->id];
    enum count_error error = COUNT_OK;

    for (uint64_t edge = state[0].first_edge;
         edge < state[1].first_edge && error == COUNT_OK && looking->limits.steps > 0 &&
         looking->limits.schedules > 0;
         edge++) {
        const bool wrong = is_wrong(looking, edge);
        const uint16_t nearest = wrong ? 0 : looking->nearest[ground->graph->target[edge]];
        const unsigned least = behind + 1u + nearest;

        looking->limits.steps--;
        looking->longer = looking->longer || (nearest != never && least > looking->length);
        if (nearest != never && least <= looking->length && (!wrong || least == looking->length)) {
            looking->draft.schedule[behind] =
                (uint8_t)standing_actor(ground, standing, (unsigned)(edge - state[0].first_edge));
            error = wrong ? take_schedule(looking) : go_further(looking, behind);
        }
    }
    return error;
}

/* Looks at every schedule that goes wrong, the shorter ones first, as far as the bounds allow. */
static enum count_error
look_at_every(struct looking *looking)
{
    struct ways *ways = looking->ways;
    enum count_error error = COUNT_OK;

    find_nearest(looking);
    ways->all = looking->nearest[0] == never;
    looking->length = looking->nearest[0];
    while (!ways->all && error == COUNT_OK && looking->length <= EXPLORE_MAX_TRACE) {
        struct standing *grown =
            realloc(looking->standing, looking->length * sizeof *looking->standing);

        if (grown == NULL) {
            return COUNT_NO_MEMORY;
        }
        looking->standing = grown;
        looking->standing[0] = standing_begin(looking->ground);
        looking->longer = false;
        error = go_every_way(looking, 0);
        if (looking->limits.steps == 0 || looking->limits.schedules == 0) {
            break;
        }
        ways->within = looking->length++;
        ways->all = !looking->longer;
    }
    return error;
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
          struct ways_limits limits, const struct count_pace *pace)
{
    const uint64_t states = ground->graph->states;
    struct looking looking = {
        .ways = ways,
        .ground = ground,
        .oracle = oracle,
        .limits = limits,
        .pace = pace,
        .arrival = calloc(states, sizeof *looking.arrival),
        .queue = calloc(states, sizeof *looking.queue),
        .nearest = calloc(states, sizeof *looking.nearest),
    };
    enum count_error error =
        looking.arrival == NULL || looking.queue == NULL || looking.nearest == NULL
            ? COUNT_NO_MEMORY
            : COUNT_OK;

    *ways = (struct ways){0};
    if (error == COUNT_OK && (ground->graph->state[0].violated >> oracle & 1) == 0) {
        looking.arrival[0] = (struct arrival){0, 0, true};
        looking.queue[looking.queued++] = 0;
    }
    for (uint64_t at = 0; at < looking.queued && error == COUNT_OK; at++) {
        error = look_on(&looking, looking.queue[at]);
    }
    error = error == COUNT_OK ? look_at_every(&looking) : error;
    free(looking.arrival);
    free(looking.queue);
    free(looking.nearest);
    free(looking.standing);
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
