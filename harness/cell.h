/* A cell of the matrix: one scenario, explored under one policy. */
#ifndef TAPWEAVE_HARNESS_CELL_H
#define TAPWEAVE_HARNESS_CELL_H

#include "harness/more_guests.h"
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
    bool asks_more;           /* any number of guests more is asked of, too: by the scenario, of
                                 which its own guests are then a part, or by an option */
    struct more_guests more;  /* with `asks_more`, once the search of its own guests is complete */
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

/* True if the search is complete: of any number of guests, too, if that is what the scenario is of.
 */
bool cell_is_complete(const struct cell *cell);

/* True if that verdict is known.  Of any number of guests it may not be, after a complete search:
 * what is found there may be impossible. */
bool cell_decides(const struct cell *cell, const struct explore_verdict *verdict);

/* That verdict in a word: "never", "sometimes" or "always" after a complete search; "never" or
 * "possible", which is one of the other two, if runs are not counted, and "unavoidable" of runs
 * that never end, if no fair one is without it; if it is not known, "inconclusive". */
const char *cell_observation(const struct cell *cell, const struct explore_verdict *verdict);

/* With `asks_more`, whoever asks: "possible", and the scenario's own guests show how; "never", by
 * any number of guests; or "inconclusive". */
const char *cell_observation_of_more(const struct cell *cell, enum oracle oracle);

/* The oracles that the cell is known to violate. */
oracle_set cell_violated(const struct cell *cell);

/* The oracles of which it is not known whether they are violated. */
oracle_set cell_undecided(const struct cell *cell);

/* True if the search has ended at a bound that was given, or for an interrupt. */
bool cell_is_cut(const struct cell *cell);

/* Why the search is inconclusive, in words; "complete" if it is not.  And the same the other way
 * round, of a search of the scenario's own guests; false if no such search ends so. */
const char *cell_end(const struct cell *cell);
bool cell_read_end(struct cell *cell, const char *text);

#endif
