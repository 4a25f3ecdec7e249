/* One request to the kernel over netlink, in the network namespace of the calling process. */
#ifndef TAPWEAVE_HARNESS_REAL_NETLINK_H
#define TAPWEAVE_HARNESS_REAL_NETLINK_H

#include <libmnl/libmnl.h>

/* Sends `length` bytes, a request or several of one number, over a socket of that bus
 * (NETLINK_ROUTE, say), and hands each answer to `each`, which may be NULL, until there is an
 * acknowledgement, an error, or the end of a list: its errno, or that of what failed here. */
int netlink_ask(int bus, const struct nlmsghdr *request, size_t length, mnl_cb_t each,
                void *context);

#endif
