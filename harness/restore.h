/* A cell as it was when its result was written (docs/formats.md): what a merge has instead of a
 * search, and what a baseline is compared by. */
#ifndef TAPWEAVE_HARNESS_RESTORE_H
#define TAPWEAVE_HARNESS_RESTORE_H

#include "harness/cell.h"

/* Reads a JSON file of at most 512 MB whose "schema" is that one; `what` says what it should be
 * ("a part of a check").  To be given to json_decref.  NULL with a diagnostic. */
json_t *restore_read(const char *path, const char *schema, const char *what,
                     struct diagnostic *diagnostic);

/* The verdicts and counts of a result, in a cell that has begun: its end, what is counted, what is
 * violated, but no world and no traces.  False if the JSON is no result. */
bool restore_verdicts(struct cell *cell, const json_t *json);

/* The same, and the rest that is printed of a cell after a search: its world, and its traces, which
 * are walked along.  The cell keeps the JSON.  False with a diagnostic if it is of another cell, or
 * does not do; `file` is named then. */
bool restore_cell(struct cell *cell, json_t *json, const char *file, struct diagnostic *diagnostic);

#endif
