/* Control: see control.h. */
#include "core/control.h"

#include "core/client.h"

#include <assert.h>
#include <errno.h>

/* ---- the guests' threads ---- */

unsigned
control_nic(const struct world *world, const struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    return machine_nic(&control->thread[guest].machine, &context);
}

/* What the guest's machine may read, which is at work for the nic at hand. */
static struct context
context_of(const struct world *world, const struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    context.at_hand = machine_nic(&control->thread[guest].machine, &context);
    if (context.policy->port_guard == PORT_GUARD_PORT_OWNER) {
        context.start_number =
            thread_incarnation(&control->thread[guest], world_program(world, guest));
    }
    return context;
}

static bool
has_process(const struct control *control, unsigned guest)
{
    return control->phase[guest] == PROCESS_RUNNING;
}

bool
control_may_step(const struct world *world, const struct control *control, unsigned guest)
{
    const struct thread *thread = &control->thread[guest];

    if (client_is_between_rounds(world, control, guest)) {
        return client_may_begin_round(world, control, guest);
    }
    if (thread_ended(thread, world_program(world, guest)) || thread->waits != WAIT_NONE ||
        client_is_idle(world, control, guest)) {
        return false;
    }
    return control_crashes(control, guest) || control->daemon.lock[world->daemon[guest]] == 0 ||
           control_want(world, control, guest).kind != OP_LOCK;
}

bool
control_crashes(const struct control *control, unsigned guest)
{
    return control->thread[guest].machine.kind == MACHINE_IDLE;
}

void
control_crash(const struct world *world, struct control *control, unsigned guest)
{
    struct context context = world_context(world, guest);

    assert(has_process(control, guest));
    control->phase[guest] = PROCESS_EXITING;
    thread_crashed(&control->thread[guest], &context, control->daemon.record);
    client_reach(world, control, guest, LANDMARK_CRASH);
}

struct operation
control_want(const struct world *world, const struct control *control, unsigned guest)
{
    struct context context = context_of(world, control, guest);

    return machine_want(&control->thread[guest].machine, &context, control->daemon.record);
}

struct outcome
control_carry_out(const struct world *world, struct control *control, unsigned guest,
                  struct operation op)
{
    struct context context = context_of(world, control, guest);
    struct outcome outcome;
    bool done = daemon_do(&control->daemon, &context, op, &outcome);

    assert(done);
    (void)done;
    return outcome;
}

/* The outcome of the operation in work has come: the machine moves on and, if that ends it, the
 * thread.  True if a start has failed with this. */
static bool
advance(const struct world *world, struct control *control, unsigned guest, struct outcome outcome)
{
    struct context context = world_context(world, guest);
    struct thread *thread = &control->thread[guest];
    bool failed = false;

    machine_done(&thread->machine, &context, control->daemon.record, outcome);
    thread->waits = WAIT_NONE;
    thread->answer = 0;
    if (machine_ended(&thread->machine)) {
        failed = thread_go_on(thread, client_program(world, control, guest), &context,
                              control->daemon.record, has_process(control, guest));
        client_give(world, control);
    }
    return failed;
}

POLICY_TWO(STOP_STATUSES);

/* What an operation means for the guest's process. */
static void
note_process(const struct world *world, struct control *control, unsigned guest,
             struct operation op, struct outcome outcome)
{
    uint8_t *phase = &control->phase[guest];

    if (op.kind == OP_EXEC && outcome.error == 0) {
        assert(*phase == PROCESS_NONE);
        *phase = PROCESS_RUNNING;
    }
    /* SIGTERM first (facts 1b), which some ignore. */
    if (op.kind == OP_KILL && *phase == PROCESS_RUNNING && !world->ignores_sigterm[guest]) {
        uint8_t *flag = &control->thread[guest].machine.flag;
        /* A QEMU that sleeps says nothing on its monitor. */
        bool spoils = world_policy(world, guest)->stop_status == STOP_STATUS_SPOILT &&
                      !world->ignores_sigkill[guest];

        *phase = PROCESS_EXITING;
        *flag |= spoils && (*flag & MACHINE_UNFINISHED) == 0 ? MACHINE_OBEYED : 0;
    }
}

bool
control_done(const struct world *world, struct control *control, unsigned guest,
             struct operation op, struct outcome outcome)
{
    struct thread *thread = &control->thread[guest];

    assert(thread->waits == WAIT_NONE);
    note_process(world, control, guest, op, outcome);
    client_reach(world, control, guest, op.kind);
    if (outcome.waits == WAIT_NONE) {
        return advance(world, control, guest, outcome);
    }
    assert(outcome.error == 0);
    assert(outcome.waits != WAIT_EXIT || op.kind == OP_KILL);
    thread->waits = outcome.waits;
    thread->answer = outcome.value;
    return false;
}

/* ---- what threads wait for ---- */

bool
control_waits_for_vswitchd(const struct control *control, unsigned guest)
{
    return control->thread[guest].waits == WAIT_VSWITCHD;
}

bool
control_is_vswitchd_awaited(const struct world *world, const struct control *control)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (control_waits_for_vswitchd(control, guest)) {
            return true;
        }
    }
    return false;
}

bool
control_answer(const struct world *world, struct control *control, unsigned guest, int error)
{
    struct outcome outcome = {.error = error, .value = control->thread[guest].answer};

    assert(control_waits_for_vswitchd(control, guest));
    return advance(world, control, guest, outcome);
}

/* ---- the guests' processes ---- */

