/* Transactions that ovsdb-server reads later: see late.h. */
#include "sim/late.h"

#include "sim/operate.h"

/* The transaction of this operation depends on the rows of that bridge. */
static bool
concerns(const struct world *world, unsigned card, struct operation op, uint8_t bridge)
{
    switch (op.kind) {
    case OP_REMOVE_OWN: /* no ovs-vsctl's: it depends on the row's external ids alone */
        return false;
    case OP_REMOVE_PORT:
        return world->nic[card].bridge == bridge;
    default:
        return true;
    }
}

void
late_send(const struct world *world, struct state *state, unsigned guest, struct operation op)
{
    unsigned card = world_card(world, state, guest);

    state->late[guest] = (struct late){op, operate_start(world, state, guest), (uint8_t)card};
    for (unsigned name = 1; name <= world->names.names; name++) {
        struct row *row = &state->row[name];

        if (row->bridge != 0 && concerns(world, card, op, row->bridge)) {
            row->found |= (uint8_t)(1u << guest);
        }
    }
}

bool
late_is_pending(const struct state *state, unsigned guest)
{
    return state->late[guest].op.kind != OP_NONE;
}

bool
late_is_due(const struct world *world, const struct state *state, unsigned guest)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        const struct row *row = &state->row[name];

        if (row->bridge != 0 && (row->found >> guest & 1) == 0 &&
            concerns(world, state->late[guest].card, state->late[guest].op, row->bridge)) {
            return false;
        }
    }
    return late_is_pending(state, guest);
}

/* There is none of this guest any more. */
static void
forget(const struct world *world, struct state *state, unsigned guest)
{
    state->late[guest] = (struct late){0};
    for (unsigned name = 1; name <= world->names.names; name++) {
        state->row[name].found &= (uint8_t) ~(1u << guest);
    }
}

struct operation
late_carry_out(const struct world *world, struct state *state, unsigned guest, oracle_set *violated)
{
    struct late late = state->late[guest];
    struct outcome outcome = {0};
    enum call waits; /* whoever would have waited has gone */

    forget(world, state, guest);
    *violated = operate_ovs(world, state, late.card, late.op, late.start, &outcome, &waits);
    return late.op;
}

void
late_void(const struct world *world, struct state *state, uint8_t name)
{
    for (unsigned guest = 0; state->row[name].found >> guest != 0; guest++) {
        if ((state->row[name].found >> guest & 1) != 0) {
            forget(world, state, guest);
        }
    }
}
