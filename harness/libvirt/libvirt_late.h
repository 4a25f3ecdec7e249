/* A hot-unplug that libvirtd gives up waiting for, and what it does when QEMU lets go at last.
 *
 * The guest's operating system is the harness's (around.h): it lets go of the nic when it likes.
 * libvirtd saves QEMU's list of devices when its 5 s are over.  A QEMU that says late that a nic is
 * gone is one that lets go of it right before it is asked for that list. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LATE_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_LATE_H

#include "harness/libvirt/session.h"
#include "harness/real/real.h"

/* Has virsh unplug the guest's nic, and waits for its end, which takes 5 s.  `silent`: the guest
 * has let go by then, and the thread that is to do the rest waits at the gate. */
bool libvirt_give_up(struct session *session, struct real *real, unsigned guest, bool silent);

/* The guest has let go of the nic by now.  The thread that removes it waits at the gate then,
 * unless the guest is being taken back: that thread does it, and the other one finds nothing. */
bool libvirt_hear(struct session *session, struct real *real, unsigned guest);

#endif
