/* The initial state: see initial.h. */
#include "sim/initial.h"

#include "core/client.h"

#include <assert.h>
#include <string.h>

/* The name a guest got when it was started: its fixed one, or the first of its family that is free,
 * from where the counter stood. */
static uint8_t
name_of_running(const struct world *world, const struct state *state, unsigned nic)
{
    struct context context = world_context(world, nic);
    unsigned numbers, number, first;

    if (!daemon_names(&context)) {
        return daemon_fixed(&context);
    }
    first = world->names.family[daemon_family(&context)].first;
    numbers = daemon_numbers(&context);
    number = daemon_strategy(&context) == NAME_COUNTER
                 ? state->control.daemon.allocator[context.daemon].last[daemon_pool(&context)]
                 : 0;
    for (unsigned tried = 1; state->network.device[first + number % numbers].kind != DEVICE_NONE;
         tried++) {
        assert(tried < numbers); /* the reader gives every family room for all guests */
        number++;
    }
    return (uint8_t)(first + number % numbers);
}

/* A device that is on an Open vSwitch bridge: its row, and the port that ovs-vswitchd has made. */
static void
add_port(const struct world *world, struct state *state, uint8_t name, struct row row)
{
    bool netdev = world_datapath(world, row.bridge, DATAPATH_NETDEV);

    assert(state->network.row[name].bridge == 0 && state->network.port[name].life == PORT_NONE);
    assert(state->network.device[name].kind != DEVICE_NONE); /* a live port has its device */
    state->network.row[name] = row;
    state->network.port[name] =
        (struct port){.bridge = row.bridge,
                      .life = PORT_LIVE,
                      .vlan = row.vlan,
                      .remembered = netdev ? REMEMBERS_UP : REMEMBERS_NOTHING};
    state->network.device[name].promiscuous = netdev && world_tracks_promiscuous(world);
}

/* The daemon has given the name: a counter stands behind it, even if it has wrapped. */
static void
note_name(const struct world *world, struct state *state, const struct context *context,
          uint8_t name)
{
    struct allocator *allocator = &state->control.daemon.allocator[context->daemon];
    const struct ifname_family *family = &world->names.family[daemon_family(context)];

    assert(name >= family->first && name < family->first + family->count);
    if (daemon_strategy(context) == NAME_COUNTER) {
        allocator->last[daemon_pool(context)] = (uint8_t)(name - family->first + 1);
    } else {
        allocator_reserve(allocator, daemon_strategy(context), daemon_pool(context), family, name);
    }
}

/* Puts a guest that runs into the world, with all that its start would have made. */
static void
add_running(const struct world *world, struct state *state, unsigned nic, uint8_t name)
{
    static const uint8_t kinds[] = {
        [NIC_TAP] = DEVICE_TAP, [NIC_MACVTAP] = DEVICE_MACVTAP, [NIC_VETH] = DEVICE_VETH};
    struct context context = world_context(world, nic);
    uint8_t bridge = world->nic[nic].bridge, owner = (uint8_t)(nic + 1);
    struct nic_record *record = &state->control.daemon.record[nic];
    uint8_t kind = world->nic[nic].kind;

    assert(world->nic[nic].mac != 0 && state->network.tap[nic] == IFNAME_NONE);
    *record = (struct nic_record){.name = name, .tap = owner, .made = MADE_TAP, .running = 1};
    state->network.tap[nic] = name;
    state->network.device[name] = (struct device){.kind = kinds[kind],
                                                  .owner = owner,
                                                  .holders = HOLDER_QEMU,
                                                  .mac = kind == NIC_VETH ? 0 : world->nic[nic].mac,
                                                  .up = 1,
                                                  .multi = world->nic[nic].multi_queue};
#define X(id, member, key, text, oracle)                         \
    state->network.device[name].member = world->nic[nic].member; \
    record->made |= world->nic[nic].member ? MADE_##id : 0;
    NIC_PROPERTIES(X)
#undef X
    if (daemon_has_filter(&context)) {
        state->network.filter[name] = state_filter_bit(world, daemon_filter_mac(&context));
        record->made |= MADE_FILTER;
    }
    if (world->leaked[context.guest]) {
        state->network.device[name].holders |= HOLDER_HELPER;
        state->network.leaked[context.guest] = name;
    }
    if (daemon_bridge_kind(&context, bridge) == BRIDGE_OVS) {
        add_port(
            world, state, name,
            (struct row){
                .bridge = bridge, .uuid = owner, .owner = owner, .vlan = world->nic[nic].vlan});
        record->port = owner;
        record->made |= MADE_PORT;
        if (daemon_limits_by_qos(&context)) {
            state->network.qos[name] = (uint8_t)(1u << context.guest);
            state->network.row[name].qos = (uint8_t)(context.guest + 1);
            state->network.port[name].qos = 1;
        }
    } else if (daemon_bridge_kind(&context, bridge) == BRIDGE_MIDONET) {
        state->network.binding[nic] = name;
        record->made |= MADE_PORT;
    } else {
        state->network.device[name].master = bridge;
    }
    if (daemon_names(&context)) {
        note_name(world, state, &context, name);
        record->reserved = allocator_reserves(daemon_strategy(&context));
    }
}

