/* Whether a device is routed: then it is on no switch on purpose, as the tap of a libvirt guest's
 * <interface type='ethernet'> may be. */
#ifndef TAPWEAVE_HARNESS_LIVE_ROUTED_H
#define TAPWEAVE_HARNESS_LIVE_ROUTED_H

#include <stdbool.h>
#include <stdint.h>

/* By the index of a device of this network namespace: somebody has given it an address, or a route
 * leads to it.  What every device has does not count (link-local addresses, and the kernel's own
 * routes), and nothing that a guest's router advertisement can have made.  Nothing is changed by
 * it.  False if the kernel does not say. */
bool routed_is(uint32_t index);

#endif
