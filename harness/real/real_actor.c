/* One step of an actor on the real kernel: see real_actor.h.  Control is stepped by core/, as in
 * the simulation; what happens to the network is the kernel's. */
#include "harness/real/real_actor.h"

#include "core/client.h"
#include "harness/real/clock.h"
#include "harness/real/device.h"
#include "harness/real/ovs_outage.h"
#include "harness/real/real_bridge.h"
#include "harness/real/real_carry_out.h"
#include "harness/real/real_fault.h"
#include "harness/real/real_link.h"
#include "harness/real/real_ovs.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* From SIGTERM: then SIGKILL, and then no more (facts 1b). */
enum { SIGTERM_SECONDS = 10, KILL_SECONDS = 40 };

static bool
take_thread(struct real *real, unsigned guest)
{
    struct control *control = &real->control;
    struct operation op;

    if (client_is_between_rounds(real->world, control, guest)) {
        client_begin_round(real->world, control, guest);
        return true;
    }
    if (control_crashes(control, guest)) {
        control_crash(real->world, control, guest);
        return guest_kill(&real->guest[guest], SIGKILL, real->diagnostic);
    }
    op = control_want(real->world, control, guest);
    if (operation_is_daemons((enum op_kind)op.kind)) {
        if (!control_may_step(real->world, control, guest)) {
            return diagnose(real->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                            "the simulation takes the mutex, and here it is held");
        }
        real->outcome = control_carry_out(real->world, control, guest, op);
    } else if (!real_carry_out(real, control_nic(real->world, control, guest), op)) {
        return false;
    }
    control_done(real->world, control, guest, op, real->outcome);
    return true;
}

static bool
take_kernel(struct real *real, unsigned guest)
{
    if (control_may_close(&real->control, guest)) {
        control_close(real->world, &real->control, guest);
        real_leave_container(real, guest);
        return guest_close(&real->guest[guest], real->diagnostic);
    }
    real->pid[guest] = real->guest[guest].pid;
    if (!guest_reap(&real->guest[guest], real->diagnostic)) {
        return false;
    }
    control_exit(real->world, &real->control, guest);
    return true;
}

static bool
take_vswitchd(struct real *real, unsigned none)
{
    (void)none;
    if (real->ovs->away) {
        return ovs_turn(real->ovs); /* without a word to anybody */
    }
    if (!ovs_run(real->ovs)) {
        return false;
    }
    real_answer_calls(real);
    return true;
}

static bool
pass_time(struct real *real, long long seconds)
{
    real->time += seconds;
    return clock_set(CLOCK_FILE, real->time, real->diagnostic);
}

/* The process has not obeyed: the daemon sends SIGKILL, if its clock says that it is time. */
static bool
take_sigkill(struct real *real, unsigned guest)
{
    if (!pass_time(real, SIGTERM_SECONDS)) {
        return false;
    }
    /* The hold of a name is counted by the clock's steps alone (docs/model-names.md). */
    real->looked += SIGTERM_SECONDS;
    if (clock_now() - real->sigterm[guest] < SIGTERM_SECONDS) {
        real->outcome.error = EAGAIN;
        return true;
    }
    control_sigkill(&real->control, guest);
    return guest_kill(&real->guest[guest], SIGKILL, real->diagnostic);
}

/* The process is held on the brink of its exit, its descriptors open, as one that sleeps: the
 * daemon waits no longer. */
static bool
take_give_up(struct real *real, unsigned guest)
{
    long long left = real->sigterm[guest] + KILL_SECONDS - clock_now();

    if (left > 0 && !pass_time(real, left)) {
        return false;
    }
    real->looked += left > 0 ? left : 0;
    if (clock_now() - real->sigterm[guest] < KILL_SECONDS || kill(real->guest[guest].pid, 0) != 0) {
        real->outcome.error = EAGAIN;
        return true;
    }
    control_leave_alive(real->world, &real->control, guest);
    return true;
}

static bool
take_timeout(struct real *real, unsigned guest)
{
    if (control_may_sigkill(&real->control, guest)) {
        return take_sigkill(real, guest);
    }
    if (control_may_leave_alive(real->world, &real->control, guest)) {
        return take_give_up(real, guest);
    }
    if (!real->ovs->parted) {
        control_spend(&real->control, FAULT_OVS_TIMEOUT);
    }
    return real_time_out(real, guest);
}

/* A second passes, and as many for the names held back as the daemon's clock says. */
static bool
take_clock(struct real *real, unsigned none)
{
    (void)none;
    if (!pass_time(real, 1)) {
        return false;
    }
    for (; real->looked < clock_now(); real->looked++) {
        control_tick(&real->control);
    }
    return true;
}

static bool
take_qemu(struct real *real, unsigned guest)
{
    unsigned command = control_qemu_next(&real->control, guest);

    return real->guest[guest].kind->persist(
        &real->guest[guest], real->world->qemu_command[guest][command] == QEMU_PERSIST,
        real->diagnostic);
}

/* The descriptor of other software's own device goes along. */
static int
rename_device(struct real *real, uint8_t name, uint8_t to)
{
    char text[IFNAME_SIZE], other[IFNAME_SIZE];
    int error = device_rename(ifname_text(&real->world->names, name, text),
                              ifname_text(&real->world->names, to, other));

    if (error == 0 && real->third_party[name] >= 0) {
        if (real->third_party[to] >= 0) {
            close(real->third_party[to]); /* its device has been deleted */
        }
        real->third_party[to] = real->third_party[name];
        real->third_party[name] = -1;
    }
    return error;
}

