/* Whether a device is routed: then it is on no switch on purpose, as the tap of a libvirt guest's
 * <interface type='ethernet'> may be. */
#ifndef TAPWEAVE_HARNESS_LIVE_ROUTED_H
#define TAPWEAVE_HARNESS_LIVE_ROUTED_H

#include <stdbool.h>
#include <stdint.h>

/* True if somebody has given an address to the device of that index in this network namespace, or a
 * route leads to it.  What every device has does not count (link-local addresses, and the kernel's
 * own routes), nor what a guest's router advertisement can have made.  It only reads.  False if the
 * kernel does not say. */
bool routed_is(uint32_t index);

#endif
