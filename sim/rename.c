/* Devices that are renamed: see rename.h. */
#include "sim/rename.h"

#include "sim/reference.h"

#include <assert.h>
#include <errno.h>

static bool
on_netdev(const struct world *world, const struct port *port)
{
    return world_datapath(world, port->bridge, DATAPATH_NETDEV);
}

/* What a link event says of the device as it is. */
static enum remembered
said_of(const struct device *device)
{
    if (device->promiscuous == 0) {
        return REMEMBERS_NOTHING;
    }
    return device->up ? REMEMBERS_UP : REMEMBERS_DOWN;
}

/* The device leaves its name, of which the last link event is the one before: the one that comes
 * now has the new name. */
static void
leave(const struct world *world, struct state *state, uint8_t name, uint8_t to)
{
    struct port *port = &state->network.port[name];

    assert(port->life != PORT_AWAY || port->receives_from != name);
    if (port->life == PORT_LIVE) {
        port->life = PORT_AWAY;
        port->receives_from = to;
    }
    if (port->life != PORT_NONE && on_netdev(world, port)) {
        port->sends_to = to;
        port->last_event = (uint8_t)said_of(&state->network.device[name]);
    }
}

/* And comes to another, of which it is the device that its link events are about. */
static void
arrive(const struct world *world, struct state *state, uint8_t name)
{
    struct port *port = &state->network.port[name];

    assert(port->life != PORT_LIVE); /* the name had no device until now */
    if (port->life == PORT_AWAY && port->receives_from == name) {
        port->life = PORT_LIVE;
        port->receives_from = IFNAME_NONE;
    }
    if (port->life != PORT_NONE && on_netdev(world, port)) {
        port->sends_to = IFNAME_NONE;
        port->last_event = REMEMBERS_NOTHING;
    }
}

int
rename_device(const struct world *world, struct state *state, uint8_t name, uint8_t to)
{
    assert(name != to && name != IFNAME_NONE && to != IFNAME_NONE);
    if (state->network.device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (state->network.device[to].kind != DEVICE_NONE) {
        return EEXIST;
    }
    for (unsigned i = 1; i <= world->names.names; i++) {
        struct port *port = &state->network.port[i];

        port->receives_from = port->receives_from == name ? to : port->receives_from;
        port->sends_to = port->sends_to == name ? to : port->sends_to;
    }
    leave(world, state, name, to);
    state->network.device[to] = state->network.device[name];
    state->network.device[name] = (struct device){0};
    reference_device_renamed(world, state, name, to);
    arrive(world, state, to);
    return 0;
}

void
rename_unregister(const struct world *world, struct state *state, uint8_t name)
{
    struct port *own = &state->network.port[name];

    assert(state->network.device[name].kind != DEVICE_NONE);
    if (own->life != PORT_NONE && own->life != PORT_LIVE && on_netdev(world, own)) {
        own->last_event =
            state->network.device[name].promiscuous ? REMEMBERS_DOWN : REMEMBERS_NOTHING;
    }
    for (unsigned i = 1; i <= world->names.names; i++) {
        struct port *port = &state->network.port[i];

        port->sends_to = port->sends_to == name ? (uint8_t)IFNAME_NONE : port->sends_to;
        if (port->life == PORT_AWAY && port->receives_from == name) {
            if (on_netdev(world, port)) {
                port->life = PORT_STALE; /* nobody says so under its name */
                port->receives_from = IFNAME_NONE;
            } else {
                *port = (struct port){0}; /* the vport is in no other device's way */
            }
        }
    }
}

bool
rename_enslaves(const struct world *world, const struct state *state, uint8_t name)
{
    for (unsigned i = 1; i <= world->names.names; i++) {
        if (state->network.port[i].life == PORT_AWAY &&
            state->network.port[i].receives_from == name &&
            world_datapath(world, state->network.port[i].bridge, DATAPATH_SYSTEM)) {
            assert(i != name); /* a port that has its own device back is a live one */
            return true;
        }
    }
    return false;
}

bool
rename_lost(const struct world *world, const struct state *state, uint8_t name)
{
    return state->network.port[name].life == PORT_AWAY &&
           world_datapath(world, state->network.port[name].bridge, DATAPATH_SYSTEM);
}

void
rename_lose(const struct world *world, struct state *state, uint8_t name, bool bindable)
{
    bool replaced =
        bindable && world_datapath(world, state->network.row[name].bridge, DATAPATH_SYSTEM);

    assert(rename_lost(world, state, name));
    assert(state->network.device[state->network.port[name].receives_from].master == 0);
    state->network.device[state->network.port[name].receives_from].stuck =
        replaced ? (uint8_t)IFNAME_NONE : name;
    state->network.port[name] = (struct port){0};
}
