/* The simulated kernel: see kernel.h. */
#include "sim/kernel.h"

#include "sim/reference.h"
#include "sim/rename.h"

#include <assert.h>
#include <errno.h>

static void
create(const struct world *world, struct state *state, uint8_t name, uint8_t owner, uint8_t holders)
{
    struct port *port = &state->network.port[name];

    assert(name != IFNAME_NONE && state->network.device[name].kind == DEVICE_NONE);
    assert(port->life != PORT_LIVE); /* its device has gone */
    state->network.device[name] =
        (struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};
    if (port->life != PORT_NONE && world_datapath(world, port->bridge, DATAPATH_NETDEV)) {
        port->last_event = REMEMBERS_NOTHING; /* a new device is not promiscuous */
        port->sends_to = IFNAME_NONE;
    }
}

uint8_t
kernel_lowest_free(const struct world *world, const struct state *state, unsigned family)
{
    const struct ifname_family *members = &world->names.family[family];

    assert(family < world->names.families && members->numbered);
    for (unsigned number = 0; number < members->count; number++) {
        uint8_t name = (uint8_t)(members->first + number);

        if (state->network.device[name].kind == DEVICE_NONE) {
            return name;
        }
    }
    return IFNAME_NONE;
}

int
kernel_create_template(const struct world *world, struct state *state, unsigned family,
                       uint8_t owner, bool multi, uint8_t *name)
{
    *name = kernel_lowest_free(world, state, family);
    return *name == IFNAME_NONE ? ENFILE : kernel_create(world, state, *name, owner, multi);
}

/* One more descriptor of a tap that exists.  Whoever opens one that nobody has open has it from
 * then on, whosoever it was. */
static void
attach(struct state *state, uint8_t name, uint8_t owner)
{
    struct device *device = &state->network.device[name];
    uint8_t maker = device_incarnation(device);

    assert(device->multi != 0 || device->holders == 0); /* one queue, one descriptor */
    if (device->holders == 0) {
        device->owner = owner;
        device->maker = maker != owner ? maker : 0;
    }
    device->holders |= HOLDER_DAEMON;
    state->network.opened[owner - 1] = name;
}

int
kernel_create(const struct world *world, struct state *state, uint8_t name, uint8_t owner,
              bool multi)
{
    struct device *device = &state->network.device[name];

    assert(owner != 0 && owner <= MAX_NICS); /* third parties have no daemon to open it */
    if (world->platform == PLATFORM_FREEBSD && device->kind != DEVICE_NONE) {
        return EEXIST; /* it makes a tap, and gives it the name afterwards */
    }
    switch ((enum device_kind)device->kind) {
    case DEVICE_NONE:
        create(world, state, name, owner, HOLDER_DAEMON);
        device->multi = multi;
        state->network.opened[owner - 1] = name;
        return 0;
    case DEVICE_TAP:
        if (device->multi != multi) {
            return EINVAL;
        }
        if (!multi && (device->persist == 0 || device->holders != 0)) {
            return EBUSY;
        }
        attach(state, name, owner);
        return 0;
    case DEVICE_VETH:
    case DEVICE_MACVTAP:
        break;
    }
    return EINVAL;
}

int
kernel_create_link(const struct world *world, struct state *state, uint8_t name, uint8_t owner,
                   enum device_kind kind, uint8_t mac)
{
    assert(kind == DEVICE_MACVTAP || kind == DEVICE_VETH);
    if (state->network.device[name].kind != DEVICE_NONE) {
        return EEXIST;
    }
    create(world, state, name, owner, HOLDER_DAEMON);
    state->network.device[name].kind = (uint8_t)kind;
    state->network.device[name].mac = mac;
    state->network.opened[owner - 1] = name;
    return 0;
}

int
kernel_create_other(const struct world *world, struct state *state, uint8_t name)
{
    if (state->network.device[name].kind != DEVICE_NONE) {
        return EEXIST;
    }
    create(world, state, name, THIRD_PARTY, 0);
    return 0;
}

bool
kernel_on_ovs_system(const struct world *world, const struct state *state, uint8_t name)
{
    const struct port *port = &state->network.port[name];

    if (rename_enslaves(world, state, name) || state->network.device[name].stuck != IFNAME_NONE) {
        return true;
    }
    return port->life == PORT_LIVE && world_datapath(world, port->bridge, DATAPATH_SYSTEM);
}

