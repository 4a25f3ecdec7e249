/* Guests that libvirtd has started: a QEMU whose virtual machine never switches its nics on, so
 * that it leaves the frames of its taps to be read, and written, by copies of its descriptors. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_GUEST_LIBVIRT_H
#define TAPWEAVE_HARNESS_LIBVIRT_GUEST_LIBVIRT_H

#include "harness/real/guest_kind.h"

enum {
    GUEST_LIBVIRT_SLOT = 3,  /* on the bus of its machine, of its first nic; the others follow */
    GUEST_LIBVIRT_PATH = 64, /* bytes */
};

/* The guest is this process of so many nics. */
void guest_libvirt_take(struct guest *guest, pid_t process, unsigned nics);

/* The path of the socket of a monitor beside that of libvirtd. */
void guest_libvirt_monitor(unsigned guest, char path[GUEST_LIBVIRT_PATH]);

/* What its operating system would do when a nic, by its number in the guest, is to be unplugged: it
 * lets go of it, and QEMU tells libvirtd (DEVICE_DELETED).  False with a diagnostic. */
bool guest_libvirt_eject(unsigned guest, unsigned nic, struct diagnostic *diagnostic);

#endif
