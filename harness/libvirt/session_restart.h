/* The end of a daemon, and another one in its place. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_SESSION_RESTART_H
#define TAPWEAVE_HARNESS_LIBVIRT_SESSION_RESTART_H

#include "harness/libvirt/session.h"

/* Kills the daemon and all that it has started but the guests and their orphans, and starts it
 * again. */
bool session_restart(struct session *session);

#endif
