/* The table of the state's fields: see field.h. */
#include "sim/field.h"

#include <assert.h>
#include <string.h>

/* The nic's port is a Midonet one. */
static bool
binds(const struct world *world, unsigned nic)
{
    uint8_t bridge = world->nic[nic].bridge;

    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_MIDONET;
}

/* An administrator deletes the bridge. */
static bool
may_go(const struct world *world, unsigned bridge)
{
    assert(world->third_parties <= MAX_THIRD_PARTIES);
    for (unsigned i = 0; i < MAX_COMMANDS * world->third_parties; i++) {
        if (world->third_party[i / MAX_COMMANDS].bridge[i % MAX_COMMANDS] == bridge + 1) {
            return true;
        }
    }
    return false;
}

/* That counter is used. */
static bool
is_counted(const struct world *world, unsigned pool)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_strategy(&context) == NAME_COUNTER && daemon_pool(&context) == pool) {
            return true;
        }
    }
    return false;
}

/* Transactions that nobody waits for. */
static bool
leaves_behind(const struct field_traits *traits)
{
    return traits->late || traits->orphans;
}

/* All packet filters that a name may have. */
static unsigned
largest_filters(const struct world *world)
{
    unsigned of_macs = (1u << world_nics(world)) - 1;
    bool by_mac = WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME_MAC);
    bool by_name = WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME) ||
                   WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_BINDING);

    return !world_has_filters(world)
               ? 0
               : (by_mac ? of_macs : 0) | (by_name ? state_filter_bit(world, 0) : 0u);
}

/* ---- the largest values ---- */

#define RANGE(name, value)                                                  \
    static unsigned name(const struct field_traits *traits, unsigned index) \
    {                                                                       \
        (void)traits;                                                       \
        (void)index;                                                        \
        return value;                                                       \
    }

RANGE(one, 1)
RANGE(nothing, 0)
RANGE(names, traits->names)
RANGE(indexed, traits->world->nic[index].contested ? traits->names : 0)
RANGE(owners, traits->owners)
RANGE(bridges, traits->world->bridges)
RANGE(guests, traits->world->guests)
RANGE(counter, is_counted(traits->world, index) ? traits->names : 0)
RANGE(held, traits->reserves ? NAME_RESERVED : 0)
RANGE(held_second, traits->daemons > 1 ? held(traits, index) : 0)
RANGE(held_third, traits->daemons > 2 ? held(traits, index) : 0)
RANGE(counter_second, traits->daemons > 1 ? counter(traits, index) : 0)
RANGE(counter_third, traits->daemons > 2 ? counter(traits, index) : 0)
RANGE(guests_second, traits->daemons > 1 ? guests(traits, index) : 0)
RANGE(guests_third, traits->daemons > 2 ? guests(traits, index) : 0)
RANGE(machine_kind, traits->unplugs    ? MACHINE_UNPLUG
                    : traits->restarts ? MACHINE_RECONNECT
                                       : MACHINE_CLEAN_UP)
RANGE(machine_state, 31)
RANGE(machine_flag,
      MACHINE_FAILED | MACHINE_ON_BRIDGE | MACHINE_KEEP_PORT | MACHINE_OPENED | MACHINE_NIC_FAILED |
          MACHINE_LOCKED |
          (traits->templates || traits->spoils || traits->restarts ? MACHINE_KEEPS_NAME : 0) |
          (traits->unplugs && traits->restarts ? MACHINE_AGAIN : 0))
RANGE(more_nics, traits->world->more)
RANGE(commands, traits->world->commands[index])
RANGE(waits, WAIT_EXIT)
RANGE(answers, traits->uuids != 0 ? traits->uuids : ROW_GONE)
RANGE(stuck, traits->world->ignores_sigkill[index] &&
                 world_policy(traits->world, index)->kill_fails == KILL_FAILS_FAIL)
RANGE(eof, traits->restarts || traits->world->faults[FAULT_QEMU_CRASH] > 0 || stuck(traits, index))
RANGE(late_unplugs, traits->world->faults[FAULT_MONITOR_LATE] > 0  ? LATE_UNHEARD
                    : traits->world->faults[FAULT_UNPLUG_LATE] > 0 ? LATE_SAID
                                                                   : LATE_NONE)
