/* Packed states: see layout.h. */
#include "sim/layout.h"

#include "core/machine.h"
#include "sim/process.h"

#include <assert.h>
#include <string.h>

/* Adds the byte at `offset`, whose values run from 0 to `largest`. */
static void
add(struct layout *layout, size_t offset, unsigned largest)
{
    uint8_t bits = 0;

    while (largest >> bits != 0) {
        bits++;
    }
    if (bits > 0) {
        layout->field[layout->fields++] = (struct layout_field){(uint16_t)offset, bits};
    }
}

#define ADD(member, largest) add(layout, offsetof(struct state, member), largest)
#define ADD_OF(array, index, type, member, largest)                                              \
    add(layout, offsetof(struct state, array) + (index) * sizeof(type) + offsetof(type, member), \
        largest)

/* What there is in this world that most have not got. */
struct rarities {
    bool others;     /* devices of other software */
    bool netdev;     /* a bridge with a userspace datapath */
    bool persistent; /* taps that outlive their last descriptor */
    bool preset;     /* an administrator's among them, from the beginning */
    bool multi;      /* taps with several queues */
    bool unplug;     /* guests that lose their nic */
    bool limited;    /* nics whose bandwidth has a limit */
    bool renames;    /* devices that get another name */
};

static struct rarities
find_rarities(const struct world *world)
{
    struct rarities has = {.others = world->third_parties > 0, .renames = world_renames(world)};

    for (unsigned bridge = 1; bridge <= world->bridges; bridge++) {
        has.netdev = has.netdev || world_datapath(world, (uint8_t)bridge, DATAPATH_NETDEV);
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        has.multi = has.multi || world->nic[nic].multi_queue != 0;
        has.limited = has.limited || world->nic[nic].limited != 0;
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        has.persistent = has.persistent || world->qemu_commands[guest] > 0;
        for (unsigned command = 0; command < world->commands[guest]; command++) {
            has.unplug = has.unplug || world->command[guest][command] == COMMAND_UNPLUG;
        }
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        has.others = has.others || world->third_party_device[name] != DEVICE_NONE;
        has.preset = has.preset || world->preset[name].present != 0;
        has.multi = has.multi || world->preset[name].multi != 0;
    }
    has.others = has.others || has.preset;
    has.persistent = has.persistent || has.preset;
    return has;
}

/* The largest UUID of a row that a guest may remember, and that a row may have. */
static unsigned
largest_uuid(const struct world *world, unsigned otherwise)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (world->leftover[name].bridge != 0 || world_preset_port(world, (uint8_t)name) != 0) {
            return ROW_LEFTOVER;
        }
    }
    return otherwise;
}

/* The largest number that external ids can have for a start. */
static unsigned
most_starts(const struct world *world)
{
    unsigned most = 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        most = world->commands[guest] > most ? world->commands[guest] : most;
    }
    return world->policy.port_guard == PORT_GUARD_PORT_OWNER ? most : 0;
}

/* The nic's port is a Midonet one. */
static bool
binds(const struct world *world, unsigned nic)
{
    uint8_t bridge = world->nic[nic].bridge;

    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_MIDONET;
}

/* A transaction that can be late. */
static void
add_delayed(struct layout *layout, const struct world *world, unsigned guest)
{
    ADD_OF(network.delayed, guest, struct delayed, op.kind, OP_COUNT - 1);
    ADD_OF(network.delayed, guest, struct delayed, op.name, world->names.names);
    ADD_OF(network.delayed, guest, struct delayed, op.bridge, world->bridges);
    ADD_OF(network.delayed, guest, struct delayed, op.add, OVS_ADD_DEL_WAIT_ADD);
    ADD_OF(network.delayed, guest, struct delayed, op.always_waits, 1);
    ADD_OF(network.delayed, guest, struct delayed, op.says_start, most_starts(world) > 0);
    ADD_OF(network.delayed, guest, struct delayed, op.row, largest_uuid(world, ROW_GONE));
    ADD_OF(network.delayed, guest, struct delayed, op.vlan,
           world_has_vlans(world) ? VLAN_PARKED : 0);
    ADD_OF(network.delayed, guest, struct delayed, op.start_number, most_starts(world));
    ADD_OF(network.delayed, guest, struct delayed, nic, world_nics(world) - 1);
}

