/* Operations on a real kernel, one function for each: see real_carry_out.h.  It does what the
 * operation says, and reads neither the policy nor the machine that wants it. */
#include "harness/real/real_carry_out.h"

#include "harness/real/clock.h"
#include "harness/real/datapath.h"
#include "harness/real/device.h"
#include "harness/real/ovs_rows.h"
#include "harness/real/real_create.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_ovs.h"
#include "harness/real/real_terms.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of an operation: the nic for which it is done, the name that it speaks of, and what has come of
 * it. */
struct call {
    struct real *real;
    unsigned nic, guest;
    struct operation op;
    char name[IFNAME_SIZE];
    struct outcome *outcome;
};

static const char *
bridge_of(const struct call *call)
{
    return real_bridge_name(call->real, call->op.bridge);
}

static int
tap_of(const struct call *call)
{
    return call->real->tap[call->nic];
}

/* A system call has been made, and has ended with this errno. */
static bool
ended(struct call *call, int error)
{
    call->outcome->error = error;
    return true;
}

/* ---- devices, by name ---- */

static bool
do_lookup(struct call *call)
{
    int index = device_index(call->name);

    call->outcome->value = index == 0 ? 0 : real_incarnation(call->real, index);
    return ended(call, index == 0 ? ENODEV : 0);
}

static bool
do_get_mac(struct call *call)
{
    uint8_t mac[6];
    int error = device_get_mac(call->name, mac);

    call->outcome->value = error == 0 ? real_mac_number(mac) : 0;
    return ended(call, error);
}

static bool
do_get_index(struct call *call)
{
    call->real->indexed[call->nic] = device_index(call->name);
    return ended(call, call->real->indexed[call->nic] == 0 ? ENODEV : 0);
}

static bool
do_add_if(struct call *call)
{
    int index = call->op.by_index != 0 ? call->real->indexed[call->nic] : device_index(call->name);

    return ended(call, device_bridge_add(bridge_of(call), index));
}

/* `ovs-vsctl iface-to-br`, which asks the rows. */
static bool
find_row_bridge(struct call *call)
{
    struct ovs_rows rows;

    if (call->real->ovs == NULL || !ovs_rows(call->real->ovs, &rows)) {
        return false;
    }
    if (call->real->ovs->away) {
        return true; /* it fails, and that says none */
    }
    for (size_t i = 0; i < rows.count; i++) {
        if (strcmp(rows.row[i].name, call->name) == 0) {
            call->outcome->value = real_find_bridge(call->real, rows.row[i].bridge);
        }
    }
    return true;
}

/* IFLA_MASTER; if that is ovs-system, the bridge of the row (facts 1e).  On the userspace datapath
 * a port's device has none (facts 3d). */
static bool
do_get_master(struct call *call)
{
    struct device_link links[DEVICE_MAX_LINKS];
    size_t count;
    int master = 0, error = device_list(links, DEVICE_MAX_LINKS, &count);

    if (error != 0 || device_index(call->name) == 0) {
        return ended(call, error != 0 ? error : ENODEV);
    }
    for (size_t i = 0; i < count; i++) {
        master = strcmp(links[i].name, call->name) == 0 ? links[i].master : master;
    }
    if (master != 0 && master == device_index(DATAPATH_DEVICE)) {
        return find_row_bridge(call);
    }
    for (uint8_t bridge = 1; bridge <= call->real->world->bridges && master != 0; bridge++) {
        if (device_index(real_bridge_name(call->real, bridge)) == master) {
            call->outcome->value = bridge;
            return true;
        }
    }
    return true;
}

static bool
do_create_tap(struct call *call)
{
    real_create_tap(call->real, call->nic, call->op);
    return true;
}

static bool
do_set_mac(struct call *call)
{
    uint8_t mac[6];

    real_mac(call->op.mac, mac);
    return ended(call, device_set_mac(call->name, mac));
}

static bool
has_no_midonet(struct call *call)
{
    return diagnose(call->real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                    "a Midonet port is to be bound, and there is no Midonet here");
}

/* ---- the daemon's descriptor ---- */

static bool
do_open_tap(struct call *call)
{
    real_create_tap(call->real, call->nic, call->op);
    *call->outcome = (struct outcome){.error = call->outcome->error}; /* it wants no name */
    return true;
}

static bool
do_close_tap(struct call *call)
{
    close(tap_of(call));
    call->real->tap[call->nic] = -1;
    return true;
}

/* TUNGETIFF. */
static bool
do_get_persist(struct call *call)
{
    bool persistent = false;
    int error = device_check_tap(tap_of(call), &persistent);

    call->outcome->value = persistent;
    return ended(call, error);
}

/* ---- QEMU ---- */

bool
real_misses(const struct real *real, struct operation op)
{
    char name[IFNAME_SIZE];

    return op.asked != IFNAME_NONE &&
           device_index(ifname_text(&real->world->names, op.asked, name)) == 0;
}

