/* A libvirtd as the daemon of the real world (struct real_daemon). */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_DAEMON_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_DAEMON_H

#include "harness/libvirt/session.h"
#include "harness/real/real.h"

/* Begun with all but the path zero. */
struct libvirt_daemon {
    const char *path; /* of a libvirtd, not owned; NULL: the installed one */
    unsigned daemons; /* how many there are in the world */
    struct libvirtd libvirtd[MAX_DAEMONS];
    struct session session[MAX_DAEMONS];
};

/* A real_daemon with `of`, which has to live as long, as its context. */
struct real_daemon libvirt_daemon(struct libvirt_daemon *of);

#endif
