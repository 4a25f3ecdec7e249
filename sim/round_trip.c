/* A run that never ends, as a schedule: see round_trip.h. */
#include "sim/round_trip.h"

#include "sim/verdict.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NOBODY = MAX_ACTORS };

/* A walk from state to state of the component, by their places among the members. */
struct walker {
    const struct fair_part *part;
    const uint32_t *member;
    uint64_t members;
    struct round_trip *trip;
    uint32_t *from; /* by place: the one that it was reached from, or FAIR_NOWHERE */
    uint8_t *by;    /* and the actor whose step that was */
    uint32_t *waiting;
    size_t bytes;
    struct fair_actors satisfied; /* who has stepped, or need not have in some state */
    uint32_t at;                  /* a place */
};

static void
unpack(const struct walker *walker, uint32_t place, struct state *state)
{
    fair_unpack(walker->part, walker->member[place], state);
}

/* The place to which the actor's step leads from that place; FAIR_NOWHERE within the component.
 * (An edge between two states of the part is one of the part.) */
static uint32_t
step_from(const struct walker *walker, uint32_t place, const struct state *state, unsigned number)
{
    const struct found *found = walker->part->found;
    uint64_t edge;

    if (!actor_may_step(&found->world, state, walker->part->actor[number])) {
        return FAIR_NOWHERE;
    }
    edge = fair_edge_of(walker->part, state, walker->member[place], number);
    return fair_place_of(walker->member, walker->members, found->graph.target[edge]);
}

/* The actor is satisfied at that place, or by its step from there; of NOBODY, it is the first
 * place. */
static bool
satisfies(const struct walker *walker, uint32_t place, unsigned number)
{
    struct state state;

    if (number == NOBODY) {
        return place == 0;
    }
    unpack(walker, place, &state);
    return !fair_has_to_step(walker->part, &state, number) ||
           step_from(walker, place, &state, number) != FAIR_NOWHERE;
}

/* Takes a step.  False if the schedule is too long. */
static bool
take(struct walker *walker, unsigned number, uint32_t place)
{
    struct round_trip *trip = walker->trip;
    struct state state;

    if (trip->length == EXPLORE_MAX_TRACE) {
        return false;
    }
    trip->trace[trip->length++] = (uint8_t)number;
    trip->loop++;
    walker->at = place;
    fair_add(&walker->satisfied, number);
    unpack(walker, place, &state);
    for (unsigned other = 0; other < walker->part->actors; other++) {
        if (!fair_has_to_step(walker->part, &state, other)) {
            fair_add(&walker->satisfied, other);
        }
    }
    return true;
}

/* Takes the steps by which the place has been reached from where the walk is. */
static bool
take_all(struct walker *walker, uint32_t place)
{
    uint32_t steps = 0;

    for (uint32_t at = place; at != walker->at; at = walker->from[at]) {
        walker->waiting[steps++] = at;
    }
    while (steps-- > 0) {
        const uint32_t to = walker->waiting[steps];

        if (!take(walker, walker->by[to], to)) {
            return false;
        }
    }
    return true;
}

/* Adds the places to which a step leads from there, and that have not been reached yet. */
static void
reach_from(struct walker *walker, uint32_t place, uint64_t *count)
{
    struct state state;

    unpack(walker, place, &state);
    for (unsigned number = 0; number < walker->part->actors; number++) {
        const uint32_t to = step_from(walker, place, &state, number);

        if (to != FAIR_NOWHERE && walker->from[to] == FAIR_NOWHERE) {
            walker->from[to] = place;
            walker->by[to] = (uint8_t)number;
            walker->waiting[(*count)++] = to;
        }
    }
}

/* Goes to the nearest place at which the actor is satisfied. */
static bool
go_to(struct walker *walker, unsigned number)
{
    uint64_t count = 0;

    memset(walker->from, 0xff, walker->members * sizeof *walker->from);
    walker->from[walker->at] = walker->at;
    walker->waiting[count++] = walker->at;
    for (uint64_t n = 0;; n++) {
        assert(n < count); /* the component is strongly connected, and fair */
        if (satisfies(walker, walker->waiting[n], number)) {
            return take_all(walker, walker->waiting[n]);
        }
        reach_from(walker, walker->waiting[n], &count);
    }
}

/* Goes to where the actor is satisfied, by its step if it has to take one there. */
static bool
satisfy(struct walker *walker, unsigned number)
{
    struct state state;

    if (!go_to(walker, number)) {
        return false;
    }
    unpack(walker, walker->at, &state);
    if (!fair_has_to_step(walker->part, &state, number)) {
        fair_add(&walker->satisfied, number);
        return true;
    }
    return take(walker, number, step_from(walker, walker->at, &state, number));
}

/* Takes some step within the component, which has one from each place. */
static bool
take_any(struct walker *walker)
{
    uint32_t to = FAIR_NOWHERE;
    struct state state;
    unsigned number = 0;

    unpack(walker, walker->at, &state);
    while ((to = step_from(walker, walker->at, &state, number)) == FAIR_NOWHERE) {
        number++;
        assert(number < walker->part->actors);
    }
    return take(walker, number, to);
}

/* From the first place through all that satisfies somebody, and back. */
static bool
go_round(struct walker *walker)
{
    for (unsigned number = 0; number < walker->part->actors; number++) {
        if (!fair_has(&walker->satisfied, number) && !satisfy(walker, number)) {
            return false;
        }
    }
    return (walker->trip->loop > 0 || take_any(walker)) && go_to(walker, NOBODY);
}

/* The steps to the first place, as the search has come there. */
static void
come_there(struct walker *walker)
{
    const struct graph_state *state = walker->part->found->graph.state;
    unsigned length = 0;

    for (uint32_t at = walker->member[0]; state[at].parent_actor != GRAPH_NO_ACTOR;
         at = state[at].parent) {
        length++;
    }
    assert(length <= EXPLORE_MAX_TRACE);
    walker->trip->length = length;
    for (uint32_t at = walker->member[0]; length > 0; at = state[at].parent) {
        walker->trip->trace[--length] = state[at].parent_actor;
    }
}

bool
round_trip_make(const struct fair_part *part, const uint32_t *member, uint64_t members,
                struct round_trip *trip)
{
    struct allowance *allowance = &part->found->allowance;
    struct walker walker = {.part = part, .member = member, .members = members, .trip = trip};
    bool made;

    *trip = (struct round_trip){.trace = malloc(EXPLORE_MAX_TRACE)};
    walker.from = allowance_take(allowance, &walker.bytes, members, sizeof *walker.from);
    walker.by = allowance_take(allowance, &walker.bytes, members, sizeof *walker.by);
    walker.waiting = allowance_take(allowance, &walker.bytes, members, sizeof *walker.waiting);
    made =
        trip->trace != NULL && walker.from != NULL && walker.by != NULL && walker.waiting != NULL;
    if (made) {
        come_there(&walker);
    }
    if (!made || !go_round(&walker)) {
        free(trip->trace);
        *trip = (struct round_trip){0};
    }
    free(walker.from);
    free(walker.by);
    free(walker.waiting);
    allowance->bytes_left += walker.bytes;
    return made;
}
