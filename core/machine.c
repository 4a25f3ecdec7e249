/* What all machines share: finding the table, building the operation of a state, and moving only
 * where the table allows.  See machine.h. */
#include "core/machine.h"

#include <assert.h>
#include <stddef.h>

const struct machine_table *
machine_table(enum machine_kind kind)
{
    assert(kind > MACHINE_IDLE && kind < MACHINE_KINDS);
    return kind == MACHINE_START       ? &start_table
           : kind == MACHINE_RECONNECT ? &reconnect_table
                                       : &stop_table;
}

uint8_t
machine_nic(const struct machine *machine, const struct context *context)
{
    return context->nic_at[machine->nic];
}

/* ---- the order of rows and nics ---- */

/* The order of a machine's rows.  `order` NULL: as they stand. */
struct path {
    const struct machine_state *state;
    const uint8_t *order;
};

static struct path
path_of(const struct machine *machine, const struct context *context)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);

    return (struct path){table->state, table->order == NULL ? NULL : table->order(context)};
}

static uint8_t
row_at(struct path path, size_t place)
{
    return path.order == NULL ? (uint8_t)place : path.order[place];
}

static uint8_t
loop_at(struct path path, size_t place)
{
    return path.state[row_at(path, place)].loop;
}

static void
take_up(struct machine *machine, unsigned nic)
{
    if (machine->nic != nic) {
        machine->nic = (uint8_t)nic;
        machine->tries = 0;
        machine->wrong_bridge = 0;
        machine->flag &= (uint8_t) ~(MACHINE_ON_BRIDGE | MACHINE_KEEP_PORT | MACHINE_OPENED);
    }
}

/* The place behind this one: the next one in the order or, at the end of a loop, its beginning for
 * the next nic. */
static size_t
behind(size_t place, struct path path, struct machine *machine, unsigned nics)
{
    uint8_t loop = loop_at(path, place);

    if (loop_at(path, place + 1) == loop) {
        return place + 1;
    }
    if (loop != 0 && machine->nic + 1u < nics) {
        take_up(machine, machine->nic + 1u);
        while (place > 0 && loop_at(path, place - 1) == loop) {
            place--;
        }
        return place;
    }
    take_up(machine, 0);
    return place + 1;
}

/* The first row from this place on that has anything to do. */
static uint8_t
seek(size_t place, struct path path, struct machine *machine, const struct context *context,
     const struct nic_record *records)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    struct context local = daemon_nic(context, machine_nic(machine, context));

    while (!table->wants(row_at(path, place), machine, &local, &records[local.at_hand])) {
        place = behind(place, path, machine, context->nics);
        local.at_hand = machine_nic(machine, context);
    }
    return row_at(path, place);
}

uint8_t
machine_next(struct machine *machine, const struct context *context,
             const struct nic_record *records)
{
    struct path path = path_of(machine, context);
    size_t place = 0;

    while (row_at(path, place) != machine->state) {
        place++;
        assert(place < machine_table((enum machine_kind)machine->kind)->states);
    }
    place = behind(place, path, machine, context->nics);
    return seek(place, path, machine, context, records);
}

struct machine
machine_begin(enum machine_kind kind, const struct context *context,
              const struct nic_record *records)
{
    struct machine machine = {.kind = (uint8_t)kind};

    machine.state = seek(0, path_of(&machine, context), &machine, context, records);
    return machine;
}

/* ---- what is wanted, and what came of it ---- */

bool
waits_between(const struct context *context)
{
    uint8_t bridge = context->nic[context->at_hand].bridge;

    return context->policy->ovs_add == OVS_ADD_DEL_WAIT_ADD && bridge != 0 &&
           context->bridge_kind[bridge - 1] == BRIDGE_OVS;
}

/* The tag that a row gets along with it. */
static uint8_t
first_vlan(const struct context *context)
{
    uint8_t vlan = context->nic[context->at_hand].vlan;

    if (context->policy->vlan_by == VLAN_BY_ADD || vlan == VLAN_NONE) {
        return vlan;
    }
    return context->policy->vlan_by == VLAN_BY_PARKED ? VLAN_PARKED : VLAN_NONE;
}

