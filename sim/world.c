/* The simulated world before its first step, and what can be read off it.  See world.h. */
#include "sim/world.h"

#include <assert.h>

struct setting
world_setting(const struct world *world, unsigned guest)
{
    return (struct setting){
        .policy = &world->policy,
        .names = &world->names,
        .nic = world->nic,
        .bridge_kind = world->bridge_kind,
        .guest = (uint8_t)guest,
        .platform = world->platform,
    };
}

struct program
world_program(const struct world *world, unsigned guest)
{
    return (struct program){.verb = world->verb[guest], .verbs = world->verbs[guest]};
}

bool
world_running(const struct state *state, unsigned guest)
{
    return state->daemon.domain[guest].running == 1 &&
           state->process[guest].phase == PROCESS_RUNNING &&
           state->thread[guest].call != CALL_EXIT; /* its stop waits for it, in the first step */
}

uint8_t
world_incarnation(const struct device *device)
{
    return device->maker != 0 ? device->maker : device->owner;
}

bool
world_is_guests(const struct device *device)
{
    return device->kind != DEVICE_NONE && device->owner != OTHERS &&
           (device->maker != ADMINISTRATOR || device->holders != 0);
}

uint8_t
world_wanted_bridge(const struct world *world, const struct device *device)
{
    return device->owner == OTHERS ? 0 : world->nic[device->owner - 1].bridge;
}

bool
world_datapath(const struct world *world, uint8_t bridge, enum datapath datapath)
{
    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS &&
           world->datapath[bridge - 1] == datapath;
}
