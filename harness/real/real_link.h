/* The real world's links, devices that live without a descriptor: macvtaps on one parent, and the
 * veths of containers. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_LINK_H
#define TAPWEAVE_HARNESS_REAL_REAL_LINK_H

#include "harness/real/real.h"

#define REAL_PARENT "probe-parent" /* of macvtaps */

/* Makes the macvtaps' parent, if the world has any, with a socket on the other end of its cable to
 * send and receive frames by (real->wire), and the folders that opening a macvtap takes. */
bool real_open_parent(struct real *real);

/* Makes the nic's device of that name, and opens it: *fd is what its process is to have.  *error
 * is 0, or the kernel's, EEXIST if the name is taken; there is no descriptor then.  False with a
 * diagnostic if the test bed fails. */
bool real_make_link(struct real *real, unsigned nic, const char *name, int *fd, int *error);

/* Makes a node at that path by which the macvtap of that name is opened. */
bool real_make_node(const char *name, const char *path, struct diagnostic *diagnostic);

/* Makes other software's macvtap, which nobody opens: an errno. */
int real_make_macvtap(struct real *real, const char *name);

/* The device that a descriptor, not a tap's, leads to: the macvtap's name, and false if it is of
 * something else, or the macvtap has been deleted. */
bool real_link_of(int fd, char name[IFNAME_SIZE]);

/* The guest's process, which had a socket in its container's namespace, is gone: the namespace,
 * which lives as long as anybody has it open, is ours alone. */
void real_leave_container(struct real *real, unsigned guest);

/* True if that is so, and the veth that goes with it exists. */
bool real_has_orphan(const struct real *real, unsigned guest);

/* Gives the namespace up, and waits until the kernel has deleted the veth. */
bool real_clean_netns(struct real *real, unsigned guest);

/* Gives all of them up, and waits for nothing. */
void real_close_containers(struct real *real);

#endif
