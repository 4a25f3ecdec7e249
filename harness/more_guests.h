/* explore --more-guests: what is never violated by any number of guests like the scenario's own. */
#ifndef TAPWEAVE_HARNESS_MORE_GUESTS_H
#define TAPWEAVE_HARNESS_MORE_GUESTS_H

#include "harness/cell.h"
#include "sim/crowd.h"

#include <jansson.h>

struct more_guests {
    const struct cell *cell; /* the search of the scenario's own guests; not owned */
    struct crowd crowd;
    double seconds; /* wall clock */
};

/* False with a diagnostic if that cannot be asked of the scenario under the policy. */
bool more_guests_are_possible(const struct scenario *scenario, const struct policy *policy,
                              struct diagnostic *diagnostic);

/* Searches them, within the bounds of one more search.  To be given to more_guests_free; NULL if
 * there is no memory. */
struct more_guests *more_guests_run(const struct cell *cell, const struct bounds *bounds);
void more_guests_free(struct more_guests *more);

/* "possible", and the scenario's own guests show how; "never"; or "inconclusive". */
const char *more_guests_observation(const struct more_guests *more, enum oracle oracle);

/* True if each oracle is decided. */
bool more_guests_decide(const struct more_guests *more);

/* For people; and as JSON: docs/formats.md. */
void more_guests_report(const struct more_guests *more);
json_t *more_guests_json(const struct more_guests *more);

#endif
