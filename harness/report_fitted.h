/* What explains the story of a name, for people and for programs. */
#ifndef TAPWEAVE_HARNESS_REPORT_FITTED_H
#define TAPWEAVE_HARNESS_REPORT_FITTED_H

#include "harness/record/fitted.h"

#include <jansson.h>

/* Prints the story, how far each policy explains it, and which files were written: `trace` is NULL
 * if there is none. */
void report_fitted(const struct fitted *fitted, const char *scenario, const char *trace);

/* The same as JSON (docs/formats.md). */
json_t *report_fitted_json(const struct fitted *fitted, const char *scenario, const char *trace);

#endif
