/* What faults do to the real world: the steps of their actors (harness/real/real_actor.c). */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FAULT_H
#define TAPWEAVE_HARNESS_REAL_REAL_FAULT_H

#include "harness/real/real.h"

/* True if QEMU, or the daemon, has a tap open for the guest, and no helper has one yet. */
bool real_can_leak(const struct real *real, unsigned guest);

/* The step of timeout/GUEST by the budget of ovs-timeout: the call's own clock runs out. */
real_step real_time_out;

/* qemu-crash, start-fails, fd-leak, ovs-lie, ovs-late, vswitchd-restart, daemon-restart,
 * ovs-orphan, unplug-late, monitor-late, ovsdb-outage. */
real_step real_crash, real_fail_start, real_leak, real_lie, real_be_late, real_restart_vswitchd,
    real_restart_daemon, real_orphan, real_unplug_late, real_say_late, real_stop_ovsdb;

/* start/ovsdb-server. */
real_step real_start_ovsdb;

/* deleted/GUEST: a guest is a process that has a tap; all else of a nic is the daemon's. */
real_step real_hear;

/* ovs-vsctl/GUEST: the one that has outlived its daemon runs. */
real_step real_run_orphan;

/* Transactions of guests' threads that ovsdb-server reads later: ovs-late, and the actor
 * ovsdb/GUEST (sim/delayed.h).  This step reads one now; its outcome is EAGAIN if it has come to
 * nothing. */
real_step real_commit_delayed;

/* All that are left are read, when nobody has a step any more: *applied is whether one was carried
 * out. */
bool real_commit_rest(struct real *real, bool *applied);

void real_drop_delayed(struct real *real);

#endif
