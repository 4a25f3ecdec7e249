/* What is in an HTML report, as JSON: "tapweave-report/1", docs/report.md. */
#ifndef TAPWEAVE_HARNESS_DATA_H
#define TAPWEAVE_HARNESS_DATA_H

#include "harness/finding.h"
#include "harness/html/shared.h"
#include "harness/html/story.h"

/* All that stands once, and is spoken of by its index. */
struct shares {
    struct shared texts;
    struct shared things;   /* rows of inventories */
    struct shared begins;   /* whole inventories, before a first step */
    struct shared steps;    /* a step, and what is another thing behind it */
    struct shared walks;    /* begin, steps, victims */
    struct shared policies; /* the named ones first */
};

/* All cells of a check, what has been found of them, and their stories.  NULL without memory. */
json_t *data_json(const struct findings *findings, const struct stories *stories);

/* One story (docs/report.md). */
json_t *data_story(const struct cell *cell, const struct stories *stories,
                   const struct story *story, struct shares *shares);

/* A count: a number, or a decimal string if it is too large for one. */
json_t *data_count(const mpz_t count);

#endif
