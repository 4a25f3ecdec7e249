/* The oracles that judge states: see oracle.h.  Those that judge steps are in sim/actor.c, where
 * the step is taken and its outcome is known. */
#include "sim/oracle.h"

#include "sim/ovs.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
    const char *when;
} oracles[ORACLE_COUNT] = {
#define STATE "in every state"
#define STEP "at every step"
#define QUIESCENCE "at the end"
#define X(id, name, when, text) [ORACLE_##id] = {name, text, when},
    ORACLES(X)
#undef X
};

const char *
oracle_name(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].name;
}

const char *
oracle_text(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].text;
}

const char *
oracle_when(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].when;
}

bool
oracle_attached(const struct world *world, const struct state *state, unsigned card)
{
    uint8_t bridge = world->nic[card].bridge, tap = state->tap[card];

    if (tap == IFNAME_NONE || state->device[tap].up == 0) {
        return false; /* it was deleted, or taken down, under its guest */
    }
    if (bridge == 0) {
        return true;
    }
    if (world->bridge_kind[bridge - 1] == BRIDGE_LINUX) {
        return state->device[tap].master == bridge;
    }
    if (world->bridge_kind[bridge - 1] == BRIDGE_MIDONET) {
        return state->binding[card] == tap;
    }
    return ovs_attached(world, state, tap, bridge, world->nic[card].vlan) &&
           !world_miswired(world, state, tap, (uint8_t)(card + 1));
}

/* A port of its bridge's passes its frames one way: from it, or back to it. */
static bool
half_attached(const struct world *world, const struct state *state, unsigned card, bool back)
{
    uint8_t tap = state->tap[card];

    return tap != IFNAME_NONE && state->device[tap].up != 0 &&
           ovs_passes(world, state, tap, world->nic[card].bridge, world->nic[card].vlan, back);
}

bool
oracle_reached(const struct world *world, const struct state *state, unsigned card)
{
    return oracle_attached(world, state, card) || half_attached(world, state, card, true);
}

bool
oracle_heard(const struct world *world, const struct state *state, unsigned card)
{
    return oracle_attached(world, state, card) || half_attached(world, state, card, false);
}

/* The device's port is where an administrator has put it, and no guest's iface-id wires it to
 * another network. */
static bool
put_there(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->device[name];
    const struct port *port = &state->port[name];

    return device->maker == ADMINISTRATOR && port->bridge == world_permanent_port(world, name) &&
           port->vlan == world->permanent[name].vlan &&
           (state->row[name].owner == 0 || !world_miswired(world, state, name, device->owner));
}

/* Frames of a bridge or a VLAN other than its own reach the device, or those that its row's
 * iface-id has it wired to. */
static bool
on_wrong_network(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->device[name];
    uint8_t wanted = world_wanted_bridge(world, device);

    /* An administrator's tap belongs where the administrator has put it, too. */
    if (device->master != 0 && device->master != wanted &&
        (device->maker != ADMINISTRATOR || device->master != world->permanent[name].bridge)) {
        return true;
    }
    for (uint8_t i = 1; i <= world->names.names; i++) {
        const struct port *port = &state->port[i];

        if ((ovs_hears(port, i) == name || ovs_sends(world, port, i) == name) &&
            port->vlan != VLAN_PARKED && !(i == name && put_there(world, state, name)) &&
            (port->bridge != wanted || port->vlan != world_wanted_vlan(world, device) ||
             world_miswired(world, state, i, device->owner))) {
            return true;
        }
    }
    return false;
}

/* The name that the daemon, or the kernel for it, has given the guest's device.  One that the user
 * fixed is not of its giving: that two guests have the same is then the user's wish, under every
 * policy. */
static uint8_t
given_name(const struct world *world, const struct state *state, unsigned card)
{
    struct setting setting = world_setting(world, card);

    return daemon_names(&setting) ? state->daemon.domain[card].name : (uint8_t)IFNAME_NONE;
}

static uint8_t
daemon_of(const struct world *world, unsigned card)
{
    return world->daemon[world_guest(world, card)];
}

static bool
duplicate_name(const struct world *world, const struct state *state)
{
    for (unsigned a = 0; a < world_cards(world); a++) {
        uint8_t name = given_name(world, state, a);

        for (unsigned b = a + 1; b < world_cards(world) && name != IFNAME_NONE; b++) {
            if (given_name(world, state, b) == name && daemon_of(world, a) == daemon_of(world, b)) {
                return true;
            }
        }
    }
    return false;
}

