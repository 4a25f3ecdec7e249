/* Operations of a daemon that is a libvirtd: what core/ wants next is held to what the thread of
 * libvirtd does next, and to what comes of it. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_CARRY_OUT_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_CARRY_OUT_H

#include "harness/libvirt/session.h"
#include "harness/real/real.h"

/* The thread of libvirtd that works for the guest goes on to the call that stands for the
 * operation, and makes it, or fails with that errno instead if it is not 0: real->outcome.  A
 * diagnostic of EXIT_DIVERGED if libvirtd does something else. */
bool libvirt_carry_out(struct session *session, struct real *real, unsigned guest,
                       struct operation op, int error);

/* The thread goes on to where it would run that program, and the daemon is killed and started again
 * around it, which waits; and later that program runs: real->outcome. */
bool libvirt_orphan(struct session *session, struct real *real, unsigned guest,
                    struct operation op);
bool libvirt_run_orphan(struct session *session, struct real *real, unsigned guest);

/* The thread goes on to where it would run that program, which says success, and does nothing:
 * real->outcome. */
bool libvirt_lie(struct session *session, struct real *real, unsigned guest, struct operation op);

/* The thread goes on to where it would run that ovs-vsctl, whose transaction is kept
 * (real->delayed), and which runs out of time: real->outcome. */
bool libvirt_be_late(struct session *session, struct real *real, unsigned guest,
                     struct operation op);

/* The thread goes on over what stands for nothing, until it is about to do something, or has
 * nothing left to do. */
bool libvirt_settle_thread(struct session *session, struct real *real, unsigned guest);

#endif
