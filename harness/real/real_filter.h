/* The packet filters of the real world's guests.  On a Linux bridge they hold back what a guest
 * sends under another MAC than its own; Open vSwitch's userspace datapath does not pass nftables,
 * and there they are only listed.  On a kernel without any the first two do nothing, and there is
 * nothing to be seen. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FILTER_H
#define TAPWEAVE_HARNESS_REAL_REAL_FILTER_H

#include "harness/real/real_observe.h"

/* Instantiates the nic's filter under the device's name, with what is there treated as
 * op.filter_found says.  *error is 0, or EEXIST. */
bool real_add_filter(struct real *real, unsigned nic, struct operation op, const char *name,
                     int *error);

/* Removes all that is there, or if op.mac is not 0 the nic's alone. */
bool real_remove_filter(struct real *real, unsigned nic, struct operation op, const char *name);

bool real_observe_filters(const struct real *real, struct observation *seen);

#endif
