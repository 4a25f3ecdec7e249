/* The kernel's own Open vSwitch datapath, as its generic netlink families tell of it (module
 * openvswitch, <linux/openvswitch.h>), in the network namespace of the calling thread. */
#ifndef TAPWEAVE_HARNESS_REAL_DATAPATH_H
#define TAPWEAVE_HARNESS_REAL_DATAPATH_H

#include "harness/real/device.h"

/* The device by which ovs-vswitchd knows the one datapath of a namespace, and the master of the
 * devices that are its ports. */
#define DATAPATH_DEVICE "ovs-system"

/* 0 if the kernel has the module, which is loaded for that if it is possible; ENOENT if it has
 * none; or the errno of what stopped the question. */
int datapath_probe(void);

/* The names of the vports whose devices are ports by that master, or would be: not the bridges'
 * own, which are internal.  At most `most` of them, each as it is now: a vport has the name of its
 * device.  0 also if there is no datapath; or an errno. */
int datapath_vports(char names[][IFNAME_SIZE], size_t most, size_t *count);

#endif
