/* Many cells, decided side by side by threads.
 *
 * A search shares nothing with another one, so that a cell's result does not depend on what runs
 * beside it, and each has the whole of its bounds: N at once may need N times --max-memory. */
#ifndef TAPWEAVE_HARNESS_SIDE_BY_SIDE_H
#define TAPWEAVE_HARNESS_SIDE_BY_SIDE_H

#include "harness/cell.h"

enum { SIDE_BY_SIDE_MOST = 64 /* threads */ };

/* How many threads --jobs stands for; 0: it was not given, one for each processor that this process
 * may use, which mpirun and srun share among theirs. */
unsigned side_by_side_jobs(unsigned jobs);

/* Runs the cells, which have begun; after an interrupt (interrupt.h), those that were not run by
 * then are not, nor are those of other runs and, behind the deadline, any others.  With
 * bounds->watched, standard error says how far it is once it takes over a second.  False with the
 * diagnostic of the first cell, in their order, whose scenario has no world, and that may not be
 * refused. */
bool side_by_side(struct cell *cells, unsigned count, unsigned jobs, const struct bounds *bounds,
                  struct diagnostic *diagnostic);

#endif
