/* An earlier result (check --json) that this one is to be no worse than. */
#ifndef TAPWEAVE_HARNESS_BASELINE_H
#define TAPWEAVE_HARNESS_BASELINE_H

#include "harness/cell.h"

struct baseline {
    json_t *json; /* NULL: there is none, and nothing in it */
};

/* Reads the file; to be given to baseline_close.  False with a diagnostic if it is none. */
bool baseline_open(struct baseline *baseline, const char *path, struct diagnostic *diagnostic);
void baseline_close(struct baseline *baseline);

/* True if that claim about a policy failed in it. */
bool baseline_failed(const struct baseline *baseline, const struct cell *cell, const char *oracle,
                     const char *claim);

/* What it has of a cell: nothing; or the verdicts, in `then`, to be given to cell_free; or only
 * that the scenario was another one, so that shares cannot be compared. */
enum baseline_has { BASELINE_NOTHING, BASELINE_EDITED, BASELINE_VERDICTS };
enum baseline_has baseline_cell(const struct baseline *baseline, const struct cell *cell,
                                struct cell *then);

#endif
