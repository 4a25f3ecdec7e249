/* The oracles that judge states: see oracle.h. */
#include "sim/oracle.h"

#include "sim/ovs.h"

#include <assert.h>

bool
oracle_attached(const struct world *world, const struct state *state, unsigned nic)
{
    uint8_t bridge = world->nic[nic].bridge, tap = state->network.tap[nic];

    if (tap == IFNAME_NONE || state->network.device[tap].up == 0) {
        return false; /* it was deleted, or taken down, under its guest */
    }
    if (bridge == 0) {
        return true;
    }
    if (world->bridge_kind[bridge - 1] == BRIDGE_LINUX) {
        return state->network.device[tap].master == bridge;
    }
    if (world->bridge_kind[bridge - 1] == BRIDGE_MIDONET) {
        return state->network.binding[nic] == tap;
    }
    return ovs_attached(world, state, tap, bridge, world->nic[nic].vlan) &&
           !state_miswired(world, state, tap, (uint8_t)(nic + 1));
}

/* A port of its bridge's passes its frames one way: from it, or back to it. */
static bool
half_attached(const struct world *world, const struct state *state, unsigned nic, bool back)
{
    uint8_t tap = state->network.tap[nic];

    return tap != IFNAME_NONE && state->network.device[tap].up != 0 &&
           ovs_passes(world, state, tap, world->nic[nic].bridge, world->nic[nic].vlan, back);
}

bool
oracle_reached(const struct world *world, const struct state *state, unsigned nic)
{
    return oracle_attached(world, state, nic) || half_attached(world, state, nic, true);
}

bool
oracle_heard(const struct world *world, const struct state *state, unsigned nic)
{
    return oracle_attached(world, state, nic) || half_attached(world, state, nic, false);
}

/* The device's port is where an administrator has put it, and no guest's iface-id wires it to
 * another network. */
static bool
put_there(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->network.device[name];
    const struct port *port = &state->network.port[name];

    return device->maker == ADMINISTRATOR && port->bridge == world_preset_port(world, name) &&
           port->vlan == world->preset[name].vlan &&
           (state->network.row[name].owner == 0 ||
            !state_miswired(world, state, name, device->owner));
}

/* Frames of a bridge or a VLAN other than its own reach the device, or those that its row's
 * iface-id has it wired to. */
static bool
on_wrong_network(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->network.device[name];
    uint8_t wanted = device_wanted_bridge(world, device);

    /* An administrator's tap belongs where the administrator has put it, too. */
    if (device->master != 0 && device->master != wanted &&
        (device->maker != ADMINISTRATOR || device->master != world->preset[name].bridge)) {
        return true;
    }
    for (uint8_t i = 1; i <= world->names.names; i++) {
        const struct port *port = &state->network.port[i];

        if ((ovs_receives_from(port, i) == name || ovs_sends_to(world, port, i) == name) &&
            port->vlan != VLAN_PARKED && !(i == name && put_there(world, state, name)) &&
            (port->bridge != wanted || port->vlan != device_wanted_vlan(world, device) ||
             state_miswired(world, state, i, device->owner))) {
            return true;
        }
    }
    return false;
}

/* The name that the daemon, or the kernel for it, has given the guest's device.  One that the user
 * fixed is not of its giving: that two guests have the same is then the user's wish, under every
 * policy. */
static uint8_t
given_name(const struct world *world, const struct state *state, unsigned nic)
{
    struct context context = world_context(world, nic);

    return daemon_names(&context) ? state->control.daemon.record[nic].name : (uint8_t)IFNAME_NONE;
}

static uint8_t
daemon_of(const struct world *world, unsigned nic)
{
    return world->daemon[world_guest(world, nic)];
}

static bool
duplicate_name(const struct world *world, const struct state *state)
{
    for (unsigned a = 0; a < world_nics(world); a++) {
        uint8_t name = given_name(world, state, a);

        for (unsigned b = a + 1; b < world_nics(world) && name != IFNAME_NONE; b++) {
            if (given_name(world, state, b) == name && daemon_of(world, a) == daemon_of(world, b)) {
                return true;
            }
        }
    }
    return false;
}

/* The tap that QEMU's descriptor for the nic leads to, if its guest runs; or IFNAME_NONE. */
static uint8_t
tap_in_use(const struct world *world, const struct state *state, unsigned nic)
{
    return state_running(state, world_guest(world, nic)) ? state->network.tap[nic]
                                                         : (uint8_t)IFNAME_NONE;
}

static bool
shared_tap(const struct world *world, const struct state *state)
{
    for (unsigned a = 0; a < world_nics(world); a++) {
        uint8_t tap = tap_in_use(world, state, a);

        for (unsigned b = a + 1; b < world_nics(world) && tap != IFNAME_NONE; b++) {
            if (tap_in_use(world, state, b) == tap) {
                return true;
            }
        }
    }
    return false;
}

