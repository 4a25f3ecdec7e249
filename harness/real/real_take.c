/* One step of an actor on the real kernel: see real.h.  The order of actors is the simulation's
 * (sim/actor.h), and so are the words; what happens is the kernel's. */
#include "harness/real/real.h"

#include "harness/real/clock.h"
#include "harness/real/real_container.h"
#include "harness/real/real_fault.h"
#include "harness/real/real_ovs.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { SIGTERM_SECONDS = 10 /* then SIGKILL (facts 1b) */ };

void
real_advance(struct real *real, unsigned guest, struct outcome outcome)
{
    struct context context = world_context(real->world, guest);

    thread_advance(&real->thread[guest], world_program(real->world, guest), &context,
                   real->daemon.record, real->phase[guest] == PROCESS_RUNNING, outcome);
}

unsigned
real_nic(const struct real *real, unsigned guest)
{
    struct context context = world_context(real->world, guest);

    return machine_nic(&real->thread[guest].machine, &context);
}

static bool
take_thread(struct real *real, unsigned guest, struct real_step *step,
            struct diagnostic *diagnostic)
{
    struct thread *thread = &real->thread[guest];
    unsigned nic = real_nic(real, guest);
    struct context context = world_context(real->world, nic);
    struct operation op;

    if (thread->machine.kind == MACHINE_IDLE) {
        real->phase[guest] = PROCESS_EXITING;
        thread_crashed(thread, &context, real->daemon.record);
        return guest_kill(&real->guest[guest], SIGKILL, diagnostic);
    }
    op = machine_want(&thread->machine, &context, real->daemon.record);
    if (operation_is_daemons((enum op_kind)op.kind)) {
        if (!daemon_do(&real->daemon, &context, op, &step->outcome)) {
            return diagnose(diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                            "the simulation takes the mutex, and here it is held");
        }
    } else if (!real_operate(real, nic, op, step, diagnostic)) {
        return false;
    }
    thread->call = (uint8_t)step->waits;
    thread->answer = step->outcome.value;
    if (step->waits == CALL_NONE) {
        real_advance(real, guest, step->outcome);
    }
    return true;
}

static bool
take_kernel(struct real *real, unsigned guest, struct diagnostic *diagnostic)
{
    if (real->phase[guest] == PROCESS_EXITING) {
        real->phase[guest] = PROCESS_CLOSED;
        real_leave_container(real, guest);
        return guest_close(&real->guest[guest], diagnostic);
    }
    real->phase[guest] = PROCESS_NONE;
    real->pid[guest] = real->guest[guest].pid;
    if (!guest_reap(&real->guest[guest], diagnostic)) {
        return false;
    }
    if (real->thread[guest].call == CALL_EXIT) {
        real_advance(real, guest, (struct outcome){0});
    }
    return true;
}

void
real_answer_calls(struct real *real)
{
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        struct outcome outcome = {.value = real->thread[guest].answer};

        if (real->thread[guest].call != CALL_OVS) {
            continue;
        }
        /* Without an ovs-vsctl the client is ours, which has waited for that run. */
        if (real->call[guest] != 0) {
            outcome.error = ovs_reap(real->ovs, real->call[guest]) == 0 ? 0 : EIO;
        }
        real->call[guest] = 0;
        real_advance(real, guest, outcome);
    }
}

static bool
pass_time(struct real *real, long long seconds, struct diagnostic *diagnostic)
{
    real->time += seconds;
    return clock_set(CLOCK_FILE, real->time, diagnostic);
}

/* The process has not obeyed: the daemon sends SIGKILL, if its clock says that it is time. */
static bool
take_sigkill(struct real *real, unsigned guest, struct real_step *step,
             struct diagnostic *diagnostic)
{
    if (!pass_time(real, SIGTERM_SECONDS, diagnostic)) {
        return false;
    }
    /* The hold of a name is counted by the clock's steps alone (docs/model.md). */
    real->looked += SIGTERM_SECONDS;
    if (clock_now() - real->sigterm[guest] < SIGTERM_SECONDS) {
        step->outcome.error = EAGAIN;
        return true;
    }
    real->phase[guest] = PROCESS_EXITING;
    return guest_kill(&real->guest[guest], SIGKILL, diagnostic);
}

static bool
take_timeout(struct real *real, unsigned guest, struct real_step *step,
             struct diagnostic *diagnostic)
{
    if (real->thread[guest].call == CALL_EXIT) {
        return take_sigkill(real, guest, step, diagnostic);
    }
    return real_strike(real, FAULT_OVS_TIMEOUT, guest, step, diagnostic);
}

/* A second passes, and as many for the names held back as the daemon's clock says. */
static bool
take_clock(struct real *real, struct diagnostic *diagnostic)
{
    if (!pass_time(real, 1, diagnostic)) {
        return false;
    }
    for (; real->looked < clock_now(); real->looked++) {
        for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
            allocator_tick(&real->daemon.allocator[daemon]);
        }
    }
    return true;
}

