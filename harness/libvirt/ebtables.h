/* The packet filters that a libvirtd has made, by ebtables, in the network namespace of the calling
 * process.
 *
 * Debian's ebtables keeps its tables in nf_tables, as `table bridge nat`.  Of the filter of vnet0,
 * libvirt makes a chain libvirt-I-vnet0, to which PREROUTING jumps for what comes in by vnet0; the
 * filter's own rules are in that chain. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_EBTABLES_H
#define TAPWEAVE_HARNESS_LIBVIRT_EBTABLES_H

#include "harness/real/filter.h"

/* Stores them, as filter_list does: for each name with such a jump, the MAC that its chain lets
 * pass, or zeros if there is none. */
bool ebtables_list(struct filter filters[FILTER_MOST], size_t *count,
                   struct diagnostic *diagnostic);

/* Removes the table, if there is one. */
bool ebtables_clear(struct diagnostic *diagnostic);

#endif