RANGE(kept, traits->kept ? 1u + traits->world->commands[index] * (1u + traits->rounds) : 0)
RANGE(rounds, traits->rounds)
RANGE(phases, PROCESS_CLOSED)
RANGE(qemu_commands, traits->world->qemu_commands[index])
RANGE(outage, traits->outage ? OVSDB_BACK : OVSDB_UP)
RANGE(excused, traits->outage || traits->world->faults[FAULT_START_FAILS] > 0)
RANGE(leaked, traits->world->leaked[index] || traits->leaks ? traits->names : 0)
RANGE(unplugged, traits->unplugs && traits->restarts)
RANGE(late_kind, leaves_behind(traits) ? OP_COUNT - 1 : 0)
RANGE(late_orphan, traits->orphans)
RANGE(late_names, leaves_behind(traits) ? traits->names : 0)
RANGE(late_bridges, leaves_behind(traits) ? traits->world->bridges : 0)
RANGE(late_add, leaves_behind(traits) ? OVS_ADD_DEL_WAIT_ADD : 0)
RANGE(late_flag, leaves_behind(traits))
RANGE(late_row, leaves_behind(traits) ? answers(traits, index) : 0)
RANGE(late_vlan, leaves_behind(traits) ? traits->vlans : 0)
RANGE(late_start, leaves_behind(traits) ? traits->starts : 0)
RANGE(late_nic, leaves_behind(traits) ? traits->owners : 0)
RANGE(late_says, leaves_behind(traits) && traits->starts > 0)
RANGE(tap_tokens, traits->persistent || traits->multi ? TAP_GONE : traits->owners)
RANGE(persistent, traits->persistent)
RANGE(made, MADE_ALL)
RANGE(bound_names, binds(traits->world, index) ? traits->names : 0)
RANGE(device_kinds, DEVICE_MACVTAP)
RANGE(device_owners, traits->third_parties ? THIRD_PARTY : traits->owners)
RANGE(makers, traits->preset ? ADMINISTRATOR : traits->persistent ? traits->owners : 0)
RANGE(holders, HOLDER_DAEMON | HOLDER_QEMU | HOLDER_HELPER)
#define X(id, member, key, text, oracle) RANGE(member, traits->properties >> PROPERTY_##id & 1)
NIC_PROPERTIES(X)
#undef X
RANGE(multi, traits->multi)
RANGE(moved, traits->renames ? traits->names : 0)
RANGE(promiscuous, traits->promiscuous)
RANGE(orphan, traits->containers_end)
RANGE(uuids, traits->uuids != 0 ? traits->uuids : traits->owners)
RANGE(starts, traits->starts)
RANGE(vlans, traits->vlans)
RANGE(dependents, traits->late ? (1u << traits->world->guests) - 1 : 0)
RANGE(has_qos, traits->qos)
RANGE(qos, traits->qos ? traits->world->guests : 0)
RANGE(qos_rows, traits->qos ? (1u << traits->world->guests) - 1 : 0)
RANGE(lives, traits->renames ? PORT_AWAY : traits->netdev ? PORT_STALE : PORT_LIVE)
RANGE(sends_to, traits->netdev ? moved(traits, index) : 0)
RANGE(remembered, traits->netdev ? REMEMBERS_UP : REMEMBERS_NOTHING)
RANGE(last_events, !traits->netdev   ? REMEMBERS_NOTHING
                   : traits->renames ? REMEMBERS_UP
                                     : REMEMBERS_DOWN)
RANGE(filters, largest_filters(traits->world))
RANGE(bridge_gone, may_go(traits->world, index))
RANGE(third_party_commands, traits->world->third_party[index].commands)
RANGE(budgets, traits->world->faults[index])

/* ---- the table ---- */

_Static_assert(sizeof(struct state) <= UINT16_MAX, "two bytes for the offset of a field");

#define BYTE(of, means, path, largest)                                     \
    {                                                                      \
#path, offsetof(struct state, path), 1, of, MEANS_##means, largest \
    }
#define MEMBER(of, means, path, type, member, largest)                                          \
    {                                                                                           \
#path "." #member, offsetof(struct state, path) + offsetof(type, member), sizeof(type), \
            of, MEANS_##means, largest                                                          \
    }

/* To add a field: its member in core/control.h or sim/state.h, and a row here, with what its
 * value means, and the largest one that it has in a world; none (nothing, or a trait that is false)
 * takes no bits. */