static bool
take_qemu(struct real *real, unsigned guest, struct diagnostic *diagnostic)
{
    unsigned command = real->qemu_done[guest]++;

    return guest_persist(&real->guest[guest],
                         real->world->qemu_command[guest][command] == QEMU_PERSIST, diagnostic);
}

/* The descriptor of other software's own device goes along. */
static int
rename_device_here(struct real *real, uint8_t name, uint8_t to)
{
    char text[IFNAME_SIZE], other[IFNAME_SIZE];
    int error = device_rename(ifname_text(&real->world->names, name, text),
                              ifname_text(&real->world->names, to, other));

    if (error == 0 && real->others[name] >= 0) {
        if (real->others[to] >= 0) {
            close(real->others[to]); /* its device has been deleted */
        }
        real->others[to] = real->others[name];
        real->others[name] = -1;
    }
    return error;
}

static bool
take_third_party(struct real *real, unsigned index, struct real_step *step,
                 struct diagnostic *diagnostic)
{
    const struct third_party *third_party = &real->world->third_party[index];
    unsigned command = real->third_party[index]++;
    uint8_t name = third_party->name[command];
    char text[IFNAME_SIZE], got[IFNAME_SIZE];
    int *error = &step->outcome.error;

    ifname_text(&real->world->names, name, text);
    switch (third_party->command[command]) {
    case THIRD_PARTY_DELETE:
        *error = device_delete(text);
        return true;
    case THIRD_PARTY_DELETE_PORT:
        return real_delete_rows(real, (const char *const[]){"del-port", text, NULL}, error,
                                diagnostic);
    case THIRD_PARTY_DELETE_BRIDGE:
        return real_delete_bridge(real, third_party->bridge[command], error, diagnostic);
    case THIRD_PARTY_RENAME:
        *error = rename_device_here(real, name, third_party->to[command]);
        return true;
    default: /* it looks first, as `ip tuntap add` does */
        *error = device_index(text) != 0 ? EEXIST
                                         : device_open_tap(text, false, &real->others[name], got);
        return true;
    }
}

bool
real_take(struct real *real, unsigned number, struct real_step *step, struct diagnostic *diagnostic)
{
    struct actor actor = actor_at(real->world, number);

    *step = (struct real_step){.waits = CALL_NONE};
    switch (actor.kind) {
    case ACTOR_THREAD:
        return take_thread(real, actor.index, step, diagnostic);
    case ACTOR_KERNEL:
        return take_kernel(real, actor.index, diagnostic);
    case ACTOR_VSWITCHD:
        if (!ovs_run(real->ovs, diagnostic)) {
            return false;
        }
        real_answer_calls(real);
        return true;
    case ACTOR_TIMEOUT:
        return take_timeout(real, actor.index, step, diagnostic);
    case ACTOR_HELPER:
        return guest_release(&real->helper[actor.index], diagnostic);
    case ACTOR_THIRD_PARTY:
        return take_third_party(real, actor.index, step, diagnostic);
    case ACTOR_CLOCK:
        return take_clock(real, diagnostic);
    case ACTOR_AGENT:
        return real_set_tags(real, diagnostic);
    case ACTOR_OVSDB:
        return real_commit_delayed(real, actor.index, step, diagnostic);
    case ACTOR_NETNS:
        return real_clean_netns(real, actor.index, diagnostic);
    case ACTOR_FAULT:
        return real_strike(real, actor.fault, actor.index, step, diagnostic);
    case ACTOR_QEMU:
        return take_qemu(real, actor.index, diagnostic);
    }
    assert(false);
    return false;
}

static bool
thread_enabled(const struct real *real, unsigned guest)
{
    const struct thread *thread = &real->thread[guest];
    struct context context = world_context(real->world, guest);

    if (thread_ended(thread, world_program(real->world, guest)) || thread->call != CALL_NONE) {
        return false;
    }
    return thread->machine.kind == MACHINE_IDLE || real->daemon.lock[context.daemon] == 0 ||
           machine_want(&thread->machine, &context, real->daemon.record).kind != OP_LOCK;
}

bool
real_enabled(const struct real *real, struct actor actor)
{
    switch (actor.kind) {
    case ACTOR_THREAD:
        return thread_enabled(real, actor.index);
    case ACTOR_KERNEL:
        return real->phase[actor.index] >= PROCESS_EXITING;
    case ACTOR_THIRD_PARTY:
        return real->third_party[actor.index] < real->world->third_party[actor.index].commands;
    case ACTOR_NETNS:
        return real_has_orphan(real, actor.index);
    case ACTOR_FAULT:
        return real_strikes(real, actor.fault, actor.index);
    case ACTOR_VSWITCHD:
    case ACTOR_TIMEOUT:
    case ACTOR_HELPER:
    case ACTOR_CLOCK:
    case ACTOR_AGENT:
    case ACTOR_OVSDB:
    case ACTOR_QEMU:
        break;
    }
    assert(false);
    return false;
}
