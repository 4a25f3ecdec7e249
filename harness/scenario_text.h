/* A scenario that is no file yet: its text. */
#ifndef TAPWEAVE_HARNESS_SCENARIO_TEXT_H
#define TAPWEAVE_HARNESS_SCENARIO_TEXT_H

#include "harness/scenario.h"

/* As scenario_read does, of the text of a file.  `name` becomes the scenario's path; it is not
 * owned.  False with a diagnostic, which names no place: there is no file to look into. */
bool scenario_read_text(struct scenario *scenario, const char *text, const char *name,
                        struct diagnostic *diagnostic);

#endif
