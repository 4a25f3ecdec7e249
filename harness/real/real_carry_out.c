/* Operations on a real kernel, one function for each: see real.h.  It does what the operation says,
 * and reads neither the policy nor the machine that wants it. */
#include "harness/real/real.h"

#include "harness/real/clock.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_ovs.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A guest's MAC on its tap begins with fe, as libvirt has it (facts 1a, S4). */
void
real_mac(uint8_t number, uint8_t mac[6])
{
    const uint8_t bytes[6] = {0xfe, 0x54, 0, 0, 0, number};

    memcpy(mac, bytes, sizeof bytes);
}

uint8_t
real_mac_number(const uint8_t mac[6])
{
    const uint8_t bytes[5] = {0xfe, 0x54, 0, 0, 0};

    return memcmp(mac, bytes, sizeof bytes) == 0 ? mac[5] : 0;
}

/* Whose incarnation has this interface index: 1 + the nic whose start or stop created it,
 * ADMINISTRATOR or THIRD_PARTY. */
static uint8_t
incarnation(const struct real *real, int index)
{
    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (real->index[nic] == index) {
            return (uint8_t)(nic + 1);
        }
    }
    for (unsigned name = 1; name <= real->world->names.names; name++) {
        if (real->preset[name] == index) {
            return ADMINISTRATOR;
        }
    }
    return THIRD_PARTY;
}

/* FreeBSD is emulated: a name that is taken is refused, and IFF_PERSIST keeps the tap. */
int
real_open_tap(const struct real *real, const char *name, bool multi, int *fd, char got[IFNAME_SIZE])
{
    int error;

    if (real->world->platform == PLATFORM_FREEBSD && device_index(name) != 0) {
        return EEXIST;
    }
    error = device_open_tap(name, multi, fd, got);
    return error == 0 && real->world->platform == PLATFORM_FREEBSD
               ? device_set_persistent(*fd, true)
               : error;
}

/* TUNSETIFF by name or by template, for a start or for virNetDevTapDelete. */
static struct outcome
create_tap(struct real *real, unsigned nic, struct operation op)
{
    const struct ifname_table *names = &real->world->names;
    char name[IFNAME_SIZE], got[IFNAME_SIZE];
    struct outcome outcome = {.value = op.name};
    int index;

    assert(real->tap[nic] < 0);
    if (op.name != IFNAME_NONE) {
        ifname_text(names, op.name, name);
    } else {
        snprintf(name, sizeof name, "%.13s%%d", names->family[op.family - 1].prefix);
    }
    outcome.error = real_open_tap(real, name, op.multi_queue != 0, &real->tap[nic], got);
    if (outcome.error != 0) {
        return outcome;
    }
    outcome.value = ifname_find(names, got);
    index = device_index(got);
    outcome.token = incarnation(real, index);
    if (outcome.token == THIRD_PARTY) { /* nobody has had that one before */
        real->index[nic] = index;
        outcome.token = (uint8_t)(nic + 1);
    }
    return outcome;
}

/* RTM_NEWLINK, and what it takes to have it open: by its name, or by that of its family which is
 * the first not to be taken. */
static bool
create_link(struct real *real, unsigned nic, struct operation op, struct outcome *outcome,
            struct diagnostic *diagnostic)
{
    const struct ifname_table *names = &real->world->names;
    uint8_t first = op.name != IFNAME_NONE ? op.name : names->family[op.family - 1].first;
    unsigned count = op.name != IFNAME_NONE ? 1 : names->family[op.family - 1].count;
    char name[IFNAME_SIZE];

    *outcome = (struct outcome){.error = EEXIST, .token = (uint8_t)(nic + 1)};
    for (unsigned i = 0; i < count && outcome->error == EEXIST; i++) {
        outcome->value = (uint8_t)(first + i);
        ifname_text(names, outcome->value, name);
        if (!real_make_link(real, nic, name, &real->tap[nic], &outcome->error, diagnostic)) {
            return false;
        }
    }
    if (outcome->error == 0) {
        real->index[nic] = device_index(name);
    }
    return true;
}

