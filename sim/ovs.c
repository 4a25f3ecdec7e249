/* Simulated Open vSwitch: see ovs.h. */
#include "sim/ovs.h"

#include "sim/kernel.h"
#include "sim/reference.h"
#include "sim/rename.h"

#include <assert.h>
#include <errno.h>

static void
remove_row(const struct world *world, struct state *state, uint8_t name)
{
    reference_row_goes(world, state, name);
    assert(state->network.row[name].dependents == 0); /* they have come to nothing with it */
    state->network.row[name] = (struct row){0};
}

/* An add-port is content with a row that is on its bridge already. */
static bool
adopts(struct operation op)
{
    switch ((enum ovs_add)op.add) {
    case OVS_ADD_PLAIN:
    case OVS_ADD_DEL_ADD:
    case OVS_ADD_DEL_WAIT_ADD: /* two transactions, which attach.c takes apart */
        return false;
    case OVS_ADD_MAY_EXIST:
    case OVS_ADD_MAY_EXIST_SET:
    case OVS_ADD_MAY_EXIST_TAG:
        return true;
    }
    assert(false);
    return false;
}

/* A command of its own sets the tag: --may-exist "returns before the tag is applied" (facts 1f). */
static bool
sets_tag(struct operation op)
{
    return op.add == OVS_ADD_MAY_EXIST_TAG ||
           (op.add == OVS_ADD_MAY_EXIST_SET && op.vlan != VLAN_NONE);
}

int
ovs_add_port(const struct world *world, struct state *state, struct operation op, uint8_t owner,
             bool *waits)
{
    struct row *row = &state->network.row[op.name];
    bool may_exist = adopts(op);
    bool adopt = may_exist && row->bridge == op.bridge;

    assert(op.bridge != 0 && op.bridge <= MAX_BRIDGES); /* or a name without a row is adopted */
    assert(op.name != IFNAME_NONE && op.add != OVS_ADD_DEL_WAIT_ADD); /* that is two calls */
    *waits = false;
    if (row->bridge != 0 && !adopt && op.add != OVS_ADD_DEL_ADD) {
        return EEXIST;
    }
    if (state->network.bridge_gone[op.bridge - 1] != 0) {
        return ENODEV; /* "no bridge named br0": the whole transaction is given up */
    }
    if (!adopt) {
        remove_row(world, state, op.name);
        *row = (struct row){.bridge = op.bridge, .uuid = owner, .vlan = op.vlan};
    }
    *waits = !adopt || !world_is_one_nic(world, row->owner, owner) ||
             (row->owner != owner && op.says_start != 0);
    row->owner = owner; /* facts 1f: the `set`s overwrite an adopted row's external ids */
    if (sets_tag(op)) {
        *waits = *waits || row->vlan != op.vlan;
        row->vlan = op.vlan;
    }
    *waits = *waits || row->start_number != op.start_number; /* its own row, of another start */
    row->start_number = op.start_number;
    return 0;
}

bool
ovs_del_port(const struct world *world, struct state *state, uint8_t name)
{
    bool existed = state->network.row[name].bridge != 0;

    assert(name != IFNAME_NONE);
    remove_row(world, state, name);
    return existed;
}

int
ovs_set_qos(struct state *state, uint8_t name, unsigned guest, bool *waits)
{
    uint8_t *rows = &state->network.qos[name];

    assert(guest < MAX_GUESTS);
    *waits = false;
    if ((*rows >> guest & 1) != 0) {
        return 0; /* facts, "Found of limits": only without a queue does it `set port ... qos` */
    }
    if (state->network.row[name].bridge == 0) {
        return ENODEV;
    }
    *rows |= (uint8_t)(1u << guest);
    state->network.row[name].qos = (uint8_t)(guest + 1);
    *waits = true;
    return 0;
}

bool
ovs_clear_qos(struct state *state, uint8_t name, unsigned guest)
{
    uint8_t *rows = &state->network.qos[name];
    bool existed = (*rows >> guest & 1) != 0;

    *rows &= (uint8_t) ~(1u << guest);
    if (state->network.row[name].qos == guest + 1) {
        assert(existed); /* OVSDB removes no row that a port refers to */
        state->network.row[name].qos = 0;
    }
    return existed;
}

/* The port does not belong where its row says, or has no row. */
static bool
misplaced(const struct state *state, uint8_t name)
{
    return state->network.port[name].life != PORT_NONE &&
           state->network.port[name].bridge != state->network.row[name].bridge;
}

/* The port is where its row says, but for the tag. */
static bool
mistagged(const struct state *state, uint8_t name)
{
    assert(!misplaced(state, name));
    return state->network.port[name].life != PORT_NONE &&
           state->network.port[name].vlan != state->network.row[name].vlan;
}

