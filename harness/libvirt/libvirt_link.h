/* Macvtaps, as a libvirtd makes, opens and deletes them. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LINK_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LINK_H

#include "harness/libvirt/libvirt_thread.h"

/* The thread, which waits before RTM_NEWLINK, makes the device and opens it. */
bool libvirt_end_create_link(struct work *work);

/* The thread, which waits before RTM_DELLINK, deletes the device, if it is there. */
bool libvirt_end_delete_link(struct work *work);

#endif
