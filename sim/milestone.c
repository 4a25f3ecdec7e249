/* Milestones of a run: see milestone.h. */
#include "sim/milestone.h"

#include <assert.h>

_Static_assert((int)STAGE_COUNT <= 16 && (int)MAX_GUESTS <= 8, "4 bits of each guest");

enum { OF_STAGES = 1, OF_ACTORS = OF_STAGES + STAGE_COUNT * 2 * MAX_GUESTS };

const char *
stage_name(enum stage stage)
{
    static const char *const names[] = {
#define X(id, name) [STAGE_##id] = (name),
        STAGES(X)
#undef X
    };

    assert(stage > STAGE_NONE && stage < STAGE_COUNT);
    return names[stage];
}

static milestone
of_stage(enum stage stage, bool ends, unsigned guest)
{
    return (milestone)(OF_STAGES + (stage * 2u + ends) * MAX_GUESTS + guest);
}

struct milestone_is
milestone_is(milestone number)
{
    const unsigned of = number - (number < OF_ACTORS ? (unsigned)OF_STAGES : (unsigned)OF_ACTORS);

    assert(number != MILESTONE_NONE);
    if (number < OF_ACTORS) {
        return (struct milestone_is){.stage = (enum stage)(of / MAX_GUESTS / 2),
                                     .ends = of / MAX_GUESTS % 2 != 0,
                                     .actor = {ACTOR_THREAD, of % MAX_GUESTS}};
    }
    return (struct milestone_is){.actor = {(enum actor_kind)(of / MAX_GUESTS), of % MAX_GUESTS}};
}

/* What a start or a reconnection does an operation for. */
static enum stage
stage_of_start(enum op_kind op)
{
    static const uint8_t stage[OP_COUNT] = {
        [OP_PICK_NAME] = STAGE_TAP,          [OP_LOOKUP] = STAGE_TAP,
        [OP_CREATE_TAP] = STAGE_TAP,         [OP_CREATE_LINK] = STAGE_TAP,
        [OP_GET_MASTER] = STAGE_ATTACH,      [OP_DEL_PORT] = STAGE_ATTACH,
        [OP_DEL_IF] = STAGE_ATTACH,          [OP_ADD_PORT] = STAGE_ATTACH,
        [OP_GET_INDEX] = STAGE_ATTACH,       [OP_ADD_IF] = STAGE_ATTACH,
        [OP_BIND_PORT] = STAGE_ATTACH,       [OP_ADD_FILTER] = STAGE_FILTER,
        [OP_REMOVE_FILTER] = STAGE_UNFILTER,
    };

    return (enum stage)stage[op];
}

/* The same of what takes a guest or a nic down. */
static enum stage
stage_of_stop(enum op_kind op)
{
    static const uint8_t stage[OP_COUNT] = {
        [OP_KILL] = STAGE_KILL,        [OP_LOOKUP] = STAGE_PORT,
        [OP_GET_MAC] = STAGE_PORT,     [OP_DEL_PORT] = STAGE_PORT,
        [OP_REMOVE_PORT] = STAGE_PORT, [OP_REMOVE_OWN] = STAGE_PORT,
        [OP_UNBIND_PORT] = STAGE_PORT, [OP_REMOVE_FILTER] = STAGE_UNFILTER,
        [OP_DELETE_LINK] = STAGE_LINK, [OP_UNPLUG] = STAGE_UNPLUG,
    };

    return (enum stage)stage[op];
}

static enum stage
stage_of(const struct machine *machine, enum op_kind op)
{
    return machine->kind == MACHINE_START || machine->kind == MACHINE_RECONNECT ? stage_of_start(op)
                                                                                : stage_of_stop(op);
}

/* The operation carries out what its stage is for. */
static bool
carries_out(enum stage stage, enum op_kind op)
{
    static const uint8_t asks[OP_COUNT] = {
        [OP_PICK_NAME] = 1, [OP_LOOKUP] = 1,  [OP_GET_MASTER] = 1,
        [OP_GET_INDEX] = 1, [OP_GET_MAC] = 1, [OP_DEL_IF] = 1,
    };

    return asks[op] == 0 && !(stage == STAGE_ATTACH && op == OP_DEL_PORT);
}

/* What the thread does next is for that stage. */
static bool
goes_on(const struct world *world, const struct state *after, unsigned guest, enum stage stage)
{
    const struct thread *thread = &after->control.thread[guest];

    if (thread->waits != WAIT_NONE) {
        return true;
    }
    return thread->machine.kind != MACHINE_IDLE &&
           stage_of(&thread->machine,
                    (enum op_kind)control_want(world, &after->control, guest).kind) == stage;
}

/* A step of the guest's thread: an operation that it has begun. */
static unsigned
of_operation(const struct world *world, const struct state *before, unsigned guest,
             const struct event *event, const struct state *after, stages *in, milestone *found)
{
    const unsigned shift = guest * 4;
    const enum stage was = (enum stage)(*in >> shift & 15);
    const enum op_kind op = (enum op_kind)event->op.kind;
    const enum stage stage = stage_of(&before->control.thread[guest].machine, op);
    const bool done = carries_out(stage, op) && event->outcome.error == 0;
    unsigned count = 0;

    *in &= ~((stages)15 << shift);
    if (was != STAGE_NONE && was != stage) {
        found[count++] = of_stage(was, true, guest);
    }
    if (stage == STAGE_NONE) {
        return count;
    }
    if (was != stage) {
        found[count++] = of_stage(stage, false, guest);
    }
    if (done || !goes_on(world, after, guest, stage)) {
        found[count++] = of_stage(stage, true, guest);
    } else {
        *in |= (stages)stage << shift;
    }
    return count;
}

/* The actor's steps come as often as they like, or change nothing for others. */
static bool
is_none(struct actor actor, const struct event *event)
{
    return actor.kind == ACTOR_VSWITCHD || actor.kind == ACTOR_CLOCK || actor.kind == ACTOR_AGENT ||
           event->kind == EVENT_EXIT;
}

/* The daemon's threads begin anew. */
static bool
restarts(enum fault fault)
{
    return fault == FAULT_DAEMON_RESTART || fault == FAULT_OVS_ORPHAN;
}

/* It takes the place of an operation of the thread. */
static bool
begins_operation(enum fault fault)
{
    return fault == FAULT_START_FAILS || fault == FAULT_OVS_LIE || fault == FAULT_OVS_LATE;
}

unsigned
milestones_of(const struct world *world, const struct state *before, struct actor actor,
              const struct event *event, const struct state *after, stages *in,
              milestone found[MILESTONES_OF_A_STEP])
{
    unsigned count = 0;

    if (event->kind == EVENT_OPERATION) {
        return of_operation(world, before, actor.index, event, after, in, found);
    }
    if (is_none(actor, event)) {
        return 0;
    }
    found[count++] = (milestone)(OF_ACTORS + actor.kind * (unsigned)MAX_GUESTS + actor.index);
    if (event->kind == EVENT_FAULT && restarts(event->fault)) {
        *in = 0;
    } else if (event->kind == EVENT_FAULT && begins_operation(event->fault)) {
        count += of_operation(world, before, actor.index, event, after, in, found + count);
    }
    return count;
}
