/* Packet filters of a libvirtd's guests: what its driver nwfilter makes of a <filterref>.
 *
 * The driver binds a filter to a device's name in its memory, makes the filter's chains and rules
 * by a row of calls of ebtables, and writes a file.  No call stands for the first part: but before
 * it, libvirtd opens a connection to that driver, for which it reads a file (CALL_ACCESS).  (It
 * also does so to remove the filter of a nic whose name it has forgotten: then it removes nothing.)
 */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_FILTER_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_FILTER_H

#include "harness/libvirt/libvirt_thread.h"

/* The filter of all guests that have one: a guest sends from its own MAC. */
#define LIBVIRT_FILTER "tapweave"

/* Why the filters of a world cannot be forced, or NULL. */
const char *libvirt_filter_unsupported(const struct world *world);

/* Looks for the programs that the driver runs.  False with a diagnostic of EXIT_MISSING. */
bool libvirt_filter_find(struct diagnostic *diagnostic);

/* Tells a libvirtd that answers of the filter.  False with a diagnostic, of EXIT_MISSING if it has
 * no such driver. */
bool libvirt_filter_define(struct session *session);

/* Stores the filters that libvirtd has made, as filter_list (harness/real/filter.h): those of
 * ebtables, and, of names without a device, those that are bound. */
bool libvirt_filter_list(struct filter filters[FILTER_MOST], size_t *count,
                         struct diagnostic *diagnostic);

/* The thread, which waits before it opens the connection, goes on to where it has bound a filter,
 * been refused, or removed one: real->outcome. */
bool libvirt_end_add_filter(struct work *work);
bool libvirt_end_remove_filter(struct work *work);

#endif
