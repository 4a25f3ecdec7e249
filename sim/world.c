/* The simulated world before its first step, and what can be read off it.  See world.h. */
#include "sim/world.h"

#include <assert.h>

unsigned
world_nics(const struct world *world)
{
    return world->guests + world->more;
}

unsigned
world_guest(const struct world *world, unsigned nic)
{
    return nic < world->guests ? nic : world->nic_guest[nic];
}

struct context
world_context(const struct world *world, unsigned nic)
{
    unsigned guest = world_guest(world, nic);
    struct context context = {
        .policy = &world->policy,
        .names = &world->names,
        .nic = world->nic,
        .bridge_kind = world->bridge_kind,
        .guest = (uint8_t)guest,
        .nics = 1,
        .nic_at = {(uint8_t)guest},
        .at_hand = (uint8_t)nic,
        .daemon = world->daemon[guest],
        .platform = world->platform,
    };

    for (unsigned other = world->guests; other < world_nics(world); other++) {
        if (world->nic_guest[other] == guest) {
            context.nic_at[context.nics++] = (uint8_t)other;
        }
    }
    return context;
}

unsigned
world_nic(const struct world *world, const struct state *state, unsigned guest)
{
    struct context context = world_context(world, guest);

    return machine_nic(&state->thread[guest].machine, &context);
}

uint8_t
world_filter(const struct world *world, unsigned nic)
{
    return (uint8_t)(world->policy.filter_key == FILTER_KEY_NAME_MAC
                         ? 1u << (world->nic[nic].mac - 1)
                         : 1u);
}

struct program
world_program(const struct world *world, unsigned guest)
{
    return (struct program){.command = world->command[guest], .commands = world->commands[guest]};
}

bool
world_running(const struct state *state, unsigned guest)
{
    return state->daemon.record[guest].running == 1 && state->phase[guest] == PROCESS_RUNNING &&
           state->thread[guest].call != CALL_EXIT; /* its stop waits for it, in the first step */
}

static uint8_t
any_nics_vlan(const struct world *world)
{
    uint8_t any = VLAN_NONE;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        any |= world->nic[nic].vlan;
    }
    return any;
}

bool
world_has_vlans(const struct world *world)
{
    uint8_t any = any_nics_vlan(world);

    for (unsigned name = 1; name <= world->names.names; name++) {
        any |= world->leftover[name].vlan | world->preset[name].vlan;
    }
    return any != VLAN_NONE;
}

uint32_t
world_given_names(const struct world *world, const struct state *state)
{
    uint32_t set = 0;

    for (unsigned name = 1; name <= world->names.names; name++) {
        uint8_t owner = state->device[name].owner;

        if (owner != 0 && owner != THIRD_PARTY) {
            struct context context = world_context(world, owner - 1u);

            set |= daemon_names(&context) ? UINT32_C(1) << (name - 1) : 0;
        }
    }
    return set;
}

bool
world_has_agent(const struct world *world)
{
    return any_nics_vlan(world) != VLAN_NONE && world->policy.vlan_by != VLAN_BY_ADD;
}

bool
world_owns(const struct world *world, unsigned guest, uint8_t owner)
{
    return owner != 0 && owner <= world_nics(world) && world_guest(world, owner - 1u) == guest;
}

bool
world_renames(const struct world *world)
{
    for (unsigned i = 0; i < world->third_parties; i++) {
        for (unsigned command = 0; command < world->third_party[i].commands; command++) {
            if (world->third_party[i].command[command] == THIRD_PARTY_RENAME) {
                return true;
            }
        }
    }
    return false;
}

bool
world_row_is_used(const struct state *state, uint8_t name)
{
    const struct row *row = &state->row[name];
    const struct port *port = &state->port[name];

    return row->bridge != 0 &&
           ((state->device[name].kind != DEVICE_NONE && state->device[name].owner == row->owner) ||
            (port->life == PORT_AWAY && state->device[port->receives_from].owner == row->owner));
}

uint8_t
world_incarnation(const struct device *device)
{
    return device->maker != 0 ? device->maker : device->owner;
}

bool
world_is_guests(const struct device *device)
{
    return device->kind != DEVICE_NONE && device->owner != THIRD_PARTY &&
           (device->maker != ADMINISTRATOR || device->holders != 0);
}

uint8_t
world_wanted_bridge(const struct world *world, const struct device *device)
{
    return device->owner == THIRD_PARTY ? 0 : world->nic[device->owner - 1].bridge;
}

uint8_t
world_wanted_vlan(const struct world *world, const struct device *device)
{
    return device->owner == THIRD_PARTY ? (uint8_t)VLAN_NONE : world->nic[device->owner - 1].vlan;
}

bool
world_miswired(const struct world *world, const struct state *state, uint8_t name, uint8_t owner)
{
    const struct row *row = &state->row[name];

    return owner != THIRD_PARTY && row->bridge != 0 && world->wired[row->bridge - 1] != 0 &&
           row->bridge == world->nic[owner - 1].bridge && row->owner != owner;
}

uint8_t
world_preset_port(const struct world *world, uint8_t name)
{
    uint8_t bridge = world->preset[name].bridge;

    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS ? bridge : 0;
}

bool
world_datapath(const struct world *world, uint8_t bridge, enum datapath datapath)
{
    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS &&
           world->datapath[bridge - 1] == datapath;
}