static void
add_nic(struct layout *layout, const struct world *world, unsigned nic, const struct rarities *has)
{
    unsigned names = world->names.names;

    ADD_OF(control.daemon.record, nic, struct nic_record, name, names);
    ADD_OF(control.daemon.record, nic, struct nic_record, tap,
           has->persistent ? TAP_GONE : world_nics(world));
    ADD_OF(control.daemon.record, nic, struct nic_record, persist, has->persistent);
    ADD_OF(control.daemon.record, nic, struct nic_record, port, largest_uuid(world, ROW_GONE));
    ADD_OF(control.daemon.record, nic, struct nic_record, made,
           MADE_TAP | MADE_PORT | MADE_FILTER | MADE_LIMIT | MADE_OPEN);
    ADD_OF(control.daemon.record, nic, struct nic_record, reserved, 1);
    ADD_OF(control.daemon.record, nic, struct nic_record, running, 1);
    add(layout, offsetof(struct state, network.binding) + nic, binds(world, nic) ? names : 0);
    add(layout, offsetof(struct state, network.tap) + nic, names);
    add(layout, offsetof(struct state, network.opened) + nic, names);
}

static void
add_guest(struct layout *layout, const struct world *world, unsigned guest,
          const struct rarities *has)
{
    bool restarts = world->faults[FAULT_DAEMON_RESTART] > 0;

    ADD_OF(control.thread, guest, struct thread, machine.kind,
           has->unplug ? MACHINE_UNPLUG
           : restarts  ? MACHINE_RECONNECT
                       : MACHINE_CLEAN_UP);
    ADD_OF(control.thread, guest, struct thread, machine.state, 31);
    ADD_OF(control.thread, guest, struct thread, machine.flag,
           MACHINE_FAILED | MACHINE_ON_BRIDGE | MACHINE_KEEP_PORT | MACHINE_OPENED |
               MACHINE_NIC_FAILED | MACHINE_LOCKED | (has->unplug && restarts ? MACHINE_AGAIN : 0));
    ADD_OF(control.thread, guest, struct thread, machine.tries, world->names.names);
    ADD_OF(control.thread, guest, struct thread, machine.wrong_bridge, world->bridges);
    ADD_OF(control.thread, guest, struct thread, machine.nic, world->more);
    ADD_OF(control.thread, guest, struct thread, command, world->commands[guest]);
    ADD_OF(control.thread, guest, struct thread, waits, WAIT_EXIT);
    ADD_OF(control.thread, guest, struct thread, answer, largest_uuid(world, ROW_GONE));
    ADD_OF(control.thread, guest, struct thread, eof,
           restarts || world->faults[FAULT_QEMU_CRASH] > 0);
    ADD_OF(control.thread, guest, struct thread, kept, restarts ? 1u + world->commands[guest] : 0);
    add(layout, offsetof(struct state, control.phase) + guest, PROCESS_CLOSED);
    add(layout, offsetof(struct state, excused) + guest, world->faults[FAULT_START_FAILS] > 0);
    add(layout, offsetof(struct state, network.leaked) + guest,
        world->leaked[guest] || world->faults[FAULT_FD_LEAK] > 0 ? world->names.names : 0);
    add(layout, offsetof(struct state, control.qemu) + guest, world->qemu_commands[guest]);
    add(layout, offsetof(struct state, network.unplugged) + guest, has->unplug && restarts);
    if (world->faults[FAULT_OVS_LATE] > 0) {
        add_delayed(layout, world, guest);
    }
}

/* Names are reserved for some guest. */
static bool
reserves(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (allocator_reserves(daemon_strategy(&context))) {
            return true;
        }
    }
    return false;
}

/* 1 if an administrator deletes the bridge. */
static unsigned
may_go(const struct world *world, unsigned bridge)
{
    for (unsigned i = 0; i < MAX_COMMANDS * world->third_parties; i++) {
        if (world->third_party[i / MAX_COMMANDS].bridge[i % MAX_COMMANDS] == bridge + 1) {
            return 1;
        }
    }
    return 0;
}

/* How many daemons have a memory to be kept. */
static unsigned
daemons(const struct world *world)
{
    unsigned last = 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        last = world->daemon[guest] > last ? world->daemon[guest] : last;
    }
    return last + 1;
}

