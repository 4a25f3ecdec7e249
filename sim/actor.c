/* The actors and their steps: see actor.h. */
#include "sim/actor.h"

#include "sim/container.h"
#include "sim/kernel.h"
#include "sim/delayed.h"
#include "sim/operate.h"
#include "sim/third_party.h"
#include "sim/ovs.h"
#include "sim/qemu.h"

#include <assert.h>
#include <stddef.h>

static unsigned
actors_of_fault(const struct world *world, enum fault fault)
{
    if (world->faults[fault] == 0 || fault_actor(fault) == NULL) {
        return 0;
    }
    return fault_is_single(fault) ? 1 : world->guests;
}

/* ovsdb-server is an actor only where it can be late. */
static unsigned
ovsdb_actors(const struct world *world)
{
    return world->faults[FAULT_OVS_LATE] > 0 ? world->guests : 0;
}

unsigned
actor_count(const struct world *world)
{
    unsigned count = 4u * world->guests + 1u + world->third_parties + 1u + world_has_agent(world) +
                     qemu_actors(world) + ovsdb_actors(world) + container_actors(world);

    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        count += actors_of_fault(world, (enum fault)fault);
    }
    return count;
}

/* The actor of that number among those of faults. */
static struct actor
fault_at(const struct world *world, unsigned number)
{
    enum fault fault = 0;

    for (; number >= actors_of_fault(world, fault); fault++) {
        number -= actors_of_fault(world, fault);
    }
    return (struct actor){ACTOR_FAULT, number, fault};
}

struct actor
actor_at(const struct world *world, unsigned number)
{
    unsigned guests = world->guests, clock = 4 * guests + world->third_parties + 1;

    assert(number < actor_count(world));
    if (number < guests) {
        return (struct actor){ACTOR_THREAD, number, 0};
    }
    if (number < 2 * guests) {
        return (struct actor){ACTOR_KERNEL, number - guests, 0};
    }
    if (number == 2 * guests) {
        return (struct actor){ACTOR_VSWITCHD, 0, 0};
    }
    if (number <= 3 * guests) {
        return (struct actor){ACTOR_TIMEOUT, number - 2 * guests - 1, 0};
    }
    if (number <= 4 * guests) {
        return (struct actor){ACTOR_HELPER, number - 3 * guests - 1, 0};
    }
    if (number <= 4 * guests + world->third_parties) {
        return (struct actor){ACTOR_THIRD_PARTY, number - 4 * guests - 1, 0};
    }
    if (number == clock) {
        return (struct actor){ACTOR_CLOCK, 0, 0};
    }
    number -= clock + 1;
    if (world_has_agent(world) && number-- == 0) {
        return (struct actor){ACTOR_AGENT, 0, 0};
    }
    if (number < qemu_actors(world)) {
        return (struct actor){ACTOR_QEMU, number, 0};
    }
    number -= qemu_actors(world);
    if (number < ovsdb_actors(world)) {
        return (struct actor){ACTOR_OVSDB, number, 0};
    }
    number -= ovsdb_actors(world);
    if (number < container_actors(world)) {
        return (struct actor){ACTOR_NETNS, number, 0};
    }
    return fault_at(world, number - container_actors(world));
}

/* ---- the guests' threads ---- */

void
actor_load(const struct world *world, struct state *state, unsigned guest)
{
    struct context context = world_context(world, guest);

    thread_load(&state->thread[guest], world_program(world, guest), &context, state->daemon.record,
                state->phase[guest] == PROCESS_RUNNING);
}

oracle_set
actor_advance(const struct world *world, struct state *state, unsigned guest,
              struct outcome outcome)
{
    struct context context = world_context(world, guest);
    bool excused = (state->thread[guest].machine.flag & MACHINE_EXCUSED) != 0;
    bool failed =
        thread_advance(&state->thread[guest], world_program(world, guest), &context,
                       state->daemon.record, state->phase[guest] == PROCESS_RUNNING, outcome);

    return failed && !excused ? ORACLE_BIT(ORACLE_START_FAILED) : 0;
}

