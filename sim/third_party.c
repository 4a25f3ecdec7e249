/* Other software's commands: see third_party.h. */
#include "sim/third_party.h"

#include "sim/kernel.h"
#include "sim/ovs.h"
#include "sim/rename.h"

#include <errno.h>

static oracle_set
delete_device(const struct world *world, struct state *state, uint8_t name, int *error)
{
    bool foreign = world_is_guests(&state->device[name]);

    *error = kernel_delete(world, state, name);
    return foreign ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
}

/* ovs-vsctl --no-wait del-port NAME. */
static oracle_set
delete_port(const struct world *world, struct state *state, uint8_t name, int *error)
{
    bool foreign = world_row_is_used(state, name), changed;

    ovs_del_port(world, state, name, &changed);
    *error = changed ? 0 : ENODEV;
    return foreign ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
}

/* ovs-vsctl --no-wait del-br, which takes the rows along, or RTM_DELLINK, which leaves the devices
 * without a master. */
static oracle_set
delete_bridge(const struct world *world, struct state *state, uint8_t bridge)
{
    oracle_set violated = 0;
    int error;

    state->bridge_gone[bridge - 1] = 1;
    for (uint8_t name = 1; name <= world->names.names; name++) {
        struct device *device = &state->device[name];

        if (state->row[name].bridge == bridge) {
            violated |= delete_port(world, state, name, &error);
        }
        if (device->master == bridge) {
            violated |= world_is_guests(device) ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0;
            device->master = 0;
        }
    }
    return violated;
}

void
third_party_step(const struct world *world, struct state *state, unsigned index,
                 struct event *event)
{
    const struct third_party *third_party = &world->third_party[index];
    unsigned command = state->third_party[index]++;
    uint8_t name = third_party->name[command];
    int *error = &event->outcome.error;

    event->op.name = name;
    switch (third_party->command[command]) {
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
        event->op.token = third_party->to[command];
        *error = rename_device(world, state, name, event->op.token);
        break;
    default:
        event->kind = EVENT_DELETE_BRIDGE;
        event->op.bridge = third_party->bridge[command];
        event->violated |= delete_bridge(world, state, event->op.bridge);
        break;
    }
}
