/* What faults do to the real world: the steps of their actors (harness/real/real_actor.c). */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FAULT_H
#define TAPWEAVE_HARNESS_REAL_REAL_FAULT_H

#include "harness/real/real.h"

/* True if QEMU, or the daemon, has a tap open for the guest, and no helper has one yet. */
bool real_can_leak(const struct real *real, unsigned guest);

/* The step of timeout/GUEST by the budget of ovs-timeout: the call's own clock runs out. */
bool real_time_out(struct real *real, unsigned guest, struct outcome *outcome,
                   struct diagnostic *diagnostic);

bool real_crash(struct real *real, unsigned guest, struct outcome *outcome,
                struct diagnostic *diagnostic);
bool real_fail_start(struct real *real, unsigned guest, struct outcome *outcome,
                     struct diagnostic *diagnostic);
bool real_leak(struct real *real, unsigned guest, struct outcome *outcome,
               struct diagnostic *diagnostic);
bool real_lie(struct real *real, unsigned guest, struct outcome *outcome,
              struct diagnostic *diagnostic);
bool real_be_late(struct real *real, unsigned guest, struct outcome *outcome,
                  struct diagnostic *diagnostic);
bool real_restart_vswitchd(struct real *real, unsigned none, struct outcome *outcome,
                           struct diagnostic *diagnostic);
bool real_restart_daemon(struct real *real, unsigned none, struct outcome *outcome,
                         struct diagnostic *diagnostic);

#endif
