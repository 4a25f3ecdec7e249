/* The start of a guest, in the order of qemuInterfaceBridgeConnect and its callers (facts 1a, S2 to
 * S10): for each nic a name, the tap, its MAC, the bridge, up, filter, and then QEMU; a macvtap is
 * set up behind that.  On an error the daemon closes its descriptors, so that the taps vanish, and
 * forgets the name, if it was not the user's, of the nic that it was about to connect.  QEMU has
 * them by the time that macvtaps are set up: then it is a whole stop that follows (core/thread.c).
 */
#include "core/attach.h"
#include "core/start_filter.h"
#include "core/start_made.h"
#include "core/start_name.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

/* The loops: connecting, which each nic ends with its own clean-up if it fails; setting macvtaps
 * up; closing the descriptors that were to be QEMU's, and removing filters before or behind that;
 * and closing those of a QEMU that does not run. */
enum { ONCE, EACH, EACH_UP, EACH_FIRST, EACH_LEFT, EACH_LAST, EACH_FORKED };

#define TO(state) (UINT64_C(1) << (state))
#define TO_IF (TO(INDEX) | TO(ADD_IF))
#define TO_REST (TO(UNFILTER) | TO(CLOSE_REST))
#define TO_FAIL (TO_REST | TO(FAILED))
#define TO_FAIL_NAMED (TO(UNFILTER_OWN) | TO_FAIL) /* the nic's name may be its user's */
/* The rows of the properties, and that of a port's QoS; what follows when a device is on its
 * network; and the rows of the properties behind one. */
#define TO_SET (TO(PERSISTENT) - TO(FILTER + 1))
#define TO_READY (TO_SET | TO(EXEC))
#define TO_BARE (TO_READY & ~TO(SET_QOS)) /* of a nic without a bridge */
#define TO_BEHIND(state) (TO(SET_QOS) - TO((state) + 1))

/* A row for each state: its id, its name, its operation, what may follow, and its loop.  The rows
 * of the properties (core/daemon.h) come between the two parts.  The enum and the table are made
 * of them. */
/* clang-format off */
#define ROWS_BEFORE(X)                                                                            \
    X(LOCK, "lock", OP_LOCK, TO(PICK) | TO(LOOKUP) | TO(CREATE), EACH)                           \
    X(PICK, "pick", OP_PICK_NAME, TO(LOOKUP) | TO(CREATE) | TO(CREATE_LINK) | TO(UNLOCK) |       \
      TO_FAIL, EACH)                                                                             \
    X(LOOKUP, "lookup", OP_LOOKUP, TO(PICK) | TO(CREATE) | TO(CREATE_LINK) | TO(UNLOCK) |        \
      TO(RELEASE) | TO_FAIL_NAMED, EACH)                                                         \
    X(CREATE, "create", OP_CREATE_TAP, TO(PICK) | TO(UNLOCK) | TO(MAC) | TO(FILTER) | TO_BARE | \
      TO(RELEASE) | TO_FAIL_NAMED, EACH)                                                         \
    X(CREATE_LINK, "create-link", OP_CREATE_LINK, TO(PICK) | TO(MASTER) | TO_IF | TO(UP) |  \
      TO(QDISC) | TO(EXEC) | TO(RELEASE) | TO_FAIL, EACH)                                        \
    X(UNLOCK, "unlock", OP_UNLOCK, TO(MAC) | TO(FILTER) | TO_BARE | TO(RELEASE) | TO_FAIL_NAMED, \
      EACH)                                                                                      \
    X(MAC, "mac", OP_SET_MAC, TO(MASTER) | TO(LEAVE_PORT) | TO(ADD_PORT) | TO_IF | TO(BIND) \
      | TO(UP) | TO(CLOSE), EACH)                                                                \
    X(MASTER, "master", OP_GET_MASTER, TO(LEAVE_PORT) | TO(LEAVE_IF) | TO(ADD_PORT) | TO_IF \
      | TO(BIND) | TO(UP) | TO(CLOSE), EACH)                                                     \
    X(LEAVE_PORT, "leave-port", OP_DEL_PORT, TO(LEAVE_IF) | TO(ADD_PORT) | TO_IF |          \
      TO(BIND), EACH)                                                                            \
    X(LEAVE_IF, "leave-if", OP_DEL_IF, TO(ADD_PORT) | TO_IF | TO(BIND), EACH)               \
    X(ADD_PORT, "add-port", OP_ADD_PORT, TO(UP) | TO(CLOSE), EACH)                               \
    X(INDEX, "index", OP_GET_INDEX, TO(ADD_IF) | TO(CLOSE), EACH)                                \
    X(ADD_IF, "add-if", OP_ADD_IF, TO(UP) | TO(CLOSE), EACH)                                     \
    X(BIND, "bind", OP_BIND_PORT, TO(UP) | TO(CLOSE), EACH)                                      \
    X(UP, "up", OP_LINK_UP, TO(FILTER) | TO_READY | TO(PERSISTENT) | TO(CLOSE), EACH)            \
    X(FILTER, "filter", OP_ADD_FILTER, TO_READY | TO(PERSISTENT) | TO(CLOSE), EACH)               \
    X(QDISC, "qdisc", OP_SET_QDISC, TO_BEHIND(QDISC) | TO(SET_QOS) | TO(PERSISTENT) | TO(EXEC) | \
      TO_REST, EACH)
