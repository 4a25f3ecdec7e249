/* The invariants of names: of their devices, rows and ports.  See invariant.h. */
#include "sim/invariant.h"

#include "sim/delayed.h"
#include "sim/kernel.h"
#include "sim/reference.h"

#include <stddef.h>
#include <string.h>

#define DEVICE (state->network.device[name])
#define ROW (state->network.row[name])
#define PORT (state->network.port[name])

static bool
empty_device(const struct world *world, const struct state *state, unsigned name)
{
    static const struct device none;

    (void)world;
    return DEVICE.kind != DEVICE_NONE || memcmp(&DEVICE, &none, sizeof none) == 0;
}

static bool
device_owner(const struct world *world, const struct state *state, unsigned name)
{
    return DEVICE.kind == DEVICE_NONE || DEVICE.owner == THIRD_PARTY ||
           (DEVICE.owner >= 1 && DEVICE.owner <= world_nics(world));
}

static bool
device_maker(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return DEVICE.maker == 0 || DEVICE.maker != DEVICE.owner;
}

static bool
holders(const struct world *world, const struct state *state, unsigned name)
{
    static const enum holder kinds[] = {HOLDER_DAEMON, HOLDER_QEMU, HOLDER_HELPER};

    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool holds = (DEVICE.holders & kinds[i]) != 0;

        if (holds != (reference_descriptors(world, state, (uint8_t)name, kinds[i]) > 0)) {
            return false;
        }
    }
    return true;
}

static bool
tap_lives(const struct world *world, const struct state *state, unsigned name)
{
    return DEVICE.kind != DEVICE_TAP || DEVICE.holders != 0 || DEVICE.persist != 0 ||
           DEVICE.owner == THIRD_PARTY || world->platform != PLATFORM_LINUX;
}

static bool
tap_flags(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return DEVICE.kind == DEVICE_TAP || (DEVICE.persist == 0 && DEVICE.multi == 0);
}

static bool
one_master(const struct world *world, const struct state *state, unsigned name)
{
    return DEVICE.master == 0 || !kernel_on_ovs_system(world, state, (uint8_t)name);
}

static bool
master(const struct world *world, const struct state *state, unsigned name)
{
    uint8_t master = DEVICE.master;

    return master == 0 || (world->bridge_kind[master - 1] == BRIDGE_LINUX &&
                           state->network.bridge_gone[master - 1] == 0);
}

static bool
macvtap(const struct world *world, const struct state *state, unsigned name)
{
    return DEVICE.kind != DEVICE_MACVTAP ||
           (DEVICE.master == 0 && !kernel_on_ovs_system(world, state, (uint8_t)name));
}

static bool
orphan(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return DEVICE.orphan == 0 ||
           (DEVICE.kind == DEVICE_VETH && (DEVICE.holders & HOLDER_QEMU) == 0);
}

static bool
stuck(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return DEVICE.stuck == IFNAME_NONE || DEVICE.master == 0;
}

static bool
empty_row(const struct world *world, const struct state *state, unsigned name)
{
    static const struct row none;

    (void)world;
    return ROW.bridge != 0 || memcmp(&ROW, &none, sizeof none) == 0;
}

static bool
row_bridge(const struct world *world, const struct state *state, unsigned name)
{
    return ROW.bridge == 0 || (world->bridge_kind[ROW.bridge - 1] == BRIDGE_OVS &&
                               state->network.bridge_gone[ROW.bridge - 1] == 0);
}

static bool
row_uuid(const struct world *world, const struct state *state, unsigned name)
{
    return ROW.bridge == 0 || ROW.uuid == ROW_LEFTOVER ||
           (ROW.uuid >= 1 && ROW.uuid <= world_nics(world));
}

static bool
row_owner(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return ROW.bridge == 0 || ROW.owner != 0 || ROW.uuid == ROW_LEFTOVER;
}

static bool
row_start(const struct world *world, const struct state *state, unsigned name)
{
    return ROW.start_number == 0 || world->policy.port_guard == PORT_GUARD_PORT_OWNER;
}

static bool
dependents(const struct world *world, const struct state *state, unsigned name)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if ((ROW.dependents >> guest & 1) != 0 && !delayed_is_pending(state, guest)) {
            return false;
        }
    }
    return true;
}

