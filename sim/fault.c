/* What faults do in the simulated world: see fault.h. */
#include "sim/fault.h"

#include "sim/carry_out.h"
#include "sim/delayed.h"
#include "sim/guest_thread.h"
#include "sim/kernel.h"
#include "sim/ovs.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Facts 3: "--timeout: rc 142"; what the call has committed remains. */
void
fault_time_out(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = control_want(world, &state->control, guest);
    assert(operation_commits((enum op_kind)event->op.kind)); /* nothing else runs out of time */
    event->outcome.error = ETIMEDOUT;
    guest_thread_answer(world, state, guest, ETIMEDOUT, event);
}

void
fault_crash(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    (void)event;
    control_eof(world, &state->control, guest);
}

/* If it fails with this, that is no race; it may also go on with another name. */
void
fault_fail_start(const struct world *world, struct state *state, unsigned guest,
                 struct event *event)
{
    event->op = control_want(world, &state->control, guest);
    assert(!operation_is_daemons((enum op_kind)event->op.kind)); /* memory does not fail */
    event->outcome.error =
        kernel_misses(state, event->op) ? ENODEV : control_start_fails_with(event->op);
    assert(state->excused[guest] == 0);
    state->excused[guest] = 1;
    guest_thread_done(world, state, guest, event);
}

/* The tap that the guest's QEMU has open or, while none runs, the daemon for it. */
static uint8_t
open_tap(const struct state *state, unsigned guest)
{
    return state->control.phase[guest] == PROCESS_RUNNING ? state->network.tap[guest]
                                                          : state->network.opened[guest];
}

bool
fault_can_leak(const struct world *world, const struct state *state, unsigned guest)
{
    return world->nic[guest].kind == NIC_TAP && open_tap(state, guest) != IFNAME_NONE &&
           state->network.leaked[guest] == IFNAME_NONE;
}

/* Facts 4: a dup'd descriptor, a forked child, one in flight on a socket. */
void
fault_leak(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    (void)world;
    event->op.name = open_tap(state, guest);
    assert(state->network.device[event->op.name].kind == DEVICE_TAP);
    assert(state->network.leaked[guest] == IFNAME_NONE); /* a helper holds one */
    state->network.device[event->op.name].holders |= HOLDER_HELPER;
    state->network.leaked[guest] = event->op.name;
}

/* What the thread is about to commit would change something. */
bool
fault_can_lie(const struct world *world, const struct state *state, unsigned guest)
{
    struct operation op = control_want(world, &state->control, guest);
    struct state after = *state;
    struct event unused = {0};

    return carry_out(world, &after, control_nic(world, &state->control, guest), op, &unused)
               .waits == WAIT_VSWITCHD;
}

/* Success, and nothing has been done; a start is told of no row. */
void
fault_lie(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = control_want(world, &state->control, guest);
    assert(operation_commits((enum op_kind)event->op.kind)); /* nothing else lies */
    guest_thread_done(world, state, guest, event);
}

bool
fault_can_be_late(const struct world *world, const struct state *state, unsigned guest)
{
    return !delayed_is_pending(state, guest) && fault_can_lie(world, state, guest);
}

void
fault_be_late(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = control_want(world, &state->control, guest);
    event->outcome.error = ETIMEDOUT;
    delayed_send(world, state, guest, event->op);
    guest_thread_done(world, state, guest, event);
}

/* Some thread waits for ovs-vswitchd, or there is something that only a new one does. */
bool
fault_vswitchd_matters(const struct world *world, const struct state *state, unsigned none)
{
    struct state after = *state;

    (void)none;
    ovs_vswitchd_restart(world, &after);
    return control_is_vswitchd_awaited(world, &state->control) ||
           memcmp(&after, state, sizeof after) != 0;
}

void
fault_restart_vswitchd(const struct world *world, struct state *state, unsigned none,
                       struct event *event)
{
    (void)none;
    ovs_vswitchd_restart(world, state);
    guest_thread_answer_all(world, state, event);
    assert(!control_is_vswitchd_awaited(world, &state->control));
}

/* The kernel closes the descriptors of the daemon that is killed. */
static void
close_descriptors(const struct world *world, struct state *state)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (world->daemon[world_guest(world, nic)] == RESTARTED_DAEMON) {
            kernel_close_opened(world, state, nic);
        }
    }
}

/* Open vSwitch keeps what has been committed. */
void
fault_restart_daemon(const struct world *world, struct state *state, unsigned none,
                     struct event *event)
{
    (void)none;
    (void)event;
    close_descriptors(world, state);
    control_restart(world, &state->control);
    assert(state->control.daemon.lock[RESTARTED_DAEMON] == 0);
}

bool
fault_can_orphan(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return !delayed_is_pending(state, guest);
}

/* Facts, "Found of libvirtd": libvirt's units have systemd kill the daemon alone. */
void
fault_orphan(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->op = control_want(world, &state->control, guest);
    delayed_orphan(world, state, guest, event->op);
    close_descriptors(world, state);
    control_orphan(world, &state->control, guest);
}

void
fault_give_up(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    control_give_up(world, &state->control, guest, event->fault);
}