#define ROWS_BEHIND(X)                                                                            \
    X(SET_QOS, "qos", OP_SET_QOS, TO(PERSISTENT) | TO(EXEC) | TO_REST, EACH)                     \
    X(PERSISTENT, "persistent", OP_GET_PERSIST, TO(EXEC) | TO_REST, EACH)                        \
    X(CLOSE, "close", OP_CLOSE_TAP, TO(RELEASE) | TO_FAIL_NAMED, EACH)                           \
    X(RELEASE, "release", OP_RELEASE_NAME, TO_FAIL, EACH)                                        \
    X(UNFILTER_OWN, "unfilter-own", OP_REMOVE_FILTER, TO_FAIL, EACH)                             \
    X(EXEC, "exec", OP_EXEC, TO(MACVTAP_UP) | TO(STARTED) | TO_REST | TO(CLOSE_FORKED), ONCE)    \
    X(MACVTAP_UP, "macvtap-up", OP_LINK_UP, TO(STARTED) | TO(BROKEN), EACH_UP)                   \
    X(UNFILTER, "unfilter", OP_REMOVE_FILTER, TO(CLOSE_REST), EACH_FIRST)                        \
    X(CLOSE_REST, "close-rest", OP_CLOSE_TAP, TO(UNFILTER_LAST) | TO(FAILED), EACH_LEFT)         \
    X(UNFILTER_LAST, "unfilter-last", OP_REMOVE_FILTER, TO(FAILED), EACH_LAST)                   \
    X(CLOSE_FORKED, "close-forked", OP_CLOSE_TAP, TO(FAILED), EACH_FORKED)                       \
    X(STARTED, "started", OP_NONE, 0, ONCE)                                                      \
    X(FAILED, "failed", OP_NONE, 0, ONCE)                                                        \
    X(BROKEN, "broken", OP_NONE, 0, ONCE)
/* clang-format on */

#define ID(id, name, op, next, loop) id,
#define ROW(id, name, op, next, loop) [id] = {name, next, op, loop},
#define SET(id, member, key, text, oracle) SET_##id,
#define SET_NEXT(id) (TO_BEHIND(SET_##id) | TO(PERSISTENT) | TO(EXEC) | TO_REST)
#define SET_ROW(id, member, key, text, oracle) [SET_##id] = {key, SET_NEXT(id), OP_SET_##id, EACH},
enum start_state { ROWS_BEFORE(ID) NIC_PROPERTIES(SET) ROWS_BEHIND(ID) STATES };
static const struct machine_state states[STATES] = {ROWS_BEFORE(ROW) NIC_PROPERTIES(SET_ROW)
                                                        ROWS_BEHIND(ROW)};
_Static_assert(STATES < 64, "a bit of `next` for each row");

bool
start_has_run(const struct machine *machine)
{
    return machine->kind == MACHINE_START &&
           (machine->state == MACVTAP_UP || machine->state == BROKEN);
}

bool
start_has_forked(const struct machine *machine)
{
    return machine->kind == MACHINE_START &&
           (machine->flag & (MACHINE_FORKED | MACHINE_NIC_FAILED)) == MACHINE_FORKED;
}

POLICY_TWO(GUARD_LOCKS);

