/* The schedule that a command is given: the file of a trace, or -p POLICY, -s ACTORS and a
 * scenario. */
#ifndef TAPWEAVE_HARNESS_GIVEN_H
#define TAPWEAVE_HARNESS_GIVEN_H

#include "harness/options.h"
#include "harness/trace.h"

struct given {
    struct trace trace; /* with the paths and names that are meant today */
    struct scenario scenario;
    struct scenario_policy policy;
};

/* Reads it; to be given to given_free.  The scenario has the daemons and the datapath of the trace,
 * or of the command line.  False with a diagnostic, and nothing to free. */
bool given_read(struct given *given, const struct options *options, struct diagnostic *diagnostic);
void given_free(struct given *given);

/* Says so on standard error if the scenario is not the one that the trace was made of. */
void given_warn(const struct given *given);

/* Walks along the trace, in a world that has names enough for it, with a diagnostic if the walk
 * does not come to its end.  False with a diagnostic, and no walk, if there is no such world. */
bool given_walk(const struct given *given, struct world *world, struct walk *walk,
                struct diagnostic *diagnostic);

#endif
