/* In which orders of milestones the interleavings of a scenario go wrong, under an old and a new
 * policy: see docs/comparing.md. */
#ifndef TAPWEAVE_HARNESS_ORDERS_H
#define TAPWEAVE_HARNESS_ORDERS_H

#include "harness/diff.h"
#include "harness/options.h"

#include "sim/course_class.h"

/* A class, and of either policy its runs and one of them. */
struct order_shown {
    struct class_milestones milestones;
    struct course_runs before, now;
};

enum { ORDERS_MOST = 5 /* of a kind that are shown */ };

/* What has become of the orders by one oracle. */
struct orders_of {
    struct course_of of;
    uint64_t count[CLASS_KINDS];
    struct order_shown
        *order[CLASS_KINDS]; /* the first ones; NULL if there is none, or none is bad */
    unsigned orders[CLASS_KINDS];
};

/* Of one scenario. */
struct orders {
    struct compared compared;
    struct cell cell[2]; /* the old and the new one, searched anew */
    struct graph graph[2];
    struct courses courses[2];
    struct allowance allowance;
    const char *unknown; /* why nothing is known of them; NULL: it is */
    struct orders_of *by;
    unsigned count; /* of `by` */
};

/* Finds the orders by the oracles of which something else has become, or by the options' oracle, at
 * most so many of a kind.  False with a diagnostic.  To be given to orders_close in any case. */
bool orders_open(struct orders *orders, const struct compared *compared,
                 const struct options *options, unsigned most, struct diagnostic *diagnostic);
void orders_close(struct orders *orders);

/* As text; and as JSON, the key "orders": see docs/formats.md. */
void report_orders(const struct orders *orders);
json_t *orders_json(const struct orders *orders);

#endif
