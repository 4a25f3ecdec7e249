/* Partial order reduction: steps that may be taken alone.
 *
 * A step may be taken alone in a state if, whatever the others do before it, it stays possible, is
 * independent of what they do, and ends no violation of an oracle that is not known to be violated.
 * Then every run from there leads, by a run that begins with this step, to the same last state,
 * and to the same violations: docs/proof.md.  So nobody else's step need be tried in that state. */
#ifndef TAPWEAVE_SIM_ORDER_H
#define TAPWEAVE_SIM_ORDER_H

#include "sim/footprint.h"
#include "sim/symmetry.h"

enum {
    ORDER_NOBODY = 255,  /* no actor's step may be taken alone */
    ORDER_MOST = 4096,   /* steps taken alone in a row: more are a circle, and an error */
    ORDER_FEW = 1 << 17, /* states that a search may begin anew for */
};

/* What depends on the world alone.  Read-only once it is open. */
struct order {
    const struct world *world; /* not owned; prepared */
    bool none;                 /* no step may be taken alone */
    bool awake;                /* no step sleeps */
    bool alone[OP_COUNT];      /* nobody's step but a fault's is in conflict with the operation */
    bool exits;                /* nor with the end of a process */
    uint16_t faults[OP_COUNT], faults_at_exit; /* faults whose steps are: bit f */
    uint16_t aimed;                            /* faults that strike where some thread is so far */
    oracle_set decided;  /* oracles that are known to be violated in some run */
    oracle_set violable; /* oracles that may be violated at all */
    uint8_t thread[MAX_GUESTS], kernel[MAX_GUESTS]; /* their actors' numbers */
};

_Static_assert(FAULT_COUNT <= 16, "a bit for every fault");

void order_open(struct order *order, const struct world *world, oracle_set decided);

/* The oracles of which it is worth while to know that they are violated. */
oracle_set order_asks_for(const struct order *order);

/* The number of an actor whose step may be taken alone in that state, the first one; or
 * ORDER_NOBODY. */
unsigned order_alone(const struct order *order, const struct state *state);

/* True if that actor's step may be taken alone there. */
bool order_may_go_alone(const struct order *order, const struct state *state, struct actor actor);

/* A step as others see it, by which some need not be taken behind others.
 *
 * Two steps t and u of different guests may be taken in a state in either order, t first or u, and
 * lead to the same state.  One of the two orders is enough: t, which comes before u by its key,
 * need not be taken behind u.  It sleeps there. */
struct order_step {
    struct footprint footprint;
    uint32_t key; /* of its operation and name: no exchange of guests changes it; 0: nobody sleeps
                     behind it */
    uint16_t bit; /* of the actor in sets of those that sleep; 0: it never does */
};

void order_look(const struct order *order, const struct state *state, struct actor actor,
                struct order_step *step);

/* Those that sleep behind the n-th of the steps that are possible in a state in which none may be
 * taken alone. */
uint16_t order_asleep(const struct order_step *step, unsigned steps, unsigned n);

/* The same ones when guests have changed places; and whether that actor is one of them. */
uint16_t order_exchange(uint16_t asleep, const struct exchange *exchange);
bool order_sleeps(uint16_t asleep, struct actor actor);

/* Takes such steps, one after the other, until there is none, and adds the oracles that object to
 * them.  `actor` are the world's, by number.  False if there are ORDER_MOST of them. */
bool order_go_on(const struct order *order, const struct actor *actor, struct state *state,
                 oracle_set *objection);

#endif
