/* The shortest way to each violation of a cell, explained for a report (explained.h). */
#ifndef TAPWEAVE_HARNESS_STORY_H
#define TAPWEAVE_HARNESS_STORY_H

#include "harness/explained.h"

enum { STORY_MAX_STATES = 500000 /* that are kept of a cell that is explained */ };

/* How an oracle is violated, or a violation lasts to the end, or a command never ends. */
struct story {
    struct fate_of of;
    struct walk walk;
    struct explained explained; /* of nothing, if the cell is not explained */
};

struct stories {
    struct world world; /* the walks' */
    bool explained;
    char why[256];                /* it is not explained, in words; "" */
    struct explore_result result; /* of the search that they are of */
    unsigned count;
    struct story *story;
};

/* Explains all cells, `jobs` of them at a time, in a search of its own for each, with these bounds
 * and at most STORY_MAX_STATES; none without a violation, or without a complete search.  The
 * stories of each cell in their order, to be given to stories_free; NULL without memory. */
struct stories *stories_tell(const struct cell *cells, unsigned count, const struct bounds *bounds,
                             unsigned jobs);
void stories_free(struct stories *stories, unsigned count);

/* The story of that oracle, or of its lasting; and that of a command that never ends.  NULL: there
 * is none. */
const struct story *story_of(const struct stories *stories, enum oracle oracle, bool lasting);
const struct story *story_of_starving(const struct stories *stories);

/* The step (from 1) that opens the racy window: the first one of two that race, where fewer go
 * wrong if they come the other way round, and that comes before the step from which on every run
 * goes wrong.  0: there is none. */
unsigned story_opens(const struct story *story);

#endif