static const struct field fields[] = {
    /* What the daemons remember. */
    BYTE(OF_POOL, PLAIN, control.daemon.allocator[0].last, counter),
    BYTE(OF_NAME, PLAIN, control.daemon.allocator[0].held, held),
    BYTE(OF_POOL, PLAIN, control.daemon.allocator[1].last, counter_second),
    BYTE(OF_NAME, PLAIN, control.daemon.allocator[1].held, held_second),
    BYTE(OF_POOL, PLAIN, control.daemon.allocator[2].last, counter_third),
    BYTE(OF_NAME, PLAIN, control.daemon.allocator[2].held, held_third),
    BYTE(OF_WORLD, GUEST, control.daemon.lock[0], guests),
    BYTE(OF_WORLD, GUEST, control.daemon.lock[1], guests_second),
    BYTE(OF_WORLD, GUEST, control.daemon.lock[2], guests_third),
    MEMBER(OF_NIC, NAME, control.daemon.record, struct nic_record, name, names),
    MEMBER(OF_NIC, NIC, control.daemon.record, struct nic_record, tap, tap_tokens),
    MEMBER(OF_NIC, NIC, control.daemon.record, struct nic_record, port, answers),
    MEMBER(OF_NIC, PLAIN, control.daemon.record, struct nic_record, made, made),
    MEMBER(OF_NIC, PLAIN, control.daemon.record, struct nic_record, reserved, one),
    MEMBER(OF_NIC, PLAIN, control.daemon.record, struct nic_record, running, one),
    MEMBER(OF_NIC, PLAIN, control.daemon.record, struct nic_record, persist, persistent),
    /* Threads, processes, scripts and budgets. */
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.kind, machine_kind),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.state, machine_state),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.flag, machine_flag),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.tries, names),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.wrong_bridge, bridges),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, machine.nic, more_nics),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, command, commands),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, waits, waits),
    MEMBER(OF_GUEST, NIC, control.thread, struct thread, answer, answers),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, eof, eof),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, stuck, stuck),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, kept, kept),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, late, late_unplugs),
    MEMBER(OF_GUEST, PLAIN, control.thread, struct thread, round, rounds),
    BYTE(OF_GUEST, PLAIN, control.phase, phases),
    BYTE(OF_GUEST, PLAIN, control.qemu, qemu_commands),
    BYTE(OF_THIRD_PARTY, PLAIN, control.third_party, third_party_commands),
    BYTE(OF_FAULT, PLAIN, control.faults, budgets),
    BYTE(OF_LANDMARK, PLAIN, control.reached, one),
    /* The network. */
    BYTE(OF_NIC, NAME, network.tap, names),
    BYTE(OF_NIC, NAME, network.opened, names),
    BYTE(OF_NIC, NAME, network.indexed, indexed),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, kind, device_kinds),
    MEMBER(OF_NAME, NIC, network.device, struct device, owner, device_owners),
    MEMBER(OF_NAME, NIC, network.device, struct device, maker, makers),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, holders, holders),
    MEMBER(OF_NAME, NIC, network.device, struct device, mac, owners),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, up, one),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, master, bridges),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, persist, persistent),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, multi, multi),
#define X(id, member, key, text, oracle) \
    MEMBER(OF_NAME, PLAIN, network.device, struct device, member, member),
    NIC_PROPERTIES(X)
