/* Calls of ovs-vsctl, which may commit and yet not end; and a transaction that no command of it
 * makes. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_CALL_H
#define TAPWEAVE_HARNESS_REAL_OVS_CALL_H

#include "harness/real/ovs.h"

/* Open_vSwitch.next_cfg as it is; and whether it has gone beyond that, or does so before the
 * descriptor becomes readable: *passed. */
bool ovs_next_cfg(struct ovs *ovs, long long *next_cfg);
bool ovs_has_passed(struct ovs *ovs, long long next_cfg, int other, bool *passed);

/* Starts `ovs-vsctl --db=... --timeout=... ARGUMENTS`, which NULL ends, and returns it, one
 * of ovs->call, at once; NULL with a diagnostic.  Its output goes to ovs-vsctl.log.  Before the
 * next call, ovs_committed or ovs_reap has to be asked about this one: a commit does not say whose
 * it is. */
struct child *ovs_call(struct ovs *ovs, const char *const *arguments);

/* Lets a call go on that was started while ovs->holds_calls: until then it has done nothing, and is
 * to be asked about only from now on, as the last call. */
bool ovs_call_continue(struct ovs *ovs, struct child *call);

/* Waits until the last call has committed its transaction (*ended is false: it waits for
 * ovs-vswitchd, and is to be reaped later) or has ended (*ended is true: it is reaped and *status
 * is its exit status as ovs_reap has it).  A call that changes nothing ends without waiting.  If
 * ovs-vswitchd is not held, a call that commits may be reported either way. */
bool ovs_committed(struct ovs *ovs, struct child *call, bool *ended, int *status);

/* Sets the clock of that call so many seconds ahead of its beginning. */
bool ovs_call_passes(struct ovs *ovs, const struct child *call, unsigned seconds);

/* Lets time pass for one call that has committed, and for no other, until it has run out of its
 * --timeout by its own clock (ovs->timed); reaps it.  *status as ovs_reap has it. */
bool ovs_time_out(struct ovs *ovs, struct child *call, int *status);

/* Waits for the call's end and reaps it.  Its exit status, 0 for success, 128 + the signal that
 * ended it (142, SIGALRM, is its --timeout); -1 if it has not ended by the deadline: it is then
 * killed. */
int ovs_reap(struct ovs *ovs, struct child *call);

/* Removes the port of that name from the bridge if its Interface's external_ids have this owner and
 * this start (NULL: any), in one transaction that changes nothing if they have not, or there is
 * none; *changed is which.  As an ovs-vsctl would, it leaves it to the caller to wait for
 * ovs-vswitchd. */
bool ovs_remove_port_of(struct ovs *ovs, const char *bridge, const char *name, const char *owner,
                        const char *start, bool *changed);

#endif
