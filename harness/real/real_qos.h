/* The limits of Open vSwitch's ports in the real world: QoS rows. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_QOS_H
#define TAPWEAVE_HARNESS_REAL_REAL_QOS_H

#include "harness/real/real_observe.h"

/* Starts the ovs-vsctl of SET_QOS or CLEAR_QOS, as libvirt 9.0.0 has it (but for what it asks
 * first, which is read from the database here, and that it removes in several transactions what
 * is removed in one here).  NULL with a diagnostic. */
struct child *real_call_qos(struct real *real, unsigned nic, struct operation op, const char *name);

/* Limits the port of a nic of a guest that runs from the beginning, and waits until it is. */
bool real_add_qos(struct real *real, unsigned nic, const char *name);

/* Sees which QoS rows there are, and which rows of ports refer to them, in what ovs_select has got.
 * False with a diagnostic. */
bool real_observe_qos(const struct real *real, const json_t *tables, struct observation *seen);

#endif