/* A tap that an administrator has made, and put where they want it. */
static void
add_preset(const struct world *world, struct state *state, uint8_t name)
{
    const struct preset *preset = &world->preset[name];
    uint8_t bridge = world_preset_port(world, name);

    assert(preset->bridge == 0 || world->bridge_kind[preset->bridge - 1] != BRIDGE_MIDONET);
    state->network.device[name] = (struct device){.kind = DEVICE_TAP,
                                                  .owner = THIRD_PARTY,
                                                  .maker = ADMINISTRATOR,
                                                  .up = 1,
                                                  .master = bridge == 0 ? preset->bridge : 0,
                                                  .persist = 1,
                                                  .multi = preset->multi};
    if (bridge != 0) {
        add_port(world, state, name,
                 (struct row){.bridge = bridge, .uuid = ROW_LEFTOVER, .vlan = preset->vlan});
    }
}

/* Each counter that is used stands where the scenario says, whatever names guests have. */
static void
set_counters(const struct world *world, struct state *state)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);

        if (daemon_names(&context) && daemon_strategy(&context) == NAME_COUNTER) {
            state->control.daemon.allocator[context.daemon].last[daemon_pool(&context)] =
                (uint8_t)(world->next_number - 1);
        }
    }
}

uint8_t
initial_state(const struct world *world, struct state *state)
{
    memset(state, 0, sizeof *state);
    memcpy(state->control.faults, world->faults, sizeof state->control.faults);
    for (unsigned name = 1; name <= world->names.names; name++) {
        if (world->third_party_device[name] != DEVICE_NONE) {
            state->network.device[name] =
                (struct device){.kind = world->third_party_device[name], .owner = THIRD_PARTY};
        }
        if (world->preset[name].present) {
            add_preset(world, state, (uint8_t)name);
        }
        if (world->leftover[name].bridge != 0) {
            state->network.row[name] = (struct row){.bridge = world->leftover[name].bridge,
                                                    .uuid = ROW_LEFTOVER,
                                                    .vlan = world->leftover[name].vlan};
        }
        if (state->network.device[name].kind != DEVICE_NONE && world->leftover[name].bridge != 0) {
            return (uint8_t)name;
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct context context = world_context(world, guest);

        for (unsigned i = 0; i < context.nics && world->running[guest]; i++) {
            uint8_t name = name_of_running(world, state, context.nic_at[i]);

            if (state->network.device[name].kind != DEVICE_NONE ||
                state->network.row[name].bridge != 0) {
                return name;
            }
            state->control.phase[guest] = PROCESS_RUNNING;
            add_running(world, state, context.nic_at[i], name);
        }
        client_load(world, &state->control, guest);
    }
    client_give(world, &state->control);
    if (world->next_number != 0) {
        set_counters(world, state);
    }
    return IFNAME_NONE;
}
