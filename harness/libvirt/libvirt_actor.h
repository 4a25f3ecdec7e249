/* One step of an actor with a libvirtd as the daemon, real->daemon->context a struct
 * libvirt_daemon. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_ACTOR_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_ACTOR_H

#include "harness/real/real.h"

/* Takes the actor's step, as real_take does. */
bool libvirt_take(struct real *real, unsigned number);

#endif
