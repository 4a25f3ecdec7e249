/* A step, as it was taken: for reports, and for the oracles that judge steps. */
#ifndef TAPWEAVE_SIM_EVENT_H
#define TAPWEAVE_SIM_EVENT_H

#include "core/daemon.h"
#include "core/fault.h"
#include "core/operation.h"
#include "sim/oracle_set.h"

/* What a step was. */
enum event_kind {
    EVENT_OPERATION,    /* a machine's operation, begun or carried out: see op and outcome */
    EVENT_ROUND,        /* a guest's commands are given again */
    EVENT_CRASH,        /* QEMU died by itself */
    EVENT_CLOSE,        /* the kernel closed the dead process's descriptors */
    EVENT_EXIT,         /* the process is gone */
    EVENT_RECONFIGURE,  /* ovs-vswitchd followed the rows, and answered who waited */
    EVENT_SIGKILL,      /* SIGTERM has not ended the process for 10 s: the daemon sends SIGKILL */
    EVENT_GIVE_UP,      /* nor has SIGKILL, for 30 s: the daemon waits no longer */
    EVENT_HELPER_CLOSE, /* the helper closed the leaked descriptor */
    EVENT_CREATE, /* other software created a device; outcome.error EEXIST: the name was taken */
    EVENT_DELETE, /* other software deleted a device; outcome.error ENODEV: there was none */
    EVENT_DELETE_PORT,   /* an administrator deleted a row; outcome.error ENODEV: there was none */
    EVENT_DELETE_BRIDGE, /* an administrator deleted the bridge op.bridge */
    EVENT_RENAME,        /* an administrator gave a device another name, `to`; outcome.error ENODEV:
                            there was none, EEXIST: the name was taken */
    EVENT_TICK,          /* a second passed */
    EVENT_SET_TAGS,      /* the agent gave rows the tags of their guests' VLANs */
    EVENT_PERSIST,       /* QEMU set IFF_PERSIST of the tap that it has: op.name */
    EVENT_UNPERSIST,     /* QEMU cleared it */
    EVENT_COMMIT,        /* ovsdb-server carried out the transaction that it had not read: op */
    EVENT_RUN,           /* an ovs-vsctl that has outlived its daemon ran: op, and its outcome */
    EVENT_CLEAN_NETNS, /* the kernel took down a dead container's namespace, and the veth op.name */
    EVENT_HEAR,        /* QEMU said that a nic which was unplugged is gone */
    EVENT_START_OVSDB, /* ovsdb-server came up again */
    EVENT_READ_LINKS,  /* ovs-vswitchd, without a database, read link events */
    EVENT_FAULT,       /* something went wrong, see fault; of an operation: op and outcome */
};

/* One step, as it was taken. */
struct event {
    enum event_kind kind;
    enum fault fault; /* EVENT_FAULT */
    /* EVENT_OPERATION; EVENT_CREATE, EVENT_DELETE*, EVENT_RENAME: op.name, or op.bridge */
    struct operation op;
    uint8_t to;             /* EVENT_RENAME: the device's new name */
    struct outcome outcome; /* what the actor learns, or will learn once it has waited */
    oracle_set violated;    /* oracles that judge steps and object to this one */
    /* What they object to: for sim/victim.h. */
    uint32_t ports, devices; /* foreign-delete: names of rows, and of devices: bit n - 1 for id n */
    uint8_t failed, erred;   /* start-failed, spurious-error: guests, bit g */
};

_Static_assert(IFNAME_MAX_NAMES <= 32 && MAX_GUESTS <= 8, "a bit for every name, and guest");

#endif
