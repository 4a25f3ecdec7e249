/* The machines' operations in the simulated world: see operate.h. */
#include "sim/operate.h"

#include "sim/kernel.h"
#include "sim/ovs.h"

#include <assert.h>
#include <errno.h>

/* Deleting this row now takes the port from a device that lives, and that neither the caller's
 * guest nor the stop of its own guest has given up; or from an administrator's, which the caller's
 * guest has not got. */
static oracle_set
judge_row_delete(const struct world *world, const struct state *state, unsigned nic, uint8_t name)
{
    const struct row *row = &state->row[name];
    const struct device *device = &state->device[name];
    unsigned guest = world_guest(world, nic);
    bool administrators = row->bridge != 0 && row->owner == 0 && device->maker == ADMINISTRATOR;

    return (!world_owns(world, guest, row->owner) && world_row_is_used(state, name)) ||
                   (administrators && !world_owns(world, guest, device->owner))
               ? ORACLE_BIT(ORACLE_FOREIGN_DELETE)
               : 0;
}

/* Deleting this device now, or taking it from its bridge, is up to another than the caller's guest.
 */
static oracle_set
judge_device(const struct world *world, const struct state *state, unsigned nic, uint8_t name)
{
    const struct device *device = &state->device[name];

    return device->kind != DEVICE_NONE && !world_owns(world, world_guest(world, nic), device->owner)
               ? ORACLE_BIT(ORACLE_FOREIGN_DELETE)
               : 0;
}

uint8_t
operate_start(const struct world *world, const struct state *state, unsigned guest)
{
    return world->policy.port_guard == PORT_GUARD_PORT_OWNER
               ? thread_incarnation(&state->thread[guest], world_program(world, guest))
               : 0;
}

oracle_set
operate_ovs(const struct world *world, struct state *state, unsigned nic, struct operation op,
            uint8_t start, struct outcome *outcome, enum call *waits)
{
    uint8_t owner = (uint8_t)(nic + 1);
    struct row *row = &state->row[op.name];
    oracle_set violated = 0;
    bool wait = false;

    switch (op.kind) {
    case OP_ADD_PORT:
        if (op.mode == OVS_ADD_DEL_ADD && state->bridge_gone[op.bridge - 1] == 0) {
            violated = judge_row_delete(world, state, nic, op.name);
        }
        outcome->error = ovs_add_port(world, state, op, owner, &wait);
        if (outcome->error == 0) {
            outcome->value = row->uuid;
            wait = wait || row->start_number != start; /* its own row, of another start */
            row->start_number = start;
        }
        break;
    case OP_DEL_PORT:
        if (op.bridge == 0 || op.bridge == row->bridge) {
            violated = judge_row_delete(world, state, nic, op.name);
        }
        if (op.bridge == 0) {
            ovs_del_port(world, state, op.name, &wait);
            wait = wait || op.mode != 0;
        } else {
            outcome->error = ovs_del_port_from(world, state, op.name, op.bridge, &wait);
        }
        break;
    case OP_REMOVE_OWN: /* its owner is the caller: nothing to judge */
        ovs_remove_own(world, state, op.name, owner, start, &wait);
        break;
    default:
        assert(op.kind == OP_REMOVE_PORT);
        if (row->uuid == op.token) {
            violated = judge_row_delete(world, state, nic, op.name);
        }
        ovs_remove_port(world, state, op.name, op.token, &wait);
        break;
    }
    *waits = wait ? CALL_OVS : CALL_NONE;
    return violated;
}

/* The same for the guest's present start. */
static oracle_set
operate_ovs_now(const struct world *world, struct state *state, unsigned nic, struct operation op,
                struct outcome *outcome, enum call *waits)
{
    uint8_t start = operate_start(world, state, world_guest(world, nic));

    return operate_ovs(world, state, nic, op, start, outcome, waits);
}

/* TUNSETIFF, by template or by name. */
static struct outcome
create_tap(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    struct outcome outcome = {.value = op.name};
    uint8_t owner = (uint8_t)(nic + 1);

    if (op.name == IFNAME_NONE) {
        outcome.error = kernel_create_template(world, state, op.family - 1u, owner, op.mode == 1,
                                               &outcome.value);
    } else {
        outcome.error = kernel_create(world, state, op.name, owner, op.mode == 1);
    }
    outcome.token = outcome.error == 0 ? world_incarnation(&state->device[outcome.value]) : 0;
    return outcome;
}

