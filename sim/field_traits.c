/* What there is in a world, by which the fields of its states are as large as they are: see
 * sim/field.h. */
#include "sim/field.h"

#include "sim/process.h"

#include <assert.h>

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

/* How many daemons have a memory to be kept. */
static unsigned
daemons(const struct world *world)
{
    unsigned last = 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        last = world->daemon[guest] > last ? world->daemon[guest] : last;
    }
    assert(last < MAX_DAEMONS);
    return last + 1;
}

/* The largest number that external ids can have for a start. */
static unsigned
most_starts(const struct world *world)
{
    unsigned most = 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        most = world->commands[guest] > most ? world->commands[guest] : most;
    }
    assert(most <= MAX_COMMANDS);
    most *= 1 + world_most_rounds(world);
    assert(most <= UINT8_MAX);
    return WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_PORT_OWNER) ? most : 0;
}

/* The largest UUID of a row, if there are rows that no start has made. */
static unsigned
largest_uuid(const struct world *world)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (world->leftover[name].bridge != 0 || world_preset_port(world, (uint8_t)name) != 0) {
            return ROW_LEFTOVER;
        }
    }
    return 0;
}

static void
find_guests_traits(struct field_traits *traits)
{
    const struct world *world = traits->world;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        traits->multi |= world->nic[nic].multi_queue != 0;
        traits->templates |= world->nic[nic].template != 0;
#define X(id, member, key, text, oracle) \
    traits->properties |= (unsigned)world->nic[nic].member << PROPERTY_##id;
        NIC_PROPERTIES(X)
#undef X
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        traits->persistent |= world->qemu_commands[guest] > 0;
        for (unsigned command = 0; command < world->commands[guest]; command++) {
            traits->unplugs |= world->command[guest][command] == COMMAND_UNPLUG;
        }
    }
}

struct field_traits
field_traits(const struct world *world)
{
    struct field_traits traits = {
        .world = world,
        .spoils = WORLD_HAS_POLICY(world, stop_status, STOP_STATUS_SPOILT),
        .names = world->names.names,
        .owners = world_nics(world),
        .daemons = daemons(world),
        .vlans = world_has_vlans(world) ? VLAN_PARKED : 0,
        .starts = most_starts(world),
        .rounds = world_most_rounds(world),
        .uuids = largest_uuid(world),
        .third_parties = world->third_parties > 0,
        .qos = world_has_qos(world),
        .renames = world_renames(world),
        .containers_end = process_container_ends(world),
        .reserves = reserves(world),
        .restarts = world_restarts(world),
        .kept = world_restarts(world) || world_retries(world),
        .late = world->faults[FAULT_OVS_LATE] > 0,
        .orphans = world->faults[FAULT_OVS_ORPHAN] > 0,
        .leaks = world->faults[FAULT_FD_LEAK] > 0,
        .outage = world->faults[FAULT_OVSDB_OUTAGE] > 0,
    };

    find_guests_traits(&traits);
    for (unsigned bridge = 1; bridge <= world->bridges; bridge++) {
        traits.netdev |= world_datapath(world, (uint8_t)bridge, DATAPATH_NETDEV);
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        traits.preset |= world->preset[name].present != 0;
        traits.multi |= world->preset[name].multi != 0;
        traits.third_parties |=
            world->third_party_device[name] != DEVICE_NONE || world->preset[name].present != 0;
    }
    traits.persistent |= traits.preset;
    traits.promiscuous = traits.netdev && world_tracks_promiscuous(world);
    return traits;
}
