/* The daemon's restart, as a step of the simulated world. */
#ifndef TAPWEAVE_SIM_RESTART_H
#define TAPWEAVE_SIM_RESTART_H

#include "sim/world.h"

/* The daemon that is restarted, if there are two in the namespace: the first. */
enum { RESTARTED_DAEMON = 0 };

/* That daemon is killed and started again.  The kernel closes its descriptors, Open vSwitch keeps
 * what has been committed, guests run on; what becomes of its memory and of the commands in work is
 * thread_restart's. */
void restart_daemon(const struct world *world, struct state *state);

#endif
