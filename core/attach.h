/* The attachment of a device to its bridge, which a start and a reconnection have in common: look
 * at the bridge that the device is on (mail 000, option A), leave it if it is a wrong one, and join
 * the right one. */
#ifndef TAPWEAVE_CORE_ATTACH_H
#define TAPWEAVE_CORE_ATTACH_H

#include "core/machine.h"

/* True if the row of that operation has anything to do for the nic at hand, which is to be
 * attached: GET_MASTER, DEL_PORT, DEL_IF, ADD_PORT, GET_INDEX, ADD_IF or BIND_PORT.  A start looks
 * at the device's bridge under attach=reattach alone, a reconnection always. */
bool attach_wants(enum op_kind kind, const struct machine *machine, const struct context *context);

/* Fills in such an operation. */
void attach_fill(struct operation *op, const struct machine *machine,
                 const struct context *context);

/* Notes the answer of GET_MASTER: the device is on its bridge, on a wrong one, or on none. */
void attach_note_master(struct machine *machine, const struct context *context,
                        struct outcome outcome);

/* Notes what ADD_PORT or BIND_PORT, which tells no token, has come to. */
void attach_note_port(struct nic_record *record, struct outcome outcome);

/* True if a start deletes a port of its tap's name, and sees ovs-vswitchd run, before it adds its
 * own.  For a tap that is not new, and in use, that would be a while without a port. */
bool attach_waits_between(const struct machine *machine, const struct context *context);

#endif
