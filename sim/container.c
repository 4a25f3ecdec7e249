/* What becomes of a dead container's veth: see container.h. */
#include "sim/container.h"

#include "sim/kernel.h"

static bool
ends(const struct world *world, unsigned guest)
{
    for (unsigned command = 0; command < world->commands[guest]; command++) {
        if (world->command[guest][command] != COMMAND_START) {
            return true;
        }
    }
    return world->faults[FAULT_QEMU_CRASH] > 0;
}

bool
container_ends(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->nic[guest].kind == NIC_VETH && ends(world, guest)) {
            return true;
        }
    }
    return false;
}

unsigned
container_actors(const struct world *world)
{
    return container_ends(world) ? world->guests : 0;
}

uint8_t
container_orphan(const struct world *world, const struct state *state, unsigned guest)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->device[name].orphan != 0 && state->device[name].owner == guest + 1) {
            return name;
        }
    }
    return IFNAME_NONE;
}

void
container_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->kind = EVENT_CLEAN_NETNS;
    event->op.name = container_orphan(world, state, guest);
    kernel_delete(world, state, event->op.name);
}