/* RTM_NEWLINK.  A macvtap is born with its guest's MAC; a veth's guest has it on the other end. */
static struct outcome
create_link(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    uint8_t name =
        op.name != IFNAME_NONE ? op.name : kernel_lowest_free(world, state, op.family - 1u);
    struct outcome outcome = {.value = name, .token = (uint8_t)(nic + 1)};
    bool macvtap = world->nic[nic].kind == NIC_MACVTAP;

    if (name == IFNAME_NONE) {
        outcome.error = ENFILE;
        return outcome;
    }
    outcome.error = kernel_create_link(world, state, name, outcome.token,
                                       macvtap ? DEVICE_MACVTAP : DEVICE_VETH,
                                       macvtap ? world->nic[nic].mac : 0);
    return outcome;
}

static oracle_set
operate_link(const struct world *world, struct state *state, unsigned nic, struct operation op,
             struct outcome *outcome)
{
    oracle_set violated = 0;

    if (op.kind == OP_CREATE_LINK) {
        *outcome = create_link(world, state, nic, op);
    } else {
        violated = judge_device(world, state, nic, op.name);
        outcome->error = kernel_delete(world, state, op.name);
    }
    return violated;
}

/* IFLA_MASTER; if that is ovs-system, `ovs-vsctl iface-to-br`, which asks the rows (facts 1e). */
static struct outcome
get_master(const struct world *world, const struct state *state, uint8_t name)
{
    const struct device *device = &state->device[name];

    if (device->kind == DEVICE_NONE) {
        return (struct outcome){.error = ENODEV};
    }
    return (struct outcome){.value = kernel_on_ovs_system(world, state, name)
                                         ? state->row[name].bridge
                                         : device->master};
}

/* QEMU asks its descriptors what they are (TUNGETIFF), and does not run if a device has been
 * deleted under it; what it is told then depends on the device.  A veth would have to be moved. */
static int
exec_qemu(const struct world *world, struct state *state, unsigned guest)
{
    static const int gone[] = {[NIC_TAP] = EBADFD, [NIC_MACVTAP] = ENOLINK, [NIC_VETH] = ENODEV};
    struct context context = world_context(world, guest);

    for (unsigned i = 0; i < context.nics; i++) {
        if (state->opened[context.nic_at[i]] == IFNAME_NONE) {
            return gone[world->nic[context.nic_at[i]].kind];
        }
    }
    state->phase[guest] = PROCESS_RUNNING;
    state->unplugged[guest] = 0;
    for (unsigned i = 0; i < context.nics; i++) {
        uint8_t nic = context.nic_at[i], name = state->opened[nic];

        state->tap[nic] = name;
        state->device[name].holders |= HOLDER_QEMU;
        kernel_close_opened(world, state, nic);
    }
    return 0;
}

/* TUNGETIFF or TUNSETPERSIST on the descriptor that the daemon has open: EBADFD if its device has
 * been deleted. */
static struct outcome
persistence(struct state *state, unsigned nic, struct operation op)
{
    struct device *device = &state->device[state->opened[nic]];

    if (state->opened[nic] == IFNAME_NONE) {
        return (struct outcome){.error = EBADFD};
    }
    if (op.kind == OP_SET_PERSIST) {
        device->persist = op.mode;
        return (struct outcome){0};
    }
    return (struct outcome){.value = device->persist};
}

/* netdev_del: QEMU closes its descriptor, and runs on.  ESRCH if it does not run any
 * more, ENOENT if it has no such device. */
static int
unplug(const struct world *world, struct state *state, unsigned nic)
{
    unsigned guest = world_guest(world, nic);

    if (state->phase[guest] != PROCESS_RUNNING) {
        return ESRCH;
    }
    if (state->unplugged[guest] != 0) {
        return ENOENT;
    }
    state->unplugged[guest] = world->faults[FAULT_DAEMON_RESTART] > 0;
    if (state->tap[nic] != IFNAME_NONE) {
        kernel_close(world, state, state->tap[nic], HOLDER_QEMU, false);
        state->tap[nic] = IFNAME_NONE;
    }
    return 0;
}

/* SIGTERM first (facts 1b), and a wait for the end of the process.  ESRCH if there is none. */
static int
kill_qemu(const struct world *world, struct state *state, unsigned guest, enum call *waits)
{
    if (state->phase[guest] == PROCESS_NONE) {
        return ESRCH;
    }
    if (state->phase[guest] == PROCESS_RUNNING && !world->ignores_sigterm[guest]) {
        state->phase[guest] = PROCESS_EXITING;
    }
    *waits = CALL_EXIT;
    return 0;
}

