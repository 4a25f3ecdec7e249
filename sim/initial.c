/* The initial state: see initial.h. */
#include "sim/initial.h"

#include "sim/actor.h"

#include <assert.h>
#include <string.h>

/* The name a guest got when it was started: its fixed one, or the first of its family that is free,
 * from where the counter stood. */
static uint8_t
name_of_running(const struct world *world, const struct state *state, unsigned card)
{
    struct setting setting = world_setting(world, card);
    const struct ifname_family *family = &world->names.family[daemon_family(&setting)];
    unsigned number = daemon_strategy(&setting) == NAME_COUNTER
                          ? state->daemon.allocator[setting.daemon].last[daemon_pool(&setting)]
                          : 0;

    if (!daemon_names(&setting)) {
        return daemon_fixed(&setting);
    }
    for (; number < family->count; number++) {
        uint8_t name = (uint8_t)(family->first + number);

        if (state->device[name].kind == DEVICE_NONE) {
            return name;
        }
    }
    assert(false); /* the reader gives every family room for all guests */
    return IFNAME_NONE;
}

/* A device that is on an Open vSwitch bridge: its row, and the port that ovs-vswitchd has made. */
static void
add_port(const struct world *world, struct state *state, uint8_t name, struct row row)
{
    bool netdev = world_datapath(world, row.bridge, DATAPATH_NETDEV);

    state->row[name] = row;
    state->port[name] = (struct port){.bridge = row.bridge,
                                      .life = PORT_LIVE,
                                      .vlan = row.vlan,
                                      .remembered = netdev ? REMEMBERS_UP : REMEMBERS_NOTHING};
    state->device[name].promiscuous =
        netdev && (world->faults[FAULT_VSWITCHD_RESTART] > 0 || world_renames(world));
}

/* Puts a guest that runs into the world, with all that its start would have made. */
static void
add_running(const struct world *world, struct state *state, unsigned card, uint8_t name)
{
    static const uint8_t kinds[] = {
        [NIC_TAP] = DEVICE_TAP, [NIC_MACVTAP] = DEVICE_MACVTAP, [NIC_VETH] = DEVICE_VETH};
    struct setting setting = world_setting(world, card);
    uint8_t bridge = world->nic[card].bridge, owner = (uint8_t)(card + 1);
    struct domain *domain = &state->daemon.domain[card];
    uint8_t kind = world->nic[card].kind;

    *domain = (struct domain){.name = name, .tap = owner, .made = MADE_TAP, .running = 1};
    state->tap[card] = name;
    state->device[name] = (struct device){.kind = kinds[kind],
                                          .owner = owner,
                                          .holders = HOLDER_QEMU,
                                          .mac = kind == NIC_VETH ? 0 : world->nic[card].mac,
                                          .up = 1,
                                          .limit = world->nic[card].limited,
                                          .multi = world->nic[card].multi_queue};
    domain->made |= world->nic[card].limited ? MADE_LIMIT : 0;
    if (kind != NIC_MACVTAP) {
        state->filter[name] = world_filter(world, card);
        domain->made |= MADE_FILTER;
    }
    if (world->leaked[setting.guest]) {
        state->device[name].holders |= HOLDER_HELPER;
        state->leaked[setting.guest] = name;
    }
    if (bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_OVS) {
        add_port(
            world, state, name,
            (struct row){
                .bridge = bridge, .uuid = owner, .owner = owner, .vlan = world->nic[card].vlan});
        domain->port = owner;
        domain->made |= MADE_PORT;
    } else if (daemon_bridge_kind(&setting, bridge) == BRIDGE_MIDONET) {
        state->binding[card] = name;
        domain->made |= MADE_PORT;
    } else {
        state->device[name].master = bridge;
    }
    if (daemon_names(&setting)) {
        domain->reserved = allocator_reserves(daemon_strategy(&setting));
        allocator_reserve(&state->daemon.allocator[setting.daemon], daemon_strategy(&setting),
                          daemon_pool(&setting), &world->names.family[daemon_family(&setting)],
                          name);
    }
}

/* A tap that an administrator has made, and put where they want it. */
static void
add_permanent(const struct world *world, struct state *state, uint8_t name)
{
    const struct permanent *permanent = &world->permanent[name];
    uint8_t bridge = world_permanent_port(world, name);

    state->device[name] = (struct device){.kind = DEVICE_TAP,
                                          .owner = OTHERS,
                                          .maker = ADMINISTRATOR,
                                          .up = 1,
                                          .master = bridge == 0 ? permanent->bridge : 0,
                                          .persist = 1,
                                          .multi = permanent->multi};
    if (bridge != 0) {
        add_port(world, state, name,
                 (struct row){.bridge = bridge, .uuid = ROW_LEFT, .vlan = permanent->vlan});
    }
}

uint8_t
initial_state(const struct world *world, struct state *state)
{
    memset(state, 0, sizeof *state);
    memcpy(state->faults, world->faults, sizeof state->faults);
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (world->foreign[name] != DEVICE_NONE) {
            state->device[name] = (struct device){.kind = world->foreign[name], .owner = OTHERS};
        }
        if (world->permanent[name].listed) {
            add_permanent(world, state, (uint8_t)name);
        }
        if (world->left[name].bridge != 0) {
            state->row[name] = (struct row){.bridge = world->left[name].bridge,
                                            .uuid = ROW_LEFT,
                                            .vlan = world->left[name].vlan};
        }
        if (state->device[name].kind != DEVICE_NONE && world->left[name].bridge != 0) {
            return (uint8_t)name;
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct setting setting = world_setting(world, guest);

        for (unsigned i = 0; i < setting.cards && world->running[guest]; i++) {
            uint8_t name = name_of_running(world, state, setting.card_at[i]);

            if (state->device[name].kind != DEVICE_NONE || state->row[name].bridge != 0) {
                return name;
            }
            state->phase[guest] = PROCESS_RUNNING;
            add_running(world, state, setting.card_at[i], name);
        }
        actor_load(world, state, guest);
    }
    return IFNAME_NONE;
}
