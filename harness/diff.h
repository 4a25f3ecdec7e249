/* Two policies side by side: what `diff` says of each scenario. */
#ifndef TAPWEAVE_HARNESS_DIFF_H
#define TAPWEAVE_HARNESS_DIFF_H

#include "harness/report.h"

/* A scenario under an older and a newer policy. */
struct compared {
    const struct cell *before, *now; /* not owned */
};

/* A table of the oracles that one of them violates: how often, and what has become of it. */
void report_pair(const struct compared *compared);

/* The same as JSON, an entry of "scenarios": see docs/formats.md. */
json_t *compared_json(const struct compared *compared);

#endif
