/* Other software's commands: see third_party.h. */
#include "sim/third_party.h"

#include "sim/kernel.h"
#include "sim/ovs.h"
#include "sim/rename.h"

#include <assert.h>
#include <errno.h>

static oracle_set
delete_device(const struct world *world, struct state *state, uint8_t name, int *error)
{
    bool foreign = device_is_guests(&state->network.device[name]);

    *error = kernel_delete(world, state, name);
    return foreign ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
}

/* ovs-vsctl --no-wait del-port NAME. */
static oracle_set
delete_port(const struct world *world, struct state *state, uint8_t name, int *error)
{
    bool foreign = state_row_is_used(state, name);

    *error = ovs_del_port(world, state, name) ? 0 : ENODEV;
    return foreign ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
}

/* ovs-vsctl --no-wait del-br, which takes the rows along, or RTM_DELLINK, which leaves the devices
 * without a master. */
static oracle_set
delete_bridge(const struct world *world, struct state *state, uint8_t bridge)
{
    oracle_set violated = 0;
    int error;

    assert(bridge != 0 && bridge <= world->bridges); /* 0: what is on no bridge would go */
    state->network.bridge_gone[bridge - 1] = 1;
    for (uint8_t name = 1; name <= world->names.names; name++) {
        struct device *device = &state->network.device[name];

        if (state->network.row[name].bridge == bridge) {
            violated |= delete_port(world, state, name, &error);
        }
        if (device->master == bridge) {
            violated |= device_is_guests(device) ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
            device->master = 0;
        }
    }
    return violated;
}

bool
third_party_enabled(const struct world *world, const struct state *state, unsigned index)
{
    return control_third_party_may_step(world, &state->control, index);
}

void
third_party_step(const struct world *world, struct state *state, unsigned index,
                 struct event *event)
{
    const struct third_party *third_party = &world->third_party[index];
    unsigned command = control_third_party_next(&state->control, index);
    uint8_t name = third_party->name[command];
    int *error = &event->outcome.error;

    assert(command < third_party->commands && name <= world->names.names);
    event->op.name = name;
    switch ((enum third_party_command)third_party->command[command]) {
    case THIRD_PARTY_CREATE:
        event->kind = EVENT_CREATE;
        *error = kernel_create_other(world, state, name);
        break;
    case THIRD_PARTY_DELETE:
        event->kind = EVENT_DELETE;
        event->violated |= delete_device(world, state, name, error);
        break;
    case THIRD_PARTY_DELETE_PORT:
        event->kind = EVENT_DELETE_PORT;
        event->violated |= delete_port(world, state, name, error);
        break;
    case THIRD_PARTY_RENAME:
        event->kind = EVENT_RENAME;
        event->to = third_party->to[command];
        *error = rename_device(world, state, name, event->to);
        break;
    case THIRD_PARTY_DELETE_BRIDGE:
        event->kind = EVENT_DELETE_BRIDGE;
        event->op.bridge = third_party->bridge[command];
        event->violated |= delete_bridge(world, state, event->op.bridge);
        break;
    }
}