static bool
has_filter(const struct world *world, const struct state *state, unsigned nic)
{
    struct context context = world_context(world, nic);

    assert(state->network.tap[nic] != IFNAME_NONE); /* filter[0] is nobody's */
    return (state->network.filter[state->network.tap[nic]] &
            state_filter_bit(daemon_filter_mac(&context))) != 0;
}

oracle_set
oracle_judge_state(const struct world *world, const struct state *state)
{
    oracle_set violated = 0;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (state_running(state, world_guest(world, nic))) {
            uint8_t tap = state->network.tap[nic];

            if (!oracle_attached(world, state, nic)) {
                violated |= ORACLE_BIT(ORACLE_LOST_ATTACHMENT);
            }
            if (tap != IFNAME_NONE && state->network.device[tap].kind != DEVICE_MACVTAP &&
                !has_filter(world, state, nic)) {
                violated |= ORACLE_BIT(ORACLE_LOST_FILTER);
            }
#define X(id, member, key, text, oracle)                     \
    if (tap != IFNAME_NONE && world->nic[nic].member != 0 && \
        state->network.device[tap].member == 0) {            \
        violated |= ORACLE_BIT(ORACLE_##oracle);             \
    }
            NIC_PROPERTIES(X)
#undef X
        }
    }
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->network.device[name].kind != DEVICE_NONE &&
            on_wrong_network(world, state, name)) {
            violated |= ORACLE_BIT(ORACLE_WRONG_NETWORK);
        }
    }
    if (duplicate_name(world, state)) {
        violated |= ORACLE_BIT(ORACLE_DUPLICATE_NAME);
    }
    if (shared_tap(world, state)) {
        violated |= ORACLE_BIT(ORACLE_SHARED_TAP);
    }
    return violated;
}

/* The nic of a running guest whose tap has this name: 1 + its index, or 0. */
static unsigned
user_of(const struct world *world, const struct state *state, uint8_t name)
{
    assert(name != IFNAME_NONE); /* a guest without a tap would be its user */
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (state_running(state, world_guest(world, nic)) && state->network.tap[nic] == name) {
            return nic + 1;
        }
    }
    return 0;
}

/* The same for the name's row: its port may have a device that was renamed. */
static unsigned
user_of_row(const struct world *world, const struct state *state, uint8_t name)
{
    unsigned user = user_of(world, state, name);

    return user == 0 && state->network.port[name].life == PORT_AWAY
               ? user_of(world, state, state->network.port[name].receives_from)
               : user;
}

/* An administrator's tap that no running guest has is not what it was, nor where it was. */
static bool
is_lost(const struct world *world, const struct state *state, uint8_t name)
{
    const struct preset *preset = &world->preset[name];
    const struct device *device = &state->network.device[name];
    const struct row *row = &state->network.row[name];

    assert(device->maker != ADMINISTRATOR || device->kind == DEVICE_TAP);
    if (device->maker != ADMINISTRATOR || device->persist == 0) {
        return true;
    }
    if (preset->bridge == 0 || user_of(world, state, name) != 0) {
        return false;
    }
    return world_preset_port(world, name) == 0
               ? device->master != preset->bridge
               : row->bridge != preset->bridge || row->vlan != preset->vlan;
}

oracle_set
oracle_judge_end(const struct world *world, const struct state *state)
{
    oracle_set violated = 0;

    for (uint8_t name = 1; name <= world->names.names; name++) {
        const struct device *device = &state->network.device[name];
        unsigned user = user_of(world, state, name), wired = user_of_row(world, state, name);

        if (state->network.row[name].bridge != 0 &&
            !(device->maker == ADMINISTRATOR &&
              state->network.row[name].bridge == world_preset_port(world, name)) &&
            (wired == 0 || world->nic[wired - 1].bridge != state->network.row[name].bridge)) {
            violated |= ORACLE_BIT(ORACLE_STALE_PORT);
        }
        if (device->kind != DEVICE_NONE && device->owner != THIRD_PARTY &&
            device->maker != ADMINISTRATOR && user == 0) {
            violated |= ORACLE_BIT(ORACLE_LEAKED_TAP);
        }
        if (world->preset[name].present && is_lost(world, state, name)) {
            violated |= ORACLE_BIT(ORACLE_LOST_PERSISTENCE);
        }
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (state->network.binding[nic] != IFNAME_NONE &&
            !state_running(state, world_guest(world, nic))) {
            violated |= ORACLE_BIT(ORACLE_STALE_PORT);
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (!thread_ended(&state->control.thread[guest], world_program(world, guest))) {
            violated |= ORACLE_BIT(ORACLE_DEADLOCK);
        }
    }
    return violated;
}
