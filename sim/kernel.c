/* The simulated kernel: see kernel.h. */
#include "sim/kernel.h"

#include <assert.h>
#include <errno.h>

static void
create(const struct world *world, struct state *state, uint8_t name, uint8_t owner, uint8_t holders)
{
    struct port *port = &state->port[name];

    state->device[name] = (struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};
    if (port->life == PORT_STALE && world_datapath(world, port->bridge, DATAPATH_NETDEV)) {
        port->reused = 1;
    }
}

int
kernel_create_template(const struct world *world, struct state *state, unsigned family,
                       uint8_t owner, uint8_t *name)
{
    const struct ifname_family *members = &world->names.family[family];

    for (unsigned number = 0; number < members->count; number++) {
        *name = (uint8_t)(members->first + number);
        if (state->device[*name].kind == DEVICE_NONE) {
            create(world, state, *name, owner, HOLDER_DAEMON);
            state->opened[owner - 1] = *name;
            return 0;
        }
    }
    return ENFILE;
}

int
kernel_create(const struct world *world, struct state *state, uint8_t name, uint8_t owner)
{
    switch (state->device[name].kind) {
    case DEVICE_NONE:
        create(world, state, name, owner, HOLDER_DAEMON);
        state->opened[owner - 1] = name;
        return 0;
    case DEVICE_TAP:
        return EBUSY;
    default:
        return EINVAL;
    }
}

int
kernel_create_link(const struct world *world, struct state *state, uint8_t name, uint8_t owner,
                   enum device_kind kind, uint8_t mac)
{
    if (state->device[name].kind != DEVICE_NONE) {
        return EEXIST;
    }
    create(world, state, name, owner, HOLDER_DAEMON);
    state->device[name].kind = (uint8_t)kind;
    state->device[name].mac = mac;
    state->opened[owner - 1] = name;
    return 0;
}

int
kernel_create_other(const struct world *world, struct state *state, uint8_t name)
{
    if (state->device[name].kind != DEVICE_NONE) {
        return EEXIST;
    }
    create(world, state, name, OTHERS, 0);
    return 0;
}

bool
kernel_on_ovs_system(const struct world *world, const struct state *state, uint8_t name)
{
    const struct port *port = &state->port[name];

    return port->life == PORT_LIVE && world_datapath(world, port->bridge, DATAPATH_SYSTEM);
}

int
kernel_bridge_add(const struct world *world, struct state *state, uint8_t name, uint8_t bridge)
{
    struct device *device = &state->device[name];

    if (device->kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (device->master != 0 || device->kind == DEVICE_MACVTAP ||
        kernel_on_ovs_system(world, state, name)) {
        return EBUSY;
    }
    device->master = bridge;
    return 0;
}

int
kernel_bridge_del(struct state *state, uint8_t name, uint8_t bridge)
{
    struct device *device = &state->device[name];

    if (device->kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (device->master != bridge) {
        return EINVAL;
    }
    device->master = 0;
    return 0;
}

int
kernel_set_mac(struct state *state, uint8_t name, uint8_t mac)
{
    if (state->device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    state->device[name].mac = mac;
    return 0;
}

int
kernel_set_up(struct state *state, uint8_t name)
{
    if (state->device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    state->device[name].up = 1;
    return 0;
}

/* The device leaves the namespace.  Every pointer to this incarnation is cut here. */
static void
unregister(const struct world *world, struct state *state, uint8_t name, bool deferred)
{
    struct port *port = &state->port[name];

    state->device[name] = (struct device){0};
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->process[guest].tap == name) {
            state->process[guest].tap = IFNAME_NONE;
        }
        if (state->opened[guest] == name) {
            state->opened[guest] = IFNAME_NONE;
        }
    }
    if (port->life == PORT_LIVE) {
        port->life = PORT_STALE;
    }
    if (!deferred) {
        kernel_deferred_work(world, state);
    }
}

void
kernel_close(const struct world *world, struct state *state, uint8_t name, enum holder holder,
             bool deferred)
{
    struct device *device = &state->device[name];

    assert((device->holders & holder) != 0);
    device->holders &= (uint8_t)~holder;
    if (device->holders == 0 && device->kind == DEVICE_TAP) {
        unregister(world, state, name, deferred);
    }
}

void
kernel_close_opened(const struct world *world, struct state *state, unsigned guest)
{
    uint8_t name = state->opened[guest];

    state->opened[guest] = IFNAME_NONE;
    if (name != IFNAME_NONE) {
        kernel_close(world, state, name, HOLDER_DAEMON, false);
    }
}

int
kernel_delete(const struct world *world, struct state *state, uint8_t name)
{
    if (state->device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    unregister(world, state, name, false);
    return 0;
}

void
kernel_deferred_work(const struct world *world, struct state *state)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        struct port *port = &state->port[name];

        if (port->life == PORT_STALE && world_datapath(world, port->bridge, DATAPATH_SYSTEM)) {
            *port = (struct port){0};
        }
    }
}