static bool
empty_port(const struct world *world, const struct state *state, unsigned name)
{
    static const struct port none;

    (void)world;
    return PORT.life != PORT_NONE || memcmp(&PORT, &none, sizeof none) == 0;
}

static bool
port_bridge(const struct world *world, const struct state *state, unsigned name)
{
    return PORT.life == PORT_NONE ||
           (PORT.bridge != 0 && world->bridge_kind[PORT.bridge - 1] == BRIDGE_OVS);
}

static bool
live_port(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return PORT.life != PORT_LIVE || DEVICE.kind != DEVICE_NONE;
}

static bool
port_away(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return (PORT.life == PORT_AWAY) == (PORT.receives_from != IFNAME_NONE) &&
           (PORT.life != PORT_AWAY ||
            (PORT.receives_from != name &&
             state->network.device[PORT.receives_from].kind != DEVICE_NONE));
}

static bool
sends_to(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return PORT.sends_to == IFNAME_NONE ||
           (PORT.sends_to != name && state->network.device[PORT.sends_to].kind != DEVICE_NONE);
}

static bool
netdev_port(const struct world *world, const struct state *state, unsigned name)
{
    return world_datapath(world, PORT.bridge, DATAPATH_NETDEV) ||
           (PORT.remembered == REMEMBERS_NOTHING && PORT.last_event == REMEMBERS_NOTHING &&
            PORT.sends_to == IFNAME_NONE);
}

static bool
last_event(const struct world *world, const struct state *state, unsigned name)
{
    (void)world;
    return PORT.last_event == REMEMBERS_NOTHING ||
           (PORT.life != PORT_LIVE && DEVICE.kind == DEVICE_NONE);
}

static bool
stale_port(const struct world *world, const struct state *state, unsigned name)
{
    if (PORT.life != PORT_STALE || !world_datapath(world, PORT.bridge, DATAPATH_SYSTEM)) {
        return true;
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (state->control.phase[guest] == PROCESS_CLOSED) {
            return true;
        }
    }
    return false;
}

const struct invariant invariants_of_network[] = {
    {"a name without a device has nothing of one", OF_NAME, empty_device},
    {"a device has an owner: a nic, or a third party", OF_NAME, device_owner},
    {"a maker is noted only if it is not the owner", OF_NAME, device_maker},
    {"a device has the holders whose descriptors lead to it", OF_NAME, holders},
    {"a tap that no process holds is persistent, or a third party's, or the platform keeps it",
     OF_NAME, tap_lives},
    {"only a tap is persistent, or has several queues", OF_NAME, tap_flags},
    {"a device on a Linux bridge is not on the system datapath as well", OF_NAME, one_master},
    {"a master is a Linux bridge that exists", OF_NAME, master},
    {"a macvtap is on no bridge: it is a part of its parent", OF_NAME, macvtap},
    {"only a veth that no process holds is an orphan", OF_NAME, orphan},
    {"only a device on no bridge is stuck to ovs-system", OF_NAME, stuck},
    {"a name without a row has nothing of one", OF_NAME, empty_row},
    {"a row is on an Open vSwitch bridge that exists", OF_NAME, row_bridge},
    {"a row was inserted by a nic's start, or was there from the beginning", OF_NAME, row_uuid},
    {"a row that a start inserted has an owner", OF_NAME, row_owner},
    {"only rows of port-guard=port-owner say which start has written them", OF_NAME, row_start},
    {"a row has dependents only among the guests that have a delayed transaction", OF_NAME,
     dependents},
    {"a name without a port has nothing of one", OF_NAME, empty_port},
    {"a port is on an Open vSwitch bridge", OF_NAME, port_bridge},
    {"a live port has the device of its name", OF_NAME, live_port},
    {"a port whose device was renamed has a device of another name", OF_NAME, port_away},
    {"where a port sends to another name than its own, there is a device", OF_NAME, sends_to},
    {"only a port of the userspace datapath has flags to be taken back", OF_NAME, netdev_port},
    {"a link event is remembered only of a name that has no device now", OF_NAME, last_event},
    {"a stale port of the system datapath waits for the deferred work of a process", OF_NAME,
     stale_port},
    {NULL, OF_NAME, NULL},
};