/* What is done with a descriptor, and so to its own device, whatever has the name. */
static struct outcome
operate_descriptor(const struct world *world, struct state *state, unsigned nic,
                   struct operation op)
{
    switch (op.kind) {
    case OP_EXEC:
        return (struct outcome){.error = exec_qemu(world, state, world_guest(world, nic))};
    case OP_CLOSE_TAP:
        kernel_close_opened(world, state, nic);
        return (struct outcome){0};
    case OP_UNPLUG:
        return (struct outcome){.error = unplug(world, state, nic)};
    default:
        return persistence(state, nic, op);
    }
}

/* What is set is set of whatever device has the name. */
static int
set_by_name(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    switch (op.kind) {
    case OP_SET_MAC:
        return kernel_set_mac(state, op.name, world->nic[nic].mac);
    case OP_LINK_UP:
        return kernel_set_up(state, op.name);
    default:
        return kernel_limit(state, op.name, op.kind == OP_SET_LIMIT);
    }
}

/* What is filed under a name, or under an interface id, whatever device there is. */
static int
operate_filed(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    unsigned guest = world_guest(world, nic);

    switch (op.kind) {
    case OP_ADD_FILTER:
        if (world->policy.filter_key == FILTER_KEY_BINDING && state->filter[op.name] != 0) {
            return state->thread[guest].machine.kind == MACHINE_RECONNECT ? 0 : EEXIST;
        }
        state->filter[op.name] |= world_filter(world, nic);
        break;
    case OP_REMOVE_FILTER:
        state->filter[op.name] &= (uint8_t)~world_filter(world, nic);
        break;
    default: /* OP_BIND_PORT, and OP_UNBIND_PORT, which has no name */
        state->binding[nic] = op.name;
        break;
    }
    return 0;
}

oracle_set
operate(const struct world *world, struct state *state, unsigned nic, struct operation op,
        struct outcome *outcome, enum call *waits)
{
    unsigned guest = world_guest(world, nic);
    oracle_set violated = 0;

    *outcome = (struct outcome){0};
    *waits = CALL_NONE;
    switch (op.kind) {
    case OP_LOOKUP:
        outcome->error = state->device[op.name].kind == DEVICE_NONE ? ENODEV : 0;
        outcome->value = world_incarnation(&state->device[op.name]);
        break;
    case OP_GET_MAC:
        outcome->error = state->device[op.name].kind == DEVICE_NONE ? ENODEV : 0;
        outcome->value = state->device[op.name].mac;
        break;
    case OP_GET_MASTER:
        *outcome = get_master(world, state, op.name);
        break;
    case OP_CREATE_TAP:
        *outcome = create_tap(world, state, nic, op);
        break;
    case OP_CREATE_LINK:
    case OP_DELETE_LINK:
        violated = operate_link(world, state, nic, op, outcome);
        break;
    case OP_OPEN_TAP:
        outcome->error = create_tap(world, state, nic, op).error;
        break;
    case OP_SET_MAC:
    case OP_LINK_UP:
    case OP_SET_LIMIT:
    case OP_CLEAR_LIMIT:
        outcome->error = set_by_name(world, state, nic, op);
        break;
    case OP_ADD_IF:
        outcome->error = kernel_bridge_add(world, state, op.name, op.bridge);
        break;
    case OP_DEL_IF:
        violated = judge_device(world, state, nic, op.name);
        outcome->error = kernel_bridge_del(state, op.name, op.bridge);
        break;
    case OP_ADD_FILTER:
    case OP_REMOVE_FILTER:
    case OP_BIND_PORT:
    case OP_UNBIND_PORT:
        outcome->error = operate_filed(world, state, nic, op);
        break;
    case OP_EXEC:
    case OP_CLOSE_TAP:
    case OP_GET_PERSIST:
    case OP_SET_PERSIST:
    case OP_UNPLUG:
        *outcome = operate_descriptor(world, state, nic, op);
        break;
    case OP_CONNECT:
        outcome->error = state->phase[guest] == PROCESS_RUNNING ? 0 : ESRCH;
        break;
    case OP_KILL:
        outcome->error = kill_qemu(world, state, guest, waits);
        break;
    default:
        violated = operate_ovs_now(world, state, nic, op, outcome, waits);
    }
    return violated;
}