/* QEMU gets the taps; the daemon closes its own descriptors. */
static bool
do_exec(struct call *call)
{
    struct real *real = call->real;
    struct context context = world_context(real->world, call->guest);
    int taps[MAX_NICS];

    if (real_misses(real, call->op)) {
        return ended(call, ENODEV);
    }
    for (unsigned i = 0; i < context.nics; i++) {
        taps[i] = real->tap[context.nic_at[i]];
    }
    if (!real->kind->start(&real->guest[call->guest], real->qemu,
                           real->world->ignores_sigterm[call->guest] != 0, taps, context.nics,
                           &call->outcome->error, real->diagnostic)) {
        return false;
    }
    for (unsigned i = 0; i < context.nics && call->outcome->error == 0; i++) {
        close(taps[i]);
        real->tap[context.nic_at[i]] = -1;
    }
    return true;
}

/* SIGTERM, and the time of it, for SIGKILL follows by the daemon's clock. */
static bool
do_kill(struct call *call)
{
    struct real *real = call->real;
    struct guest *guest = &real->guest[call->guest];
    enum process_phase phase = (enum process_phase)real->control.phase[call->guest];

    if (phase == PROCESS_NONE) {
        /* It is only looked for: its number may be another's one day, and 0, which one has that has
         * never run, is everybody's. */
        return ended(call, real->pid[call->guest] <= 0            ? ESRCH
                           : kill(real->pid[call->guest], 0) == 0 ? 0
                                                                  : errno);
    }
    call->outcome->waits = WAIT_EXIT;
    real->sigterm[call->guest] = clock_now();
    if (phase != PROCESS_RUNNING) {
        return true;
    }
    if (real->world->ignores_sigterm[call->guest] != 0) {
        return guest->kind->survive(guest, call->real->diagnostic);
    }
    return guest_kill(guest, SIGTERM, call->real->diagnostic);
}

static bool
runs(const struct call *call)
{
    return call->real->control.phase[call->guest] == PROCESS_RUNNING;
}

static bool
do_unplug(struct call *call)
{
    struct guest *guest = &call->real->guest[call->guest];
    bool had = false;

    if (!runs(call)) {
        return ended(call, ESRCH);
    }
    return guest->kind->unplug(guest, &had, call->real->diagnostic) &&
           ended(call, had ? 0 : ENOENT);
}

/* ---- operations that are one call ---- */

#define CALL(small, expression)               \
    static bool do_##small(struct call *call) \
    {                                         \
        return expression;                    \
    }

CALL(create_link, real_create_link(call->real, call->nic, call->op))
CALL(delete_link, ended(call, device_delete(call->name, call->op.bulk != 0)))
CALL(link_up, ended(call, device_set_up(call->name, true)))
CALL(link_down, ended(call, runs(call) ? device_set_up(call->name, false) : ESRCH))
CALL(set_qdisc, ended(call, device_default_qdisc(call->name)))
CALL(set_limit, ended(call, device_limit(call->name, true)))
CALL(clear_limit, ended(call, device_limit(call->name, false)))
CALL(del_if, ended(call, device_bridge_del(bridge_of(call), call->name)))
CALL(set_persist, ended(call, device_set_persistent(tap_of(call), call->op.persist != 0)))
CALL(connect, ended(call, guest_runs(&call->real->guest[call->guest]) ? 0 : ESRCH))
CALL(add_filter,
     real_add_filter(call->real, call->nic, call->op, call->name, &call->outcome->error))
CALL(remove_filter, real_remove_filter(call->real, call->nic, call->op, call->name))
CALL(add_port, real_commit(call->real, call->nic, call->op, call->name))
CALL(del_port, real_commit(call->real, call->nic, call->op, call->name))
CALL(remove_port, real_commit(call->real, call->nic, call->op, call->name))
CALL(remove_own, real_commit(call->real, call->nic, call->op, call->name))
CALL(set_qos, real_commit(call->real, call->nic, call->op, call->name))
CALL(clear_qos, real_commit(call->real, call->nic, call->op, call->name))
CALL(bind_port, has_no_midonet(call))
CALL(unbind_port, has_no_midonet(call))

/* A function for each operation of a world: without one, it does not compile. */
#define DAEMON_ROW(id, small)
#define WORLD_ROW(id, small) [OP_##id] = do_##small,
#define OVSDB_ROW WORLD_ROW
static bool (*const functions[OP_COUNT])(struct call *call) = {
#define X(id, small, name, place, text) place##_ROW(id, small)
    OPERATIONS(X)
#undef X
};

bool
real_carry_out(struct real *real, unsigned nic, struct operation op)
{
    struct call call = {.real = real,
                        .nic = nic,
                        .guest = world_guest(real->world, nic),
                        .op = op,
                        .outcome = &real->outcome};

    assert(op.kind < OP_COUNT && functions[op.kind] != NULL);
    ifname_text(&real->world->names, op.name, call.name);
    return functions[op.kind](&call);
}
