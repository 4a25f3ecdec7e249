/* Other software's commands: see third_party.h. */
#include "sim/third_party.h"

#include "sim/kernel.h"
#include "sim/ovs.h"
#include "sim/rename.h"

#include <assert.h>
#include <errno.h>

/* Notes that the name is foreign among `names`, which are the event's. */
static void
judge(bool foreign, uint8_t name, uint32_t *names, struct event *event)
{
    if (foreign) {
        event->violated |= ORACLE_BIT(ORACLE_FOREIGN_DELETE);
        *names |= UINT32_C(1) << (name - 1);
    }
}

/* ovs-vsctl --no-wait del-port NAME. */
static void
delete_port(const struct world *world, struct state *state, uint8_t name, struct event *event)
{
    judge(state_row_is_used(state, name), name, &event->ports, event);
    event->outcome.error = ovs_del_port(world, state, name) ? 0 : ENODEV;
}

/* ovs-vsctl --no-wait del-br, which takes the rows along, or RTM_DELLINK, which leaves the devices
 * without a master. */
static void
delete_bridge(const struct world *world, struct state *state, uint8_t bridge, struct event *event)
{
    assert(bridge != 0 && bridge <= world->bridges); /* 0: what is on no bridge would go */
    state->network.bridge_gone[bridge - 1] = 1;
    for (uint8_t name = 1; name <= world->names.names; name++) {
        struct device *device = &state->network.device[name];

        if (state->network.row[name].bridge == bridge) {
            delete_port(world, state, name, event);
        }
        if (device->master == bridge) {
            judge(device_is_guests(device), name, &event->devices, event);
            device->master = 0;
        }
    }
}

bool
third_party_enabled(const struct world *world, const struct state *state, unsigned index)
{
    return control_third_party_may_step(world, &state->control, index) &&
           !(state_lacks_ovsdb(state) && control_asks_ovsdb(world, &state->control, index));
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
        judge(device_is_guests(&state->network.device[name]), name, &event->devices, event);
        *error = kernel_delete(world, state, name);
        break;
    case THIRD_PARTY_DELETE_PORT:
        event->kind = EVENT_DELETE_PORT;
        delete_port(world, state, name, event);
        break;
    case THIRD_PARTY_RENAME:
        event->kind = EVENT_RENAME;
        event->to = third_party->to[command];
        *error = rename_device(world, state, name, event->to);
        break;
    case THIRD_PARTY_DELETE_BRIDGE:
        event->kind = EVENT_DELETE_BRIDGE;
        event->op.bridge = third_party->bridge[command];
        delete_bridge(world, state, event->op.bridge, event);
        break;
    }
}