/* Of an operation: the nic for which it is done, the name that it speaks of, and what has come of
 * it. */
struct call {
    struct real *real;
    unsigned nic, guest;
    struct operation op;
    char name[IFNAME_SIZE];
    struct outcome *outcome;
    struct diagnostic *diagnostic;
};

static const char *
bridge_of(const struct call *call)
{
    return call->real->scenario->bridge[call->op.bridge - 1].name;
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

    call->outcome->value = index == 0 ? 0 : incarnation(call->real, index);
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

/* IFLA_MASTER.  On the userspace datapath a port's device has none (facts 3d). */
static struct outcome
master_of(const struct real *real, const char *name)
{
    struct device_link links[DEVICE_MAX_LINKS];
    size_t count;
    int master = 0, error = device_list(links, DEVICE_MAX_LINKS, &count);

    if (error != 0 || device_index(name) == 0) {
        return (struct outcome){.error = error != 0 ? error : ENODEV};
    }
    for (size_t i = 0; i < count; i++) {
        master = strcmp(links[i].name, name) == 0 ? links[i].master : master;
    }
    for (unsigned bridge = 0; bridge < real->world->bridges && master != 0; bridge++) {
        if (device_index(real->scenario->bridge[bridge].name) == master) {
            return (struct outcome){.value = (uint8_t)(bridge + 1)};
        }
    }
    return (struct outcome){0};
}

static bool
do_get_master(struct call *call)
{
    *call->outcome = master_of(call->real, call->name);
    return true;
}

static bool
do_create_tap(struct call *call)
{
    *call->outcome = create_tap(call->real, call->nic, call->op);
    return true;
}

static bool
do_create_link(struct call *call)
{
    return create_link(call->real, call->nic, call->op, call->outcome, call->diagnostic);
}

static bool
do_delete_link(struct call *call)
{
    return ended(call, device_delete(call->name));
}

static bool
do_set_mac(struct call *call)
{
    uint8_t mac[6];

    real_mac(call->op.mac, mac);
    return ended(call, device_set_mac(call->name, mac));
}

static bool
do_link_up(struct call *call)
{
    return ended(call, device_set_up(call->name));
}

static bool
do_set_limit(struct call *call)
{
    return ended(call, device_limit(call->name, true));
}

static bool
do_clear_limit(struct call *call)
{
    return ended(call, device_limit(call->name, false));
}

static bool
do_add_if(struct call *call)
{
    return ended(call, device_bridge_add(bridge_of(call), call->name));
}

static bool
do_del_if(struct call *call)
{
    return ended(call, device_bridge_del(bridge_of(call), call->name));
}

/* ---- packet filters, and Midonet's ports, which this machine has not got ---- */

static bool
do_add_filter(struct call *call)
{
    return real_add_filter(call->real, call->nic, call->op, call->name, &call->outcome->error,
                           call->diagnostic);
}

static bool
do_remove_filter(struct call *call)
{
    return real_remove_filter(call->real, call->nic, call->op, call->name, call->diagnostic);
}

static bool
has_no_midonet(struct call *call)
{
    return diagnose(call->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                    "a Midonet port is to be bound, and there is no Midonet here");
}

static bool
do_bind_port(struct call *call)
{
    return has_no_midonet(call);
}

static bool
do_unbind_port(struct call *call)
{
    return has_no_midonet(call);
}

/* ---- the daemon's descriptor ---- */

static bool
do_open_tap(struct call *call)
{
    return ended(call, create_tap(call->real, call->nic, call->op).error);
}

static bool
do_close_tap(struct call *call)
{
    close(call->real->tap[call->nic]);
    call->real->tap[call->nic] = -1;
    return true;
}

/* TUNGETIFF. */
static bool
do_get_persist(struct call *call)
{
    bool persistent = false;
    int error = device_check_tap(call->real->tap[call->nic], &persistent);

    call->outcome->value = persistent;
    return ended(call, error);
}

/* TUNSETPERSIST. */
static bool
do_set_persist(struct call *call)
{
    return ended(call, device_set_persistent(call->real->tap[call->nic], call->op.persist != 0));
}

/* ---- QEMU ---- */

/* QEMU gets the taps; the daemon closes its own descriptors. */
static bool
exec_qemu(struct real *real, unsigned guest, int *error, struct diagnostic *diagnostic)
{
    struct context context = world_context(real->world, guest);
    int taps[MAX_NICS];

    for (unsigned i = 0; i < context.nics; i++) {
        taps[i] = real->tap[context.nic_at[i]];
    }
    if (!guest_start(&real->guest[guest], real->qemu, real->world->ignores_sigterm[guest] != 0,
                     taps, context.nics, error, diagnostic)) {
        return false;
    }
    if (*error != 0) {
        return true;
    }
    for (unsigned i = 0; i < context.nics; i++) {
        close(taps[i]);
        real->tap[context.nic_at[i]] = -1;
    }
    return true;
}

static bool
do_exec(struct call *call)
{
    return exec_qemu(call->real, call->guest, &call->outcome->error, call->diagnostic);
}

static bool
do_connect(struct call *call)
{
    return ended(call, guest_runs(&call->real->guest[call->guest]) ? 0 : ESRCH);
}

/* SIGTERM, and the time of it, for SIGKILL follows by the daemon's clock. */
static bool
do_kill(struct call *call)
{
    struct real *real = call->real;
    struct guest *guest = &real->guest[call->guest];
    enum process_phase phase = (enum process_phase)real->control.phase[call->guest];

    if (phase == PROCESS_NONE) {
        /* It is only looked for: its number may be another's one day. */
        return ended(call, kill(real->pid[call->guest], 0) == 0 ? 0 : errno);
    }
    call->outcome->waits = WAIT_EXIT;
    if (phase != PROCESS_RUNNING) {
        return true;
    }
    if (real->world->ignores_sigterm[call->guest] != 0) {
        real->sigterm[call->guest] = clock_now();
        return guest_survive(guest, call->diagnostic);
    }
    return guest_kill(guest, SIGTERM, call->diagnostic);
}

static bool
do_unplug(struct call *call)
{
    bool had = false, runs = call->real->control.phase[call->guest] == PROCESS_RUNNING;

    if (runs && !guest_unplug(&call->real->guest[call->guest], &had, call->diagnostic)) {
        return false;
    }
    return ended(call, !runs ? ESRCH : had ? 0 : ENOENT);
}

/* ---- Open vSwitch ---- */

static bool
commit(struct call *call)
{
    return real_commit(call->real, call->nic, call->op, call->name, call->outcome,
                       call->diagnostic);
}

static bool
do_add_port(struct call *call)
{
    return commit(call);
}

static bool
do_del_port(struct call *call)
{
    return commit(call);
}

static bool
do_remove_port(struct call *call)
{
    return commit(call);
}

static bool
do_remove_own(struct call *call)
{
    return commit(call);
}

/* A function for each operation of a world: without one, it does not compile. */
#define DAEMON_ROW(id, small)
#define WORLD_ROW(id, small) [OP_##id] = do_##small,
static bool (*const functions[OP_COUNT])(struct call *call) = {
#define X(id, small, name, place, text) place##_ROW(id, small)
    OPERATIONS(X)
#undef X
};

bool
real_carry_out(struct real *real, unsigned nic, struct operation op, struct outcome *outcome,
               struct diagnostic *diagnostic)
{
    struct call call = {.real = real,
                        .nic = nic,
                        .guest = world_guest(real->world, nic),
                        .op = op,
                        .outcome = outcome,
                        .diagnostic = diagnostic};

    assert(op.kind < OP_COUNT && functions[op.kind] != NULL);
    ifname_text(&real->world->names, op.name, call.name);
    return functions[op.kind](&call);
}
