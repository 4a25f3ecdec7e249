/* Transactions of guests' threads that ovsdb-server reads later: ovs-late, and the actor
 * ovsdb/GUEST (sim/late.h). */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_LATE_H
#define TAPWEAVE_HARNESS_REAL_REAL_LATE_H

#include "core/operation.h"
#include "harness/real/ovs_late.h"

struct real;
struct real_step;

enum { REAL_START_SIZE = 4 };

/* One of them.  op.kind OP_NONE: there is none. */
struct real_late {
    struct operation op;
    unsigned card;               /* for which it was sent */
    struct ovs_late transaction; /* of an ovs-vsctl */
    char start[REAL_START_SIZE]; /* REMOVE_OWN, which is no ovs-vsctl's: its start */
};

/* The thread's operation is sent and not read: its call runs out of time. */
bool real_send_late(struct real *real, unsigned guest, struct operation op, struct real_step *step,
                    struct complaint *complaint);

/* It is read now.  The outcome is EAGAIN if it has come to nothing. */
bool real_commit_late(struct real *real, unsigned guest, struct real_step *step,
                      struct complaint *complaint);

/* All that are left are read, when nobody has a step any more: *applied is whether one was carried
 * out. */
bool real_commit_rest(struct real *real, bool *applied, struct complaint *complaint);

void real_drop_late(struct real *real);

#endif
