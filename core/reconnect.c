/* A restarted daemon takes a guest back that its status file says is running: qemuProcessReconnect,
 * in the order of facts 1e.  Each guest has a thread of its own for it, beside which others are
 * started.  Without a QEMU to connect to, the guest is taken down like any other (core/stop.c). */
#include "core/attach.h"

#include <assert.h>
#include <stddef.h>

#define TO(state) (UINT64_C(1) << (state))
#define TO_ADD (TO(ADD_PORT) | TO(ADD_IF) | TO(BIND))
/* The filter, or what follows it. */
#define TO_FILTER (TO(FILTER) | TO(UPDATE) | TO(RECONNECTED))

/* The loops (facts 1e): the nics' names and bridges, and their filters. */
enum { ONCE, EACH, EACH_FILTER };

/* A row for each state: its id, its name, its operation, what may follow, and its loop.  The enum
 * and the table are made of it. */
/* clang-format off */
#define ROWS(X)                                                                             \
    X(CONNECT, "connect", OP_CONNECT, TO(RESERVE) | TO(MASTER) | TO_FILTER | TO(DOWN) |      \
      TO(GONE), ONCE)                                                                       \
    X(RESERVE, "reserve", OP_RESERVE_NAME, TO(MASTER) | TO_FILTER | TO(DOWN), EACH)         \
    X(MASTER, "master", OP_GET_MASTER, TO(LEAVE_PORT) | TO(LEAVE_IF) | TO_ADD | TO_FILTER,  \
      EACH)                                                                                 \
    X(LEAVE_PORT, "leave-port", OP_DEL_PORT, TO_ADD | TO_FILTER, EACH)                      \
    X(LEAVE_IF, "leave-if", OP_DEL_IF, TO_ADD | TO_FILTER, EACH)                            \
    X(ADD_PORT, "add-port", OP_ADD_PORT, TO_FILTER, EACH)                                   \
    X(ADD_IF, "add-if", OP_ADD_IF, TO_FILTER, EACH)                                         \
    X(BIND, "bind", OP_BIND_PORT, TO_FILTER, EACH)                                          \
    X(FILTER, "filter", OP_ADD_FILTER, TO(UPDATE) | TO(RECONNECTED), EACH_FILTER)           \
    X(DOWN, "down", OP_LINK_DOWN, TO(UPDATE), ONCE)                                         \
    X(UPDATE, "update", OP_UNPLUG, TO(RECONNECTED) | TO(GONE), ONCE)                        \
    X(RECONNECTED, "reconnected", OP_NONE, 0, ONCE)                                         \
    X(GONE, "gone", OP_NONE, 0, ONCE)
/* clang-format on */

#define ID(id, name, op, next, loop) id,
#define ROW(id, name, op, next, loop) [id] = {name, next, op, loop},
enum reconnect_state { ROWS(ID) STATES };
static const struct machine_state states[STATES] = {ROWS(ROW)};
_Static_assert(STATES < 64, "a bit of `next` for each row");

POLICY_TWO(RESERVE_AGAINS);

/* The thread reserves its guest's name, if nobody has done that for it.  Only a name that begins
 * like libvirt's own says a number to it (facts 2, virNetDevReserveName). */
static bool
reserves(const struct context *context)
{
    return context->policy->reserve_again == RESERVE_AGAIN_RECONNECT && daemon_picks(context) &&
           (daemon_family(context) == FAMILY_VNET ||
            context->nic[context->at_hand].kind == NIC_MACVTAP);
}

static bool
wants(uint8_t row, const struct machine *machine, const struct context *context,
      const struct nic_record *record)
{
    bool gone = (machine->flag & MACHINE_FAILED) != 0;
    bool nic = !gone && record->made != 0; /* or it has been unplugged */

    switch ((enum reconnect_state)row) {
    case CONNECT:
        return true;
    case RESERVE:
        return !gone && reserves(context) && record->name != IFNAME_NONE;
    case MASTER:
    case LEAVE_PORT:
    case LEAVE_IF:
    case ADD_PORT:
    case ADD_IF:
    case BIND:
        return nic && attach_wants(states[row].op, machine, context);
    case FILTER:
        return nic && daemon_has_filter(context);
    case DOWN: /* qemuInterfaceStopDevice */
        return nic && (machine->flag & MACHINE_AGAIN) != 0 && record->name != IFNAME_NONE &&
               context->nic[context->at_hand].kind == NIC_MACVTAP;
    case UPDATE:
        return !gone && (machine->flag & MACHINE_AGAIN) != 0;
    case RECONNECTED:
        return !gone;
    case GONE:
        return gone;
    case STATES: /* cannot be */
        break;   /* cannot be */
    }
    assert(false);
    return false;
}

static void
fill(struct operation *op, const struct machine *machine, const struct context *context,
     const struct nic_record *records)
{
    (void)records;
    if (op->kind == OP_ADD_FILTER) {
        op->mac = daemon_filter_mac(context);
        op->filter_found = daemon_has_binding(context) ? FILTER_KEEP : FILTER_BESIDE;
    } else {
        attach_fill(op, machine, context);
    }
}

/* Whatever fails behind the connection is ignored: a guest that runs is not killed for it
 * (qemuProcessNotifyNets).  But a device that the status file has and QEMU has not is removed as
 * its unplugging would have, and if QEMU has not got its other half any more either, that is an
 * error (qemuProcessUpdateDevices; docs/facts.md, "Found in the sources"). */
static uint8_t
note(struct machine *machine, const struct context *context, struct nic_record *records,
     struct outcome outcome)
{
    enum reconnect_state state = (enum reconnect_state)machine->state;
    struct nic_record *record = &records[context->at_hand];
    bool ok = outcome.error == 0;

    switch (state) {
    case CONNECT: /* "wasn't fully started yet, killing it" */
        ok = ok && (machine->flag & MACHINE_UNFINISHED) == 0;
        machine->flag |= ok ? 0 : MACHINE_FAILED;
        break;
    case UPDATE:
        assert((machine->flag & MACHINE_FAILED) == 0);
        machine->flag |= ok ? 0 : MACHINE_FAILED;
        break;
    case RESERVE:
        record->reserved = ok && allocator_reserves(daemon_strategy(context));
        break;
    case MASTER:
        /* Without an answer nothing is attached, either (virNetDevTapReattachBridge). */
        if (ok) {
            attach_note_master(machine, context, outcome);
        } else {
            machine->flag |= MACHINE_ON_BRIDGE;
        }
        break;
    case ADD_PORT:
        attach_note_port(record, outcome);
        break;
    case LEAVE_PORT:
    case LEAVE_IF: /* nor from a bridge that it cannot leave */
        machine->flag |= ok ? 0 : MACHINE_ON_BRIDGE;
        break;
    case ADD_IF:
    case BIND:
    case FILTER:
    case DOWN:
    case RECONNECTED:
    case GONE:
    case STATES:
        break;
    }
    return MACHINE_GO_ON;
}

static void
leave(struct machine *machine, const struct context *context, struct nic_record *records,
      uint8_t next)
{
    assert((next == GONE) == ((machine->flag & MACHINE_FAILED) != 0) || next < RECONNECTED);
    for (unsigned i = 0; i < context->nics && next == RECONNECTED; i++) {
        struct nic_record *record = &records[context->nic_at[i]];

        record->running =
            record->made != 0 && (machine->flag & (MACHINE_AGAIN | MACHINE_WITHOUT_NIC)) == 0;
    }
}

const struct machine_table reconnect_table = {"reconnect", states, STATES, NULL,
                                              wants,       fill,   note,   leave};
