/* The actors and their steps: see actor.h. */
#include "sim/actor.h"

#include "sim/kernel.h"
#include "sim/operate.h"
#include "sim/ovs.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

/* True if some guest's QEMU does anything by itself. */
static bool
acts_by_itself(const struct world *world)
{
    bool acts = false;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        acts = acts || world->qemu_verbs[guest] > 0;
    }
    return acts;
}

unsigned
actor_count(const struct world *world)
{
    return (acts_by_itself(world) ? 5u : 4u) * world->guests + 1u + world->outsiders + 1u;
}

struct actor
actor_at(const struct world *world, unsigned number)
{
    unsigned guests = world->guests;

    assert(number < actor_count(world));
    if (number < guests) {
        return (struct actor){ACTOR_THREAD, number};
    }
    if (number < 2 * guests) {
        return (struct actor){ACTOR_KERNEL, number - guests};
    }
    if (number == 2 * guests) {
        return (struct actor){ACTOR_VSWITCHD, 0};
    }
    if (number <= 3 * guests) {
        return (struct actor){ACTOR_TIMEOUT, number - 2 * guests - 1};
    }
    if (number <= 4 * guests) {
        return (struct actor){ACTOR_HELPER, number - 3 * guests - 1};
    }
    if (number <= 4 * guests + world->outsiders) {
        return (struct actor){ACTOR_OUTSIDER, number - 4 * guests - 1};
    }
    if (number == 4 * guests + world->outsiders + 1) {
        return (struct actor){ACTOR_CLOCK, 0};
    }
    return (struct actor){ACTOR_QEMU, number - 4 * guests - world->outsiders - 2};
}

/* ---- the guests' threads ---- */

void
actor_load(const struct world *world, struct state *state, unsigned guest)
{
    struct setting setting = world_setting(world, guest);

    thread_load(&state->thread[guest], world_program(world, guest), &setting,
                &state->daemon.domain[guest], state->process[guest].phase == PROCESS_RUNNING);
}

/* The outcome of the thread's operation has come. */
static oracle_set
advance(const struct world *world, struct state *state, unsigned guest, struct outcome outcome)
{
    struct setting setting = world_setting(world, guest);
    bool failed = thread_advance(&state->thread[guest], world_program(world, guest), &setting,
                                 &state->daemon.domain[guest],
                                 state->process[guest].phase == PROCESS_RUNNING, outcome);

    return failed ? ORACLE_BIT(ORACLE_START_FAILED) : 0;
}

static bool
thread_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    const struct thread *thread = &state->thread[guest];
    struct setting setting = world_setting(world, guest);

    if (thread->verb == world->verbs[guest] || thread->call != CALL_NONE) {
        return false;
    }
    if (thread->machine.kind == MACHINE_IDLE) {
        return true;
    }
    return machine_want(&thread->machine, &setting, &state->daemon.domain[guest]).kind != OP_LOCK ||
           state->daemon.lock == 0;
}

static void
thread_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct thread *thread = &state->thread[guest];
    struct setting setting = world_setting(world, guest);

    if (thread->machine.kind == MACHINE_IDLE) {
        event->kind = EVENT_CRASH;
        state->process[guest].phase = PROCESS_EXITING;
        thread_crashed(thread, &setting, &state->daemon.domain[guest]);
        return;
    }
    event->kind = EVENT_OPERATION;
    event->op = machine_want(&thread->machine, &setting, &state->daemon.domain[guest]);
    if (operation_is_daemons((enum op_kind)event->op.kind)) {
        bool done = daemon_do(&state->daemon, &setting, event->op, &event->outcome);

        assert(done);
        (void)done;
    } else {
        event->violated |= operate(world, state, guest, event->op, &event->outcome, &event->waits);
    }
    if (operation_logs_error(event->op, event->outcome)) {
        event->violated |= ORACLE_BIT(ORACLE_ERROR_LOG);
    }
    if (event->waits == CALL_NONE) {
        event->violated |= advance(world, state, guest, event->outcome);
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
    struct process *process = &state->process[guest];

    if (process->phase == PROCESS_EXITING) {
        event->kind = EVENT_CLOSE;
        event->op.name = process->tap;
        if (process->tap != IFNAME_NONE) {
            kernel_close(world, state, process->tap, HOLDER_QEMU, true);
        }
        *process = (struct process){.phase = PROCESS_CLOSED};
        return;
    }
    event->kind = EVENT_EXIT;
    kernel_deferred_work(world, state);
    *process = (struct process){0};
    if (state->thread[guest].call == CALL_EXIT) {
        event->violated |= advance(world, state, guest, (struct outcome){0});
    }
}

/* ovs-vsctl calls that wait are answered by the run that they waited for: what they committed is in
 * it. */
static void
vswitchd_step(const struct world *world, struct state *state, struct event *event)
{
    event->kind = EVENT_RECONFIGURE;
    ovs_vswitchd_run(world, state);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->thread[guest].call == CALL_OVS) {
            struct outcome outcome = {.value = state->thread[guest].answer};

            event->violated |= advance(world, state, guest, outcome);
        }
    }
}

