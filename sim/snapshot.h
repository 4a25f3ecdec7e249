/* A search as it stands between two states: all that is needed to go on with it later, in another
 * process.  The search is breadth-first, and numbers states as it finds them, so that is what it
 * has found, in that order, and a few counters. */
#ifndef TAPWEAVE_SIM_SNAPSHOT_H
#define TAPWEAVE_SIM_SNAPSHOT_H

#include "sim/counterexample.h"
#include "sim/explore.h"

/* A struct violation without padding. */
struct snapshot_violation {
    uint32_t found, state, actor;
};

/* Counters.  No padding: it is written as it is. */
struct snapshot_counts {
    uint64_t states, edges;            /* of the graph */
    uint64_t expanded;                 /* states whose steps have all been taken */
    uint64_t layer_end;                /* the first id that is deeper than the next one to be */
    uint64_t world, transitions, last; /* as explore_result has states, transitions, last */
    uint32_t depth, names, reached;    /* as explore_result has them */
    uint32_t words;                    /* of a packed state */
    struct snapshot_violation first[ORACLE_COUNT], lasting[ORACLE_COUNT];
};

struct snapshot {
    struct snapshot_counts counts;
    const uint64_t *packed;          /* by id: `words` each; not owned, as all below */
    const struct graph_state *state; /* by id; of those that are not expanded, first_edge counts for
                                        nothing */
    const uint32_t *target;          /* by edge, as the graph has it */
    const oracle_set *objection;     /* by edge */
};

enum snapshot_end { SNAPSHOT_TAKEN, SNAPSHOT_FULL, SNAPSHOT_DAMAGED };

/* Fills the snapshot, but for what the search has to say itself: `expanded` and `layer_end`. */
void snapshot_take(struct snapshot *snapshot, const struct found *found,
                   const struct explore_result *result, const struct violation first[ORACLE_COUNT],
                   const struct violation lasting[ORACLE_COUNT]);

/* The arrays may have moved since. */
void snapshot_take_again(struct snapshot *snapshot, const struct found *found);

/* Finds all of it again, in the same order, so that the memory is the same, too.  `found` is open
 * and empty.  SNAPSHOT_FULL: its memory does not suffice.  SNAPSHOT_DAMAGED: it is none of that
 * world.  Then only part of it has been found, and the rest is as it was. */
enum snapshot_end snapshot_restore(const struct snapshot *snapshot, struct found *found,
                                   struct explore_result *result,
                                   struct violation first[ORACLE_COUNT],
                                   struct violation lasting[ORACLE_COUNT]);

#endif