/* The device whose qdisc the port's QoS is set on, or cleared from: ovs-vswitchd has its index from
 * the last link event of the port's name, as it has to send frames by. */
static struct device *
device_of_qos(const struct world *world, struct state *state, uint8_t name)
{
    return &state->network.device[ovs_sends_to(world, &state->network.port[name], name)];
}

/* The port is where its row says, but for the QoS, and there is a device to set it on. */
static bool
misconfigured(const struct world *world, const struct state *state, uint8_t name)
{
    const struct port *port = &state->network.port[name];

    assert(!misplaced(state, name));
    return port->life != PORT_NONE && (port->qos != 0) != (state->network.row[name].qos != 0) &&
           state->network.device[ovs_sends_to(world, port, name)].kind != DEVICE_NONE;
}

/* A row's device can be opened and added to the bridge, once a misplaced port of it is gone: on the
 * system datapath it must have no other master, and a macvtap has one in itself; the netdev
 * datapath does not ask (facts 3, "no rx_handler"). */
static bool
bindable(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->network.device[name];

    return state->network.row[name].bridge != 0 && device->kind != DEVICE_NONE &&
           ((device->master == 0 && device->kind != DEVICE_MACVTAP &&
             !rename_enslaves(world, state, name) &&
             (device->stuck == IFNAME_NONE || device->stuck == name)) ||
            world_datapath(world, state->network.row[name].bridge, DATAPATH_NETDEV));
}

/* What it remembers of a port's device once it has read every link event: what the last one of the
 * port's name said.  When the port's own device goes, that says that it was down, and still
 * promiscuous; a later device of the name is promiscuous only if it was renamed. */
static enum remembered
expected_flags(const struct world *world, const struct state *state, uint8_t name)
{
    const struct port *port = &state->network.port[name];
    const struct device *device = &state->network.device[name];

    if (port->life == PORT_NONE || !world_datapath(world, port->bridge, DATAPATH_NETDEV) ||
        port->was_promiscuous) {
        return REMEMBERS_NOTHING;
    }
    if (port->life == PORT_LIVE || (device->kind != DEVICE_NONE && device->promiscuous)) {
        return device->up ? REMEMBERS_UP : REMEMBERS_DOWN;
    }
    return (enum remembered)port->last_event;
}

bool
ovs_link_events_are_unread(const struct world *world, const struct state *state)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (state->network.port[name].remembered != expected_flags(world, state, name)) {
            return true;
        }
    }
    return false;
}

void
ovs_read_link_events(const struct world *world, struct state *state)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        state->network.port[name].remembered = (uint8_t)expected_flags(world, state, name);
    }
}

bool
ovs_vswitchd_is_behind(const struct world *world, const struct state *state)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (misplaced(state, name) || mistagged(state, name) || misconfigured(world, state, name) ||
            rename_lost(world, state, name) ||
            (state->network.port[name].life == PORT_NONE && bindable(world, state, name))) {
            return true;
        }
    }
    return ovs_link_events_are_unread(world, state);
}

static void
remove_port(struct state *state, uint8_t name)
{
    struct port *port = &state->network.port[name];

    if (state->network.device[name].kind != DEVICE_NONE && port->remembered != REMEMBERS_NOTHING) {
        if (port->remembered == REMEMBERS_DOWN) {
            state->network.device[name].up = 0;
        } else {
            (void)kernel_set_up(state, name); /* whatever comes of it */
        }
        state->network.device[name].promiscuous = 0;
    }
    *port = (struct port){0};
}

static void
bind_port(const struct world *world, struct state *state, uint8_t name)
{
    struct device *device = &state->network.device[name];

    assert(!rename_enslaves(world, state, name) ||
           world_datapath(world, state->network.row[name].bridge, DATAPATH_NETDEV));
    state->network.port[name] = (struct port){.bridge = state->network.row[name].bridge,
                                              .life = PORT_LIVE,
                                              .was_promiscuous = device->promiscuous,
                                              .qos = state->network.row[name].qos != 0};
    device->limit = state->network.port[name].qos; /* without QoS no qdisc is to be there */
    if (world_datapath(world, state->network.row[name].bridge, DATAPATH_SYSTEM)) {
        device->stuck = IFNAME_NONE;
    } else if (world_tracks_promiscuous(world)) {
        device->promiscuous = 1;
    }
}

