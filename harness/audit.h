/* The audit of reductions, and of threads: what a search says must be what one thread says that
 * searches all states. */
#ifndef TAPWEAVE_HARNESS_AUDIT_H
#define TAPWEAVE_HARNESS_AUDIT_H

#include "sim/explore.h"

#include <stddef.h>

/* Compares two complete searches of one world.  False, and what differs first in `text`, of `size`
 * bytes, if they do not say the same: counts, verdicts, counterexamples, last states. */
bool audit_compare(const struct explore_result *reduced, const struct explore_result *whole,
                   char *text, size_t size);

#endif
