/* The actors, and the steps they can take: who may move in a state, and what the move does.
 *
 * In a state, an actor has at most one step, so a schedule is just the list of actors in the order
 * in which they move.  Actors are numbered in the order of enum actor_kind, and within a kind in
 * the scenario's order of guests.  That order decides between counterexamples of equal length:
 * faults come last, so that one without faults is found first. */
#ifndef TAPWEAVE_SIM_ACTOR_H
#define TAPWEAVE_SIM_ACTOR_H

#include "sim/event.h"
#include "sim/state.h"

/* One row of the table in actor.c for each. */
enum actor_kind {
    ACTOR_THREAD,      /* each guest's thread in the daemon; named as the guest */
    ACTOR_KERNEL,      /* the kernel's part of each guest's process exit */
    ACTOR_VSWITCHD,    /* ovs-vswitchd */
    ACTOR_TIMEOUT,     /* the end of the timed wait that each guest's thread is in */
    ACTOR_HELPER,      /* each helper process that holds a leaked descriptor */
    ACTOR_THIRD_PARTY, /* other software, or an administrator */
    ACTOR_CLOCK,
    ACTOR_AGENT,       /* the agent that sets tags, if the world has one */
    ACTOR_QEMU,        /* what each guest's QEMU does by itself, if one does anything */
    ACTOR_OVSDB,       /* ovsdb-server, for each guest whose transaction it may read late */
    ACTOR_CALL,        /* the ovs-vsctl of each guest that has outlived its daemon */
    ACTOR_NETNS,       /* the kernel, for the network namespace of each guest that is a container */
    ACTOR_DELETED,     /* what each guest's QEMU says late of a nic that was unplugged */
    ACTOR_START_OVSDB, /* ovsdb-server comes up again, if the world has outages of it */
    /* Faults, each if it has a budget, in the order of enum fault. */
    ACTOR_CRASH,
    ACTOR_FAIL,
    ACTOR_LEAK,
    ACTOR_LIE,
    ACTOR_LATE,
    ACTOR_RESTART_VSWITCHD,
    ACTOR_RESTART_DAEMON,
    ACTOR_ORPHAN,
    ACTOR_SLOW,
    ACTOR_MUTE,
    ACTOR_STOP_OVSDB,
    ACTOR_KINDS,
};

/* How many actors of a kind there are, where there are any. */
enum actor_number { ACTOR_ONE, ACTOR_EACH_GUEST, ACTOR_EACH_THIRD_PARTY };

enum { MAX_ACTORS = ACTOR_KINDS * MAX_GUESTS };

_Static_assert(MAX_ACTORS < UINT8_MAX && MAX_THIRD_PARTIES <= (int)MAX_GUESTS,
               "a byte for the number of an actor, and one more for no actor");

/* An actor by its kind and its number within the kind: the guest's, or the third party's index. */
struct actor {
    enum actor_kind kind;
    unsigned index;
};

/* The name of a kind: what stands before "/GUEST" in an actor's name, or its whole name; "" for
 * threads, which are called as their guests. */
const char *actor_kind_name(enum actor_kind kind);
enum actor_number actor_kind_number(enum actor_kind kind);

/* The fault that the kind's steps are, or FAULT_COUNT. */
enum fault actor_kind_fault(enum actor_kind kind);

/* How many actors a world has; they are numbered from 0, in the order above. */
unsigned actor_count(const struct world *world);

/* The actor of that number; and all of them, in the order of their numbers, of which it returns how
 * many there are. */
struct actor actor_at(const struct world *world, unsigned number);
unsigned actor_all(const struct world *world, struct actor all[MAX_ACTORS]);

/* True if the actor has a step to take. */
bool actor_may_step(const struct world *world, const struct state *state, struct actor actor);

/* True if the actor's step is that a guest's next round begins.  A run may end where nobody has any
 * other step (core/client.h). */
bool actor_begins_round(const struct world *world, const struct state *state, struct actor actor);

/* Takes the actor's step, which must be enabled.  `event` may be NULL; the result is
 * event->violated. */
oracle_set actor_take_step(const struct world *world, struct state *state, struct actor actor,
                           struct event *event);

/* The same of the actor of that number. */
bool actor_enabled(const struct world *world, const struct state *state, unsigned number);
oracle_set actor_step(const struct world *world, struct state *state, unsigned number,
                      struct event *event);

#endif