int
kernel_bridge_add(const struct world *world, struct state *state, uint8_t name, uint8_t bridge)
{
    struct device *device = &state->network.device[name];

    assert(bridge != 0 && bridge <= world->bridges); /* 0 would be a master of its own */
    if (device->kind == DEVICE_NONE || state->network.bridge_gone[bridge - 1] != 0) {
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
kernel_index(struct state *state, unsigned nic, uint8_t name)
{
    if (state->network.device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    state->network.indexed[nic] = name;
    return 0;
}

int
kernel_add_if(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    uint8_t name = op.by_index != 0 ? state->network.indexed[nic] : op.name;

    state->network.indexed[nic] = IFNAME_NONE;
    if (op.by_index != 0 && name == IFNAME_NONE && state->network.bridge_gone[op.bridge - 1] == 0) {
        return EINVAL;
    }
    return kernel_bridge_add(world, state, name, op.bridge); /* no device has the name 0 */
}

int
kernel_bridge_del(struct state *state, uint8_t name, uint8_t bridge)
{
    struct device *device = &state->network.device[name];

    assert(bridge != 0); /* to be on none would seem to be on that */
    if (device->kind == DEVICE_NONE || state->network.bridge_gone[bridge - 1] != 0) {
        return ENODEV;
    }
    if (device->master != bridge) {
        return EINVAL;
    }
    device->master = 0;
    return 0;
}

/* Another macvtap that is up has the MAC (macvlan.c, macvlan_addr_busy): all are on one parent. */
static bool
mac_is_in_use(const struct state *state, uint8_t name, uint8_t mac)
{
    for (unsigned other = 1; other <= IFNAME_MAX_NAMES && mac != 0; other++) {
        const struct device *device = &state->network.device[other];

        if (other != name && device->kind == DEVICE_MACVTAP && device->up && device->mac == mac) {
            return true;
        }
    }
    return false;
}

int
kernel_set_mac(struct state *state, uint8_t name, uint8_t mac)
{
    assert(mac <= MAX_NICS);
    if (state->network.device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (state->network.device[name].kind == DEVICE_MACVTAP &&
        state->network.device[name].mac != mac && mac_is_in_use(state, name, mac)) {
        return EADDRINUSE;
    }
    state->network.device[name].mac = mac;
    return 0;
}

int
kernel_add_filter(const struct world *world, struct state *state, struct operation op)
{
    uint8_t *filters = &state->network.filter[op.name];
    uint8_t bit = state_filter_bit(world, op.mac);

    if (op.filter_found != FILTER_BESIDE && (*filters & bit) != 0) {
        return op.filter_found == FILTER_KEEP ? 0 : EEXIST;
    }
    *filters |= bit;
    return 0;
}

int
kernel_limit(struct state *state, uint8_t name, bool limit)
{
    struct device *device = &state->network.device[name];

    if (device->kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (!limit && device->limit == 0) {
        return ENOENT;
    }
    device->limit = limit;
    return 0;
}

int
kernel_set_up(struct state *state, uint8_t name)
{
    struct device *device = &state->network.device[name];

    if (device->kind == DEVICE_NONE) {
        return ENODEV;
    }
    if (device->kind == DEVICE_MACVTAP && !device->up && mac_is_in_use(state, name, device->mac)) {
        return EADDRINUSE;
    }
    device->up = 1;
    return 0;
}

int
kernel_set_down(struct state *state, uint8_t name)
{
    if (state->network.device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    state->network.device[name].up = 0;
    return 0;
}

/* The device leaves the namespace.  A vport of the kernel's datapath goes with it:
 * NETDEV_UNREGISTER leaves that to a work queue (openvswitch, dp_notify.c), but the vport has a
 * reference to the device, for whose last one unregistration waits. */
static void
unregister(const struct world *world, struct state *state, uint8_t name)
{
    struct port *port = &state->network.port[name];

    rename_unregister(world, state, name);
    reference_device_dies(world, state, name);
    assert(!rename_enslaves(world, state, name)); /* rename_unregister has seen to it */
    state->network.device[name] = (struct device){0};
    if (port->life == PORT_LIVE && world_datapath(world, port->bridge, DATAPATH_NETDEV)) {
        port->life = PORT_STALE;
        port->last_event = REMEMBERS_DOWN;
    } else if (port->life == PORT_LIVE) {
        *port = (struct port){0};
    }
}

void
kernel_close(const struct world *world, struct state *state, uint8_t name, enum holder holder)
{
    struct device *device = &state->network.device[name];

    assert((device->holders & holder) != 0);
    if (reference_descriptors(world, state, name, holder) > 1) {
        return;
    }
    device->holders &= (uint8_t)~holder;
    if (device->kind == DEVICE_VETH && holder == HOLDER_QEMU) {
        device->orphan = 1;
    }
    if (device->holders == 0 && device->kind == DEVICE_TAP && device->persist == 0 &&
        world->platform == PLATFORM_LINUX) {
        unregister(world, state, name);
    }
}

void
kernel_close_opened(const struct world *world, struct state *state, unsigned nic)
{
    if (state->network.opened[nic] != IFNAME_NONE) {
        kernel_close(world, state, state->network.opened[nic], HOLDER_DAEMON);
        state->network.opened[nic] = IFNAME_NONE;
    }
    state->network.indexed[nic] = IFNAME_NONE; /* nor is its start in the middle of anything */
}

int
kernel_delete(const struct world *world, struct state *state, uint8_t name)
{
    if (state->network.device[name].kind == DEVICE_NONE) {
        return ENODEV;
    }
    unregister(world, state, name);
    return 0;
}

bool
kernel_misses(const struct state *state, struct operation op)
{
    return op.asked != IFNAME_NONE && state->network.device[op.asked].kind == DEVICE_NONE;
}

int
kernel_exec(const struct world *world, struct state *state, unsigned guest)
{
    static const int gone[] = {[NIC_TAP] = EBADFD, [NIC_MACVTAP] = ENOLINK, [NIC_VETH] = ENODEV};
    struct context context = world_context(world, guest);

    for (unsigned i = 0; i < context.nics; i++) {
        if (state->network.opened[context.nic_at[i]] == IFNAME_NONE) {
            return gone[world->nic[context.nic_at[i]].kind];
        }
    }
    state->network.unplugged[guest] = 0;
    for (unsigned i = 0; i < context.nics; i++) {
        uint8_t nic = context.nic_at[i], name = state->network.opened[nic];

        state->network.tap[nic] = name;
        state->network.device[name].holders |= HOLDER_QEMU;
        kernel_close_opened(world, state, nic);
    }
    return 0;
}
