/* The stop of a guest, and the clean-up after a failed start, which is the same code entered later:
 * qemuProcessStop, in the order of facts 1b.  What it does after the kill, it does by name.  So
 * does hot-unplug, which has QEMU close the tap instead (facts 1d). */
#include "core/stop_device.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

/* The loops (facts 1b): names given back early, limits, filters, and "for each net" the rest. */
enum { ONCE, EACH_EARLY, EACH_FILTER, EACH_NET, EACH_PROPERTY };

/* What may follow in either order of a stop; wants() says what does. */
#define TO(state) (UINT64_C(1) << (state))
#define TO_GUARD (TO(LOOKUP) | TO(GET_MAC) | TO(DEL_PORT) | TO(REMOVE_PORT) | TO(REMOVE_OWN))
#define TO_KILL (TO(KILL) | TO(UNPLUG) | TO(OPEN_TAP) | TO(RELEASE))
/* The rows of the properties, and that of a port's QoS. */
#define TO_CLEAR (TO(FILTER) - TO(RELEASE_EARLY + 1))
/* What follows when QEMU has ended: the filter, or what comes behind that. */
#define TO_NET (TO(LOCK) | TO_GUARD | TO(UNBIND) | TO(OPEN_TAP) | TO(DELETE_LINK) | TO(RELEASE))
#define TO_DEVICE (TO(RELEASE_EARLY) | TO_CLEAR | TO(FILTER) | TO_NET)

/* A row for each state: its id, its name, its operation, what may follow, and its loop.  The rows
 * of the properties (core/daemon.h) come between the two parts.  The enum and the table are made
 * of them. */
/* clang-format off */
#define ROWS_BEFORE(X)                                                                            \
    X(KILL, "kill", OP_KILL, TO_DEVICE | TO(STOPPED), ONCE)                                    \
    X(DOWN, "down", OP_LINK_DOWN, TO(UNPLUG) | TO(STOPPED), ONCE)                              \
    X(UNPLUG, "unplug", OP_UNPLUG, (TO_DEVICE & ~TO_CLEAR) | TO(STOPPED), ONCE)                \
    X(RELEASE_EARLY, "release-early", OP_RELEASE_NAME, TO_CLEAR | TO(FILTER) | TO_NET, EACH_EARLY)
#define ROWS_BEHIND(X)                                                                            \
    X(CLEAR_QOS, "qos", OP_CLEAR_QOS, TO(FILTER) | TO_KILL | TO_NET,                           \
      EACH_PROPERTY + PROPERTY_LIMIT)                                                          \
    X(FILTER, "filter", OP_REMOVE_FILTER, TO_KILL | TO_NET, EACH_FILTER)                       \
    X(OPEN_TAP, "open-tap", OP_OPEN_TAP, TO(PERSIST) | TO(LOCK) | TO_GUARD | TO(UNBIND) |      \
      TO(RELEASE), EACH_NET)                                                                   \
    X(PERSIST, "persist", OP_SET_PERSIST, TO(CLOSE_TAP), EACH_NET)                             \
    X(CLOSE_TAP, "close-tap", OP_CLOSE_TAP, TO(LOCK) | TO_GUARD | TO(UNBIND) | TO(RELEASE),    \
      EACH_NET)                                                                                \
    X(LOCK, "lock", OP_LOCK, TO_GUARD | TO(UNLOCK), EACH_NET)                                  \
    X(LOOKUP, "lookup", OP_LOOKUP, TO(DEL_PORT) | TO(UNLOCK) | TO_KILL, EACH_NET)              \
    X(GET_MAC, "get-mac", OP_GET_MAC, TO(DEL_PORT) | TO(UNLOCK) | TO_KILL, EACH_NET)           \
    X(DEL_PORT, "del-port", OP_DEL_PORT, TO(UNLOCK) | TO_KILL, EACH_NET)                       \
    X(REMOVE_PORT, "remove-port", OP_REMOVE_PORT, TO(UNLOCK) | TO_KILL, EACH_NET)              \
    X(REMOVE_OWN, "remove-own", OP_REMOVE_OWN, TO(UNLOCK) | TO_KILL, EACH_NET)                 \
    X(UNLOCK, "unlock", OP_UNLOCK, TO_KILL, EACH_NET)                                          \
    X(UNBIND, "unbind", OP_UNBIND_PORT, TO_KILL, EACH_NET)                                     \
    X(DELETE_LINK, "delete-link", OP_DELETE_LINK, TO(RELEASE), EACH_NET)                       \
    X(RELEASE, "release", OP_RELEASE, TO(STOPPED), EACH_NET)                                   \
    X(STOPPED, "stopped", OP_NONE, 0, ONCE)
/* clang-format on */

