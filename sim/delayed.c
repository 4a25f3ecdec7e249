/* Transactions that ovsdb-server reads later: see delayed.h. */
#include "sim/delayed.h"

#include "sim/operate.h"

/* The transaction of this operation depends on the rows of that bridge. */
static bool
concerns(const struct world *world, unsigned nic, struct operation op, uint8_t bridge)
{
    switch (op.kind) {
    case OP_REMOVE_OWN: /* no ovs-vsctl's: it depends on the row's external ids alone */
        return false;
    case OP_REMOVE_PORT:
        return world->nic[nic].bridge == bridge;
    default:
        return true;
    }
}

void
delayed_send(const struct world *world, struct state *state, unsigned guest, struct operation op)
{
    unsigned nic = world_nic(world, state, guest);

    state->delayed[guest] = (struct delayed){op, operate_start(world, state, guest), (uint8_t)nic};
    for (unsigned name = 1; name <= world->names.names; name++) {
        struct row *row = &state->row[name];

        if (row->bridge != 0 && concerns(world, nic, op, row->bridge)) {
            row->dependents |= (uint8_t)(1u << guest);
        }
    }
}

bool
delayed_is_pending(const struct state *state, unsigned guest)
{
    return state->delayed[guest].op.kind != OP_NONE;
}

bool
delayed_is_due(const struct world *world, const struct state *state, unsigned guest)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        const struct row *row = &state->row[name];

        if (row->bridge != 0 && (row->dependents >> guest & 1) == 0 &&
            concerns(world, state->delayed[guest].nic, state->delayed[guest].op, row->bridge)) {
            return false;
        }
    }
    return delayed_is_pending(state, guest);
}

/* There is none of this guest any more. */
static void
forget(const struct world *world, struct state *state, unsigned guest)
{
    state->delayed[guest] = (struct delayed){0};
    for (unsigned name = 1; name <= world->names.names; name++) {
        state->row[name].dependents &= (uint8_t) ~(1u << guest);
    }
}

struct operation
delayed_carry_out(const struct world *world, struct state *state, unsigned guest,
                  oracle_set *violated)
{
    struct delayed delayed = state->delayed[guest];
    struct outcome outcome = {0};
    enum call waits; /* whoever would have waited has gone */

    forget(world, state, guest);
    *violated = operate_ovs(world, state, delayed.nic, delayed.op, delayed.start, &outcome, &waits);
    return delayed.op;
}

void
delayed_void(const struct world *world, struct state *state, uint8_t name)
{
    for (unsigned guest = 0; state->row[name].dependents >> guest != 0; guest++) {
        if ((state->row[name].dependents >> guest & 1) != 0) {
            forget(world, state, guest);
        }
    }
}
