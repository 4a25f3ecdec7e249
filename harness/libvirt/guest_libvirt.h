/* Guests that libvirtd has started: a QEMU whose virtual machine never switches its nics on, so
 * that it leaves the frames of its taps to be read, and written, by copies of its descriptors. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_GUEST_LIBVIRT_H
#define TAPWEAVE_HARNESS_LIBVIRT_GUEST_LIBVIRT_H

#include "harness/real/guest_kind.h"

/* The guest is this process of so many nics. */
void guest_libvirt_take(struct guest *guest, pid_t process, unsigned nics);

#endif
