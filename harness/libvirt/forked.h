/* A process that libvirtd has forked, and that stands before an execve(2) which is to fail.  It has
 * whatever libvirtd had open; the thread that has forked it goes on meanwhile. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_FORKED_H
#define TAPWEAVE_HARNESS_LIBVIRT_FORKED_H

#include "harness/libvirt/session.h"

/* The one that waits at the gate for that guest is left where it is. */
void forked_hold(struct session *session, unsigned guest);

/* Its execve fails with that errno, and it ends.  False with a diagnostic if it does not. */
bool forked_end(struct session *session, unsigned guest, int error);

/* True if there is none. */
bool forked_have_ended(const struct session *session);

#endif
