/* Calls of ovs-vsctl that a libvirtd makes, and what comes of them. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_OVS_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_OVS_H

#include "harness/libvirt/libvirt_thread.h"

/* The ovs-vsctl of that process, of which `before` is Open_vSwitch.next_cfg when it was let go on,
 * commits a transaction and waits for ovs-vswitchd, or it ends (*process is 0 then): *waits. */
bool libvirt_await_commit(struct session *session, struct ovs *ovs, long long before,
                          const pid_t *process, bool *waits);

/* The thread, which waits before it runs an ovs-vsctl, runs it: real->outcome. */
bool libvirt_end_transaction(struct work *work);

/* The same of one that removes a port under a condition. */
bool libvirt_end_remove_own(struct work *work);

/* The same of one whose transaction is kept, and which runs out of time. */
bool libvirt_end_late(struct work *work, struct ovs_delay *delayed);

#endif
