/* Operations on the simulated network, one function for each: see carry_out.h. */
#include "sim/carry_out.h"

#include "sim/kernel.h"
#include "sim/ovs.h"

#include <assert.h>
#include <errno.h>

/* Of an operation: the world, the nic for which it is done, and what objects to it. */
struct call {
    const struct world *world;
    struct state *state;
    unsigned nic;
    struct operation op;
    struct event *event; /* gets what objects to it */
};

static uint8_t
owner_of(const struct call *call)
{
    return (uint8_t)(call->nic + 1);
}

static unsigned
guest_of(const struct call *call)
{
    return world_guest(call->world, call->nic);
}

static unsigned
vm_of(const struct call *call)
{
    return world_vm(call->world, guest_of(call));
}

static struct device *
device_of(const struct call *call)
{
    return &call->state->network.device[call->op.name];
}

static struct outcome
failed(int error)
{
    return (struct outcome){.error = error};
}

/* An ovs-vsctl that has changed anything waits for ovs-vswitchd. */
static struct outcome
committed(int error, bool waits)
{
    return (struct outcome){.error = error, .waits = waits ? WAIT_VSWITCHD : WAIT_NONE};
}

/* ---- what is foreign ---- */

/* Deleting its row takes a port from another's device that lives, or from an administrator's. */
static void
judge_row(struct call *call)
{
    const struct row *row = &call->state->network.row[call->op.name];
    bool preset = row->bridge != 0 && row->owner == 0 && device_of(call)->maker == ADMINISTRATOR;

    if ((!world_owns(call->world, guest_of(call), row->owner) &&
         state_row_is_used(call->state, call->op.name)) ||
        (preset && !world_owns(call->world, guest_of(call), device_of(call)->owner))) {
        call->event->violated |= ORACLE_BIT(ORACLE_FOREIGN_DELETE);
        call->event->ports |= UINT32_C(1) << (call->op.name - 1);
    }
}

/* Deleting its device now, or taking it from its bridge, is not up to the caller's guest. */
static void
judge_device(struct call *call)
{
    const struct device *device = device_of(call);

    if (device->kind != DEVICE_NONE && !world_owns(call->world, guest_of(call), device->owner)) {
        call->event->violated |= ORACLE_BIT(ORACLE_FOREIGN_DELETE);
        call->event->devices |= UINT32_C(1) << (call->op.name - 1);
    }
}

/* ---- devices, by name ---- */

static struct outcome
do_lookup(struct call *call)
{
    return device_of(call)->kind == DEVICE_NONE
               ? failed(ENODEV)
               : (struct outcome){.value = device_incarnation(device_of(call))};
}

static struct outcome
do_get_mac(struct call *call)
{
    return device_of(call)->kind == DEVICE_NONE ? failed(ENODEV)
                                                : (struct outcome){.value = device_of(call)->mac};
}

/* IFLA_MASTER; if that is ovs-system, `ovs-vsctl iface-to-br`, which asks the rows (facts 1e). */
static struct outcome
do_get_master(struct call *call)
{
    if (device_of(call)->kind == DEVICE_NONE) {
        return failed(ENODEV);
    }
    return (struct outcome){.value = kernel_on_ovs_system(call->world, call->state, call->op.name)
                                         ? state_iface_to_br(call->state, call->op.name)
                                         : device_of(call)->master};
}

/* TUNSETIFF, by template or by name. */
static struct outcome
do_create_tap(struct call *call)
{
    const struct operation *op = &call->op;
    struct outcome outcome = {.value = op->name};

    assert(call->state->network.opened[call->nic] == IFNAME_NONE); /* nobody would close it */
    outcome.error =
        op->name == IFNAME_NONE
            ? kernel_create_template(call->world, call->state, op->family - 1u, owner_of(call),
                                     op->multi_queue, &outcome.value)
            : kernel_create(call->world, call->state, op->name, owner_of(call), op->multi_queue);
    outcome.token =
        outcome.error == 0 ? device_incarnation(&call->state->network.device[outcome.value]) : 0;
    return outcome;
}

