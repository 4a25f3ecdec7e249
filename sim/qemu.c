/* A QEMU that acts by itself: see qemu.h. */
#include "sim/qemu.h"

unsigned
qemu_actors(const struct world *world)
{
    bool acts = false;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        acts = acts || world->qemu_commands[guest] > 0;
    }
    return acts ? world->guests : 0;
}

bool
qemu_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return state->qemu[guest] < world->qemu_commands[guest] &&
           state->phase[guest] == PROCESS_RUNNING && state->tap[guest] != IFNAME_NONE;
}

/* TUNSETPERSIST, which needs no more than a descriptor (facts 4). */
void
qemu_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    uint8_t name = state->tap[guest], command = state->qemu[guest]++;

    event->kind =
        world->qemu_command[guest][command] == QEMU_PERSIST ? EVENT_PERSIST : EVENT_UNPERSIST;
    event->op.name = name;
    state->device[name].persist = event->kind == EVENT_PERSIST;
}
