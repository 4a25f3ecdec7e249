/* The state of the simulated world: what can be read off it.  See state.h. */
#include "sim/state.h"

#include <assert.h>

bool
state_running(const struct state *state, unsigned guest)
{
    const struct thread *thread = &state->control.thread[guest];
    bool stops = thread->machine.kind == MACHINE_STOP || thread->machine.kind == MACHINE_UNPLUG;

    return state->control.daemon.record[guest].running == 1 &&
           state->control.phase[guest] == PROCESS_RUNNING &&
           !(stops &&
             thread->waits != WAIT_NONE); /* its stop has begun: it waits in its first step */
}

uint32_t
state_given_names(const struct world *world, const struct state *state)
{
    uint32_t set = 0;

    for (unsigned name = 1; name <= world->names.names; name++) {
        uint8_t owner = state->network.device[name].owner;

        if (owner != 0 && owner != THIRD_PARTY) {
            struct context context = world_context(world, owner - 1u);

            assert(state->network.device[name].kind != DEVICE_NONE);
            set |= daemon_names(&context) ? UINT32_C(1) << (name - 1) : 0;
        }
    }
    return set;
}

bool
state_row_is_used(const struct state *state, uint8_t name)
{
    const struct row *row = &state->network.row[name];
    const struct port *port = &state->network.port[name];

    assert(port->life != PORT_AWAY || port->receives_from != name);
    return row->bridge != 0 && ((state->network.device[name].kind != DEVICE_NONE &&
                                 state->network.device[name].owner == row->owner) ||
                                (port->life == PORT_AWAY &&
                                 state->network.device[port->receives_from].owner == row->owner));
}

uint8_t
device_incarnation(const struct device *device)
{
    assert(device->kind != DEVICE_NONE && device->owner != 0);
    return device->maker != 0 ? device->maker : device->owner;
}

bool
device_is_guests(const struct device *device)
{
    return device->kind != DEVICE_NONE && device->owner != THIRD_PARTY &&
           (device->maker != ADMINISTRATOR || device->holders != 0);
}

uint8_t
device_wanted_bridge(const struct world *world, const struct device *device)
{
    assert(device->owner != 0);
    return device->owner == THIRD_PARTY ? 0 : world->nic[device->owner - 1].bridge;
}

uint8_t
device_wanted_vlan(const struct world *world, const struct device *device)
{
    assert(device->owner != 0);
    return device->owner == THIRD_PARTY ? (uint8_t)VLAN_NONE : world->nic[device->owner - 1].vlan;
}

bool
state_miswired(const struct world *world, const struct state *state, uint8_t name, uint8_t owner)
{
    const struct row *row = &state->network.row[name];

    assert(owner != 0); /* of a device that is there */
    return owner != THIRD_PARTY && row->bridge != 0 && world->wired[row->bridge - 1] != 0 &&
           row->bridge == world->nic[owner - 1].bridge &&
           !world_is_one_nic(world, row->owner, owner);
}

uint8_t
state_filter_bit(const struct world *world, uint8_t mac)
{
    bool by_mac = WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME_MAC);

    assert(mac <= world_nics(world) && MAX_NICS < 8); /* a bit for each, and one behind them */
    return (uint8_t)(mac != 0 ? 1u << (mac - 1) : by_mac ? 1u << world_nics(world) : 1u);
}

bool
state_lacks_ovsdb(const struct state *state)
{
    return state->network.ovsdb == OVSDB_DOWN;
}

uint8_t
state_iface_to_br(const struct state *state, uint8_t name)
{
    return state_lacks_ovsdb(state) ? 0 : state->network.row[name].bridge;
}
