/* The packet filters of the real world's guests.  On a Linux bridge they hold back what a guest
 * sends under another MAC than its own; Open vSwitch's userspace datapath does not pass nftables,
 * and there they are only listed.  On a kernel without any the first two do nothing, and there is
 * nothing to be seen. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FILTER_H
#define TAPWEAVE_HARNESS_REAL_REAL_FILTER_H

#include "harness/real/real.h"

/* The MAC that a nic sends from, by its number. */
void real_source(uint8_t number, uint8_t mac[6]);

/* Instantiates the nic's filter under the device's name, beside whatever is there.  *error is 0,
 * or under filter-key=binding EEXIST, for a start, if there is one. */
bool real_add_filter(struct real *real, unsigned nic, struct operation op, const char *name,
                     int *error, struct diagnostic *diagnostic);

/* Removes all that is there, or under filter-key=name-mac the nic's alone. */
bool real_remove_filter(struct real *real, unsigned nic, struct operation op, const char *name,
                        struct diagnostic *diagnostic);

bool real_observe_filters(const struct real *real, struct observation *seen,
                          struct diagnostic *diagnostic);

#endif
