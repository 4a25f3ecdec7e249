/* The shortest way to each violation of a cell, explained for a report (explained.h). */
#ifndef TAPWEAVE_HARNESS_STORY_H
#define TAPWEAVE_HARNESS_STORY_H

#include "harness/explained.h"

enum { STORY_MAX_STATES = 500000 /* that are kept of a cell that is explained */ };

/* One oracle's. */
struct story {
    enum oracle oracle;
    struct walk walk;
    struct explained explained; /* of nothing, if the cell is not explained */
};

struct stories {
    struct world world; /* the walks' */
    bool explained;
    char why[256]; /* it is not explained, in words; "" */
    unsigned count;
    struct story *story;
};

/* Explains all cells, `jobs` of them at a time, in a search of its own for each, with these bounds
 * and at most STORY_MAX_STATES; none without a violation, without a complete search, or of runs
 * that need not end.  The stories of each cell in their order, to be given to stories_free; NULL
 * without memory. */
struct stories *stories_tell(const struct cell *cells, unsigned count, const struct bounds *bounds,
                             unsigned jobs);
void stories_free(struct stories *stories, unsigned count);

/* The step (from 1) that opens the racy window: the first one of two that race, where fewer go
 * wrong if they come the other way round, and that comes before the step from which on every run
 * goes wrong.  0: there is none. */
unsigned story_opens(const struct story *story);

#endif
