/* The real world: the machines' operations carried out on this machine's kernel and a private Open
 * vSwitch, one step at a time, as a schedule says.
 *
 * It has a daemon of its own (core/): what it remembers comes from real outcomes alone, never from
 * the simulation.  It runs in a sandbox (sandbox.h), in a network namespace with nothing in it. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_H
#define TAPWEAVE_HARNESS_REAL_REAL_H

#include "harness/real/device.h"
#include "harness/real/filter.h"
#include "harness/real/guest.h"
#include "harness/real/ovs.h"
#include "harness/real/real_delayed.h"
#include "harness/scenario.h"
#include "sim/actor.h"

/* How the daemon's clients of ovs-vsctl know whose row it is: Interface external_ids:owner. */
struct real {
    const struct scenario *scenario; /* not owned */
    const struct world *world;       /* not owned */
    struct ovs *ovs;  /* not owned; NULL if the scenario has no Open vSwitch bridge */
    bool has_filters; /* false: this kernel has none for bridges; operations on them do nothing */
    struct control control;
    const char *qemu; /* path of the program that guests are, not owned; NULL: simple processes */
    struct guest guest[MAX_GUESTS];
    struct guest helper[MAX_GUESTS]; /* holds a descriptor of the guest's tap, which leaked to it */
    pid_t pid[MAX_GUESTS];           /* of a guest's process that is gone */
    int tap[MAX_NICS];               /* the daemon's descriptor of a nic's tap, or -1 */
    int others[IFNAME_MAX_NAMES + 1]; /* other software's, by name id, or -1 */
    unsigned waits;                   /* calls that were to wait in any case */
    pid_t call[MAX_GUESTS];           /* the ovs-vsctl that a thread waits for, or 0 */
    int index[MAX_NICS];              /* interface index of the tap that was created for a nic */
    int preset[IFNAME_MAX_NAMES + 1]; /* the same of an administrator's taps, by name id */
    char uuid[MAX_NICS][40];          /* of the port's row, as its ovs-vsctl told it */
    int probe[MAX_BRIDGES];           /* a tap on each bridge, to send and receive frames by */
    int wire;                         /* the same for the macvtaps' parent: its other end, or -1 */
    unsigned links;                   /* made so far: no two have one interface index */
    int netns[MAX_GUESTS];            /* our reference to a container's namespace, or 0 */
    int orphan[MAX_GUESTS];           /* the index of the veth that is to go with it, or 0 */
    unsigned frames;                  /* sent so far: no two are alike */
    bool bridge_gone[MAX_BRIDGES];    /* deleted by other software */
    struct real_delayed delayed[MAX_GUESTS]; /* sent by the guest's thread, and not read yet */
    long long time;                          /* what the daemon's clock has been set to: clock.h */
    long long looked;              /* what it showed when names held back were looked at */
    long long sigterm[MAX_GUESTS]; /* and when a guest was sent SIGTERM */
};

/* Names the first thing of this scenario that this machine's kernel cannot do, or returns NULL. */
const char *real_unsupported(const struct world *world);

/* The same of what only real_open finds out. */
const char *real_unsupported_here(const struct real *real);

/* Names what of the scenario is neither done nor compared on this machine's kernel, while all else
 * is, or returns NULL. */
const char *real_not_compared(const struct real *real);

/* Names what this machine's kernel only stands in for, or returns NULL. */
const char *real_emulated(const struct world *world);

/* Builds the scenario's bridges in the present, empty network namespace, with a tap on each to send
 * and receive frames by.  `qemu` is the path of QEMU's program if guests are to be real ones, and
 * NULL otherwise.  To be closed in any case. */
bool real_open(struct real *real, const struct scenario *scenario, const struct world *world,
               struct ovs *ovs, const char *qemu, struct diagnostic *diagnostic);
void real_close(struct real *real);

/* Builds the initial state on those bridges; and takes down whatever a schedule has left, so that
 * the next one finds the bridges alone. */
bool real_begin(struct real *real, struct diagnostic *diagnostic);
bool real_end(struct real *real, struct diagnostic *diagnostic);

/* Takes the actor's step.  False with a diagnostic if something happened that no model could
 * foresee: a wait that did not end, a process that is not there. */
bool real_take(struct real *real, unsigned actor, struct outcome *outcome,
               struct diagnostic *diagnostic);

/* True if the real world can tell whether an actor of this kind has a step to take; of others only
 * a step can show it: ovs-vswitchd, helpers, the clock, the agent.  And whether it has. */
bool real_tells(enum actor_kind kind);
bool real_enabled(const struct real *real, struct actor actor);

/* True if it is the harness that answers in the place of this kernel or Open vSwitch, which cannot
 * be made to fail so. */
bool real_injected(enum fault fault);

/* What can be seen from outside. */
struct real_device {
    bool exists, up;
    uint8_t kind;    /* enum device_kind: whatever is no tap and no macvtap counts as a veth */
    bool persistent; /* it would outlive its holders */
    bool limited;    /* in its bandwidth */
    int index;       /* interface index, 0 without a device */
    uint8_t mac;     /* number of the guest's MAC it has, or 0 */
    uint8_t master;  /* 1 + index of the Linux bridge, or 0 */
    uint8_t holders; /* enum holder, or-ed: whose descriptors lead to it; 0 of other software's */
};

struct real_row {
    uint8_t bridge;       /* 1 + index, 0 without a row */
    uint8_t owner;        /* 1 + the nic whose start wrote it last */
    uint8_t start_number; /* and which of its starts, if that is written */
    uint8_t iface;        /* 1 + the nic whose port its iface-id says it is */
    uint8_t vlan;         /* its tag, as core/daemon.h has them */
    unsigned bound;       /* how often ovs-vswitchd listens on the device that has the name now */
};

struct observation {
    struct real_device device[IFNAME_MAX_NAMES + 1]; /* by name id */
    struct real_row row[IFNAME_MAX_NAMES + 1];
    uint8_t filter[IFNAME_MAX_NAMES + 1]; /* as struct state has them: sim/state.h */
    unsigned stale; /* ports that ovs-vswitchd still has of devices that are gone */
};

bool real_observe(const struct real *real, struct observation *seen, struct diagnostic *diagnostic);

/* What a nic is called in external ids: by its guest's name, and its number if it is not the first
 * one.  Which nic is called so: 1 + its index, or 0. */
enum { REAL_NIC_SIZE = SCENARIO_MAX_WORD + 2 };
const char *real_nic_name(const struct real *real, unsigned nic, char text[REAL_NIC_SIZE]);
uint8_t real_find_nic(const struct real *real, const char *text);

/* What frames are tried: from a guest's nic, to it, and from it under a MAC that is nobody's. */
enum frame_way { FRAME_OUT, FRAME_IN, FRAME_SPOOFED, FRAME_WAYS };

/* True if packet filters see what the nic sends: on a Linux bridge, if the kernel has any. */
bool real_filters_frames(const struct real *real, unsigned nic);

/* Sends a frame each way between the nic's tap and the probe of its bridge, and the spoofed one
 * if filters would see it; passed[way] is whether it arrived within `milliseconds`. */
bool real_frames(struct real *real, unsigned nic, int milliseconds, bool passed[FRAME_WAYS],
                 struct diagnostic *diagnostic);

#endif
