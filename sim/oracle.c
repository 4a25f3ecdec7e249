/* The oracles that judge states: see oracle.h. */
#include "sim/oracle.h"

#include "core/client.h"

#include "sim/ovs.h"

#include <assert.h>
#include <stddef.h>

/* What objects to a state, and whom it concerns if somebody asks (NULL: nobody). */
struct judgement {
    oracle_set violated;
    struct victims *victims;
};

static void
object(struct judgement *judgement, enum oracle oracle, struct victim victim)
{
    judgement->violated |= ORACLE_BIT(oracle);
    if (judgement->victims != NULL) {
        victim.oracle = (uint8_t)oracle;
        victims_add(judgement->victims, victim);
    }
}

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

static void
judge_names(const struct world *world, const struct state *state, struct judgement *judgement)
{
    for (unsigned a = 0; a < world_nics(world); a++) {
        uint8_t name = given_name(world, state, a);

        for (unsigned b = a + 1; b < world_nics(world) && name != IFNAME_NONE; b++) {
            if (given_name(world, state, b) == name && daemon_of(world, a) == daemon_of(world, b)) {
                object(judgement, ORACLE_DUPLICATE_NAME,
                       (struct victim){.kind = VICTIM_NAME,
                                       .owner = (uint8_t)(a + 1),
                                       .other = (uint8_t)(b + 1),
                                       .name = name});
            }
        }
    }
}

/* QEMU's descriptors for two nics of guests that run lead to one tap. */
static void
judge_sharing(const struct world *world, const struct state *state, struct judgement *judgement)
{
    for (unsigned a = 0; a < world_nics(world); a++) {
        uint8_t tap = state->network.tap[a];

        for (unsigned b = a + 1; b < world_nics(world) && tap != IFNAME_NONE; b++) {
            if (state->network.tap[b] == tap && state_running(state, world_guest(world, a)) &&
                state_running(state, world_guest(world, b))) {
                object(judgement, ORACLE_SHARED_TAP,
                       (struct victim){.kind = VICTIM_DEVICE,
                                       .owner = (uint8_t)(a + 1),
                                       .other = (uint8_t)(b + 1),
                                       .name = tap});
            }
        }
    }
}

/* Of a nic that is to have one. */
static bool
lacks_filter(const struct world *world, const struct state *state, unsigned nic)
{
    struct context context = world_context(world, nic);

    assert(state->network.tap[nic] != IFNAME_NONE); /* filter[0] is nobody's */
    return daemon_has_filter(&context) &&
           (state->network.filter[state->network.tap[nic]] &
            state_filter_bit(world, daemon_filter_mac(&context))) == 0;
}

/* What a nic of a guest that runs has lost. */
static void
judge_nic(const struct world *world, const struct state *state, unsigned nic,
          struct judgement *judgement)
{
    uint8_t tap = state->network.tap[nic];
    const struct victim its = {.kind = tap == IFNAME_NONE ? VICTIM_GUEST : VICTIM_DEVICE,
                               .owner = (uint8_t)(nic + 1),
                               .name = tap};

    if (!oracle_attached(world, state, nic)) {
        object(judgement, ORACLE_LOST_ATTACHMENT, its);
    }
    if (tap != IFNAME_NONE && lacks_filter(world, state, nic)) {
        object(judgement, ORACLE_LOST_FILTER, its);
    }
#define X(id, member, key, text, oracle)                     \
    if (tap != IFNAME_NONE && world->nic[nic].member != 0 && \
        state->network.device[tap].member == 0) {            \
        object(judgement, ORACLE_##oracle, its);             \
    }
    NIC_PROPERTIES(X)
#undef X
}

static void
judge_state(const struct world *world, const struct state *state, struct judgement *judgement)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (state_running(state, world_guest(world, nic))) {
            judge_nic(world, state, nic, judgement);
        }
    }
    for (uint8_t name = 1; name <= world->names.names; name++) {
        const struct device *device = &state->network.device[name];

        if (device->kind != DEVICE_NONE && on_wrong_network(world, state, name)) {
            object(judgement, ORACLE_WRONG_NETWORK,
                   (struct victim){.kind = VICTIM_DEVICE, .owner = device->owner, .name = name});
        }
    }
    judge_names(world, state, judgement);
    judge_sharing(world, state, judgement);
}

