/* What the conductor compares of the two worlds after a step, and how a difference is said: the
 * simulation's side first. */
#ifndef TAPWEAVE_HARNESS_REAL_COMPARE_H
#define TAPWEAVE_HARNESS_REAL_COMPARE_H

#include "harness/real/conductor.h"

/* A schedule in work. */
struct conductor {
    struct walk *walk;
    struct real *real;
    struct conduct *result;
    int index[IFNAME_MAX_NAMES + 1];      /* interface index seen last under each name */
    unsigned lives[IFNAME_MAX_NAMES + 1]; /* indexes seen so far under each name */
};

/* Adds a line to what differs. */
void compare_differ(struct conductor *conductor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the actor of the last step learned, here and there. */
void compare_outcome(struct conductor *conductor, const struct event *event);

/* Looks at both worlds.  False with a diagnostic if the real one cannot be looked at. */
bool compare_worlds(struct conductor *conductor);

#endif
