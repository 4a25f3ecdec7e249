/* What an operation that asks something has found out, in words. */
#ifndef TAPWEAVE_HARNESS_FINDING_H
#define TAPWEAVE_HARNESS_FINDING_H

#include "harness/scenario.h"
#include "sim/event.h"

/* Of an operation that has succeeded: a word, of static storage or of the scenario; NULL if it asks
 * nothing. */
const char *finding_text(const struct scenario *scenario, const struct event *event);

#endif