/* RTM_NEWLINK.  A macvtap is born with its guest's MAC; a veth's guest has it on the other end. */
static struct outcome
do_create_link(struct call *call)
{
    const struct nic *nic = &call->world->nic[call->nic];
    bool macvtap = nic->kind == NIC_MACVTAP;
    uint8_t name = call->op.name != IFNAME_NONE
                       ? call->op.name
                       : kernel_lowest_free(call->world, call->state, call->op.family - 1u);
    struct outcome outcome = {.value = name, .token = owner_of(call)};

    outcome.error =
        name == IFNAME_NONE
            ? ENFILE
            : kernel_create_link(call->world, call->state, name, owner_of(call),
                                 macvtap ? DEVICE_MACVTAP : DEVICE_VETH, macvtap ? nic->mac : 0);
    return outcome;
}

/* No link is deleted in bulk (facts, "Found of libvirtd"). */
static struct outcome
do_delete_link(struct call *call)
{
    if (call->op.bulk != 0) {
        return failed(EOPNOTSUPP);
    }
    judge_device(call);
    return failed(kernel_delete(call->world, call->state, call->op.name));
}

static struct outcome
do_del_if(struct call *call)
{
    if (device_of(call)->master == call->op.bridge) { /* it stays where it is otherwise */
        judge_device(call);
    }
    return failed(kernel_bridge_del(call->state, call->op.name, call->op.bridge));
}

/* ---- what is filed under a name or an interface id, whatever device there is ---- */

static struct outcome
do_remove_filter(struct call *call)
{
    call->state->network.filter[call->op.name] &=
        (uint8_t)~state_filter_bit(call->world, call->op.mac);
    return failed(0);
}

static int
bind_to(struct call *call, uint8_t name)
{
    call->state->network.binding[call->nic] = name;
    return 0;
}

/* ---- descriptors, which lead to their own device, whatever has the name ---- */

static struct outcome
do_close_tap(struct call *call)
{
    kernel_close_opened(call->world, call->state, call->nic);
    return failed(0);
}

/* TUNGETIFF on the descriptor that the daemon has open: EBADFD if its device has been deleted. */
static struct outcome
do_get_persist(struct call *call)
{
    uint8_t opened = call->state->network.opened[call->nic];

    return opened == IFNAME_NONE
               ? failed(EBADFD)
               : (struct outcome){.value = call->state->network.device[opened].persist};
}

static struct outcome
do_set_persist(struct call *call)
{
    uint8_t opened = call->state->network.opened[call->nic];

    if (opened == IFNAME_NONE) {
        return failed(EBADFD);
    }
    assert(call->state->network.device[opened].kind == DEVICE_TAP); /* no other has the flag */
    call->state->network.device[opened].persist = call->op.persist;
    return failed(0);
}

/* ---- QEMU ---- */

static struct outcome
do_exec(struct call *call)
{
    return failed(kernel_misses(call->state, call->op)
                      ? ENODEV
                      : kernel_exec(call->world, call->state, guest_of(call)));
}

static bool
runs(const struct call *call)
{
    return call->state->control.phase[guest_of(call)] == PROCESS_RUNNING;
}

/* A signal, and a wait for the end of the process: ESRCH if there is none. */
static struct outcome
do_kill(struct call *call)
{
    return call->state->control.phase[guest_of(call)] == PROCESS_NONE
               ? failed(ESRCH)
               : (struct outcome){.waits = WAIT_EXIT};
}

/* netdev_del: QEMU closes its tap, and runs on.  ESRCH: it has ended.  ENOENT: no such device. */
static struct outcome
do_unplug(struct call *call)
{
    unsigned guest = guest_of(call);
    uint8_t *tap = &call->state->network.tap[call->nic];

    if (!runs(call)) {
        return failed(ESRCH);
    }
    if (call->state->network.unplugged[guest] != 0) {
        return failed(ENOENT);
    }
    assert(world_context(call->world, call->nic).nics == 1); /* its only nic is the one */
    call->state->network.unplugged[guest] = world_restarts(call->world);
    if (*tap != IFNAME_NONE) {
        kernel_close(call->world, call->state, *tap, HOLDER_QEMU);
        *tap = IFNAME_NONE;
    }
    return failed(0);
}

/* ---- Open vSwitch ---- */

static struct outcome
do_add_port(struct call *call)
{
    const struct operation *op = &call->op;
    struct outcome outcome;
    bool waits;
    int error;

    if (op->add == OVS_ADD_DEL_ADD && call->state->network.bridge_gone[op->bridge - 1] == 0) {
        judge_row(call);
    }
    error = ovs_add_port(call->world, call->state, *op, owner_of(call), &waits);
    outcome = committed(error, waits);
    outcome.value = error == 0 ? call->state->network.row[op->name].uuid : 0;
    return outcome;
}

