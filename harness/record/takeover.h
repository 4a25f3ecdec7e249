/* Rows of one guest that another guest has taken over, as the database alone shows: each says whose
 * it is (external_ids:vm-id). */
#ifndef TAPWEAVE_HARNESS_RECORD_TAKEOVER_H
#define TAPWEAVE_HARNESS_RECORD_TAKEOVER_H

#include "harness/record/ledger.h"

#include <stddef.h>

struct takeovers {
    size_t count;
    struct ledger_finding *finding; /* to be given to free() */
    bool bounded;                   /* there are more */
};

/* Finds them by all events, which are in the order of time:
 *
 * - FOREIGN: a row becomes another guest's, so that one's device came to a row that was made for
 *   another device.
 * - LOST: in the minute before, the row became another guest's, or its start put it in the place of
 *   another guest's row; and now it is deleted.  `by_guest` is the guest before.  Nothing says who
 *   has deleted it, and whether the device lived on.
 *
 * At most `most` of them.  False if there is no memory. */
bool takeover_find(struct takeovers *takeovers, const struct ledger_event *event, size_t events,
                   size_t most);

#endif
