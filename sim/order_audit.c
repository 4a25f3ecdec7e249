/* The footprints held to a state: see order_audit.h. */
#include "sim/order_audit.h"

#include "sim/oracle.h"

#include <assert.h>
#include <string.h>

/* An actor's step in the state. */
struct tried {
    uint8_t number;
    bool alone;
    oracle_set objection;
    struct footprint footprint, decided; /* and if all oracles are decided */
    struct state after;
};

struct trial {
    const struct order *order;
    const struct actor *actor;
    const struct state *state;
    unsigned steps;
    struct tried step[MAX_ACTORS];
};

static void
try_all(struct trial *trial, unsigned actors)
{
    const struct world *world = trial->order->world;

    trial->steps = 0;
    for (unsigned number = 0; number < actors; number++) {
        const struct actor actor = trial->actor[number];
        struct tried *step = &trial->step[trial->steps];

        if (!actor_may_step(world, trial->state, actor)) {
            assert(!order_may_go_alone(trial->order, trial->state, actor));
            continue;
        }
        step->number = (uint8_t)number;
        step->alone = order_may_go_alone(trial->order, trial->state, actor);
        step->footprint = footprint_of_step(world, trial->state, actor, 0);
        step->decided = footprint_of_step(world, trial->state, actor, trial->order->decided);
        step->after = *trial->state;
        step->objection = actor_take_step(world, &step->after, actor, NULL);
        trial->steps++;
    }
}

/* The second step, behind the first one, is what it is without that, and comes to that state. */
static bool
follows(const struct trial *trial, const struct tried *first, const struct tried *second,
        oracle_set asked, struct state *state)
{
    const struct actor actor = trial->actor[second->number];

    *state = first->after;
    return actor_may_step(trial->order->world, state, actor) &&
           ((actor_take_step(trial->order->world, state, actor, NULL) ^ second->objection) &
            asked) == 0;
}

/* The oracles that are asked for say the same of both in either order. */
static bool
commute(const struct trial *trial, const struct tried *a, const struct tried *b, oracle_set asked)
{
    struct state ab, ba;

    return follows(trial, a, b, asked, &ab) && follows(trial, b, a, asked, &ba) &&
           memcmp(&ab, &ba, sizeof ab) == 0;
}

static enum mistake_kind
look_at_pair(const struct trial *trial, const struct tried *a, const struct tried *b)
{
    const bool whole = a->alone || b->alone || !footprint_conflicts(&a->footprint, &b->footprint);
    const oracle_set asked =
        (oracle_set)(whole ? ORACLE_BIT(ORACLE_COUNT) - 1 : ~ORACLE_BIT(ORACLE_FOREIGN_DELETE));

    if ((whole || !footprint_conflicts(&a->decided, &b->decided)) && !commute(trial, a, b, asked)) {
        return MISTAKE_DEPENDENT;
    }
    if ((a->alone && !order_may_go_alone(trial->order, &b->after, trial->actor[a->number])) ||
        (b->alone && !order_may_go_alone(trial->order, &a->after, trial->actor[b->number]))) {
        return MISTAKE_UNSTABLE;
    }
    return MISTAKE_NONE;
}

/* What a step ends that may be taken alone before that is decided. */
static bool
hides(const struct trial *trial, const struct tried *step)
{
    const struct order *order = trial->order;
    oracle_set ended = oracle_judge_state(order->world, trial->state) &
                       (oracle_set)~oracle_judge_state(order->world, &step->after);

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        struct order before = *order; /* that is decided */

        before.decided &= (oracle_set)~ORACLE_BIT(oracle);
        if ((ended >> oracle & 1) != 0 &&
            order_may_go_alone(&before, trial->state, trial->actor[step->number])) {
            return true;
        }
    }
    return false;
}

struct order_mistake
order_audit(const struct order *order, const struct actor *actor, unsigned actors,
            const struct state *state)
{
    struct trial trial;

    if (order->none) {
        return (struct order_mistake){0};
    }
    trial.order = order;
    trial.actor = actor;
    trial.state = state;
    try_all(&trial, actors);
    for (unsigned a = 0; a < trial.steps; a++) {
        const struct tried *step = &trial.step[a];

        if (step->alone && hides(&trial, step)) {
            return (struct order_mistake){MISTAKE_HIDES, step->number, step->number};
        }
        for (unsigned b = a + 1; b < trial.steps; b++) {
            enum mistake_kind kind = look_at_pair(&trial, step, &trial.step[b]);

            if (kind != MISTAKE_NONE) {
                return (struct order_mistake){kind, step->number, trial.step[b].number};
            }
        }
    }
    return (struct order_mistake){0};
}

const char *
order_mistake_text(enum mistake_kind kind)
{
    static const char *const texts[] = {
        [MISTAKE_NONE] = "",
        [MISTAKE_DEPENDENT] = "it matters who is first",
        [MISTAKE_UNSTABLE] = "one may not go alone any more behind the other one",
        [MISTAKE_HIDES] = "a step that may go alone ends a violation",
    };

    return texts[kind];
}
