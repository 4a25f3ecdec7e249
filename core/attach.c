/* The attachment of a device to its bridge: see attach.h. */
#include "core/attach.h"

#include <assert.h>
#include <errno.h>

static uint8_t
own_bridge(const struct context *context)
{
    return context->nic[context->at_hand].bridge;
}

bool
attach_waits_between(const struct machine *machine, const struct context *context)
{
    return machine->kind == MACHINE_START && context->policy->ovs_add == OVS_ADD_DEL_WAIT_ADD &&
           daemon_bridge_kind(context, own_bridge(context)) == BRIDGE_OVS;
}

POLICY_TWO(ATTACHES);

bool
attach_wants(enum op_kind kind, const struct machine *machine, const struct context *context)
{
    enum bridge_kind own = daemon_bridge_kind(context, own_bridge(context));
    enum bridge_kind wrong = daemon_bridge_kind(context, machine->wrong_bridge);

    assert(machine->kind == MACHINE_START || machine->kind == MACHINE_RECONNECT);
    if ((machine->flag & MACHINE_ON_BRIDGE) != 0) {
        return false;
    }
    if (kind == OP_GET_MASTER) {
        return own != BRIDGE_NONE &&
               (machine->kind == MACHINE_RECONNECT || context->policy->attach == ATTACH_REATTACH);
    }
    if (kind == OP_DEL_PORT) {
        return wrong == BRIDGE_OVS || attach_waits_between(machine, context);
    }
    if (kind == OP_DEL_IF) {
        return wrong == BRIDGE_LINUX;
    }
    if (kind == OP_ADD_PORT) {
        return own == BRIDGE_OVS;
    }
    if (kind == OP_GET_INDEX) {
        return own == BRIDGE_LINUX && context->nic[context->at_hand].contested != 0;
    }
    if (kind == OP_ADD_IF) {
        return own == BRIDGE_LINUX;
    }
    assert(kind == OP_BIND_PORT);
    return own == BRIDGE_MIDONET;
}

/* The tag that a row gets along with it. */
static uint8_t
first_vlan(const struct context *context)
{
    uint8_t vlan = context->nic[context->at_hand].vlan;

    assert(vlan <= VLAN_MAX); /* only this parks a row */
    switch ((enum vlan_by)context->policy->vlan_by) {
    case VLAN_BY_ADD:
        return vlan;
    case VLAN_BY_AGENT:
        return VLAN_NONE;
    case VLAN_BY_PARKED:
        return vlan == VLAN_NONE ? VLAN_NONE : VLAN_PARKED;
    }
    assert(false);
    return VLAN_NONE;
}

void
attach_fill(struct operation *op, const struct machine *machine, const struct context *context)
{
    bool separately = context->policy->ovs_add == OVS_ADD_DEL_WAIT_ADD;

    if (op->kind == OP_ADD_PORT) {
        /* The deletion has come before; one transaction is enough, too, for a tap in use. */
        op->add = separately ? OVS_ADD_DEL_ADD : context->policy->ovs_add;
        op->bridge = own_bridge(context);
        op->vlan = first_vlan(context);
        op->says_start = context->policy->port_guard == PORT_GUARD_PORT_OWNER;
        op->start_number = context->start_number;
    } else if (op->kind == OP_ADD_IF) {
        op->bridge = own_bridge(context);
        op->by_index =
            machine->kind == MACHINE_START && context->nic[context->at_hand].contested != 0;
    } else if (op->kind == OP_DEL_PORT) { /* of whatever bridge the tap is on */
        op->always_waits = attach_waits_between(machine, context);
    } else if (op->kind == OP_DEL_IF) {
        assert(machine->wrong_bridge != own_bridge(context));
        op->bridge = machine->wrong_bridge;
    }
}

void
attach_note_master(struct machine *machine, const struct context *context, struct outcome outcome)
{
    assert(outcome.value <= MAX_BRIDGES && outcome.waits == WAIT_NONE);
    if (outcome.value == own_bridge(context)) {
        machine->flag |= MACHINE_ON_BRIDGE;
    } else {
        machine->wrong_bridge = outcome.value;
    }
}

/* Facts 3: what has timed out may have been committed. */
void
attach_note_port(struct nic_record *record, struct outcome outcome)
{
    assert(outcome.waits == WAIT_NONE); /* it is known only after the wait */
    record->port = outcome.error == 0 ? outcome.value : 0;
    if (outcome.error == 0 || outcome.error == ETIMEDOUT) {
        record->made |= MADE_PORT;
    }
}
