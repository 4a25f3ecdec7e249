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
has_its_holders(const struct world *world, const struct state *state, unsigned name)
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
dependents_are_pending(const struct world *world, const struct state *state, unsigned name)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if ((ROW.dependents >> guest & 1) != 0 &&
            (!delayed_is_pending(state, guest) || state->network.delayed[guest].orphan != 0)) {
            return false;
        }
    }
    return true;
}

/* Each of them: its id, in words, and as what is true of a name. */
#define OF_NAMES(X)                                                                              \
    X(empty_device, "a name without a device has nothing of one",                                \
      DEVICE.kind != DEVICE_NONE || memcmp(&DEVICE, &(struct device){0}, sizeof DEVICE) == 0)    \
    X(device_owner, "a device has an owner: a nic, or a third party",                            \
      DEVICE.kind == DEVICE_NONE || DEVICE.owner == THIRD_PARTY ||                               \
          (DEVICE.owner >= 1 && DEVICE.owner <= world_nics(world)))                              \
    X(device_maker, "a maker is noted only if it is not the owner",                              \
      DEVICE.maker == 0 || DEVICE.maker != DEVICE.owner)                                         \
    X(holders, "a device has the holders whose descriptors lead to it",                          \
      has_its_holders(world, state, name))                                                       \
    X(tap_lives,                                                                                 \
      "a tap that no process holds is persistent, or a third party's, or the platform keeps it", \
      DEVICE.kind != DEVICE_TAP || DEVICE.holders != 0 || DEVICE.persist != 0 ||                 \
          DEVICE.owner == THIRD_PARTY || world->platform != PLATFORM_LINUX)                      \
    X(tap_flags, "only a tap is persistent, or has several queues",                              \
      DEVICE.kind == DEVICE_TAP || (DEVICE.persist == 0 && DEVICE.multi == 0))                   \
    X(one_master, "a device on a Linux bridge is not on the system datapath as well",            \
      DEVICE.master == 0 || !kernel_on_ovs_system(world, state, (uint8_t)name))                  \
    X(master, "a master is a Linux bridge that exists",                                          \
      DEVICE.master == 0 || (world->bridge_kind[DEVICE.master - 1] == BRIDGE_LINUX &&            \
                             state->network.bridge_gone[DEVICE.master - 1] == 0))                \
    X(macvtap, "a macvtap is on no bridge: it is a part of its parent",                          \
      DEVICE.kind != DEVICE_MACVTAP ||                                                           \
          (DEVICE.master == 0 && !kernel_on_ovs_system(world, state, (uint8_t)name)))            \
    X(orphan, "only a veth that no process holds is an orphan",                                  \
      DEVICE.orphan == 0 || (DEVICE.kind == DEVICE_VETH && (DEVICE.holders & HOLDER_QEMU) == 0)) \
    X(stuck, "only a device on no bridge is stuck to ovs-system",                                \
      DEVICE.stuck == IFNAME_NONE || DEVICE.master == 0)                                         \
    X(empty_row, "a name without a row has nothing of one",                                      \
      ROW.bridge != 0 || memcmp(&ROW, &(struct row){0}, sizeof ROW) == 0)                        \
    X(row_bridge, "a row is on an Open vSwitch bridge that exists",                              \
      ROW.bridge == 0 || (world->bridge_kind[ROW.bridge - 1] == BRIDGE_OVS &&                    \
                          state->network.bridge_gone[ROW.bridge - 1] == 0))                      \
    X(row_uuid, "a row was inserted by a nic's start, or was there from the beginning",          \
      ROW.bridge == 0 || ROW.uuid == ROW_LEFTOVER ||                                             \
          (ROW.uuid >= 1 && ROW.uuid <= world_nics(world)))                                      \
    X(row_owner, "a row that a start inserted has an owner",                                     \
      ROW.bridge == 0 || ROW.owner != 0 || ROW.uuid == ROW_LEFTOVER)                             \
    X(row_start, "only rows of port-guard=port-owner say which start has written them",          \
      ROW.start_number == 0 || WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_PORT_OWNER))       \
    X(dependents, "a row has dependents only among the guests that have a delayed transaction",  \
      dependents_are_pending(world, state, name))                                                \
    X(row_qos, "a row refers to a QoS row that is there",                                        \
      ROW.qos == 0 || (state->network.qos[name] >> (ROW.qos - 1) & 1) != 0)                      \
    X(empty_port, "a name without a port has nothing of one",                                    \
      PORT.life != PORT_NONE || memcmp(&PORT, &(struct port){0}, sizeof PORT) == 0)              \
    X(port_bridge, "a port is on an Open vSwitch bridge",                                        \
      PORT.life == PORT_NONE ||                                                                  \
          (PORT.bridge != 0 && world->bridge_kind[PORT.bridge - 1] == BRIDGE_OVS))               \
    X(live_port, "a live port has the device of its name",                                       \
      PORT.life != PORT_LIVE || DEVICE.kind != DEVICE_NONE)                                      \
    X(port_away, "a port whose device was renamed has a device of another name",                 \
      (PORT.life == PORT_AWAY) == (PORT.receives_from != IFNAME_NONE) &&                         \
          (PORT.life != PORT_AWAY ||                                                             \
           (PORT.receives_from != name &&                                                        \
            state->network.device[PORT.receives_from].kind != DEVICE_NONE)))                     \
    X(sends_to, "where a port sends to another name than its own, there is a device",            \
      PORT.sends_to == IFNAME_NONE ||                                                            \
          (PORT.sends_to != name && state->network.device[PORT.sends_to].kind != DEVICE_NONE))   \
    X(netdev_port, "only a port of the userspace datapath has flags to be taken back",           \
      world_datapath(world, PORT.bridge, DATAPATH_NETDEV) ||                                     \
          (PORT.remembered == REMEMBERS_NOTHING && PORT.last_event == REMEMBERS_NOTHING &&       \
           PORT.sends_to == IFNAME_NONE))                                                        \
    X(last_event, "a link event is remembered only of a name that has no device now",            \
      PORT.last_event == REMEMBERS_NOTHING ||                                                    \
          (PORT.life != PORT_LIVE && DEVICE.kind == DEVICE_NONE))                                \
    X(stale_port, "a port of the system datapath goes with its device",                          \
      PORT.life != PORT_STALE || world_datapath(world, PORT.bridge, DATAPATH_NETDEV))

#define NAME(id, text, expression) INVARIANT(id, name, expression)
OF_NAMES(NAME)

#define NAME_ROW(id, text, expression) {text, OF_NAME, id},
const struct invariant invariants_of_network[] = {
    OF_NAMES(NAME_ROW){NULL, OF_NAME, NULL},
};
