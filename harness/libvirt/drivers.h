/* The drivers that a libvirtd loads: those of QEMU and of packet filters, as the ones that
 * netns-tests/libvirt/build makes have them.  That of host devices would read all that /sys has of
 * this machine, and a thread of it would stop at each of 9000 calls of close(2): most of what a
 * libvirtd costs. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_DRIVERS_H
#define TAPWEAVE_HARNESS_LIBVIRT_DRIVERS_H

#include "harness/diagnostic.h"

/* In a sandbox: makes a folder of the drivers.  Returns what the libvirtd of that path finds them
 * by, a variable of its environment, or NULL with no diagnostic if it is none that a distribution
 * installs: it has the drivers that it was built with, and loads them all.  NULL with a diagnostic
 * (its status is not EXIT_HOLDS) if the folder cannot be made. */
const char *drivers_choose(const char *program, struct diagnostic *diagnostic);

#endif
