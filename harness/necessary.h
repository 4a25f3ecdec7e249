/* The choices of a policy, each taken out in turn: what breaks without it. */
#ifndef TAPWEAVE_HARNESS_NECESSARY_H
#define TAPWEAVE_HARNESS_NECESSARY_H

#include "harness/check.h"

/* A policy without some of its choices, which are as its base has them. */
struct taken_out {
    const struct policy_choice *choice; /* NULL: all that are not needed, together */
    const struct scenario_policy *without;
    struct summary *summary;   /* by scenario: that policy beside the whole one */
    unsigned changes[CHANGES]; /* pairs of a scenario and an oracle */
    unsigned lasting[CHANGES]; /* the same of interleavings that end so */
    unsigned refused;          /* scenarios that have no world under it */
    /* The example: of what is new, or, if nothing is, of what is worse, the shortest one of the
     * first oracle, in their order. */
    const struct cell *cell; /* not owned; NULL: nothing is */
    const struct cell *whole;
    enum oracle oracle;
    bool at_the_end; /* of interleavings that end so */
};

struct necessary {
    const struct check *check;          /* cells: the whole policy, and then without each choice */
    const struct scenario_policy *base; /* what choices are taken back to */
    unsigned count;                     /* choices that are different there */
    struct taken_out taken_out[CHECK_MAX_OWN];
    /* Without all of which nothing is known to break, if there are two or more of them. */
    const struct check *together;
    struct taken_out all;
};

/* What follows from the cells of the policy, `whole`, and of the one without.  False with a
 * diagnostic; `summary` is to be freed in any case. */
bool taken_out_judge(struct taken_out *out, const struct check *check, unsigned cell,
                     struct diagnostic *diagnostic);

/* Something is new or worse without it. */
bool taken_out_is_needed(const struct taken_out *out);

/* Something is worse without it, but nothing is new: it makes that rarer, and closes nothing.  A
 * share may be smaller for no other reason than that its own steps make more interleavings. */
bool taken_out_only_worse(const struct taken_out *out);

/* Nothing is known to be, but not all searches were complete. */
bool taken_out_is_open(const struct taken_out *out);

/* As text; and {"schema": "tapweave-necessary/1", ...}: see docs/formats.md. */
void report_necessary(const struct necessary *necessary);
json_t *necessary_json(const struct necessary *necessary);

#endif