static void
add_name(struct layout *layout, const struct world *world, unsigned name,
         const struct rarities *has)
{
    unsigned owners = world_nics(world), bridges = world->bridges;
    unsigned vlans = world_has_vlans(world) ? VLAN_PARKED : 0;
    bool inherits = has->netdev && (world->faults[FAULT_VSWITCHD_RESTART] > 0 || has->renames);
    unsigned moved = has->renames ? world->names.names : 0;

    for (unsigned daemon = 0; daemon < daemons(world); daemon++) {
        ADD_OF(control.daemon.allocator, daemon, struct allocator, held[name],
               reserves(world) ? NAME_RESERVED : 0);
    }
    ADD_OF(network.device, name, struct device, kind, DEVICE_MACVTAP);
    ADD_OF(network.device, name, struct device, owner, has->others ? THIRD_PARTY : owners);
    ADD_OF(network.device, name, struct device, maker,
           has->preset       ? ADMINISTRATOR
           : has->persistent ? owners
                             : 0);
    ADD_OF(network.device, name, struct device, holders,
           HOLDER_DAEMON | HOLDER_QEMU | HOLDER_HELPER);
    ADD_OF(network.device, name, struct device, mac, owners);
    ADD_OF(network.device, name, struct device, up, 1);
    ADD_OF(network.device, name, struct device, limit, has->limited);
    ADD_OF(network.device, name, struct device, master, bridges);
    ADD_OF(network.device, name, struct device, persist, has->persistent);
    ADD_OF(network.device, name, struct device, multi, has->multi);
    ADD_OF(network.row, name, struct row, bridge, bridges);
    ADD_OF(network.row, name, struct row, uuid, largest_uuid(world, owners));
    ADD_OF(network.row, name, struct row, owner, owners);
    ADD_OF(network.row, name, struct row, start_number, most_starts(world));
    ADD_OF(network.row, name, struct row, vlan, vlans);
    ADD_OF(network.row, name, struct row, dependents,
           world->faults[FAULT_OVS_LATE] > 0 ? (1u << world->guests) - 1 : 0);
    ADD_OF(network.port, name, struct port, bridge, bridges);
    ADD_OF(network.device, name, struct device, stuck, moved);
    ADD_OF(network.port, name, struct port, life, has->renames ? PORT_AWAY : PORT_STALE);
    ADD_OF(network.port, name, struct port, receives_from, moved);
    ADD_OF(network.port, name, struct port, sends_to, has->netdev ? moved : 0);
    ADD_OF(network.port, name, struct port, remembered, has->netdev ? REMEMBERS_UP : 0);
    ADD_OF(network.port, name, struct port, last_event,
           has->netdev && has->renames ? REMEMBERS_UP
           : has->netdev               ? REMEMBERS_DOWN
                                       : REMEMBERS_NOTHING);
    ADD_OF(network.port, name, struct port, vlan, vlans);
    ADD_OF(network.port, name, struct port, was_promiscuous, inherits);
    ADD_OF(network.device, name, struct device, promiscuous, inherits);
    ADD_OF(network.device, name, struct device, orphan, process_container_ends(world));
    add(layout, offsetof(struct state, network.filter) + name,
        world->policy.filter_key == FILTER_KEY_NAME_MAC ? (1u << owners) - 1 : 1);
}

/* That counter is used. */
static bool
counts(const struct world *world, unsigned pool)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_strategy(&context) == NAME_COUNTER && daemon_pool(&context) == pool) {
            return true;
        }
    }
    return false;
}

void
layout_make(struct layout *layout, const struct world *world)
{
    const struct rarities has = find_rarities(world);
    size_t bits = 0;

    *layout = (struct layout){0};
    for (unsigned daemon = 0; daemon < daemons(world); daemon++) {
        for (unsigned pool = 0; pool < NAME_POOLS; pool++) {
            ADD_OF(control.daemon.allocator, daemon, struct allocator, last[pool],
                   counts(world, pool) ? world->names.names : 0);
        }
        add(layout, offsetof(struct state, control.daemon.lock) + daemon, world->guests);
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        add_guest(layout, world, guest, &has);
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        add_nic(layout, world, nic, &has);
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        add_name(layout, world, name, &has);
    }
    for (unsigned third_party = 0; third_party < world->third_parties; third_party++) {
        add(layout, offsetof(struct state, control.third_party) + third_party,
            world->third_party[third_party].commands);
    }
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        add(layout, offsetof(struct state, network.bridge_gone) + bridge, may_go(world, bridge));
    }
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        add(layout, offsetof(struct state, control.faults) + fault, world->faults[fault]);
    }
    for (unsigned i = 0; i < layout->fields; i++) {
        bits += layout->field[i].bits;
    }
    layout->words = (unsigned)((bits + 63) / 64);
}

void
layout_pack(const struct layout *layout, const struct state *state, uint64_t *words)
{
    const uint8_t *bytes = (const uint8_t *)state;
    uint64_t word = 0;
    unsigned used = 0;

    for (unsigned i = 0; i < layout->fields; i++) {
        uint64_t value = bytes[layout->field[i].offset];
        unsigned bits = layout->field[i].bits;

        word |= value << used;
        used += bits;
        if (used >= 64) {
            *words++ = word;
            used -= 64;
            word = used == 0 ? 0 : value >> (bits - used);
        }
    }
    if (used > 0) {
        *words = word;
    }
}

void
layout_unpack(const struct layout *layout, const uint64_t *words, struct state *state)
{
    uint8_t *bytes = (uint8_t *)state;
    unsigned at = 0;

    memset(state, 0, sizeof *state);
    for (unsigned i = 0; i < layout->fields; i++) {
        unsigned bits = layout->field[i].bits, shift = at % 64;
        uint64_t value = words[at / 64] >> shift;

        if (shift + bits > 64) {
            value |= words[at / 64 + 1] << (64 - shift);
        }
        bytes[layout->field[i].offset] = (uint8_t)(value & ((1u << bits) - 1));
        at += bits;
    }
}