static bool
thread_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    const struct thread *thread = &state->thread[guest];
    struct context context = world_context(world, guest);

    if (thread_ended(thread, world_program(world, guest)) || thread->call != CALL_NONE) {
        return false;
    }
    if (thread->machine.kind == MACHINE_IDLE) {
        return true;
    }
    return machine_want(&thread->machine, &context, state->daemon.record).kind != OP_LOCK ||
           state->daemon.lock[context.daemon] == 0;
}

static void
thread_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct thread *thread = &state->thread[guest];
    unsigned nic = world_nic(world, state, guest);
    struct context context = world_context(world, nic);

    if (thread->machine.kind == MACHINE_IDLE) {
        event->kind = EVENT_CRASH;
        state->phase[guest] = PROCESS_EXITING;
        thread_crashed(thread, &context, state->daemon.record);
        return;
    }
    event->kind = EVENT_OPERATION;
    event->op = machine_want(&thread->machine, &context, state->daemon.record);
    if (operation_is_daemons((enum op_kind)event->op.kind)) {
        bool done = daemon_do(&state->daemon, &context, event->op, &event->outcome);

        assert(done);
        (void)done;
    } else {
        event->violated |= operate(world, state, nic, event->op, &event->outcome, &event->waits);
    }
    if (operation_logs_error(event->op, event->outcome)) {
        event->violated |= ORACLE_BIT(ORACLE_SPURIOUS_ERROR);
    }
    if (event->waits == CALL_NONE) {
        event->violated |= actor_advance(world, state, guest, event->outcome);
        return;
    }
    assert(event->outcome.error == 0);
    thread->call = (uint8_t)event->waits;
    thread->answer = event->outcome.value;
}

/* ---- the world around them ---- */

static void
kernel_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct context context = world_context(world, guest);

    if (state->phase[guest] == PROCESS_EXITING) {
        event->kind = EVENT_CLOSE;
        for (unsigned i = 0; i < context.nics; i++) {
            uint8_t *tap = &state->tap[context.nic_at[i]];

            event->op.name = context.nics == 1 ? *tap : (uint8_t)IFNAME_NONE;
            if (*tap != IFNAME_NONE) {
                kernel_close(world, state, *tap, HOLDER_QEMU, true);
            }
            *tap = IFNAME_NONE;
        }
        state->phase[guest] = PROCESS_CLOSED;
        return;
    }
    event->kind = EVENT_EXIT;
    kernel_deferred_work(world, state);
    state->phase[guest] = PROCESS_NONE;
    if (state->thread[guest].call == CALL_EXIT) {
        event->violated |= actor_advance(world, state, guest, (struct outcome){0});
    }
}

/* What they committed is in the run that they waited for. */
oracle_set
actor_answer_calls(const struct world *world, struct state *state)
{
    oracle_set violated = 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->thread[guest].call == CALL_OVS) {
            struct outcome outcome = {.value = state->thread[guest].answer};

            violated |= actor_advance(world, state, guest, outcome);
        }
    }
    return violated;
}

bool
actor_call_waits(const struct world *world, const struct state *state)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->thread[guest].call == CALL_OVS) {
            return true;
        }
    }
    return false;
}

/* A wait for a process ends in SIGKILL as often as it takes; one for ovs-vsctl runs out of time
 * only by the scenario's budget. */
static bool
timeout_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return state->thread[guest].call == CALL_EXIT
               ? state->phase[guest] == PROCESS_RUNNING
               : fault_enabled(world, state, FAULT_OVS_TIMEOUT, guest);
}

static void
timeout_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    if (state->thread[guest].call == CALL_EXIT) {
        event->kind = EVENT_SIGKILL;
        state->phase[guest] = PROCESS_EXITING;
        return;
    }
    fault_step(world, state, FAULT_OVS_TIMEOUT, guest, event);
}

/* A stop, or a hot-unplug, is in work. */
static bool
ends(const struct thread *thread)
{
    return thread->machine.kind == MACHINE_STOP || thread->machine.kind == MACHINE_UNPLUG;
}

/* Time makes a difference only while a name is held back, and passes only as fast as the clean-up
 * of the name's last user allows: the hold began when that clean-up released the name. */
