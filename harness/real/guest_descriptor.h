/* The descriptors of a guest's process, and the taps that they lead to: the tun driver names a tap
 * in /proc/PID/fdinfo. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_DESCRIPTOR_H
#define TAPWEAVE_HARNESS_REAL_GUEST_DESCRIPTOR_H

#include "harness/real/guest_life.h"

enum { GUEST_MAX_DESCRIPTORS = 256 };

/* The process's descriptors, by their numbers: how many there are, no more than
 * GUEST_MAX_DESCRIPTORS.  A zombie has none, and no process has none. */
unsigned guest_descriptors(const struct guest *guest, int fds[GUEST_MAX_DESCRIPTORS]);

/* The name of the tap that a descriptor leads to: `process` is the number of one in /proc, 0 this
 * one.  False if it is no tap's, or the tap is gone. */
bool guest_names_tap(int process, int fd, char name[IFNAME_SIZE]);

/* The process's (last) descriptor that leads to a tap; -1 if it has none, or the tap is gone. */
int guest_find_tap(const struct guest *guest);

/* A copy of a descriptor of the process, of ours and to be closed; -1: none, and errno says why. */
int guest_copy_descriptor(const struct guest *guest, int fd);

#endif
