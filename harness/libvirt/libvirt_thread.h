/* The thread of libvirtd that works for a guest, held to what core/ wants next.
 *
 * It waits at the gate before each watched call.  Some calls stand for an operation; the others ask
 * something, or keep books, and are passed over. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_THREAD_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_THREAD_H

#include "harness/libvirt/session.h"
#include "harness/real/real.h"

/* How an operation is seen: what has to be in the text of its call, the kind of the call, and
 * whether its text begins with the name that the operation speaks of.  CALL_NONE: no call tells it
 * from others.  It is done in the daemon's memory, and shows in what comes next. */
struct seen {
    const char *has;
    enum call_kind kind;
    bool named;
};

/* An operation in work. */
struct work {
    struct session *session;
    struct real *real;
    struct session_guest *guest;
    unsigned index; /* of the guest */
    unsigned nic;
    struct operation op;
    const struct seen *seen; /* not owned */
    char name[IFNAME_SIZE];  /* that it speaks of; "" if there is none */
    int error;               /* that the call is to fail with, or 0 */
};

/* The thread, whose command is begun if need be, waits at the gate, or has nothing left to do. */
bool libvirt_arrive(struct work *work);

/* It goes on to the call that stands for the operation, and waits there.  A diagnostic of
 * EXIT_DIVERGED if it comes to another one that stands for something.  *left_out: libvirtd does
 * without this one, and waits before what follows. */
bool libvirt_find_call(struct work *work, bool *left_out);

/* It makes the call before which it waits: real->outcome.error. */
bool libvirt_end_call(struct work *work);

/* It goes on over what stands for nothing, until it waits before something that does, or has
 * nothing left to do: so it has seen what has happened meanwhile. */
bool libvirt_settle(struct work *work);

/* The same of a start whose QEMU has been started; or until that QEMU ends by itself: it stands in
 * its death then (guest->dies). */
bool libvirt_settle_start(struct work *work);

/* What is left when the last operation of a command has been done. */
bool libvirt_end_command(struct work *work);

#endif
