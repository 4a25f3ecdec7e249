/* Which guests may change places.
 *
 * Two guests are alike if they have one description, are told to do the same, and begin alike: the
 * world is then the same world with the two exchanged.  MACs are not compared: each has its own. */
#ifndef TAPWEAVE_SIM_ALIKE_H
#define TAPWEAVE_SIM_ALIKE_H

#include "core/world.h"

/* Stores for each guest the first one that it is like; itself, if there is none before it. */
void alike_classes(const struct world *world, uint8_t class_of[MAX_GUESTS]);

#endif
