/* Limits of bandwidth that a libvirtd sets and clears: by tc, or by rows of Open vSwitch's. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LIMIT_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LIMIT_H

#include "harness/libvirt/libvirt_daemon.h"
#include "harness/libvirt/libvirt_thread.h"

/* Why the limits of a world cannot be forced, or NULL. */
const char *libvirt_limit_unsupported(const struct world *world);

/* The thread, which waits before it runs a tc, runs it: real->outcome. */
bool libvirt_end_limit(struct work *work);

/* The same of the first ovs-vsctl that removes a QoS, or of the one behind where there is none. */
bool libvirt_end_removal(struct work *work);

/* The ovs-vsctl of these guests have ended, as ovs-vswitchd has run.  If one of them was the first
 * that removes a QoS, the others that belong to it follow, and ovs-vswitchd runs for each. */
bool libvirt_go_on_removing(struct libvirt_daemon *daemon, struct real *real,
                            const bool answered[MAX_GUESTS]);

#endif
