/* The actors, and the steps they can take: who may move in a state, and what the move does.
 *
 * In a state, an actor has at most one step, so a schedule is just the list of actors in the order
 * in which they move.  The order of actors, which decides between counterexamples of equal length,
 * is: each guest's thread in the daemon (named as the guest), in the scenario's order of guests;
 * the kernel's part of each guest's process exit (kernel/GUEST), in the same order; ovs-vswitchd;
 * the end of the timed wait that each guest's thread is in (timeout/GUEST); each helper process
 * that holds a leaked descriptor (helper/GUEST); other software (other, other2); the clock; the
 * agent that sets tags (agent), if the world has one; what each guest's QEMU does by itself
 * (qemu/GUEST), if one does anything; ovsdb-server, for each guest whose transaction it
 * may have read late (ovsdb/GUEST), if that can be; the kernel, for the network namespace of each
 * guest that is a container (netns/GUEST), if one can end; and last, so that of equal
 * counterexamples the one without faults is found first, the faults that have a budget, in the
 * order of enum fault: of each, one actor for each guest, or a single one. */
#ifndef TAPWEAVE_SIM_ACTOR_H
#define TAPWEAVE_SIM_ACTOR_H

#include "sim/oracle.h"
#include "sim/world.h"

enum actor_kind {
    ACTOR_THREAD,
    ACTOR_KERNEL,
    ACTOR_VSWITCHD,
    ACTOR_TIMEOUT,
    ACTOR_HELPER,
    ACTOR_THIRD_PARTY,
    ACTOR_CLOCK,
    ACTOR_AGENT,
    ACTOR_QEMU,
    ACTOR_OVSDB,
    ACTOR_NETNS,
    ACTOR_FAULT,
};

/* An actor by its kind and its number within the kind (the guest's, or the third_party's index). */
struct actor {
    enum actor_kind kind;
    unsigned index;
    enum fault fault; /* ACTOR_FAULT: which one; 0 otherwise */
};

/* What a step that is not an operation of a machine was. */
enum event_kind {
    EVENT_OPERATION,    /* a machine's operation, begun or carried out: see op and outcome */
    EVENT_CRASH,        /* QEMU died by itself */
    EVENT_CLOSE,        /* the kernel closed the dead process's descriptors */
    EVENT_EXIT,         /* the kernel finished its deferred work; the process is gone */
    EVENT_RECONFIGURE,  /* ovs-vswitchd followed the rows, and answered who waited */
    EVENT_SIGKILL,      /* SIGTERM has not ended the process for 10 s: the daemon sends SIGKILL */
    EVENT_HELPER_CLOSE, /* the helper closed the leaked descriptor */
    EVENT_CREATE, /* other software created a device; outcome.error EEXIST: the name was taken */
    EVENT_DELETE, /* other software deleted a device; outcome.error ENODEV: there was none */
    EVENT_DELETE_PORT,   /* an administrator deleted a row; outcome.error ENODEV: there was none */
    EVENT_DELETE_BRIDGE, /* an administrator deleted the bridge op.bridge */
    EVENT_RENAME,    /* an administrator gave a device another name, op.token; outcome.error ENODEV:
                        there was none, EEXIST: the name was taken */
    EVENT_TICK,      /* a second passed */
    EVENT_SET_TAGS,  /* the agent gave rows the tags of their guests' VLANs */
    EVENT_PERSIST,   /* QEMU set IFF_PERSIST of the tap that it has: op.name */
    EVENT_UNPERSIST, /* QEMU cleared it */
    EVENT_COMMIT,    /* ovsdb-server carried out the transaction that it had not read: op */
    EVENT_CLEAN_NETNS, /* the kernel took down a dead container's namespace, and the veth op.name */
    EVENT_FAULT,       /* something went wrong, see fault; of an operation: op and outcome */
};

/* One step, as it was taken. */
struct event {
    enum event_kind kind;
    enum fault fault; /* EVENT_FAULT */
    struct operation
        op; /* EVENT_OPERATION; EVENT_CREATE, EVENT_DELETE*, EVENT_RENAME: op.name, or op.bridge */
    struct outcome outcome; /* what the actor learns, or will note_outcome once it has waited */
    enum call waits;        /* what the actor now waits for */
    oracle_set violated;    /* oracles that judge steps and object to this one */
};

/* How many actors a world has; they are numbered from 0, in the order above. */
unsigned actor_count(const struct world *world);

/* The actor of that number. */
struct actor actor_at(const struct world *world, unsigned number);

/* Loads the machine of the thread's next command that makes sense: the stop or the crash of a guest
 * whose start has failed is passed over.  Part of the initial state, and of the step that ends a
 * command. */
void actor_load(const struct world *world, struct state *state, unsigned guest);

/* The outcome of the operation of the guest's thread has come: its machine moves on, and what comes
 * next is loaded.  Part of the step that brings the outcome.  Returns the oracles that object:
 * start-failed. */
oracle_set actor_advance(const struct world *world, struct state *state, unsigned guest,
                         struct outcome outcome);

/* True if an ovs-vsctl waits for ovs-vswitchd; and what follows when ovs-vswitchd has run: all that
 * wait are answered.  Returns the oracles that object. */
bool actor_call_waits(const struct world *world, const struct state *state);
oracle_set actor_answer_calls(const struct world *world, struct state *state);

/* True if the actor has a step to take. */
bool actor_enabled(const struct world *world, const struct state *state, unsigned number);

/* Takes the actor's step, which must be enabled.  `event` may be NULL; the result is
 * event->violated. */
oracle_set actor_step(const struct world *world, struct state *state, unsigned number,
                      struct event *event);

#endif
