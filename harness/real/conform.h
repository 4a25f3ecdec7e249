/* Conformance of one cell: schedules that walk every transition of the state graph (or all
 * schedules), forced on the real kernel, in several sandboxes side by side. */
#ifndef TAPWEAVE_HARNESS_REAL_CONFORM_H
#define TAPWEAVE_HARNESS_REAL_CONFORM_H

#include "harness/cell.h"
#include "harness/real/conductor.h"
#include "harness/real/schedules.h"

#include <stdio.h>

enum { CONFORM_MAX_JOBS = 64 };

struct conform_options {
    enum schedules_cover cover;       /* which schedules */
    struct agreed *agreed;            /* not owned; what need not be walked again, and is added to;
                                         or NULL */
    bool qemu;                        /* guests are QEMU, and not simple processes */
    const struct real_daemon *daemon; /* not owned; NULL: the harness is the daemon */
    unsigned jobs;                    /* sandboxes side by side, at most: 1 to CONFORM_MAX_JOBS */
    struct bounds bounds;
};

/* What came of a cell. */
struct conform {
    const char *unsupported;      /* what this kernel cannot express, and nothing ran; or NULL */
    const char *not_compared;     /* what was neither done nor compared, or NULL */
    uint64_t transitions, walked; /* of the state graph; walked in the real world, too */
    uint64_t alike;               /* not walked, as others have been that are like them */
    uint64_t schedules, steps, frames;
    uint64_t injected; /* of the steps: taken by the harness in the kernel's place */
    bool diverged;
    struct conduct first; /* the divergence of the first schedule that diverged */
    uint64_t schedule;    /* its number */
    uint8_t *actors;      /* its actors, `length` of them; to be freed with conform_free */
    unsigned length;
    unsigned sandboxes; /* side by side; 0 where nothing ran */
    double seconds;
};

/* Runs it, and fills `world`.  False with a diagnostic if there is no such world, the search is not
 * complete, or the test bed fails. */
bool conform_run(const struct scenario *scenario, const struct policy *policy,
                 const struct conform_options *options, struct world *world,
                 struct conform *conform, struct diagnostic *diagnostic);
void conform_free(struct conform *conform);

/* Forces one schedule, which the simulation is known to be able to take, in a sandbox, with guests
 * that are QEMU or simple processes.  Unless `hold` is NULL, the world is held after it
 * (sandbox_hold), which is said there.  False with a diagnostic if this kernel cannot express the
 * world, or the test bed fails. */
bool conform_schedule(const struct scenario *scenario, const struct world *world,
                      const uint8_t *actors, unsigned length, bool qemu,
                      const struct real_daemon *daemon, FILE *hold, struct conduct *result,
                      struct diagnostic *diagnostic);

#endif