static bool
clock_enabled(const struct world *world, const struct state *state)
{
    bool counting = false;

    for (unsigned i = 0; i < MAX_DAEMONS * (world->names.names + 1u); i++) {
        uint8_t held = state->daemon.allocator[i % MAX_DAEMONS].held[i / MAX_DAEMONS];

        counting = counting || (held != NAME_FREE && held != NAME_RESERVED);
    }
    for (unsigned nic = 0; nic < world_nics(world) && world->clean_up_seconds > 0; nic++) {
        const struct nic_record *record = &state->daemon.record[nic];
        struct context context = world_context(world, nic);
        uint8_t held = state->daemon.allocator[context.daemon].held[record->name];
        uint8_t left = held == NAME_RESERVED ? 0 : held;

        if (ends(&state->thread[context.guest]) && record->running == 0 &&
            record->name != IFNAME_NONE && record->reserved == 0 && daemon_names(&context) &&
            daemon_strategy(&context) == NAME_QUARANTINE &&
            world->policy.hold - left >= world->clean_up_seconds) {
            return false;
        }
    }
    return counting;
}

bool
actor_enabled(const struct world *world, const struct state *state, unsigned number)
{
    struct actor actor = actor_at(world, number);

    switch (actor.kind) {
    case ACTOR_THREAD:
        return thread_enabled(world, state, actor.index);
    case ACTOR_KERNEL:
        return state->phase[actor.index] >= PROCESS_EXITING;
    case ACTOR_VSWITCHD:
        return actor_call_waits(world, state) || ovs_vswitchd_is_behind(world, state);
    case ACTOR_TIMEOUT:
        return timeout_enabled(world, state, actor.index);
    case ACTOR_HELPER:
        return world->helper_closes[actor.index] != 0 && state->leaked[actor.index] != IFNAME_NONE;
    case ACTOR_THIRD_PARTY:
        return state->third_party[actor.index] < world->third_party[actor.index].commands;
    case ACTOR_CLOCK:
        return clock_enabled(world, state);
    case ACTOR_AGENT:
        return ovs_agent_is_behind(world, state);
    case ACTOR_OVSDB:
        return delayed_is_due(world, state, actor.index);
    case ACTOR_NETNS:
        return container_orphan(world, state, actor.index) != IFNAME_NONE;
    case ACTOR_FAULT:
        return fault_enabled(world, state, actor.fault, actor.index);
    case ACTOR_QEMU:
        return qemu_enabled(world, state, actor.index);
    }
    assert(false);
    return false;
}

oracle_set
actor_step(const struct world *world, struct state *state, unsigned number, struct event *event)
{
    struct actor actor = actor_at(world, number);
    struct event scratch;

    event = event == NULL ? &scratch : event;
    *event = (struct event){0};
    switch (actor.kind) {
    case ACTOR_THREAD:
        thread_step(world, state, actor.index, event);
        break;
    case ACTOR_KERNEL:
        kernel_step(world, state, actor.index, event);
        break;
    case ACTOR_VSWITCHD:
        event->kind = EVENT_RECONFIGURE;
        ovs_vswitchd_run(world, state);
        event->violated |= actor_answer_calls(world, state);
        break;
    case ACTOR_TIMEOUT:
        timeout_step(world, state, actor.index, event);
        break;
    case ACTOR_HELPER:
        event->kind = EVENT_HELPER_CLOSE;
        event->op.name = state->leaked[actor.index];
        kernel_close(world, state, event->op.name, HOLDER_HELPER, false);
        state->leaked[actor.index] = IFNAME_NONE;
        break;
    case ACTOR_THIRD_PARTY:
        third_party_step(world, state, actor.index, event);
        break;
    case ACTOR_CLOCK:
        event->kind = EVENT_TICK;
        for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
            allocator_tick(&state->daemon.allocator[daemon]);
        }
        break;
    case ACTOR_AGENT:
        event->kind = EVENT_SET_TAGS;
        ovs_agent_run(world, state);
        break;
    case ACTOR_QEMU:
        qemu_step(world, state, actor.index, event);
        break;
    case ACTOR_OVSDB:
        event->kind = EVENT_COMMIT;
        event->op = delayed_carry_out(world, state, actor.index, &event->violated);
        break;
    case ACTOR_NETNS:
        container_step(world, state, actor.index, event);
        break;
    case ACTOR_FAULT:
        fault_step(world, state, actor.fault, actor.index, event);
        break;
    }
    return event->violated;
}
