/* The option --report, and what goes to standard output. */
#ifndef TAPWEAVE_HARNESS_OPTION_REPORT_H
#define TAPWEAVE_HARNESS_OPTION_REPORT_H

#include "harness/options.h"

/* Reads FORMAT or FORMAT=FILE; with a diagnostic if there is no such format, the file is not named
 * as those who read the format want it, or there are too many. */
void option_report(struct diagnostic *diagnostic, struct options *options, const char *value);

/* All options have been read: whether what is printed for people is printed (options->quiet).  With
 * a diagnostic if two of the outputs go to the same place. */
void option_outputs(struct diagnostic *diagnostic, struct options *options);

#endif
