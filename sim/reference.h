/* References: who points at a device, or at a row.
 *
 * QEMU's, the daemon's and helpers' descriptors lead to a device; a daemon remembers the token of a
 * device and of a row; a delayed transaction depends on rows.  Tokens and names are used again, and
 * incarnations are not: so all references are cut in the step in which a device or a row goes, and
 * move along when a device is renamed. */
#ifndef TAPWEAVE_SIM_REFERENCE_H
#define TAPWEAVE_SIM_REFERENCE_H

#include "sim/state.h"

/* The device of that name dies in this step; it is still there.  What a daemon remembers of one
 * that its nic's start made need not be cut, since nobody else makes one like it, unless its own
 * stop makes one that stays. */
void reference_device_dies(const struct world *world, struct state *state, uint8_t name);

/* The device of that name is called `to` from now on. */
void reference_device_renamed(const struct world *world, struct state *state, uint8_t name,
                              uint8_t to);

/* The row of that name goes in this step; it is still there.  A row that the same nic inserts later
 * is another one, and a transaction that depends on this one comes to nothing. */
void reference_row_goes(const struct world *world, struct state *state, uint8_t name);

/* How many descriptors of this kind lead to the device: a multi-queue tap may be open for several
 * guests. */
unsigned reference_descriptors(const struct world *world, const struct state *state, uint8_t name,
                               enum holder holder);

/* The guest has no delayed transaction any more; no row is one that it depends on. */
void reference_drop_delayed(const struct world *world, struct state *state, unsigned guest);

#endif
