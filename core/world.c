/* The world of a scenario: what can be read off it.  See world.h. */
#include "core/world.h"

#include <assert.h>

unsigned
world_nics(const struct world *world)
{
    unsigned nics = (unsigned)world->guests + world->more;

    assert(nics <= MAX_NICS);
    return nics;
}

unsigned
world_guest(const struct world *world, unsigned nic)
{
    assert(nic < MAX_NICS && world->nic_guest[nic] < MAX_GUESTS);
    return nic < world->guests ? nic : world->nic_guest[nic];
}

const struct policy *
world_policy(const struct world *world, unsigned guest)
{
    unsigned daemon;

    assert(guest < MAX_GUESTS);
    daemon = world->daemon[guest];
    assert(daemon < MAX_DAEMONS);
    return world->has_own[daemon] ? &world->own[daemon] : &world->policy;
}

bool
world_has_policy(const struct world *world, size_t offset, uint8_t value)
{
    assert(offset < sizeof(struct policy));
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (((const uint8_t *)world_policy(world, guest))[offset] == value) {
            return true;
        }
    }
    return false;
}

static struct context
make_context(const struct world *world, unsigned nic)
{
    unsigned guest = world_guest(world, nic);
    struct context context = {
        .policy = world_policy(world, guest),
        .names = &world->names,
        .nic = world->nic,
        .bridge_kind = world->bridge_kind,
        .guest = (uint8_t)guest,
        .nics = 1,
        .nic_at = {(uint8_t)guest},
        .at_hand = (uint8_t)nic,
        .daemon = world->daemon[guest],
        .platform = world->platform,
        .ignores_sigkill = world->ignores_sigkill[guest],
        .restarts = world_restarts(world),
    };

    assert(context.daemon < MAX_DAEMONS);
    for (unsigned other = world->guests; other < world_nics(world); other++) {
        if (world->nic_guest[other] == guest) {
            context.nic_at[context.nics++] = (uint8_t)other;
        }
    }
    return context;
}

void
world_prepare(struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        world->context[nic] = make_context(world, nic);
    }
    world->prepared = world;
}

struct context
world_context(const struct world *world, unsigned nic)
{
    if (world->prepared != world) {
        return make_context(world, nic);
    }
    assert(nic < world_nics(world));
    return world->context[nic];
}

struct program
world_program(const struct world *world, unsigned guest)
{
    assert(guest < MAX_GUESTS && world->commands[guest] <= MAX_COMMANDS);
    return (struct program){.command = world->command[guest],
                            .commands = world->commands[guest],
                            .given = world->commands[guest]};
}

bool
world_retries(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        const uint8_t *command = world->command[guest];

        for (unsigned i = 1; i < world->commands[guest]; i++) {
            if (command[i] == COMMAND_START && command[i - 1] == COMMAND_START) {
                return true;
            }
        }
    }
    return false;
}

static uint8_t
any_nics_vlan(const struct world *world)
{
    uint8_t any = VLAN_NONE;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        assert(world->nic[nic].vlan <= VLAN_MAX); /* VLAN_PARKED is no guest's */
        any |= world->nic[nic].vlan;
    }
    return any;
}

unsigned
world_most_rounds(const struct world *world)
{
    return world->unbounded && WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_PORT_OWNER)
               ? world->names.names + 4u
               : 0;
}

bool
world_has_vlans(const struct world *world)
{
    uint8_t any = any_nics_vlan(world);

    for (unsigned name = 1; name <= world->names.names; name++) {
        any |= world->leftover[name].vlan | world->preset[name].vlan;
    }
    return any != VLAN_NONE;
}

bool
world_agent_tags(const struct world *world, unsigned nic)
{
    return world->nic[nic].vlan != VLAN_NONE &&
           world_policy(world, world_guest(world, nic))->vlan_by != VLAN_BY_ADD;
}

bool
world_has_agent(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if (world_agent_tags(world, nic)) {
            return true;
        }
    }
    return false;
}

bool
world_owns(const struct world *world, unsigned guest, uint8_t owner)
{
    assert(guest < MAX_GUESTS);
    return owner != 0 && owner <= world_nics(world) && world_guest(world, owner - 1u) == guest;
}

unsigned
world_vm(const struct world *world, unsigned guest)
{
    assert(guest < MAX_GUESTS);
    return world->vm[guest] == 0 ? guest : world->vm[guest] - 1u;
}

/* A VM of several lives has one nic (harness/scenario_lives.c). */
bool
world_is_one_nic(const struct world *world, uint8_t one, uint8_t other)
{
    return one == other ||
           (one != 0 && other != 0 && one <= world->guests && other <= world->guests &&
            world_vm(world, one - 1u) == world_vm(world, other - 1u));
}

/* A third party has such a command. */
static bool
others_do(const struct world *world, enum third_party_command wanted)
{
    for (unsigned i = 0; i < world->third_parties; i++) {
        for (unsigned command = 0; command < world->third_party[i].commands; command++) {
            if (world->third_party[i].command[command] == wanted) {
                return true;
            }
        }
    }
    return false;
}

bool
world_renames(const struct world *world)
{
    return others_do(world, THIRD_PARTY_RENAME);
}

bool
world_contests(const struct world *world, unsigned nic)
{
    for (unsigned other = 0; other < world_nics(world); other++) {
        if (world_guest(world, other) != world_guest(world, nic) &&
            world->nic[other].kind != NIC_TAP) {
            return true;
        }
    }
    return others_do(world, THIRD_PARTY_DELETE) || world_renames(world);
}

bool
world_exposes(const struct world *world, unsigned nic)
{
    bool shares = world->nic[nic].multi_queue != 0 || world_contests(world, nic);

    for (unsigned other = 0; other < world_nics(world) && shares; other++) {
        if (other != nic && world->nic[other].limit != 0) {
            return true;
        }
    }
    return false;
}

bool
world_tracks_promiscuous(const struct world *world)
{
    return world->faults[FAULT_VSWITCHD_RESTART] > 0 || world_renames(world);
}

bool
world_holds_names(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        const struct policy *policy = world_policy(world, guest);

        assert(policy->hold <= POLICY_HOLD_MAX);
        if (policy->name == NAME_QUARANTINE && policy->hold > 0) {
            return true;
        }
    }
    return false;
}

bool
world_restarts(const struct world *world)
{
    return world->faults[FAULT_DAEMON_RESTART] > 0 || world->faults[FAULT_OVS_ORPHAN] > 0;
}

bool
world_has_filters(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_has_filter(&context)) {
            return true;
        }
    }
    return false;
}

bool
world_has_qos(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_limits_by_qos(&context)) {
            return true;
        }
    }
    return false;
}

bool
world_looks_at_filters(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_has_filter(&context) && daemon_has_binding(&context)) {
            return true;
        }
    }
    return false;
}

uint8_t
world_preset_port(const struct world *world, uint8_t name)
{
    uint8_t bridge = world->preset[name].bridge;

    assert(name != IFNAME_NONE && name <= world->names.names && bridge <= world->bridges);
    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS ? bridge : 0;
}

bool
world_datapath(const struct world *world, uint8_t bridge, enum datapath datapath)
{
    assert(bridge <= world->bridges);
    return bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS &&
           world->datapath[bridge - 1] == datapath;
}

bool
world_has_system_datapath(const struct world *world)
{
    for (uint8_t bridge = 1; bridge <= world->bridges; bridge++) {
        if (world_datapath(world, bridge, DATAPATH_SYSTEM)) {
            return true;
        }
    }
    return false;
}
