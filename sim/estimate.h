/* How many states a world has, before a search has found them all.
 *
 * A search goes layer by layer: first the states that one step leads to, then two.  From a layer to
 * the next one, the states grow by how many steps lead out of a state, and shrink by how many lead
 * to one, on average.  Both are known of the layers that are complete.  Beyond them, walks by
 * chance see how many lead out: they begin at states of the last complete layer, each as likely as
 * any other.  How many lead to a state nobody sees there; that is drawn on as a straight line.
 *
 * docs/beyond.md says how good that is. */
#ifndef TAPWEAVE_SIM_ESTIMATE_H
#define TAPWEAVE_SIM_ESTIMATE_H

#include "sim/snapshot.h"

/* Numbers of states of the world, as far as they can be said.  Of those that are still to be found
 * there may be a quarter as many as the estimate says, or four times as many. */
struct estimate {
    bool is_made; /* else: too few layers are known, or too few states in proportion */
    double states, least, most;
    double bytes; /* that a search takes, for each of them */
};

/* Makes it from a search as it stands.  There is none of a world with rounds without a bound, nor
 * where steps are taken alone (sim/order.h).  The same search makes the same estimate. */
struct estimate estimate_make(const struct world *world, const struct snapshot *snapshot);

#endif
