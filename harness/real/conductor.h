/* The conductor: forces a schedule on the real kernel in lockstep with the simulation, and compares
 * what can be seen of both after every step. */
#ifndef TAPWEAVE_HARNESS_REAL_CONDUCTOR_H
#define TAPWEAVE_HARNESS_REAL_CONDUCTOR_H

#include "harness/real/real.h"
#include "harness/walk.h"

enum { CONDUCT_TEXT = 2048 };

/* What came of one schedule. */
struct conduct {
    bool diverged;
    unsigned steps;           /* taken, the one that diverged among them */
    unsigned frames;          /* times that frames were tried, of a guest and both ways */
    unsigned injected;        /* steps that the harness has taken for the kernel: real_injected */
    const char *not_compared; /* what was not compared (real_not_compared), or NULL */
    char text[CONDUCT_TEXT];  /* if it diverged: a line for each difference, the simulation's side
                                 first */
};

/* Forces the schedule on bridges that real_open has built.  `walk` is begun by the caller and
 * records the steps.  False with a diagnostic if the test bed fails; a divergence is no failure.
 * What the schedule leaves is for real_end to take down. */
bool conductor_run(struct walk *walk, const uint8_t *schedule, unsigned length, struct real *real,
                   struct conduct *result);

#endif
