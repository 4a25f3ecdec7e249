/* What a libvirtd finds around it elsewhere, and not here: udev, and operating systems in guests.
 */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_AROUND_H
#define TAPWEAVE_HARNESS_LIBVIRT_AROUND_H

#include "harness/diagnostic.h"
#include "harness/libvirt/call.h"

/* Does what they would, now that the call has been made for the guest.  False with a diagnostic. */
bool around_answer(unsigned guest, const struct call *call, struct diagnostic *diagnostic);

#endif
