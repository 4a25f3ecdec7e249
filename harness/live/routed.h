/* Whether a device is routed: then it is on no switch on purpose, as the tap of a libvirt guest's
 * <interface type='ethernet'> may be. */
#ifndef TAPWEAVE_HARNESS_LIVE_ROUTED_H
#define TAPWEAVE_HARNESS_LIVE_ROUTED_H

#include <stdbool.h>
#include <stdint.h>

struct routed {
    uint32_t index; /* of a device of this network namespace */
    bool is;        /* somebody has given it an address, or a route leads to it */
};

/* Says of each of the devices whether it is routed.  What every device has does not count
 * (link-local addresses, and the kernel's own routes), nor what a guest's router advertisement can
 * have made.  It only reads.  False if the kernel does not say of all of them. */
bool routed_ask(struct routed *device, unsigned count);

#endif
