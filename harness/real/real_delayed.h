/* Transactions of guests' threads that ovsdb-server reads later: ovs-late, and the actor
 * ovsdb/GUEST (sim/delayed.h). */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_DELAYED_H
#define TAPWEAVE_HARNESS_REAL_REAL_DELAYED_H

#include "core/operation.h"
#include "harness/real/ovs_delay.h"

struct real;
struct real_step;

/* One of them.  op.kind OP_NONE: there is none. */
struct real_delayed {
    struct operation op;
    unsigned nic;                 /* for which it was sent */
    struct ovs_delay transaction; /* of an ovs-vsctl; REMOVE_OWN is none */
};

/* The thread's operation is sent and not read: its call runs out of time. */
bool real_send_delayed(struct real *real, unsigned guest, struct operation op,
                       struct outcome *outcome, struct diagnostic *diagnostic);

/* It is read now.  The outcome is EAGAIN if it has come to nothing. */
bool real_commit_delayed(struct real *real, unsigned guest, struct outcome *outcome,
                         struct diagnostic *diagnostic);

/* All that are left are read, when nobody has a step any more: *applied is whether one was carried
 * out. */
bool real_commit_rest(struct real *real, bool *applied, struct diagnostic *diagnostic);

void real_drop_delayed(struct real *real);

#endif
