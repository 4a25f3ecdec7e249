/* Which policies explain a story: for each named policy the shortest schedule of the model that
 * does just what the records say, or how far one comes. */
#ifndef TAPWEAVE_HARNESS_RECORD_FITTED_H
#define TAPWEAVE_HARNESS_RECORD_FITTED_H

#include "harness/build.h"
#include "harness/record/story.h"
#include "harness/watch.h"
#include "sim/fit.h"

/* What a schedule may need beside the commands on guests, the most likely first. */
extern const struct story_help fitted_help[];
extern const unsigned fitted_helps;

/* What is known of a policy. */
struct fitted_policy {
    const struct policy_named *policy;
    struct fit fit;       /* the best one that is found */
    unsigned help;        /* the row of fitted_help that it needs */
    struct growth growth; /* of the world that it is in */
    bool refused;         /* there is no such world under this policy */
    bool bounded;         /* a search has ended at a bound: there may be a better one */
};

struct fitted {
    const struct story *story; /* not owned */
    const char *report;        /* not owned: where the story is from */
    int64_t apart;             /* microseconds: as in struct fit_record, in milliseconds */
    oracle_set judged;         /* what the finding is to the model; or, without one, is not */
    unsigned policies;
    struct fitted_policy policy[POLICY_MAX_NAMED]; /* in the order of the table */
    int best;                                      /* its index; -1: no policy explains it */
    enum fit_source stuck; /* none does: the event at which the one that comes furthest does not go
                              on is number `at` of this source */
    unsigned at;
    bool bounded; /* some search has ended at a bound */
};

/* Searches under every named policy, first without help, and with more and more of it until it
 * explains all; with that of an administrator only if no policy does.  To be given to fitted_free;
 * false with a diagnostic, and nothing to free, if the story is no scenario. */
bool fitted_run(struct fitted *fitted, const struct story *story, const char *report, int64_t apart,
                const struct bounds *bounds, struct diagnostic *diagnostic);
void fitted_free(struct fitted *fitted);

/* True if the policy explains the story as well as the best one does. */
bool fitted_is_equal(const struct fitted *fitted, unsigned policy);

/* The event of the story that is that number of a source. */
const struct story_event *fitted_event(const struct fitted *fitted, enum fit_source source,
                                       unsigned number);

/* The event at which the policy does not go on; NULL if it explains all. */
const struct story_event *fitted_stuck(const struct fitted *fitted, unsigned policy);

/* Writes the scenario to a file, and the best schedule as a trace to another one, unless that is
 * NULL.  There has to be a best one.  False with a diagnostic if that cannot be done. */
bool fitted_write(const struct fitted *fitted, const char *scenario, const char *trace,
                  struct diagnostic *diagnostic);

#endif