oracle_set
oracle_judge_state(const struct world *world, const struct state *state)
{
    oracle_set violated = 0;

    for (unsigned card = 0; card < world_cards(world); card++) {
        if (world_running(state, world_guest(world, card))) {
            uint8_t tap = state->tap[card];

            if (!oracle_attached(world, state, card)) {
                violated |= ORACLE_BIT(ORACLE_LOST_ATTACHMENT);
            }
            if (tap != IFNAME_NONE && state->device[tap].kind != DEVICE_MACVTAP &&
                (state->filter[tap] & world_filter(world, card)) == 0) {
                violated |= ORACLE_BIT(ORACLE_LOST_FILTER);
            }
            if (tap != IFNAME_NONE && world->nic[card].limited && state->device[tap].limit == 0) {
                violated |= ORACLE_BIT(ORACLE_LOST_LIMIT);
            }
        }
    }
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->device[name].kind != DEVICE_NONE && on_wrong_network(world, state, name)) {
            violated |= ORACLE_BIT(ORACLE_WRONG_NETWORK);
        }
    }
    if (duplicate_name(world, state)) {
        violated |= ORACLE_BIT(ORACLE_DUPLICATE_NAME);
    }
    return violated;
}

/* The card of a running guest whose tap has this name: 1 + its index, or 0. */
static unsigned
user_of(const struct world *world, const struct state *state, uint8_t name)
{
    for (unsigned card = 0; card < world_cards(world); card++) {
        if (world_running(state, world_guest(world, card)) && state->tap[card] == name) {
            return card + 1;
        }
    }
    return 0;
}

/* The same for the name's row: its port may have a device that was renamed. */
static unsigned
user_of_row(const struct world *world, const struct state *state, uint8_t name)
{
    unsigned user = user_of(world, state, name);

    return user == 0 && state->port[name].life == PORT_AWAY
               ? user_of(world, state, state->port[name].at)
               : user;
}

/* An administrator's tap that no running guest has is not what it was, nor where it was. */
static bool
is_lost(const struct world *world, const struct state *state, uint8_t name)
{
    const struct permanent *permanent = &world->permanent[name];
    const struct device *device = &state->device[name];
    const struct row *row = &state->row[name];

    if (device->maker != ADMINISTRATOR || device->persist == 0) {
        return true;
    }
    if (permanent->bridge == 0 || user_of(world, state, name) != 0) {
        return false;
    }
    return world_permanent_port(world, name) == 0
               ? device->master != permanent->bridge
               : row->bridge != permanent->bridge || row->vlan != permanent->vlan;
}

oracle_set
oracle_judge_end(const struct world *world, const struct state *state)
{
    oracle_set violated = 0;

    for (uint8_t name = 1; name <= world->names.names; name++) {
        const struct device *device = &state->device[name];
        unsigned user = user_of(world, state, name), wired = user_of_row(world, state, name);

        if (state->row[name].bridge != 0 &&
            !(device->maker == ADMINISTRATOR &&
              state->row[name].bridge == world_permanent_port(world, name)) &&
            (wired == 0 || world->nic[wired - 1].bridge != state->row[name].bridge)) {
            violated |= ORACLE_BIT(ORACLE_STALE_PORT);
        }
        if (device->kind != DEVICE_NONE && device->owner != OTHERS &&
            device->maker != ADMINISTRATOR && user == 0) {
            violated |= ORACLE_BIT(ORACLE_LEAKED_TAP);
        }
        if (world->permanent[name].listed && is_lost(world, state, name)) {
            violated |= ORACLE_BIT(ORACLE_LOST_PERSISTENCE);
        }
    }
    for (unsigned card = 0; card < world_cards(world); card++) {
        if (state->binding[card] != IFNAME_NONE &&
            !world_running(state, world_guest(world, card))) {
            violated |= ORACLE_BIT(ORACLE_STALE_PORT);
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (!thread_ended(&state->thread[guest], world_program(world, guest))) {
            violated |= ORACLE_BIT(ORACLE_DEADLOCK);
        }
    }
    return violated;
}
