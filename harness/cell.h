/* A cell of the matrix: one scenario, explored under one policy. */
#ifndef TAPWEAVE_HARNESS_CELL_H
#define TAPWEAVE_HARNESS_CELL_H

#include "harness/scenario.h"
#include "harness/watch.h"

#include <jansson.h>

struct cell {
    const struct scenario *scenario; /* not owned, as the policy */
    const char *policy;              /* its text */
    const struct policy *choices;
    bool elsewhere; /* another run decides it (harness/shard.h): it is never begun here */
    json_t *json;   /* what that has written of it (harness/restore.h), or NULL */
    bool late;      /* the search ended early for the bounds' deadline, or never began */
    bool counts;    /* it is to be counted, whatever the bounds say: a claim is about a count */
    struct world world;
    struct explore_result result;
    double seconds;           /* wall clock */
    struct estimate estimate; /* with bounds.forecast, of a search that has ended early */
    double seconds_each;      /* of wall clock, that a state of it has taken */
    bool interrupted; /* the search ended early for an interrupt (interrupt.h), or never began */
    bool
        may_be_refused; /* side_by_side goes on if the scenario has no world under this policy... */
    char *refusal;      /* ...and says why it has none; NULL: it has one, as far as is known */
};

/* Builds the world, and searches it until every family has had names enough (sim/spare.h): `world`
 * is then the one that the result and the graph are of, which are as those of explore_graph.  False
 * with a diagnostic, no result and no graph, if there is no such world. */
bool cell_explore(const struct scenario *scenario, const struct policy *policy,
                  const struct explore_limits *limits, struct world *world,
                  struct explore_result *result, struct graph *graph,
                  struct diagnostic *diagnostic);

/* A cell that is not searched yet, and may never be after an interrupt: nothing is known of it.  To
 * be given to cell_free. */
void cell_begin(struct cell *cell, const struct scenario *scenario, const char *policy,
                const struct policy *choices);

/* Explores a cell that has begun.  False with a diagnostic, and nothing is known of it, if the
 * scenario has no world under this policy, or the file of a checkpoint does not do.  If only the
 * last checkpoint could not be written, there is a diagnostic, and a result. */
bool cell_run(struct cell *cell, const struct bounds *bounds, struct diagnostic *diagnostic);

void cell_free(struct cell *cell);

/* What the search says of an oracle; or of whether runs end so, for one of ORACLES_THAT_LAST. */
const struct explore_verdict *cell_verdict(const struct cell *cell, enum oracle oracle,
                                           bool lasting);

/* That verdict in a word: "never", "sometimes" or "always" after a complete search; "never" or
 * "possible", which is one of the other two, if runs are not counted, and "unavoidable" of runs
 * that never end, if no fair one is without it; after one that is not complete, "inconclusive". */
const char *cell_observation(const struct cell *cell, const struct explore_verdict *verdict);

/* The oracles that the cell is known to violate. */
oracle_set cell_violated(const struct cell *cell);

/* Why the search is inconclusive, in words; "complete" if it is not.  And the same the other way
 * round; false if no search ends so. */
const char *cell_end(const struct cell *cell);
bool cell_read_end(struct cell *cell, const char *text);

#endif
