/* What can be seen of the real world from outside. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_OBSERVE_H
#define TAPWEAVE_HARNESS_REAL_REAL_OBSERVE_H

#include "harness/real/real.h"

struct real_device {
    bool exists, up;
    uint8_t kind;    /* enum device_kind: whatever is no tap and no macvtap counts as a veth */
    bool persistent; /* it would outlive its holders */
#define X(id, member, key, text, oracle) bool member; /* it has that property of a nic */
    NIC_PROPERTIES(X)
#undef X
    int index;       /* interface index, 0 without a device */
    uint8_t mac;     /* number of the guest's MAC it has, or 0 */
    uint8_t master;  /* 1 + index of the Linux bridge, or 0 */
    bool system;     /* its master is ovs-system: it is a port of the kernel's datapath */
    uint8_t holders; /* enum holder, or-ed: whose descriptors lead to it; 0 of other software's */
};

struct real_row {
    uint8_t bridge;       /* 1 + index, 0 without a row */
    uint8_t owner;        /* 1 + the nic whose start wrote it last */
    uint8_t start_number; /* and which of its starts, if that is written */
    uint8_t iface;        /* 1 + the nic whose port its iface-id says it is */
    uint8_t vlan;         /* its tag, as core/daemon.h has them */
    uint8_t qos;          /* whose QoS it refers to: 1 + the guest; 0: none */
    unsigned bound;       /* how often ovs-vswitchd itself listens on the device of the name */
};

struct observation {
    struct real_device device[IFNAME_MAX_NAMES + 1]; /* by name id */
    struct real_row row[IFNAME_MAX_NAMES + 1];
    uint8_t filter[IFNAME_MAX_NAMES + 1]; /* as struct state has them: sim/state.h */
    uint8_t qos[IFNAME_MAX_NAMES + 1];    /* the same */
    unsigned stale; /* ports that ovs-vswitchd, or the kernel, still has of devices that are gone */
};

/* Looks.  False with a diagnostic. */
bool real_observe(const struct real *real, struct observation *seen);

#endif
