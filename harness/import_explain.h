/* import --scenario: which policies explain what became of a name on a host. */
#ifndef TAPWEAVE_HARNESS_IMPORT_EXPLAIN_H
#define TAPWEAVE_HARNESS_IMPORT_EXPLAIN_H

#include "harness/options.h"
#include "harness/record/timeline.h"

#include <jansson.h>

/* Looks for what explains the first finding, or what became of options->name, and prints it; *json
 * is what a program is told of it, NULL if there is a diagnostic.  The scenario and the trace are
 * written if there is an explanation.  Returns the command's status. */
enum exit_status import_explain(const struct options *options, const struct timeline *timeline,
                                json_t **json, struct diagnostic *diagnostic);

#endif
