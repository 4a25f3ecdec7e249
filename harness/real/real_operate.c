/* The machines' operations on a real kernel: see real.h. */
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
    outcome.error = real_open_tap(real, name, op.mode == 1, &real->tap[nic], got);
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

/* Which incarnation has the name. */
static struct outcome
look_up(const struct real *real, const char *name)
{
    int index = device_index(name);

    return index == 0 ? (struct outcome){.error = ENODEV}
                      : (struct outcome){.value = incarnation(real, index)};
}

/* TUNGETIFF and TUNSETPERSIST on the daemon's descriptor. */
static struct outcome
persistence(const struct real *real, unsigned nic, struct operation op)
{
    struct outcome outcome = {0};
    bool persistent = false;

    if (op.kind == OP_SET_PERSIST) {
        outcome.error = device_set_persistent(real->tap[nic], op.mode == 1);
        return outcome;
    }
    outcome.error = device_check_tap(real->tap[nic], &persistent);
    outcome.value = persistent;
    return outcome;
}

/* IFLA_MASTER.  On the userspace datapath a port's device has none (facts 3d). */
static struct outcome
get_master(const struct real *real, const char *name)
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

static struct outcome
get_mac(const char *name)
{
    struct outcome outcome = {0};
    uint8_t mac[6];

    outcome.error = device_get_mac(name, mac);
    outcome.value = outcome.error == 0 ? real_mac_number(mac) : 0;
    return outcome;
}

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
    real->phase[guest] = PROCESS_RUNNING;
    return true;
}

/* SIGTERM, and the time of it, for SIGKILL follows by the daemon's clock. */
static bool
kill_qemu(struct real *real, unsigned guest, struct real_step *step, struct diagnostic *diagnostic)
{
    if (real->phase[guest] == PROCESS_RUNNING && real->world->ignores_sigterm[guest] != 0) {
        real->sigterm[guest] = clock_now();
        if (!guest_survive(&real->guest[guest], diagnostic)) {
            return false;
        }
    } else if (real->phase[guest] == PROCESS_RUNNING) {
        if (!guest_kill(&real->guest[guest], SIGTERM, diagnostic)) {
            return false;
        }
        real->phase[guest] = PROCESS_EXITING;
    }
    /* A process that is gone is only looked for: its number may be another's one day. */
    if (real->phase[guest] == PROCESS_NONE) {
        step->outcome.error = kill(real->pid[guest], 0) == 0 ? 0 : errno;
        return true;
    }
    step->waits = CALL_EXIT;
    return true;
}

static int
set_by_name(const struct real *real, unsigned nic, struct operation op, const char *name)
{
    uint8_t mac[6];

    switch (op.kind) {
    case OP_SET_MAC:
        real_mac(real->world->nic[nic].mac, mac);
        return device_set_mac(name, mac);
    case OP_LINK_UP:
        return device_set_up(name);
    default:
        return device_limit(name, op.kind == OP_SET_LIMIT);
    }
}

static bool
unplug(struct real *real, unsigned guest, int *error, struct diagnostic *diagnostic)
{
    bool had = false, runs = real->phase[guest] == PROCESS_RUNNING;

    if (runs && !guest_unplug(&real->guest[guest], &had, diagnostic)) {
        return false;
    }
    *error = !runs ? ESRCH : had ? 0 : ENOENT;
    return true;
}

bool
real_operate(struct real *real, unsigned nic, struct operation op, struct real_step *step,
             struct diagnostic *diagnostic)
{
    unsigned guest = world_guest(real->world, nic);
    struct outcome *outcome = &step->outcome;
    const char *bridge = op.bridge == 0 ? "" : real->scenario->bridge[op.bridge - 1].name;
    char name[IFNAME_SIZE];

    ifname_text(&real->world->names, op.name, name);
    switch (op.kind) {
    case OP_LOOKUP:
        *outcome = look_up(real, name);
        break;
    case OP_GET_MAC:
        *outcome = get_mac(name);
        break;
    case OP_GET_MASTER:
        *outcome = get_master(real, name);
        break;
    case OP_CREATE_TAP:
        *outcome = create_tap(real, nic, op);
        break;
    case OP_CREATE_LINK:
        return create_link(real, nic, op, outcome, diagnostic);
    case OP_DELETE_LINK:
        outcome->error = device_delete(name);
        break;
    case OP_OPEN_TAP:
        outcome->error = create_tap(real, nic, op).error;
        break;
    case OP_SET_MAC:
    case OP_LINK_UP:
    case OP_SET_LIMIT:
    case OP_CLEAR_LIMIT:
        outcome->error = set_by_name(real, nic, op, name);
        break;
    case OP_ADD_IF:
        outcome->error = device_bridge_add(bridge, name);
        break;
    case OP_DEL_IF:
        outcome->error = device_bridge_del(bridge, name);
        break;
    case OP_ADD_FILTER:
        return real_add_filter(real, nic, name, &outcome->error, diagnostic);
    case OP_REMOVE_FILTER:
        return real_remove_filter(real, nic, name, diagnostic);
    case OP_EXEC:
        return exec_qemu(real, guest, &outcome->error, diagnostic);
    case OP_CLOSE_TAP:
        close(real->tap[nic]);
        real->tap[nic] = -1;
        break;
    case OP_CONNECT:
        outcome->error = guest_runs(&real->guest[guest]) ? 0 : ESRCH;
        break;
    case OP_GET_PERSIST:
    case OP_SET_PERSIST:
        *outcome = persistence(real, nic, op);
        break;
    case OP_UNPLUG:
        return unplug(real, guest, &outcome->error, diagnostic);
    case OP_KILL:
        return kill_qemu(real, guest, step, diagnostic);
    default:
        return real_operate_ovs(real, nic, op, name, step, diagnostic);
    }
    return true;
}