#define ID(id, name, op, next, loop) id,
#define ROW(id, name, op, next, loop) [id] = {name, next, op, loop},
#define CLEAR(id, member, key, text, oracle) CLEAR_##id,
#define CLEAR_ROW(id, member, key, text, oracle)                                               \
    [CLEAR_##id] = {key, (TO(CLEAR_QOS) - TO(CLEAR_##id + 1)) | TO(FILTER) | TO_KILL | TO_NET, \
                    OP_CLEAR_##id, EACH_PROPERTY + PROPERTY_##id},
enum stop_state { ROWS_BEFORE(ID) NIC_PROPERTIES(CLEAR) ROWS_BEHIND(ID) STATES };
static const struct machine_state states[STATES] = {ROWS_BEFORE(ROW) NIC_PROPERTIES(CLEAR_ROW)
                                                        ROWS_BEHIND(ROW)};
_Static_assert(STATES < 64, "a bit of `next` for each row");

/* The orders of a stop.  A hot-unplug clears first (qemuDomainRemoveNetDevice).  Port first is the
 * reverse of a start; a device is deleted by the daemon only when nobody uses it any more. */
/* clang-format off */
#define BEHIND_THE_END \
    FILTER, OPEN_TAP, PERSIST, CLOSE_TAP, \
    LOCK, LOOKUP, GET_MAC, DEL_PORT, REMOVE_PORT, REMOVE_OWN, UNLOCK, UNBIND, \
    DELETE_LINK, RELEASE, STOPPED
static const uint8_t kill_first[] = {
    KILL, DOWN, UNPLUG, RELEASE_EARLY, NIC_PROPERTIES(CLEAR) CLEAR_QOS, BEHIND_THE_END,
};
static const uint8_t unplug[] = {
    KILL, NIC_PROPERTIES(CLEAR) CLEAR_QOS, DOWN, UNPLUG, RELEASE_EARLY, BEHIND_THE_END,
};
static const uint8_t port_first[] = {
    NIC_PROPERTIES(CLEAR) CLEAR_QOS, FILTER,
    LOCK, LOOKUP, GET_MAC, DEL_PORT, REMOVE_PORT, REMOVE_OWN, UNLOCK, UNBIND,
    KILL, DOWN, UNPLUG, RELEASE_EARLY, OPEN_TAP, PERSIST, CLOSE_TAP, DELETE_LINK, RELEASE, STOPPED,
};
/* clang-format on */
_Static_assert(sizeof kill_first == STATES, "kill_first has every row once");
_Static_assert(sizeof unplug == STATES, "unplug has every row once");
_Static_assert(sizeof port_first == STATES, "port_first has every row once");

/* A stop takes down all that a running guest has, which is nothing of a nic that was unplugged.  A
 * clean-up takes down what the failed start made, or, by name, whatever bears the name that the
 * definition has. */
static bool
is_due(const struct machine *machine, const struct context *context,
       const struct nic_record *record, uint8_t made)
{
    if (machine->kind != MACHINE_CLEAN_UP) {
        return record->made != 0;
    }
    if ((record->made & made) != 0) {
        return true;
    }
    switch ((enum clean_up)context->policy->clean_up) {
    case CLEAN_UP_BY_NAME:
        return true;
    case CLEAN_UP_CREATED:
        return false;
    case CLEAN_UP_CREATED_LINK:
        return made != MADE_TAP || context->nic[context->at_hand].kind != NIC_MACVTAP;
    }
    assert(false);
    return false;
}

/* The same of what is found by the device's name. */
static bool
concerns(const struct machine *machine, const struct context *context,
         const struct nic_record *record, uint8_t made)
{
    return record->name != IFNAME_NONE && is_due(machine, context, record, made);
}

POLICY_TWO(NAME_RELEASES);

/* What a stop asks before it deletes its port, and the row that deletes it. */
struct guard {
    enum stop_state asks; /* STATES: nothing */
    enum stop_state deletes;
};

static struct guard
guard_of(const struct context *context)
{
    switch ((enum port_guard)context->policy->port_guard) {
    case PORT_GUARD_MAC:
    case PORT_GUARD_QUIET_MAC:
        return (struct guard){GET_MAC, DEL_PORT};
    case PORT_GUARD_EXISTS:
    case PORT_GUARD_INCARNATION:
        return (struct guard){LOOKUP, DEL_PORT};
    case PORT_GUARD_PORT_UUID:
        return (struct guard){STATES, REMOVE_PORT};
    case PORT_GUARD_PORT_OWNER:
    case PORT_GUARD_VM_ID:
        return (struct guard){STATES, REMOVE_OWN};
    case PORT_GUARD_NONE:
    case PORT_GUARD_BRIDGE: /* del-port says which */
        break;
    }
    return (struct guard){STATES, DEL_PORT};
}

POLICY_TWO(GUARD_LOCKS);

static bool
wants(uint8_t row, const struct machine *machine, const struct context *context,
      const struct nic_record *record)
{
    const struct policy *policy = context->policy;
    uint8_t bridge = context->nic[context->at_hand].bridge;
    bool qos = daemon_clears_qos(context, machine->kind == MACHINE_UNPLUG);
    bool port = daemon_bridge_kind(context, bridge) == BRIDGE_OVS &&
                concerns(machine, context, record, MADE_PORT);

    if ((machine->flag & (MACHINE_FAILED | MACHINE_STUCK)) != 0) {
        return row == STOPPED || (row == RELEASE && machine->kind != MACHINE_UNPLUG &&
                                  (machine->flag & MACHINE_STUCK) == 0);
    }
    switch ((enum stop_state)row) {
    case KILL:
        return machine->kind == MACHINE_STOP;
    case RELEASE_EARLY:
        /* The device has died, and what is still keyed by the name is not gone.  A link lives. */
        return record->reserved == 1 && machine->kind != MACHINE_CLEAN_UP &&
               policy->release == RELEASE_DEVICE_DEATH && !daemon_has_link(context);
#define X(id, member, key, text, oracle)                        \
    case CLEAR_##id:                                            \
        return context->nic[context->at_hand].member &&         \
               concerns(machine, context, record, MADE_##id) && \
               !(PROPERTY_##id == PROPERTY_LIMIT && qos);
        NIC_PROPERTIES(X)
#undef X
    case CLEAR_QOS:
        return qos && concerns(machine, context, record, MADE_LIMIT);
    case FILTER:
        return daemon_has_filter(context) && concerns(machine, context, record, MADE_FILTER);
    case DELETE_LINK:
        return (daemon_has_link(context) ||
                (stop_deletes_tap(machine, context) && context->platform == PLATFORM_FREEBSD)) &&
               concerns(machine, context, record, MADE_TAP);
    case DOWN:
        return stop_sets_down(machine, context) && concerns(machine, context, record, MADE_TAP);
    case UNPLUG:
        return machine->kind == MACHINE_UNPLUG;
    case OPEN_TAP:
        return stop_deletes_tap(machine, context) && context->platform == PLATFORM_LINUX &&
               concerns(machine, context, record, MADE_TAP);
    case PERSIST:
    case CLOSE_TAP:
        return (machine->flag & MACHINE_OPENED) != 0;
    case LOCK:
    case UNLOCK:
        return port && policy->guard_lock == GUARD_LOCK_CREATE;
    case LOOKUP:
    case GET_MAC:
        return port && guard_of(context).asks == row;
    case DEL_PORT:
        return port && guard_of(context).deletes == row && (machine->flag & MACHINE_KEEP_PORT) == 0;
    case REMOVE_PORT:
        return port && guard_of(context).deletes == row && record->port != 0;
    case REMOVE_OWN:
        /* It compares what it has chosen itself, be it told of a row or not. */
        return port && guard_of(context).deletes == row;
    case UNBIND: /* facts 1b, step 10: "by vport interfaceID, not name" */
        return daemon_bridge_kind(context, bridge) == BRIDGE_MIDONET &&
               is_due(machine, context, record, MADE_PORT);
    case RELEASE:
    case STOPPED:
        return true;
    case STATES: /* cannot be */
        break;   /* cannot be */
    }
    assert(false);
    return false;
}

POLICY_TWO(LINK_DELETES);

static void
fill(struct operation *op, const struct machine *machine, const struct context *context,
     const struct nic_record *records)
{
    const struct nic_record *record = &records[context->at_hand];
    const struct policy *policy = context->policy;
    const struct nic *nic = &context->nic[context->at_hand];

    switch ((enum stop_state)machine->state) {
    case DEL_PORT:
        op->bridge = policy->port_guard == PORT_GUARD_BRIDGE ? nic->bridge : 0;
        break;
    case REMOVE_PORT:
        op->row = record->port;
        break;
    case REMOVE_OWN:
        op->bridge = nic->bridge;
        op->says_start = policy->port_guard == PORT_GUARD_PORT_OWNER;
        op->start_number = context->start_number;
        break;
    case GET_MAC:
        op->quiet = policy->port_guard == PORT_GUARD_QUIET_MAC;
        break;
    case FILTER:
        op->mac = daemon_filter_mac(context);
        break;
    case OPEN_TAP: /* virNetDevTapDelete never asks for several queues (facts 1b) */
        op->multi_queue = policy->tap_delete == TAP_DELETE_RESTORE && nic->multi_queue;
        break;
    case PERSIST:
        op->persist = record->persist;
        break;
    case RELEASE:
        op->release_name = record->reserved;
        break;
    case DELETE_LINK: /* a tap of FreeBSD's has no netlink */
        op->bulk = policy->link_delete == LINK_DELETE_BULK && daemon_has_link(context);
        break;
    case KILL:
    case DOWN:
    case UNPLUG:
    case RELEASE_EARLY:
    case CLEAR_QOS:
#define X(id, member, key, text, oracle) case CLEAR_##id:
        NIC_PROPERTIES(X)
#undef X
    case CLOSE_TAP:
    case LOCK:
    case LOOKUP:
    case UNLOCK:
    case UNBIND:
    case STOPPED:
    case STATES:
        break;
    }
}

POLICY_TWO(STOP_ORDERS);

static const uint8_t *
order(const struct machine *machine, const struct context *context)
{
    return context->policy->stop_order == STOP_ORDER_PORT_FIRST ? port_first
           : machine->kind == MACHINE_UNPLUG                    ? unplug
                                                                : kill_first;
}

bool
stop_has_hung_up(const struct machine *machine, const struct context *context)
{
    const uint8_t *row = order(machine, context);

    assert(machine->kind == MACHINE_STOP);
    while (*row != FILTER && *row != machine->state) {
        row++;
    }
    return *row != machine->state;
}

/* What the guard found in place of the device that died.  True: the port is not ours to delete. */
static bool
keep_port(const struct context *context, const struct nic_record *record, struct outcome outcome)
{
    if (outcome.error != 0) {
        return false; /* mail 000: a device that is gone is the normal case */
    }
    switch ((enum port_guard)context->policy->port_guard) {
    case PORT_GUARD_MAC:
    case PORT_GUARD_QUIET_MAC:
        return outcome.value != context->nic[context->at_hand].mac;
    case PORT_GUARD_EXISTS:
        return true;
    case PORT_GUARD_INCARNATION:
        return outcome.value != record->tap;
    case PORT_GUARD_NONE:       /* cannot be */
    case PORT_GUARD_PORT_UUID:  /* cannot be */
    case PORT_GUARD_BRIDGE:     /* cannot be */
    case PORT_GUARD_PORT_OWNER: /* cannot be */
    case PORT_GUARD_VM_ID:      /* cannot be */
        break;                  /* cannot be */
    }
    assert(false); /* they ask nothing */
    return false;
}

POLICY_TWO(ON_GONE_ACTIONS);

static uint8_t
note(struct machine *machine, const struct context *context, struct nic_record *records,
     struct outcome outcome)
{
    enum stop_state state = (enum stop_state)machine->state;
    struct nic_record *record = &records[context->at_hand];

    for (unsigned i = 0; i < context->nics; i++) {
        records[context->nic_at[i]].running = 0;
    }
    if (state == guard_of(context).asks && keep_port(context, record, outcome)) {
        machine->flag |= MACHINE_KEEP_PORT;
    }
    assert(state != RELEASE_EARLY || record->reserved == 1);
    if (state == RELEASE_EARLY || state == RELEASE) {
        record->reserved = 0;
    }
    assert(state != OPEN_TAP || (machine->flag & MACHINE_OPENED) == 0);
    if (state == OPEN_TAP && outcome.error == 0) {
        machine->flag |= MACHINE_OPENED;
    }
    if (state == KILL && outcome.error == ESRCH && context->policy->on_gone == ON_GONE_GIVE_UP) {
        machine->flag |= MACHINE_FAILED;
    }
    if (state == KILL && outcome.error == EBUSY) {
        machine->flag |= MACHINE_STUCK;
    }
    if ((state == UNPLUG || (state == DOWN && outcome.error == ESRCH)) && outcome.error != 0 &&
        (machine->flag & MACHINE_AGAIN) == 0) {
        machine->flag |= MACHINE_FAILED;
    }
    return MACHINE_GO_ON;
}

/* What has failed, and is to come again, forgets nothing: a stop will, when its QEMU has ended. */
static void
leave(struct machine *machine, const struct context *context, struct nic_record *records,
      uint8_t next)
{
    if ((machine->kind == MACHINE_UNPLUG && (machine->flag & MACHINE_FAILED) != 0) ||
        (machine->flag & MACHINE_STUCK) != 0) {
        return;
    }
    for (unsigned i = 0; i < context->nics && next == STOPPED; i++) {
        assert(records[context->nic_at[i]].reserved == 0); /* nobody would release it */
        records[context->nic_at[i]] = (struct nic_record){0};
    }
}

const struct machine_table stop_table = {"stop", states, STATES, order, wants, fill, note, leave};
