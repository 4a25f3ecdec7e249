/* Transactions of guests' threads that ovsdb-server reads later: ovs-late, and the actor
 * ovsdb/GUEST (sim/delayed.h). */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_DELAYED_H
#define TAPWEAVE_HARNESS_REAL_REAL_DELAYED_H

#include "harness/real/real.h"

/* The thread's operation is sent and not read: its call runs out of time. */
bool real_send_delayed(struct real *real, unsigned guest, struct operation op);

/* It is read now.  The outcome is EAGAIN if it has come to nothing. */
real_step real_commit_delayed;

/* All that are left are read, when nobody has a step any more: *applied is whether one was carried
 * out. */
bool real_commit_rest(struct real *real, bool *applied);

void real_drop_delayed(struct real *real);

#endif
