/* Processes: see process.h. */
#include "sim/process.h"

#include "core/client.h"

#include "sim/guest_thread.h"
#include "sim/kernel.h"

#include <assert.h>

/* ---- kernel/GUEST ---- */

void
process_exit_step(const struct world *world, struct state *state, unsigned guest,
                  struct event *event)
{
    struct context context = world_context(world, guest);

    if (!control_may_close(&state->control, guest)) {
        event->kind = EVENT_EXIT;
        guest_thread_exited(world, state, guest);
        return;
    }
    event->kind = EVENT_CLOSE;
    for (unsigned i = 0; i < context.nics; i++) {
        uint8_t *tap = &state->network.tap[context.nic_at[i]];

        event->op.name = context.nics == 1 ? *tap : (uint8_t)IFNAME_NONE;
        if (*tap != IFNAME_NONE) {
            kernel_close(world, state, *tap, HOLDER_QEMU);
        }
        *tap = IFNAME_NONE;
    }
    control_close(world, &state->control, guest);
}

/* ---- helper/GUEST ---- */

bool
process_helper_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return world->helper_closes[guest] != 0 && state->network.leaked[guest] != IFNAME_NONE &&
           client_has_reached(&state->control, world->helper_after[guest]);
}

void
process_helper_step(const struct world *world, struct state *state, unsigned guest,
                    struct event *event)
{
    event->kind = EVENT_HELPER_CLOSE;
    event->op.name = state->network.leaked[guest];
    assert(state->network.device[event->op.name].kind == DEVICE_TAP);
    kernel_close(world, state, event->op.name, HOLDER_HELPER);
    state->network.leaked[guest] = IFNAME_NONE;
}

/* ---- qemu/GUEST ---- */

bool
process_qemu_acts(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->qemu_commands[guest] > 0) {
            return true;
        }
    }
    return false;
}

bool
process_qemu_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return control_qemu_may_step(world, &state->control, guest) &&
           state->network.tap[guest] != IFNAME_NONE;
}

/* TUNSETPERSIST, which needs no more than a descriptor (facts 4). */
void
process_qemu_step(const struct world *world, struct state *state, unsigned guest,
                  struct event *event)
{
    unsigned command = control_qemu_next(&state->control, guest);
    bool persist = world->qemu_command[guest][command] == QEMU_PERSIST;

    event->kind = persist ? EVENT_PERSIST : EVENT_UNPERSIST;
    event->op.name = state->network.tap[guest];
    assert(state->network.device[event->op.name].kind == DEVICE_TAP); /* no other has the flag */
    state->network.device[event->op.name].persist = persist;
}

/* ---- netns/GUEST ---- */

static bool
ends(const struct world *world, unsigned guest)
{
    assert(world->commands[guest] <= MAX_COMMANDS);
    for (unsigned command = 0; command < world->commands[guest]; command++) {
        if (world->command[guest][command] != COMMAND_START) {
            return true;
        }
    }
    return world->faults[FAULT_QEMU_CRASH] > 0;
}

bool
process_container_ends(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->nic[guest].kind == NIC_VETH && ends(world, guest)) {
            return true;
        }
    }
    return false;
}

/* The veth that is to go with the namespace of this guest's dead container, or IFNAME_NONE. */
static uint8_t
orphan_of(const struct world *world, const struct state *state, unsigned guest)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->network.device[name].orphan != 0 &&
            state->network.device[name].owner == guest + 1) {
            assert(state->network.device[name].kind == DEVICE_VETH);
            return name;
        }
    }
    return IFNAME_NONE;
}

bool
process_netns_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return orphan_of(world, state, guest) != IFNAME_NONE;
}

void
process_netns_step(const struct world *world, struct state *state, unsigned guest,
                   struct event *event)
{
    event->kind = EVENT_CLEAN_NETNS;
    event->op.name = orphan_of(world, state, guest);
    kernel_delete(world, state, event->op.name);
}
