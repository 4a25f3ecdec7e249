/* Containers on a real kernel: the other end of a guest's veth is in a network namespace of its
 * own, which lives as long as anybody has it open. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_CONTAINER_H
#define TAPWEAVE_HARNESS_REAL_REAL_CONTAINER_H

#include "harness/real/real.h"

/* RTM_NEWLINK of a veth whose other end is in a new namespace, and up there.  Stores the errno of
 * that, and a socket on the other end, which is the guest's and holds the namespace.  A reference
 * of our own holds it, too, until real_clean_netns.  False with a diagnostic if anything else goes
 * wrong. */
bool real_open_container(struct real *real, unsigned guest, const char *name, int *fd, int *error);

/* The guest's process, which had a socket in there, is gone: the namespace is ours alone. */
void real_leave_container(struct real *real, unsigned guest);

/* True if that is so, and the veth that goes with it exists. */
bool real_has_orphan(const struct real *real, unsigned guest);

/* Gives the namespace up, and waits until the kernel has deleted the veth. */
bool real_clean_netns(struct real *real, unsigned guest);

/* Gives all of them up, and waits for nothing. */
void real_close_containers(struct real *real);

#endif
