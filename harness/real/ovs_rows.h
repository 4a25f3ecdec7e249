/* What can be seen of a private Open vSwitch from outside, and the tags of its ports. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_ROWS_H
#define TAPWEAVE_HARNESS_REAL_OVS_ROWS_H

#include "harness/real/ovs.h"

/* All ports that are not a bridge's own, in one transaction; needs no ovs-vswitchd.  A diagnostic
 * if there are more than OVS_MAX_ROWS. */
bool ovs_rows(struct ovs *ovs, struct ovs_rows *rows);

/* The same, of what ovs_select has got. */
bool ovs_rows_of(const json_t *tables, struct ovs_rows *rows, struct diagnostic *diagnostic);

/* Gives each of these ports the tag that its row here has, all in one transaction, and waits for
 * nobody: ovs-vswitchd is as it was. */
bool ovs_set_tags(struct ovs *ovs, const struct ovs_rows *rows);

/* The interface indexes that the packet sockets of the calling thread's network namespace are bound
 * to: the userspace datapath has one for each port, and keeps it, with index -1, when the device
 * dies (docs/facts.md).  Sockets that are bound to no device, which it sends by, are left out.  A
 * diagnostic if there are more than `most`. */
bool ovs_sockets(long *ifindex, size_t most, size_t *count, struct diagnostic *diagnostic);

#endif
