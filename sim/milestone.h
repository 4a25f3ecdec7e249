/* Milestones of a run: steps that matter to others under any policy, by which runs of different
 * policies can be held to each other.
 *
 * A stage is what a guest's thread does for one purpose, such as to take its port away: some steps
 * under one policy, one step under another.  Its first step is a milestone, and so is the one that
 * carries it out, or, if nothing is to be carried out, the last one: both in one step if there is
 * one alone.  What others do is a milestone each: the kernel that closes a dead process's
 * descriptors, other software, a fault.  Runs of ovs-vswitchd, the clock, an agent, and the end of
 * an exit are none: they come as often as they like. */
#ifndef TAPWEAVE_SIM_MILESTONE_H
#define TAPWEAVE_SIM_MILESTONE_H

#include "sim/actor.h"

/* The stages of guests' threads: the id, and the name that it has in reports. */
#define STAGES(X)           \
    X(TAP, "tap")           \
    X(ATTACH, "attach")     \
    X(FILTER, "filter")     \
    X(KILL, "kill")         \
    X(PORT, "port")         \
    X(UNFILTER, "unfilter") \
    X(LINK, "delete-link")  \
    X(UNPLUG, "unplug")

enum stage {
    STAGE_NONE,
#define X(id, name) STAGE_##id,
    STAGES(X)
#undef X
        STAGE_COUNT,
};

const char *stage_name(enum stage stage);

enum {
    MILESTONE_NONE = 0,
    MILESTONES_OF_A_STEP = 4, /* at most */
};

/* A milestone as a number: the same under every policy of a scenario. */
typedef uint16_t milestone;

/* What a number stands for. */
struct milestone_is {
    enum stage stage; /* STAGE_NONE: a step of `actor` */
    bool ends;        /* of a stage: its end, and not its beginning */
    struct actor actor;
};

struct milestone_is milestone_is(milestone number);

/* In which stage each guest's thread is: 4 bits for each.  0 at the beginning. */
typedef uint32_t stages;

/* The milestones of a step that the actor has taken, in their order.  Returns how many these are,
 * and goes on with *in. */
unsigned milestones_of(const struct world *world, const struct state *before, struct actor actor,
                       const struct event *event, const struct state *after, stages *in,
                       milestone found[MILESTONES_OF_A_STEP]);

#endif
