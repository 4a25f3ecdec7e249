/* The guests of a world as libvirt's domains. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_DEFINITION_H
#define TAPWEAVE_HARNESS_LIBVIRT_DEFINITION_H

#include "harness/real/real.h"

/* Why a libvirtd cannot be the daemon of this world; NULL: it can. */
const char *definition_unsupported(const struct world *world);

/* Writes the guest's domain XML, with this emulator, to the file.  False with a diagnostic. */
bool definition_write(const struct real *real, unsigned guest, const char *emulator,
                      const char *path);

/* The type of an <interface> that the guest's first nic is. */
const char *definition_type(const struct world *world, unsigned guest);

#endif
