/* Packet filters: what a guest's device may send on a bridge, in nftables' bridge family, in the
 * network namespace of the calling process.
 *
 * They are filed under the name of a device, and so they outlive it and are the next one's of that
 * name, as libvirt's are (facts 1b, steps 2 and 3).  Of nftables' other family for devices, netdev,
 * it depends on the kernel whether a chain goes with its device (docs/facts.md, "Found of packet
 * filters").
 *
 * There is one table, `bridge tapweave`, with two sets: the names that are guarded, and the MACs
 * that each may send from.  One rule drops what comes in by a guarded name with another source.  A
 * rule for each filter, to drop what has another source than its own, would be right for a name
 * with one filter; two of one name would let nothing pass.
 *
 * libnftables makes the table.  It takes 0.4 ms for each command, and filters are listed after
 * every step: what is done often is said to the kernel in its own words, which takes 0.01 ms. */
#ifndef TAPWEAVE_HARNESS_REAL_FILTER_H
#define TAPWEAVE_HARNESS_REAL_FILTER_H

#include "core/ifname.h"
#include "harness/diagnostic.h"

#include <stddef.h>
#include <stdint.h>

enum { FILTER_MOST = 256 };

/* One filter: frames that come in by `name` may have this source. */
struct filter {
    char name[IFNAME_SIZE];
    uint8_t mac[6];
};

/* Makes the table, without filters, which is there as long as the namespace.  *has is false if this
 * kernel says that it has none for bridges; any other reason not to make it is a diagnostic. */
bool filter_open(bool *has, struct diagnostic *diagnostic);

/* These are one transaction each.  False with a diagnostic of EXIT_INTERNAL. */

/* Adds a filter, beside those that the name has; `alone`: if it has none, and *error is EEXIST,
 * with nothing done, if it has one. */
bool filter_add(const struct filter *filter, bool alone, int *error, struct diagnostic *diagnostic);

/* Removes the filter of that name and MAC if there is one; `all`, those of the name. */
bool filter_remove(const struct filter *filter, bool all, struct diagnostic *diagnostic);

/* Removes all filters. */
bool filter_clear(struct diagnostic *diagnostic);

/* Stores the filters that the kernel has, in no order, at most FILTER_MOST. */
bool filter_list(struct filter filters[FILTER_MOST], size_t *count, struct diagnostic *diagnostic);

#endif