bool
control_may_sigkill(const struct control *control, unsigned guest)
{
    return control->thread[guest].waits == WAIT_EXIT && has_process(control, guest);
}

void
control_sigkill(struct control *control, unsigned guest)
{
    assert(control_may_sigkill(control, guest));
    control->phase[guest] = PROCESS_EXITING;
}

/* It sleeps before it closes its descriptors; what comes behind that does not last. */
bool
control_may_leave_alive(const struct world *world, const struct control *control, unsigned guest)
{
    return world->ignores_sigkill[guest] && control->thread[guest].waits == WAIT_EXIT &&
           control->phase[guest] == PROCESS_EXITING;
}

POLICY_TWO(KILL_FAILURES);

/* EBUSY, if somebody is told so, and takes it for a failure. */
bool
control_leave_alive(const struct world *world, struct control *control, unsigned guest)
{
    uint8_t flag = control->thread[guest].machine.flag;
    bool fails = world_policy(world, guest)->kill_fails == KILL_FAILS_FAIL &&
                 (flag & (MACHINE_UNASKED | MACHINE_UNFINISHED)) == 0;

    assert(control_may_leave_alive(world, control, guest));
    return advance(world, control, guest, (struct outcome){.error = fails ? EBUSY : 0});
}

bool
control_may_exit(const struct control *control, unsigned guest)
{
    return control->phase[guest] == PROCESS_EXITING || control->phase[guest] == PROCESS_CLOSED;
}

bool
control_may_close(const struct control *control, unsigned guest)
{
    return control->phase[guest] == PROCESS_EXITING;
}

void
control_close(const struct world *world, struct control *control, unsigned guest)
{
    assert(control_may_close(control, guest));
    control->phase[guest] = PROCESS_CLOSED;
    if (control->thread[guest].stuck != 0) {
        struct context context = world_context(world, guest);

        thread_eof(&control->thread[guest], &context, control->daemon.record);
    }
    client_reach(world, control, guest, LANDMARK_CLOSE);
}

void
control_exit(const struct world *world, struct control *control, unsigned guest)
{
    assert(control->phase[guest] == PROCESS_CLOSED);
    control->phase[guest] = PROCESS_NONE;
    client_reach(world, control, guest, LANDMARK_EXIT);
    if (control->thread[guest].waits == WAIT_EXIT) {
        bool failed = advance(world, control, guest, (struct outcome){0});

        assert(!failed); /* it is a stop that waits for it */
        (void)failed;
    }
}

/* ---- scripts and time ---- */

bool
control_third_party_may_step(const struct world *world, const struct control *control,
                             unsigned third_party)
{
    return control->third_party[third_party] < world->third_party[third_party].commands &&
           client_has_reached(control, world->third_party[third_party].after);
}

bool
control_asks_ovsdb(const struct world *world, const struct control *control, unsigned third_party)
{
    const struct third_party *other = &world->third_party[third_party];
    unsigned next = control->third_party[third_party];

    assert(next < other->commands);
    return other->command[next] == THIRD_PARTY_DELETE_PORT ||
           (other->command[next] == THIRD_PARTY_DELETE_BRIDGE &&
            world->bridge_kind[other->bridge[next] - 1] == BRIDGE_OVS);
}

unsigned
control_third_party_next(struct control *control, unsigned third_party)
{
    assert(control->third_party[third_party] < MAX_COMMANDS);
    return control->third_party[third_party]++;
}

bool
control_qemu_may_step(const struct world *world, const struct control *control, unsigned guest)
{
    return control->qemu[guest] < world->qemu_commands[guest] && has_process(control, guest) &&
           client_has_reached(control, world->qemu_after[guest]);
}

unsigned
control_qemu_next(struct control *control, unsigned guest)
{
    assert(has_process(control, guest)); /* it is QEMU that does it */
    return control->qemu[guest]++;
}

/* The clean-up of the nic's last user has gone on for as long as it may, and has not ended: the
 * hold of the name began when that clean-up released it. */
static bool
has_to_end(const struct world *world, const struct control *control, unsigned nic)
{
    const struct nic_record *record = &control->daemon.record[nic];
    struct context context = world_context(world, nic);
    uint8_t kind = control->thread[context.guest].machine.kind;
    uint8_t held = control->daemon.allocator[context.daemon].held[record->name];
    uint8_t left = held == NAME_RESERVED ? 0 : held;

    assert(left <= context.policy->hold);
    return (kind == MACHINE_STOP || kind == MACHINE_UNPLUG) && record->running == 0 &&
           record->name != IFNAME_NONE && record->reserved == 0 && daemon_names(&context) &&
           daemon_strategy(&context) == NAME_QUARANTINE &&
           context.policy->hold - left >= world->clean_up_seconds;
}

bool
control_may_tick(const struct world *world, const struct control *control)
{
    bool counting = false;

    for (unsigned i = 0; i < MAX_DAEMONS * (world->names.names + 1u); i++) {
        uint8_t held = control->daemon.allocator[i % MAX_DAEMONS].held[i / MAX_DAEMONS];

        counting = counting || (held != NAME_FREE && held != NAME_RESERVED);
    }
    for (unsigned nic = 0; nic < world_nics(world) && world->clean_up_seconds > 0; nic++) {
        if (has_to_end(world, control, nic)) {
            return false;
        }
    }
    return counting;
}

void
control_tick(struct control *control)
{
    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        allocator_tick(&control->daemon.allocator[daemon]);
    }
}
