/* A schedule that goes wrong, kept as a scenario of its own: the smallest part of its scenario in
 * which it still does, with a claim that it does. */
#ifndef TAPWEAVE_HARNESS_KEPT_H
#define TAPWEAVE_HARNESS_KEPT_H

#include "harness/given.h"

/* What the scenario is to keep: the walk along the schedule violates the oracle, and, `lasting`, so
 * does its end. */
struct kept_wanted {
    enum oracle oracle;
    bool lasting;
};

/* The scenario's text, with a newline at its end, to be given to free().  Actors, guests, faults,
 * rounds, devices, rows and bridges that the schedule goes wrong without are left out, and so are
 * comments.  NULL with a diagnostic if it does not go wrong, or there is no memory. */
char *kept_make(const struct given *given, struct kept_wanted wanted, const struct bounds *bounds,
                struct diagnostic *diagnostic);

#endif
