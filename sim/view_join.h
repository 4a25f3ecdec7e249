/* Two views that share a member, put together: what there may be of which both are views. */
#ifndef TAPWEAVE_SIM_VIEW_JOIN_H
#define TAPWEAVE_SIM_VIEW_JOIN_H

#include "sim/view.h"

/* What takes the results; false: no more are wanted. */
typedef bool view_taker(void *context, const struct state *joined);

/* Both views have two members, of which the first ones are one guest: it becomes the first member
 * of three, the other one of `one` the second, and that of `other` the third.  Hands over each
 * configuration of three members of which these are views, for each way in which names of the one
 * can be names of the other.  False if the taker has stopped it, or, with *lacking set, if there
 * are more names than a world of views has. */
bool view_join(const struct view_space *space, const struct state *one, const struct state *other,
               view_taker *take, void *context, bool *lacking);

#endif