#undef X
        MEMBER(OF_NAME, PLAIN, network.device, struct device, promiscuous, promiscuous),
    MEMBER(OF_NAME, NAME, network.device, struct device, stuck, moved),
    MEMBER(OF_NAME, PLAIN, network.device, struct device, orphan, orphan),
    MEMBER(OF_NAME, PLAIN, network.row, struct row, bridge, bridges),
    MEMBER(OF_NAME, NIC, network.row, struct row, uuid, uuids),
    MEMBER(OF_NAME, NIC, network.row, struct row, owner, owners),
    MEMBER(OF_NAME, PLAIN, network.row, struct row, start_number, starts),
    MEMBER(OF_NAME, PLAIN, network.row, struct row, vlan, vlans),
    MEMBER(OF_NAME, GUESTS, network.row, struct row, dependents, dependents),
    MEMBER(OF_NAME, GUEST, network.row, struct row, qos, qos),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, bridge, bridges),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, life, lives),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, remembered, remembered),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, last_event, last_events),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, vlan, vlans),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, was_promiscuous, promiscuous),
    MEMBER(OF_NAME, NAME, network.port, struct port, receives_from, moved),
    MEMBER(OF_NAME, NAME, network.port, struct port, sends_to, sends_to),
    MEMBER(OF_NAME, PLAIN, network.port, struct port, qos, has_qos),
    BYTE(OF_NAME, FILTERS, network.filter, filters),
    BYTE(OF_NAME, GUESTS, network.qos, qos_rows),
    /* Delayed transactions: what other operations say is never in one. */
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.kind, late_kind),
    MEMBER(OF_GUEST, NAME, network.delayed, struct delayed, op.name, late_names),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.family, nothing),
    MEMBER(OF_GUEST, NAME, network.delayed, struct delayed, op.preferred, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.from_first, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.release_name, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.bridge, late_bridges),
    MEMBER(OF_GUEST, NIC, network.delayed, struct delayed, op.mac, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.multi_queue, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.persist, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.quiet, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.add, late_add),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.vlan, late_vlan),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.says_start, late_says),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.start_number, late_start),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.always_waits, late_flag),
    MEMBER(OF_GUEST, NIC, network.delayed, struct delayed, op.row, late_row),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.filter_found, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.by_index, nothing),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, op.bulk, nothing),
    MEMBER(OF_GUEST, NAME, network.delayed, struct delayed, op.asked, nothing),
    MEMBER(OF_GUEST, NIC, network.delayed, struct delayed, nic, late_nic),
    MEMBER(OF_GUEST, PLAIN, network.delayed, struct delayed, orphan, late_orphan),
    /* The rest of the network, and what oracles remember. */
    BYTE(OF_NIC, NAME, network.binding, bound_names),
    BYTE(OF_BRIDGE, PLAIN, network.bridge_gone, bridge_gone),
    BYTE(OF_WORLD, PLAIN, network.ovsdb, outage),
    BYTE(OF_GUEST, NAME, network.leaked, leaked),
    BYTE(OF_GUEST, PLAIN, network.unplugged, unplugged),
    BYTE(OF_GUEST, PLAIN, excused, excused),
};

enum { ROWS = sizeof fields / sizeof *fields };

const struct field *
field_at(unsigned row)
{
    return row < ROWS ? &fields[row] : NULL;
}

unsigned
field_room(const struct field *field)
{
    static const unsigned rooms[] = {
        [OF_WORLD] = 1,
        [OF_POOL] = ALLOCATOR_POOLS,
        [OF_GUEST] = MAX_GUESTS,
        [OF_NIC] = MAX_NICS,
        [OF_NAME] = IFNAME_MAX_NAMES + 1,
        [OF_BRIDGE] = MAX_BRIDGES,
        [OF_THIRD_PARTY] = MAX_THIRD_PARTIES,
        [OF_FAULT] = FAULT_COUNT,
        [OF_LANDMARK] = MAX_LANDMARKS,
    };

    return rooms[field->of];
}

void
field_used(const struct field *field, const struct world *world, unsigned *first, unsigned *count)
{
    const unsigned used[] = {
        [OF_WORLD] = 1,
        [OF_POOL] = ALLOCATOR_POOLS,
        [OF_GUEST] = world->guests,
        [OF_NIC] = world_nics(world),
        [OF_NAME] = world->names.names,
        [OF_BRIDGE] = world->bridges,
        [OF_THIRD_PARTY] = world->third_parties,
        [OF_FAULT] = FAULT_COUNT,
        [OF_LANDMARK] = world->landmarks,
    };

    *first = field->of == OF_NAME ? 1 : 0; /* the id 0 is no name */
    *count = used[field->of];
    assert(*first + *count <= field_room(field));
}

void
field_limits(const struct world *world, struct field_limits *limits)
{
    const struct field_traits traits = field_traits(world);

    *limits = (struct field_limits){0};
    for (unsigned row = 0; row < ROWS; row++) {
        unsigned first, count;

        field_used(&fields[row], world, &first, &count);
        for (unsigned i = first; i < first + count; i++) {
            assert(fields[row].largest(&traits, i) <= UINT8_MAX);
            limits->largest[fields[row].offset + (size_t)i * fields[row].stride] =
                (uint8_t)fields[row].largest(&traits, i);
        }
    }
}

const struct field *
field_difference(const struct state *a, const struct state *b, unsigned *index)
{
    if (memcmp(a, b, sizeof *a) == 0) {
        return NULL;
    }
    for (unsigned row = 0;; row++) {
        assert(row < ROWS); /* no byte is without a row */
        for (*index = 0; *index < field_room(&fields[row]); ++*index) {
            size_t offset = fields[row].offset + (size_t)*index * fields[row].stride;

            if (((const uint8_t *)a)[offset] != ((const uint8_t *)b)[offset]) {
                return &fields[row];
            }
        }
    }
}