static bool
take_third_party(struct real *real, unsigned index)
{
    const struct third_party *third_party = &real->world->third_party[index];
    unsigned command = control_third_party_next(&real->control, index);
    uint8_t name = third_party->name[command];
    char text[IFNAME_SIZE], got[IFNAME_SIZE];
    int *error = &real->outcome.error;

    ifname_text(&real->world->names, name, text);
    switch ((enum third_party_command)third_party->command[command]) {
    case THIRD_PARTY_DELETE:
        *error = device_delete(text, false);
        return true;
    case THIRD_PARTY_DELETE_PORT:
        return real_delete_rows(real, (const char *const[]){"del-port", text, NULL}, error);
    case THIRD_PARTY_DELETE_BRIDGE:
        return real_delete_bridge(real, third_party->bridge[command], error);
    case THIRD_PARTY_RENAME:
        *error = rename_device(real, name, third_party->to[command]);
        return true;
    case THIRD_PARTY_CREATE: /* it looks first, as `ip tuntap add` does */
        *error = device_index(text) != 0
                     ? EEXIST
                     : device_open_tap(text, false, &real->third_party[name], got);
        return true;
    }
    assert(false);
    return false;
}

static bool
take_helper(struct real *real, unsigned guest)
{
    bool had = false;

    return real->helper[guest].kind->unplug(&real->helper[guest], &had, real->diagnostic) &&
           (had || diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "a helper cannot close its descriptor"));
}

static bool
take_agent(struct real *real, unsigned none)
{
    (void)none;
    return real_set_tags(real);
}

/* ---- what the real world can tell of who can step ---- */

static bool
thread_enabled(const struct real *real, unsigned guest)
{
    return control_may_step(real->world, &real->control, guest);
}

static bool
kernel_enabled(const struct real *real, unsigned guest)
{
    return control_may_exit(&real->control, guest);
}

static bool
deleted_enabled(const struct real *real, unsigned guest)
{
    return control_may_hear(&real->control, guest);
}

static bool
third_party_enabled(const struct real *real, unsigned index)
{
    return control_third_party_may_step(real->world, &real->control, index) &&
           (real->ovs == NULL || !real->ovs->away ||
            !control_asks_ovsdb(real->world, &real->control, index));
}

static bool
has_server(const struct real *real, unsigned none)
{
    (void)none;
    return !real->ovs->away;
}

static bool
lacks_server(const struct real *real, unsigned none)
{
    return !has_server(real, none);
}

static bool
always(const struct real *real, unsigned none)
{
    (void)real;
    (void)none;
    return true;
}

/* One row for each kind of actor.  `enabled` NULL: only a step can show it.  `injected`: it is the
 * harness that answers, and not this kernel or Open vSwitch. */
static const struct {
    real_step *take;
    bool (*enabled)(const struct real *real, unsigned index);
    bool injected;
} kinds[ACTOR_KINDS] = {
    [ACTOR_THREAD] = {take_thread, thread_enabled, false},
    [ACTOR_KERNEL] = {take_kernel, kernel_enabled, false},
    [ACTOR_VSWITCHD] = {take_vswitchd, NULL, false},
    [ACTOR_TIMEOUT] = {take_timeout, NULL, false},
    [ACTOR_HELPER] = {take_helper, NULL, false},
    [ACTOR_THIRD_PARTY] = {take_third_party, third_party_enabled, false},
    [ACTOR_CLOCK] = {take_clock, NULL, false},
    [ACTOR_AGENT] = {take_agent, NULL, false},
    [ACTOR_QEMU] = {take_qemu, NULL, false},
    [ACTOR_OVSDB] = {real_commit_delayed, NULL, false},
    [ACTOR_CALL] = {real_run_orphan, NULL, false},
    [ACTOR_NETNS] = {real_clean_netns, real_has_orphan, false},
    [ACTOR_DELETED] = {real_hear, deleted_enabled, true},
    [ACTOR_START_OVSDB] = {real_start_ovsdb, lacks_server, false},
    [ACTOR_CRASH] = {real_crash, always, false},
    [ACTOR_FAIL] = {real_fail_start, always, true},
    [ACTOR_LEAK] = {real_leak, real_can_leak, false},
    [ACTOR_LIE] = {real_lie, NULL, true},
    [ACTOR_LATE] = {real_be_late, NULL, false},
    [ACTOR_RESTART_VSWITCHD] = {real_restart_vswitchd, NULL, false},
    [ACTOR_RESTART_DAEMON] = {real_restart_daemon, always, false},
    [ACTOR_ORPHAN] = {real_orphan, NULL, false},
    [ACTOR_SLOW] = {real_unplug_late, always, true},
    [ACTOR_MUTE] = {real_say_late, always, true},
    [ACTOR_STOP_OVSDB] = {real_stop_ovsdb, has_server, false},
};

bool
real_take(struct real *real, unsigned number)
{
    struct actor actor = actor_at(real->world, number);
    enum fault fault = actor_kind_fault(actor.kind);

    assert(kinds[actor.kind].take != NULL);
    real->outcome = (struct outcome){0};
    if (fault != FAULT_COUNT) {
        control_spend(&real->control, fault);
    }
    return kinds[actor.kind].take(real, actor.index);
}

bool
real_injected(enum fault fault)
{
    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        if (actor_kind_fault(kind) == fault) {
            return kinds[kind].injected;
        }
    }
    return false; /* a step of timeout/GUEST */
}

bool
real_tells(enum actor_kind kind)
{
    return kinds[kind].enabled != NULL;
}

bool
real_enabled(const struct real *real, struct actor actor)
{
    enum fault fault = actor_kind_fault(actor.kind);

    return (fault == FAULT_COUNT ||
            control_may_strike(real->world, &real->control, fault, actor.index)) &&
           kinds[actor.kind].enabled(real, actor.index);
}
