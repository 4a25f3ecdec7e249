/* What all machines share: finding the table, building the operation of a state, and moving only
 * where the table allows.  See machine.h. */
#include "core/machine.h"

#include <assert.h>

const struct machine_table *
machine_table(enum machine_kind kind)
{
    assert(kind > MACHINE_IDLE && kind < MACHINE_KINDS);
    return kind == MACHINE_START       ? &start_table
           : kind == MACHINE_RECONNECT ? &reconnect_table
                                       : &stop_table;
}

struct machine
machine_begin(enum machine_kind kind, const struct setting *setting, const struct domain *domain)
{
    struct machine machine = {.kind = (uint8_t)kind};

    machine.state = kind == MACHINE_START       ? start_begin(&machine, setting, domain)
                    : kind == MACHINE_RECONNECT ? reconnect_begin(&machine, setting, domain)
                                                : stop_begin(&machine, setting, domain);
    return machine;
}

bool
waits_between(const struct setting *setting)
{
    uint8_t bridge = setting->nic[setting->guest].bridge;

    return setting->policy->ovs_add == OVS_ADD_DEL_WAIT_ADD && bridge != 0 &&
           setting->bridge_kind[bridge - 1] == BRIDGE_OVS;
}

/* The tag that a row gets along with it. */
static uint8_t
first_vlan(const struct setting *setting)
{
    uint8_t vlan = setting->nic[setting->guest].vlan;

    if (setting->policy->vlan_by == VLAN_BY_ADD || vlan == VLAN_NONE) {
        return vlan;
    }
    return setting->policy->vlan_by == VLAN_BY_PARKED ? VLAN_PARKED : VLAN_NONE;
}

struct operation
machine_want(const struct machine *machine, const struct setting *setting,
             const struct domain *domain)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    const struct nic *nic = &setting->nic[setting->guest];
    struct operation op = {.kind = (uint8_t)table->state[machine->state].op};

    op.name = domain->name != IFNAME_NONE ? domain->name : daemon_fixed(setting);
    switch (op.kind) {
    case OP_NONE:
    case OP_LOCK:
    case OP_UNLOCK:
    case OP_CONNECT:
    case OP_KILL:
    case OP_UNBIND_PORT:
        op.name = IFNAME_NONE;
        break;
    case OP_PICK_NAME:
        op.family = (uint8_t)(daemon_family(setting) + 1);
        /* What was carried here is tried first, and what follows it does not go on behind it. */
        op.token = op.name == IFNAME_NONE ? daemon_carried(setting) : (uint8_t)IFNAME_NONE;
        op.mode = machine->tries == 1 && daemon_carried(setting) != IFNAME_NONE;
        break;
    case OP_CREATE_TAP:
    case OP_CREATE_LINK:
        op.mode = nic->multi_queue;
        op.family = op.name == IFNAME_NONE ? (uint8_t)(daemon_family(setting) + 1) : 0;
        break;
    case OP_ADD_PORT:
        op.mode = waits_between(setting) ? OVS_ADD_DEL_ADD : setting->policy->ovs_add;
        op.bridge = nic->bridge;
        op.vlan = first_vlan(setting);
        break;
    case OP_ADD_IF:
    case OP_REMOVE_OWN:
        op.bridge = nic->bridge;
        break;
    case OP_DEL_PORT: /* a start's, or reconnection's, is of whatever bridge the tap is on */
        if (machine->kind == MACHINE_START) {
            op.mode = waits_between(setting);
        } else if (machine->kind != MACHINE_RECONNECT &&
                   setting->policy->port_guard == PORT_GUARD_BRIDGE) {
            op.bridge = nic->bridge;
        }
        break;
    case OP_DEL_IF:
        op.bridge = machine->leave;
        break;
    case OP_GET_MAC:
        op.mode = setting->policy->port_guard == PORT_GUARD_QUIET_MAC;
        break;
    case OP_RELEASE:
        op.mode = domain->reserved;
        break;
    case OP_OPEN_TAP: /* virNetDevTapDelete never asks for several queues (facts 1b) */
        op.mode = setting->policy->tap_delete == TAP_DELETE_RESTORE && nic->multi_queue;
        break;
    case OP_SET_PERSIST:
        op.mode = domain->persist;
        break;
    case OP_REMOVE_PORT:
        op.token = domain->port;
        break;
    default:
        break;
    }
    return op;
}

static uint8_t
done(struct machine *machine, const struct setting *setting, struct domain *domain,
     struct outcome outcome)
{
    switch (machine->kind) {
    case MACHINE_START:
        return start_done(machine, setting, domain, outcome);
    case MACHINE_RECONNECT:
        return reconnect_done(machine, setting, domain, outcome);
    default:
        return stop_done(machine, setting, domain, outcome);
    }
}

void
machine_done(struct machine *machine, const struct setting *setting, struct domain *domain,
             struct outcome outcome)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    uint32_t allowed = table->state[machine->state].next;
    uint8_t next = done(machine, setting, domain, outcome);

    assert(next < table->states);
    assert((allowed >> next & 1) != 0);
    (void)allowed;
    machine->state = next;
}

bool
machine_ended(const struct machine *machine)
{
    return machine_table((enum machine_kind)machine->kind)->state[machine->state].op == OP_NONE;
}
