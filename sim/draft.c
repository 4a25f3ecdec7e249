/* A schedule that goes wrong, as it is worked on: see draft.h. */
#include "sim/draft.h"

#include "sim/dependence.h"
#include "sim/initial.h"
#include "sim/shortest.h"

#include <assert.h>
#include <string.h>

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

bool
draft_goes_wrong(const struct world *world, struct draft *draft, enum oracle oracle)
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
        draft->troubles += shortest_troubles(&event, ORACLE_BIT(oracle));
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
        enough = draft_goes_wrong(world, &without, oracle);
        if (!enough) {
            leave_out(draft, &dependence, *end, &without);
            enough = draft_goes_wrong(world, &without, oracle);
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

/* The same, so that it still goes wrong with its last step, and not sooner. */
static void
order(const struct world *world, enum oracle oracle, struct draft *draft)
{
    for (int last = 0; last <= 1; last++) {
        struct draft ordered = *draft;

        put_in_order(world, &ordered, last != 0);
        if (draft_goes_wrong(world, &ordered, oracle)) {
            *draft = ordered;
            return;
        }
    }
}

/* In another order, or without another step, one more may be left out. */
bool
draft_reduce(const struct world *world, enum oracle oracle, struct draft *draft)
{
    bool done = draft_goes_wrong(world, draft, oracle);
    unsigned before;

    assert(done);
    order(world, oracle, draft);
    do {
        before = draft->length;
        for (unsigned end = draft->length - 1; end > 0 && done;) {
            done = leave_one_out(world, oracle, draft, &end);
        }
        if (draft->length < before) {
            order(world, oracle, draft);
        }
    } while (done && draft->length < before);
    return done;
}

bool
draft_order(const struct world *world, enum oracle oracle, struct draft *draft, bool *whole)
{
    const unsigned length = draft->length;
    unsigned end = length - 1;
    struct draft without;

    order(world, oracle, draft);
    *whole = true;
    for (unsigned step = length - 1; *whole && step-- > 0;) {
        leave_out(draft, NULL, step, &without);
        *whole = !draft_goes_wrong(world, &without, oracle);
    }
    if (!*whole) {
        return true;
    }
    without = *draft;
    if (!leave_one_out(world, oracle, &without, &end)) {
        return false;
    }
    *whole = without.length == length;
    return true;
}

bool
draft_may_swap(const struct world *world, const struct state *state, unsigned first,
               unsigned second, enum oracle oracle)
{
    struct state swapped = *state;
    oracle_set violated;

    if (!commute(world, state, first, second)) {
        return false;
    }
    violated = actor_step(world, &swapped, second, NULL);
    violated |= oracle_judge_state(world, &swapped);
    violated |= actor_step(world, &swapped, first, NULL);
    return (violated >> oracle & 1) == 0;
}
