/* Daemons with a policy of their own, as files have them and reports say them:
 * `daemons: {2: libvirt-7.0}`.  All other daemons have the policy of -p, or of a claim. */
#ifndef TAPWEAVE_HARNESS_DAEMONS_H
#define TAPWEAVE_HARNESS_DAEMONS_H

#include "harness/scenario.h"

#include <jansson.h>

/* Reads such a mapping of daemons' numbers, from 1, to policies as -p has them.  What is not named
 * there has the text "".  False with a diagnostic if it is none. */
bool daemons_read(struct part part, struct scenario_policy own[MAX_DAEMONS]);

/* Gives the scenario's daemons these policies, where the text is not "". */
void daemons_use(struct scenario *scenario, const struct scenario_policy own[MAX_DAEMONS]);

/* A line for each daemon with a policy of its own, after `before`. */
void daemons_print(const struct scenario *scenario, const char *before);

/* {"2": "libvirt-7.0"}: these, to be given away, or NULL if there are none. */
json_t *daemons_json(const struct scenario *scenario);

#endif
