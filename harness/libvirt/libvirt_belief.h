/* What a libvirtd believes of its guests, as virsh is told. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_BELIEF_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_BELIEF_H

#include "harness/libvirt/session.h"
#include "harness/real/real.h"

/* To be called where nobody can take a step.  No thread of libvirtd is to have anything left to do;
 * and of each guest, its state and the names of its devices are to be those that core/ believes.  A
 * diagnostic of EXIT_DIVERGED if they are not. */
bool libvirt_compare_beliefs(struct session *session, struct real *real);

#endif