void
ovs_vswitchd_run(const struct world *world, struct state *state)
{
    uint64_t heirs = 0; /* names of which another device could be bound: bit n for the id n */

    for (uint8_t name = 1; name <= world->names.names; name++) {
        heirs |= (uint64_t)bindable(world, state, name) << name;
    }
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (rename_lost(world, state, name)) {
            rename_lose(world, state, name, (heirs >> name & 1) != 0);
        }
        if (misplaced(state, name)) {
            remove_port(state, name);
        }
    }
    for (uint8_t name = 1; name <= world->names.names; name++) {
        /* A port that has its row is left alone, even if its device has died: ports are matched to
         * rows by name (facts 3c; bridge.c, bridge_delete_or_reconfigure_ports). */
        if (state->network.port[name].life == PORT_NONE && bindable(world, state, name)) {
            bind_port(world, state, name);
        }
        if (misconfigured(world, state, name)) {
            state->network.port[name].qos = state->network.row[name].qos != 0;
            device_of_qos(world, state, name)->limit = state->network.port[name].qos;
        }
        state->network.port[name].vlan = state->network.port[name].life == PORT_NONE
                                             ? (uint8_t)VLAN_NONE
                                             : state->network.row[name].vlan;
    }
    /* The main loop looks at link events when it has done what the database wants. */
    ovs_read_link_events(world, state);
    assert(!ovs_vswitchd_is_behind(world, state)); /* one run is enough */
}

/* The userspace datapath is a part of ovs-vswitchd; the kernel's is not. */
void
ovs_vswitchd_restart(const struct world *world, struct state *state)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (world_datapath(world, state->network.port[name].bridge, DATAPATH_NETDEV)) {
            state->network.port[name] = (struct port){0};
        }
        if (rename_lost(world, state, name)) { /* it is there under a name that has no row */
            state->network.port[name] = (struct port){0};
        }
        state->network.device[name].stuck = IFNAME_NONE; /* and so are these */
        /* The new one opens the device of each port that stays, too, as when it makes one. */
        if (state->network.port[name].life != PORT_NONE && !misplaced(state, name)) {
            state->network.port[name].qos = state->network.row[name].qos != 0;
            state->network.device[name].limit = state->network.port[name].qos;
        }
    }
    ovs_vswitchd_run(world, state);
}

/* The tag that a row has when the agent has seen it: it finds a guest's row by its iface-id. */
static uint8_t
tag_to_be(const struct world *world, const struct row *row)
{
    assert(row->owner <= world_nics(world));
    return row->owner != 0 && world_agent_tags(world, row->owner - 1u)
               ? world->nic[row->owner - 1].vlan
               : row->vlan;
}

bool
ovs_agent_is_behind(const struct world *world, const struct state *state)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (state->network.row[name].vlan != tag_to_be(world, &state->network.row[name])) {
            return true;
        }
    }
    return false;
}

void
ovs_agent_run(const struct world *world, struct state *state)
{
    assert(world_has_agent(world));
    for (unsigned name = 1; name <= world->names.names; name++) {
        state->network.row[name].vlan = tag_to_be(world, &state->network.row[name]);
    }
}

uint8_t
ovs_receives_from(const struct port *port, uint8_t name)
{
    assert(port->life != PORT_LIVE || port->receives_from == IFNAME_NONE);
    return port->life == PORT_LIVE ? name : port->receives_from;
}

uint8_t
ovs_sends_to(const struct world *world, const struct port *port, uint8_t name)
{
    if (port->life == PORT_NONE || !world_datapath(world, port->bridge, DATAPATH_NETDEV)) {
        return ovs_receives_from(port, name);
    }
    /* A dead port of the netdev datapath still sends to whatever has its name now (facts 3b). */
    return port->sends_to == IFNAME_NONE ? name : port->sends_to;
}

bool
ovs_passes(const struct world *world, const struct state *state, uint8_t name, uint8_t bridge,
           uint8_t vlan, bool back)
{
    assert(name != IFNAME_NONE); /* a port that is dead would pass the frames of no device */
    for (uint8_t i = 1; i <= world->names.names; i++) {
        const struct port *port = &state->network.port[i];
        uint8_t device = back ? ovs_sends_to(world, port, i) : ovs_receives_from(port, i);

        if (device == name && port->bridge == bridge && port->vlan == vlan &&
            (i == name || !state_miswired(world, state, i, state->network.device[name].owner))) {
            return true;
        }
    }
    return false;
}

bool
ovs_attached(const struct world *world, const struct state *state, uint8_t name, uint8_t bridge,
             uint8_t vlan)
{
    const struct port *port = &state->network.port[name];

    assert(bridge != 0); /* or a name without a row would be on its way there */
    if (ovs_passes(world, state, name, bridge, vlan, false) &&
        ovs_passes(world, state, name, bridge, vlan, true)) {
        return true;
    }
    if (state->network.row[name].bridge != bridge ||
        tag_to_be(world, &state->network.row[name]) != vlan) {
        return false;
    }
    if ((port->life == PORT_STALE || port->life == PORT_AWAY) && port->bridge == bridge &&
        world_datapath(world, bridge, DATAPATH_NETDEV)) {
        return false;
    }
    return bindable(world, state, name);
}
