/* Which worlds can be forced on a libvirtd. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_SUPPORT_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_SUPPORT_H

#include "core/world.h"

/* Why a world cannot be, or NULL. */
const char *libvirt_unsupported(const struct world *world);

#endif
