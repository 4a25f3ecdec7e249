/* What there is to be expected of a search that goes on: how many states, and how long. */
#ifndef TAPWEAVE_HARNESS_FORECAST_H
#define TAPWEAVE_HARNESS_FORECAST_H

#include "harness/watch.h"

/* A search that is looked at now and then. */
struct forecast {
    const struct world *world; /* that is searched; not owned */
    struct watch *watch;       /* of the search: its estimate is made anew */
    double made, cost;         /* when that was last done, and how long it took, in seconds */
};

/* The search stands so.  While it goes on, that is looked at only if somebody watches, and takes a
 * twentieth of the time at most. */
void forecast_update(struct forecast *forecast, const struct snapshot *snapshot, bool ended);

#endif
