/* One request to the kernel over netlink, in the network namespace of the calling process. */
#ifndef TAPWEAVE_HARNESS_REAL_NETLINK_H
#define TAPWEAVE_HARNESS_REAL_NETLINK_H

#include <libmnl/libmnl.h>
#include <stdint.h>

/* Sends `length` bytes, a request or several of one number, over a socket of that bus
 * (NETLINK_ROUTE, say), and hands each answer to `each`, which may be NULL, until there is an
 * acknowledgement, an error, or the end of a list: its errno, or that of what failed here. */
int netlink_ask(int bus, const struct nlmsghdr *request, size_t length, mnl_cb_t each,
                void *context);

/* Writes the header of a request of netfilter's to a buffer with room for it: a type and flags
 * (NLM_F_*), and a family and a resource as struct nfgenmsg has them.  Returns it, to be gone on
 * with. */
struct nlmsghdr *netlink_put_netfilter(char *buffer, int type, int flags, uint8_t family,
                                       int resource);

/* The attribute of that type, of a message behind a header of `offset` bytes, or nested in another
 * attribute, which may be NULL; NULL if it has none. */
const struct nlattr *netlink_attribute(const struct nlmsghdr *header, size_t offset, int type);
const struct nlattr *netlink_nested(const struct nlattr *nest, int type);

/* The attribute nested behind `attribute`, the first if that is NULL; NULL behind the last. */
const struct nlattr *netlink_next(const struct nlattr *nest, const struct nlattr *attribute);

#endif