oracle_set
oracle_judge_state(const struct world *world, const struct state *state)
{
    struct judgement judgement = {0};

    judge_state(world, state, &judgement);
    return judgement.violated;
}

enum { ANY_BRIDGE = UINT8_MAX };

/* A running guest's tap has this name; and its nic is one of that bridge, unless ANY_BRIDGE. */
static bool
is_used(const struct world *world, const struct state *state, uint8_t name, unsigned bridge)
{
    assert(name != IFNAME_NONE); /* a guest without a tap would be its user */
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (state_running(state, world_guest(world, nic)) && state->network.tap[nic] == name &&
            (bridge == ANY_BRIDGE || world->nic[nic].bridge == bridge)) {
            return true;
        }
    }
    return false;
}

/* The name's row is used on its bridge: its port may have a device that was renamed. */
static bool
is_row_used(const struct world *world, const struct state *state, uint8_t name)
{
    const struct port *port = &state->network.port[name];
    unsigned bridge = state->network.row[name].bridge;

    return is_used(world, state, name, bridge) ||
           (port->life == PORT_AWAY && !is_used(world, state, name, ANY_BRIDGE) &&
            is_used(world, state, port->receives_from, bridge));
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
    if (preset->bridge == 0 || is_used(world, state, name, ANY_BRIDGE)) {
        return false;
    }
    return world_preset_port(world, name) == 0
               ? device->master != preset->bridge
               : row->bridge != preset->bridge || row->vlan != preset->vlan;
}

/* What is left of a name: its row, and its device. */
static void
judge_rest(const struct world *world, const struct state *state, uint8_t name,
           struct judgement *judgement)
{
    const struct device *device = &state->network.device[name];
    const struct row *row = &state->network.row[name];

    if (row->bridge != 0 &&
        !(device->maker == ADMINISTRATOR && row->bridge == world_preset_port(world, name)) &&
        !is_row_used(world, state, name)) {
        object(judgement, ORACLE_STALE_PORT,
               (struct victim){.kind = VICTIM_PORT, .owner = row->owner, .name = name});
    }
    if (device->kind != DEVICE_NONE && device->owner != THIRD_PARTY &&
        device->maker != ADMINISTRATOR && !is_used(world, state, name, ANY_BRIDGE)) {
        object(judgement, ORACLE_LEAKED_TAP,
               (struct victim){.kind = VICTIM_DEVICE, .owner = device->owner, .name = name});
    }
    if (world->preset[name].present && is_lost(world, state, name)) {
        object(judgement, ORACLE_LOST_PERSISTENCE,
               (struct victim){.kind = VICTIM_NAME, .owner = ADMINISTRATOR, .name = name});
    }
}

static void
judge_end(const struct world *world, const struct state *state, struct judgement *judgement)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        judge_rest(world, state, name, judgement);
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        uint8_t bound = state->network.binding[nic];

        if (bound != IFNAME_NONE && !state_running(state, world_guest(world, nic))) {
            object(
                judgement, ORACLE_STALE_PORT,
                (struct victim){.kind = VICTIM_PORT, .owner = (uint8_t)(nic + 1), .name = bound});
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (!thread_ended(&state->control.thread[guest], world_program(world, guest)) &&
            !client_is_idle(world, &state->control, guest)) {
            object(judgement, ORACLE_DEADLOCK, (struct victim){.owner = (uint8_t)(guest + 1)});
        }
    }
}

oracle_set
oracle_judge_end(const struct world *world, const struct state *state)
{
    struct judgement judgement = {0};

    judge_end(world, state, &judgement);
    return judgement.violated;
}

oracle_set
oracle_name_victims(const struct world *world, const struct state *state, bool last,
                    struct victims *victims)
{
    struct judgement judgement = {.victims = victims};

    judge_state(world, state, &judgement);
    if (last) {
        judge_end(world, state, &judgement);
    }
    return judgement.violated;
}