/* True if there is a row to delete. */
static bool
delete_row(struct call *call)
{
    judge_row(call);
    return ovs_del_port(call->world, call->state, call->op.name);
}

/* --if-exists del-port, of whatever bridge, or an error on another one than BR. */
static struct outcome
do_del_port(struct call *call)
{
    uint8_t bridge = call->state->network.row[call->op.name].bridge;

    assert(call->op.bridge <= MAX_BRIDGES);
    if (call->op.bridge != 0 && bridge != 0 && bridge != call->op.bridge) {
        return failed(EINVAL);
    }
    return committed(0, delete_row(call) || call->op.always_waits);
}

/* --if-exists remove Bridge BR ports UUID. */
static struct outcome
do_remove_port(struct call *call)
{
    const struct row *row = &call->state->network.row[call->op.name];
    bool there = row->bridge != 0 && row->uuid == call->op.row;

    assert(row->uuid != ROW_GONE); /* what is gone is no row's */
    if (there) {
        (void)delete_row(call);
    }
    return committed(0, there);
}

/* `wait` for the external ids and `mutate`, in one transaction. */
static struct outcome
do_remove_own(struct call *call)
{
    const struct row *row = &call->state->network.row[call->op.name];
    bool own = world_is_one_nic(call->world, row->owner, owner_of(call)) &&
               (call->op.says_start == 0 || row->owner == owner_of(call)) &&
               row->start_number == call->op.start_number;

    if (own) { /* what has an owner is there */
        (void)delete_row(call);
    }
    return committed(0, own);
}

static struct outcome
do_set_qos(struct call *call)
{
    bool waits;
    int error = ovs_set_qos(call->state, call->op.name, vm_of(call), &waits);

    return committed(error, waits);
}

static struct outcome
do_clear_qos(struct call *call)
{
    return committed(0, ovs_clear_qos(call->state, call->op.name, vm_of(call)));
}

/* ---- operations that are one call ---- */

#define CALL(small, error)                              \
    static struct outcome do_##small(struct call *call) \
    {                                                   \
        return failed(error);                           \
    }

CALL(set_mac, kernel_set_mac(call->state, call->op.name, call->op.mac))
CALL(link_up, kernel_set_up(call->state, call->op.name))
/* It begins with device_del: a QEMU that has ended has let go of nothing, and nothing is done. */
CALL(link_down, runs(call) ? kernel_set_down(call->state, call->op.name) : ESRCH)
CALL(connect, runs(call) ? 0 : ESRCH)
CALL(bind_port, bind_to(call, call->op.name))
CALL(unbind_port, bind_to(call, IFNAME_NONE))
CALL(add_filter, kernel_add_filter(call->world, call->state, call->op))
CALL(set_qdisc, kernel_limit(call->state, call->op.name, false) == ENODEV ? ENODEV : 0)
CALL(set_limit, kernel_limit(call->state, call->op.name, true))
CALL(clear_limit, kernel_limit(call->state, call->op.name, false))
CALL(get_index, kernel_index(call->state, call->nic, call->op.name))
CALL(add_if, kernel_add_if(call->world, call->state, call->nic, call->op))
CALL(open_tap, do_create_tap(call).error)

/* A function for each operation of a world: without one, it does not compile. */
#define DAEMON_ROW(id, small)
#define WORLD_ROW(id, small) [OP_##id] = do_##small,
#define OVSDB_ROW WORLD_ROW
static struct outcome (*const functions[OP_COUNT])(struct call *call) = {
#define X(id, small, name, place, text) place##_ROW(id, small)
    OPERATIONS(X)
#undef X
};

struct outcome
carry_out(const struct world *world, struct state *state, unsigned nic, struct operation op,
          struct event *event)
{
    struct call call = {world, state, nic, op, event};
    bool refused = operation_commits((enum op_kind)op.kind) && state_lacks_ovsdb(state);
    struct outcome outcome;

    assert(op.kind < OP_COUNT && functions[op.kind] != NULL);
    assert(nic < world_nics(world) && op.name <= world->names.names);
    outcome = refused ? failed(ECONNREFUSED) : functions[op.kind](&call);
    assert(outcome.error == 0 || outcome.waits == WAIT_NONE);
    return outcome;
}
