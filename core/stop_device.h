/* What a stop, a clean-up or a hot-unplug does with the device itself, beside what is filed under
 * its name. */
#ifndef TAPWEAVE_CORE_STOP_DEVICE_H
#define TAPWEAVE_CORE_STOP_DEVICE_H

#include "core/machine.h"

/* True if it deletes the tap of the nic at hand.  virNetDevTapDelete is part of it: open, clear
 * IFF_PERSIST and close, and on FreeBSD a deletion by name (SIOCIFDESTROY).  Before QEMU has run
 * there is nothing to restore. */
bool stop_deletes_tap(const struct machine *machine, const struct context *context);

/* True if it sets the device down first: a macvtap that is unplugged (qemuInterfaceStopDevice).  A
 * reconnection that goes on with an unplug has done that already. */
bool stop_sets_down(const struct machine *machine, const struct context *context);

#endif
