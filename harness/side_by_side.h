/* Many cells, decided side by side by threads.
 *
 * A search shares nothing with another one, so that a cell's result does not depend on what runs
 * beside it, and each has the whole of its bounds: N at once may need N times --max-memory. */
#ifndef TAPWEAVE_HARNESS_SIDE_BY_SIDE_H
#define TAPWEAVE_HARNESS_SIDE_BY_SIDE_H

#include "harness/cell.h"

enum { SIDE_BY_SIDE_MOST = 64 /* threads */ };

/* A cell that is to be decided. */
struct cell_task {
    struct cell *cell;               /* to be filled */
    const struct scenario *scenario; /* not owned, as the rest */
    const char *text;                /* the policy's */
    const struct policy *policy;
};

/* How many threads --jobs stands for; 0: it was not given, one for each processor. */
unsigned side_by_side_jobs(unsigned jobs);

/* Decides all of them; after an interrupt (interrupt.h), those that were not begun by then are
 * skipped, and inconclusive.  With bounds->watched, standard error says how far it is once it takes
 * over a second.  False with the diagnostic of the first task, in their order, whose scenario has
 * no world.  In any case every cell is the caller's, to be given to cell_free. */
bool side_by_side(const struct cell_task *tasks, unsigned count, unsigned jobs,
                  const struct bounds *bounds, struct diagnostic *diagnostic);

#endif