/* What the machine wants next for the nic at hand. */
static struct operation
want(const struct machine *machine, const struct context *context, const struct nic_record *record)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    const struct nic *nic = &context->nic[context->at_hand];
    struct operation op = {.kind = (uint8_t)table->state[machine->state].op};

    op.name = record->name != IFNAME_NONE ? record->name : daemon_fixed(context);
    switch (op.kind) {
    case OP_NONE:
    case OP_LOCK:
    case OP_UNLOCK:
    case OP_CONNECT:
    case OP_KILL:
    case OP_UNBIND_PORT:
        op.name = IFNAME_NONE;
        break;
    case OP_EXEC: /* it is of all nics */
        op.name = context->nics == 1 ? op.name : (uint8_t)IFNAME_NONE;
        break;
    case OP_PICK_NAME:
        op.family = (uint8_t)(daemon_family(context) + 1);
        /* What was carried here is tried first, and what follows it does not go on behind it. */
        op.token = op.name == IFNAME_NONE ? daemon_carried(context) : (uint8_t)IFNAME_NONE;
        op.mode = machine->tries == 1 && daemon_carried(context) != IFNAME_NONE;
        break;
    case OP_CREATE_TAP:
    case OP_CREATE_LINK:
        op.mode = nic->multi_queue;
        op.family = op.name == IFNAME_NONE ? (uint8_t)(daemon_family(context) + 1) : 0;
        break;
    case OP_ADD_PORT:
        op.mode = waits_between(context) ? OVS_ADD_DEL_ADD : context->policy->ovs_add;
        op.bridge = nic->bridge;
        op.vlan = first_vlan(context);
        break;
    case OP_ADD_IF:
    case OP_REMOVE_OWN:
        op.bridge = nic->bridge;
        break;
    case OP_DEL_PORT: /* a start's, or reconnection's, is of whatever bridge the tap is on */
        if (machine->kind == MACHINE_START) {
            op.mode = waits_between(context);
        } else if (machine->kind != MACHINE_RECONNECT &&
                   context->policy->port_guard == PORT_GUARD_BRIDGE) {
            op.bridge = nic->bridge;
        }
        break;
    case OP_DEL_IF:
        op.bridge = machine->wrong_bridge;
        break;
    case OP_GET_MAC:
        op.mode = context->policy->port_guard == PORT_GUARD_QUIET_MAC;
        break;
    case OP_RELEASE:
        op.mode = record->reserved;
        break;
    case OP_OPEN_TAP: /* virNetDevTapDelete never asks for several queues (facts 1b) */
        op.mode = context->policy->tap_delete == TAP_DELETE_RESTORE && nic->multi_queue;
        break;
    case OP_SET_PERSIST:
        op.mode = record->persist;
        break;
    case OP_REMOVE_PORT:
        op.token = record->port;
        break;
    default:
        break;
    }
    return op;
}

struct operation
machine_want(const struct machine *machine, const struct context *context,
             const struct nic_record *records)
{
    uint8_t nic = machine_nic(machine, context);
    struct context local = daemon_nic(context, nic);

    return want(machine, &local, &records[nic]);
}

void
machine_done(struct machine *machine, const struct context *context, struct nic_record *records,
             struct outcome outcome)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    const struct machine_state *from = &table->state[machine->state];
    uint8_t nic = machine->nic;
    struct context local = daemon_nic(context, machine_nic(machine, context));
    uint8_t next = table->done(machine, &local, records, outcome);

    assert(next < table->states);
    assert((from->next >> next & 1) != 0 ||
           (nic != machine->nic && from->loop == table->state[next].loop));
    (void)from;
    (void)nic;
    machine->state = next;
}

bool
machine_ended(const struct machine *machine)
{
    return machine_table((enum machine_kind)machine->kind)->state[machine->state].op == OP_NONE;
}
