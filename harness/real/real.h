/* The real world: the machines' operations carried out on this machine's kernel and a private Open
 * vSwitch, one step at a time, as a schedule says.
 *
 * It has a daemon of its own (core/): what it remembers comes from real outcomes alone, never from
 * the simulation.  It runs in a sandbox (sandbox.h), in a network namespace with nothing in it. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_H
#define TAPWEAVE_HARNESS_REAL_REAL_H

#include "core/control.h"
#include "harness/real/filter.h"
#include "harness/real/guest_kind.h"
#include "harness/real/ovs_delay.h"
#include "harness/scenario.h"
#include "sim/actor.h"

/* A transaction of a guest's thread that nobody waits for any more.  op.kind OP_NONE: there is
 * none. */
struct real_delayed {
    struct operation op;
    unsigned nic;                 /* for which it was sent */
    struct ovs_delay transaction; /* of an ovs-vsctl; REMOVE_OWN is none */
    struct child *orphan;         /* the ovs-vsctl that has outlived its daemon, held; or NULL */
};

struct real;

/* A daemon other than the harness itself.  A function that is a bool is false with a diagnostic. */
struct real_daemon {
    const char *name;                                      /* what it is called in reports */
    const char *(*unsupported)(const struct world *world); /* why it cannot be forced, or NULL */
    bool (*find)(void *context, struct diagnostic *diagnostic); /* what it needs, before all else */
    bool (*open)(struct real *real);                            /* in the sandbox, once */
    bool (*begin)(struct real *real); /* starts it, with the guests that run in the initial state */
    bool (*take)(struct real *real, unsigned actor); /* as real_take (real_actor.h) */
    /* Nobody can take a step: does it believe what real->control does?  EXIT_DIVERGED if not. */
    bool (*compare)(struct real *real);
    bool (*end)(struct real *real); /* ends it, and its guests */
    /* The packet filters that it has made, as filter_list (filter.h) lists the harness's. */
    bool (*filters)(struct filter filters[FILTER_MOST], size_t *count,
                    struct diagnostic *diagnostic);
    void *context; /* the functions' */
};

struct real {
    const struct scenario *scenario; /* not owned */
    const struct world *world;       /* not owned */
    struct diagnostic *diagnostic; /* not owned: what every function on this that fails fills in */
    struct ovs *ovs;               /* not owned; NULL if the scenario has no Open vSwitch bridge */
    bool has_filters; /* false: this kernel has none for bridges; operations on them do nothing */
    struct control control;
    struct outcome outcome;           /* of the step that is taken: what its actor has learned */
    const struct real_daemon *daemon; /* not owned; NULL: the harness is the daemon */
    pid_t process[MAX_DAEMONS];    /* of that daemon, and of others like it: they hold their taps */
    pid_t forked[MAX_GUESTS];      /* by that daemon, to become QEMU, with its descriptors; or 0 */
    const struct guest_kind *kind; /* of the guests, if the harness starts them */
    const char *qemu; /* path of the program that guests are, not owned; NULL: simple processes */
    struct guest guest[MAX_GUESTS];
    struct guest helper[MAX_GUESTS]; /* holds a descriptor of the guest's tap, which leaked to it */
    pid_t pid[MAX_GUESTS];           /* of a guest's process that is gone */
    int tap[MAX_NICS];               /* the daemon's descriptor of a nic's tap, or -1 */
    int third_party[IFNAME_MAX_NAMES + 1]; /* other software's, by name id, or -1 */
    unsigned waits;                        /* calls that were to wait in any case */
    struct child *call[MAX_GUESTS];        /* the ovs-vsctl that a thread waits for, or NULL */
    int indexed[MAX_NICS];            /* the index that a nic's start has asked for, to attach it */
    int index[MAX_NICS];              /* interface index of the tap that was created for a nic */
    int preset[IFNAME_MAX_NAMES + 1]; /* the same of an administrator's taps, by name id */
    char uuid[MAX_NICS][40];          /* of the port's row, as its ovs-vsctl told it */
    int probe[MAX_BRIDGES];           /* a tap on each bridge, to send and receive frames by */
    int wire;                         /* the same for the macvtaps' parent: its other end, or -1 */
    unsigned links;                   /* made so far: no two have one interface index */
    int netns[MAX_GUESTS];            /* our reference to a container's namespace, or -1 */
    int orphan[MAX_GUESTS];           /* the index of the veth that is to go with it, or 0 */
    unsigned frames;                  /* sent so far: no two are alike */
    bool bridge_gone[MAX_BRIDGES];    /* deleted by other software */
    struct real_delayed delayed[MAX_GUESTS]; /* of the guest's thread, for nobody */
    long long time;                          /* what the daemon's clock has been set to: clock.h */
    long long looked;              /* what it showed when names held back were looked at */
    long long sigterm[MAX_GUESTS]; /* and when a guest was sent SIGTERM */
};

/* A step of an actor, whose index says which guest's, or which third party's, it is (sim/actor.h);
 * its outcome is in real->outcome.  False with a diagnostic if something happened that no model
 * could foresee: a wait that did not end, a process that is not there. */
typedef bool real_step(struct real *real, unsigned index);

#endif
