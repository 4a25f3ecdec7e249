/* A result's reports in other programs' formats, which --report asks for. */
#ifndef TAPWEAVE_HARNESS_REPORTS_H
#define TAPWEAVE_HARNESS_REPORTS_H

#include "harness/finding.h"
#include "harness/options.h"

/* Writes each of them to its file, whole or not at all, or to standard output.  With a diagnostic
 * if one cannot be written. */
void reports_write(const struct options *options, const struct findings *findings,
                   struct diagnostic *diagnostic);

#endif