static bool
wants(uint8_t row, const struct machine *machine, const struct context *context,
      const struct nic_record *record)
{
    const struct nic *nic = &context->nic[context->at_hand];
    bool failed = (machine->flag & MACHINE_FAILED) != 0, link = daemon_has_link(context);
    bool own = (machine->flag & MACHINE_NIC_FAILED) != 0;
    bool macvtap = nic->kind == NIC_MACVTAP, qos = daemon_limits_by_qos(context);

    assert(failed || !own); /* what one nic has failed with, the whole start has */
    switch ((enum start_state)row) {
    case LOCK:
        return !failed && context->policy->guard_lock == GUARD_LOCK_CREATE && !link;
    case UNLOCK:
        return (machine->flag & MACHINE_LOCKED) != 0;
    case PICK:
        return !failed && daemon_picks(context);
    case LOOKUP:
        return !failed && start_looks_up(context);
    case MASTER:
    case LEAVE_PORT:
    case LEAVE_IF:
    case ADD_PORT:
    case INDEX:
    case ADD_IF:
    case BIND:
        return !failed && attach_wants((enum op_kind)states[row].op, machine, context);
    case MAC:
        return !failed && !link && !nic->unmanaged;
    case UP:
    case MACVTAP_UP:
        return !failed && (row == UP ? !nic->unmanaged && !macvtap : macvtap);
#define X(id, member, key, text, oracle) \
    case SET_##id:                       \
        return !failed && nic->member && !(PROPERTY_##id == PROPERTY_LIMIT && qos);
        NIC_PROPERTIES(X)
#undef X
    case QDISC:
        return !failed && daemon_sets_qdisc(context);
    case SET_QOS:
        return !failed && qos;
    case PERSISTENT:
        return !failed && !link && daemon_restores(context);
    case CREATE:
    case CREATE_LINK:
        return !failed && link == (row == CREATE_LINK);
    case FILTER:
        return !failed && daemon_has_filter(context);
    case EXEC:
    case STARTED:
        return !failed;
    case RELEASE:
        return own && record->reserved == 1 && start_gives_name_up(machine, context, record);
    case UNFILTER_OWN:
        return own && start_unfilters_unconnected(machine, context, record);
    case UNFILTER:
    case UNFILTER_LAST:
        return failed && start_unfilters(context, record, row == UNFILTER);
    case CLOSE:
    case CLOSE_REST:
    case CLOSE_FORKED:
        return (row == CLOSE ? own : failed) && (record->made & MADE_OPEN) != 0;
    case FAILED:
        return failed;
    case BROKEN: /* cannot be */
    case STATES: /* cannot be */
        break;   /* cannot be */
    }
    assert(false); /* a start breaks where `note` says so */
    return false;
}

/* The device whose index is asked for before QEMU is forked: that of the last tap.  The others'
 * have been asked for before, as a macvtap's when it was created, and that of a tap before its
 * qdisc is set (qemuBuildInterfaceCommandLine). */
static uint8_t
asked_for(const struct context *context, const struct nic_record *records)
{
    struct context last = daemon_nic(context, context->nic_at[context->nics - 1]);
    bool limits = last.nic[last.at_hand].limit != 0 && !daemon_limits_by_qos(&last);

    return daemon_has_link(&last) || limits || daemon_sets_qdisc(&last)
               ? (uint8_t)IFNAME_NONE
               : records[last.at_hand].name;
}

static void
fill(struct operation *op, const struct machine *machine, const struct context *context,
     const struct nic_record *records)
{
    const struct nic *nic = &context->nic[context->at_hand];

    if (op->kind == OP_PICK_NAME) {
        uint8_t carried = daemon_carried(context);

        /* A name from elsewhere is tried first; a retry then begins at the lowest number. */
        op->family = (uint8_t)(daemon_family(context) + 1);
        op->preferred = op->name == IFNAME_NONE ? carried : (uint8_t)IFNAME_NONE;
        op->from_first = machine->tries == 1 && carried != IFNAME_NONE;
    } else if (op->kind == OP_CREATE_TAP || op->kind == OP_CREATE_LINK) {
        op->multi_queue = nic->multi_queue;
        op->family = op->name == IFNAME_NONE ? (uint8_t)(daemon_family(context) + 1) : 0;
    } else if (op->kind == OP_SET_MAC) {
        assert(nic->mac != 0); /* the number of the random one */
        op->mac = nic->mac;
    } else if (op->kind == OP_ADD_FILTER) {
        op->mac = daemon_filter_mac(context);
        op->filter_found = daemon_has_binding(context) ? FILTER_REFUSE : FILTER_BESIDE;
    } else if (op->kind == OP_EXEC) {
        op->asked = asked_for(context, records);
        op->name = context->nics > 1 ? (uint8_t)IFNAME_NONE : op->name; /* it is of all nics */
    } else {
        attach_fill(op, machine, context);
    }
}

/* Notes that the start fails with `state`. */
static void
note_failure(enum start_state state, struct machine *machine, const struct context *context)
{
    bool nic = state <= FILTER, named = nic && state >= CREATE;

    machine->flag |= nic ? MACHINE_FAILED | MACHINE_NIC_FAILED : MACHINE_FAILED;
    machine->flag |= named && daemon_makes_of_template(context) ? MACHINE_KEEPS_NAME : 0;
}

/* Notes what the outcome of `state` tells the daemon: true if the start goes on. */
static bool
note_outcome(enum start_state state, struct machine *machine, const struct context *context,
             struct nic_record *record, struct outcome outcome)
{
    bool ok = outcome.error == 0;
    switch (state) {
    case LOCK:
    case UNLOCK:
        assert(((machine->flag & MACHINE_LOCKED) != 0) == (state == UNLOCK));
        machine->flag ^= MACHINE_LOCKED;
        break;
    case PICK:
        record->name = outcome.value;
        record->reserved = ok && allocator_reserves(daemon_strategy(context));
        break;
    case LOOKUP:
        ok = ok == (context->nic[context->at_hand].unmanaged != 0);
        break;
    case CREATE:
    case CREATE_LINK:
        machine->tries = 0;
        break;
    case MASTER:
        attach_note_master(machine, context, outcome);
        break;
    case LEAVE_PORT:
    case LEAVE_IF:
        ok = true; /* facts 1e: "remove from current", whatever comes of it */
        break;
    case QDISC: /* tc's failure is ignored; but a tap has been asked for right before */
        ok = ok || daemon_has_link(context);
        break;
    case ADD_PORT:
    case BIND: /* tells no token */
        attach_note_port(record, outcome);
        break;
    case PERSISTENT:
        record->persist = outcome.value;
        break;
#define X(id, member, key, text, oracle) case SET_##id:
        NIC_PROPERTIES(X)
#undef X
    case SET_QOS: /* these make something, or undo it: core/start_made */
    case FILTER:
    case RELEASE:
    case UNFILTER_OWN:
    case UNFILTER:
    case UNFILTER_LAST:
    case CLOSE:
    case CLOSE_REST:
    case CLOSE_FORKED:
    case MAC:
    case INDEX:
    case ADD_IF:
    case UP:
    case MACVTAP_UP:
    case EXEC:
    case STARTED:
    case FAILED:
    case BROKEN:
    case STATES:
        break;
    }
    return ok;
}

static uint8_t
note(struct machine *machine, const struct context *context, struct nic_record *records,
     struct outcome outcome)
{
    struct nic_record *record = &records[context->at_hand];

    if (!daemon_names(context)) {
        record->name = daemon_fixed(context);
    }
    if (start_picks_again((enum op_kind)states[machine->state].op, machine, context, outcome)) {
        return PICK;
    }
    if (!note_outcome((enum start_state)machine->state, machine, context, record, outcome)) {
        note_failure((enum start_state)machine->state, machine, context);
    }
    start_note_made((enum op_kind)states[machine->state].op, context, record, outcome);
    if (machine->state == EXEC && outcome.error == 0) {
        start_hand_over(context, records);
    } else if (machine->state == EXEC &&
               (outcome.error != ENODEV || asked_for(context, records) == IFNAME_NONE)) {
        machine->flag |= context->restarts ? MACHINE_FORKED : 0;
        return CLOSE_FORKED;
    }
    if (machine->state == MACVTAP_UP && outcome.error != 0) {
        return BROKEN;
    }
    return MACHINE_GO_ON;
}

static void
leave(struct machine *machine, const struct context *context, struct nic_record *records,
      uint8_t next)
{
    if ((machine->flag & MACHINE_NIC_FAILED) != 0 &&
        (next == UNFILTER || next == CLOSE_REST || next == FAILED)) {
        start_forget_name(machine, context, &records[context->at_hand]);
        machine->flag &= (uint8_t) ~(MACHINE_NIC_FAILED | MACHINE_KEEPS_NAME);
    }
    if (next == STARTED) {
        assert((machine->flag & MACHINE_FAILED) == 0);
        start_run(context, records);
    }
    if (next == FAILED) {
        start_set_names_of_definitions(context, records);
    }
}

const struct machine_table start_table = {"start", states, STATES, NULL, wants, fill, note, leave};
