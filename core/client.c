/* When commands are given: see client.h. */
#include "core/client.h"

#include <assert.h>
#include <string.h>

bool
client_has_reached(const struct control *control, uint8_t after)
{
    assert(after <= MAX_LANDMARKS);
    return after == 0 || control->reached[after - 1] != 0;
}

/* The guest's command is not given yet: its client waits for something. */
static bool
is_held(const struct world *world, const struct control *control, unsigned guest, unsigned command)
{
    struct turn turn = world->turn[guest][command];

    return (turn.guest != 0 && control->thread[turn.guest - 1].command < turn.commands) ||
           !client_has_reached(control, turn.after);
}

struct program
client_program(const struct world *world, const struct control *control, unsigned guest)
{
    struct program program = world_program(world, guest);
    unsigned command = control->thread[guest].command;

    if (world->ordered == 0) {
        return program;
    }
    while (command < program.commands && !is_held(world, control, guest, command)) {
        command++;
    }
    program.given = (uint8_t)command;
    return program;
}

bool
client_is_idle(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];

    return world->ordered != 0 && thread->machine.kind == MACHINE_IDLE &&
           thread->command < world->commands[guest] &&
           is_held(world, control, guest, thread->command);
}

void
client_load(const struct world *world, struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    thread_load(&control->thread[guest], client_program(world, control, guest), &context,
                control->daemon.record, control->phase[guest] == PROCESS_RUNNING);
}

bool
client_is_between_rounds(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];

    return world->unbounded != 0 && world->commands[guest] > 0 &&
           thread_ended(thread, world_program(world, guest));
}

bool
client_may_begin_round(const struct world *world, const struct control *control, unsigned guest)
{
    const struct policy *policy = world_policy(world, guest);
    const struct allocator *allocator = &control->daemon.allocator[world->daemon[guest]];

    for (unsigned name = 1; name <= world->names.names; name++) {
        if (policy->name == NAME_QUARANTINE && policy->hold > 0 &&
            allocator->held[name] == policy->hold) {
            return false;
        }
    }
    return client_is_between_rounds(world, control, guest);
}

void
client_begin_round(const struct world *world, struct control *control, unsigned guest)
{
    assert(client_may_begin_round(world, control, guest));
    control->thread[guest].command = 0;
    if (world_policy(world, guest)->port_guard == PORT_GUARD_PORT_OWNER) {
        control->thread[guest].round++;
    }
    client_load(world, control, guest);
}

/* Loads the guest's next command, if it has been given, and nothing is in work.  True if that has
 * changed anything: a command that makes no sense is over at once, and others may wait for that. */
static bool
give(const struct world *world, struct control *control, unsigned guest)
{
    struct program program = client_program(world, control, guest);
    struct thread *thread = &control->thread[guest], before = *thread;

    if (thread->machine.kind == MACHINE_IDLE && thread->command < program.given) {
        client_load(world, control, guest);
    }
    return memcmp(thread, &before, sizeof before) != 0;
}

void
client_give(const struct world *world, struct control *control)
{
    bool changed = world->ordered != 0;

    while (changed) { /* each time a command is loaded, or passed over */
        changed = false;
        for (unsigned guest = 0; guest < world->guests; guest++) {
            changed = give(world, control, guest) || changed;
        }
    }
}

void
client_reach(const struct world *world, struct control *control, unsigned guest, unsigned step)
{
    bool reached = false;

    for (unsigned i = 0; i < world->landmarks; i++) {
        if (world->landmark[i].guest == guest && world->landmark[i].step == step) {
            reached = reached || control->reached[i] == 0;
            control->reached[i] = 1;
        }
    }
    if (reached) {
        client_give(world, control);
    }
}

const char *
client_step_name(unsigned step)
{
    static const char *const names[] = {[LANDMARK_CRASH - OP_COUNT] = "crash",
                                        [LANDMARK_CLOSE - OP_COUNT] = "close-descriptors",
                                        [LANDMARK_EXIT - OP_COUNT] = "exit"};

    assert(step > OP_NONE && step < LANDMARK_STEPS);
    return step < OP_COUNT ? operation_name((enum op_kind)step) : names[step - OP_COUNT];
}
