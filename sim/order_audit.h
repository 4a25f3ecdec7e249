/* What is said of footprints and of steps that may be taken alone, held to a state. */
#ifndef TAPWEAVE_SIM_ORDER_AUDIT_H
#define TAPWEAVE_SIM_ORDER_AUDIT_H

#include "sim/order.h"

enum mistake_kind {
    MISTAKE_NONE,
    MISTAKE_DEPENDENT, /* two steps are said to be independent, or one may be taken alone, and it
                          matters which of them is taken first */
    MISTAKE_UNSTABLE, /* a step may be taken alone, and not any more behind that of another actor */
    MISTAKE_HIDES,    /* a step may be taken alone, and ends a violation that it is not to end */
};

struct order_mistake {
    enum mistake_kind kind;
    uint8_t actor, other; /* their numbers; `other` is the same one if only one is concerned */
};

/* Takes the steps of every two of the actors in either order.  `order` is open, with all oracles
 * decided, so that the most is taken alone; and `actor` are the world's, by number. */
struct order_mistake order_audit(const struct order *order, const struct actor *actor,
                                 unsigned actors, const struct state *state);

/* The mistake in words, to be continued with the names of both actors. */
const char *order_mistake_text(enum mistake_kind kind);

#endif
