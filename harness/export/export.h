/* A cell of the matrix as a model for another model checker: states and steps as they are here, one
 * step of an actor at a time, so that the other one finds as many states and transitions. */
#ifndef TAPWEAVE_HARNESS_EXPORT_EXPORT_H
#define TAPWEAVE_HARNESS_EXPORT_EXPORT_H

#include "harness/cell.h"

#include <stdio.h>

/* Begins a comment in C's manner with the cell's title and policy, in lines of their own. */
void export_title(FILE *out, const struct cell *cell);

/* Each writes the model of a cell whose search is complete.  False if the model is too large.
 *
 * For SPIN, in Promela with embedded C: SPIN searches, and the steps are those of core/ and sim/,
 * with which its pan.c is to be linked.  The file says how.  None is too large. */
bool export_promela(FILE *out, const struct cell *cell);

/* For Rumur, in its Murphi: a model that needs nothing else of tapweave.  Too large if its trees
 * have more than DECISION_MOST leaves (sim/decision.h). */
bool export_murphi(FILE *out, const struct cell *cell);

#endif