static bool
vswitchd_enabled(const struct world *world, const struct state *state)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->thread[guest].call == CALL_OVS) {
            return true;
        }
    }
    return ovs_vswitchd_is_behind(world, state);
}

/* A wait for a process ends in SIGKILL as often as it takes; one for ovs-vsctl runs out of time
 * only by the scenario's budget. */
static bool
timeout_enabled(const struct state *state, unsigned guest)
{
    switch (state->thread[guest].call) {
    case CALL_EXIT:
        return state->process[guest].phase == PROCESS_RUNNING;
    case CALL_OVS:
        return state->faults[FAULT_OVS_TIMEOUT] > 0;
    default:
        return false;
    }
}

static void
timeout_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct thread *thread = &state->thread[guest];
    struct setting setting = world_setting(world, guest);

    if (thread->call == CALL_EXIT) {
        event->kind = EVENT_SIGKILL;
        state->process[guest].phase = PROCESS_EXITING;
        return;
    }
    event->kind = EVENT_OVS_TIMEOUT;
    event->op = machine_want(&thread->machine, &setting, &state->daemon.domain[guest]);
    event->outcome.error = ETIMEDOUT;
    state->faults[FAULT_OVS_TIMEOUT]--;
    event->violated |= advance(world, state, guest, event->outcome);
}

/* The name of the tap whose leaked descriptor the helper of this guest holds, or IFNAME_NONE. */
static uint8_t
leaked_tap(const struct world *world, const struct state *state, unsigned guest)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->device[name].owner == guest + 1 &&
            (state->device[name].holders & HOLDER_HELPER) != 0) {
            return name;
        }
    }
    return IFNAME_NONE;
}

static void
outsider_step(const struct world *world, struct state *state, unsigned index, struct event *event)
{
    const struct outsider *outsider = &world->outsider[index];
    unsigned verb = state->outsider[index]++;
    uint8_t name = outsider->name[verb];
    const struct device *device = &state->device[name];

    event->op.name = name;
    if (outsider->verb[verb] == OUTSIDER_CREATE) {
        event->kind = EVENT_CREATE;
        event->outcome.error = kernel_create_other(world, state, name);
        return;
    }
    event->kind = EVENT_DELETE;
    if (world_is_guests(device)) {
        event->violated |= ORACLE_BIT(ORACLE_FOREIGN_DELETE);
    }
    event->outcome.error = kernel_delete(world, state, name);
}

static bool
qemu_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return state->qemu[guest] < world->qemu_verbs[guest] &&
           state->process[guest].phase == PROCESS_RUNNING &&
           state->process[guest].tap != IFNAME_NONE;
}

/* TUNSETPERSIST, which needs no more than a descriptor (facts 4). */
static void
qemu_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    uint8_t name = state->process[guest].tap, verb = state->qemu[guest]++;

    event->kind = world->qemu_verb[guest][verb] == QEMU_PERSIST ? EVENT_PERSIST : EVENT_UNPERSIST;
    event->op.name = name;
    state->device[name].persist = event->kind == EVENT_PERSIST;
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
    const uint8_t *held = state->daemon.allocator.held;
    bool counting = false;

    for (unsigned name = 1; name <= world->names.names; name++) {
        counting = counting || (held[name] != NAME_FREE && held[name] != NAME_RESERVED);
    }
    for (unsigned guest = 0; guest < world->guests && world->clean_up_seconds > 0; guest++) {
        const struct domain *domain = &state->daemon.domain[guest];
        struct setting setting = world_setting(world, guest);
        uint8_t left = held[domain->name] == NAME_RESERVED ? 0 : held[domain->name];

        if (ends(&state->thread[guest]) && domain->running == 0 && domain->name != IFNAME_NONE &&
            domain->reserved == 0 && daemon_names(&setting) &&
            daemon_strategy(&setting) == NAME_QUARANTINE &&
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
        return state->process[actor.index].phase >= PROCESS_EXITING;
    case ACTOR_VSWITCHD:
        return vswitchd_enabled(world, state);
    case ACTOR_TIMEOUT:
        return timeout_enabled(state, actor.index);
    case ACTOR_HELPER:
        return world->helper_closes[actor.index] != 0 &&
               leaked_tap(world, state, actor.index) != IFNAME_NONE;
    case ACTOR_OUTSIDER:
        return state->outsider[actor.index] < world->outsider[actor.index].verbs;
    case ACTOR_CLOCK:
        return clock_enabled(world, state);
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
        vswitchd_step(world, state, event);
        break;
    case ACTOR_TIMEOUT:
        timeout_step(world, state, actor.index, event);
        break;
    case ACTOR_HELPER:
        event->kind = EVENT_HELPER_CLOSE;
        event->op.name = leaked_tap(world, state, actor.index);
        kernel_close(world, state, event->op.name, HOLDER_HELPER, false);
        break;
    case ACTOR_OUTSIDER:
        outsider_step(world, state, actor.index, event);
        break;
    case ACTOR_CLOCK:
        event->kind = EVENT_TICK;
        allocator_tick(&state->daemon.allocator);
        break;
    case ACTOR_QEMU:
        qemu_step(world, state, actor.index, event);
        break;
    }
    return event->violated;
}
