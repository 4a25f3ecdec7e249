/* Which steps may not be put off for ever (sim/fair.h), as labels of a search's graph: what fair
 * runs do can then be said without the states. */
#ifndef TAPWEAVE_SIM_DUE_H
#define TAPWEAVE_SIM_DUE_H

#include "sim/component.h"
#include "sim/found.h"

/* Labels the graph (graph->due) of a complete search that has kept every state for itself, but for
 * numbers; and where nobody has to step, so that a run may end there although a fault may still
 * strike, notes what that end violates.  False if there is no memory. */
bool due_mark(struct found *found, const struct actor *actor, unsigned actors);

/* True if nobody has to step in the state. */
bool due_is_rest(const struct graph *graph, uint32_t id);

/* True if some run that stays in the component of that search for ever is fair: each actor, in some
 * state of it, need not step, or steps to a state of it.  `inside` is 1 for the component's states,
 * and 0 for all others. */
bool due_is_fair(const struct component_search *search, const uint32_t *member, uint64_t members,
                 const uint8_t *inside);

#endif
