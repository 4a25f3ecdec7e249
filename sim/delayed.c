/* Transactions that nobody waits for any more: see delayed.h. */
#include "sim/delayed.h"

#include "sim/carry_out.h"
#include "sim/reference.h"

#include <assert.h>

/* The transaction of this operation depends on the rows of that bridge. */
static bool
concerns(const struct world *world, unsigned nic, struct operation op, uint8_t bridge)
{
    switch (op.kind) {
    case OP_REMOVE_OWN: /* no ovs-vsctl's: it depends on the row's external ids alone */
        return false;
    case OP_REMOVE_PORT:
        return world->nic[nic].bridge == bridge;
    case OP_ADD_PORT:
    case OP_DEL_PORT:
        return true;
    default:           /* cannot be */
        assert(false); /* a new transaction (OVSDB in core/operation.h) has to say it here */
        return true;
    }
}

void
delayed_send(const struct world *world, struct state *state, unsigned guest, struct operation op)
{
    unsigned nic = control_nic(world, &state->control, guest);

    assert(!delayed_is_pending(state, guest) && operation_commits((enum op_kind)op.kind));
    state->network.delayed[guest] = (struct delayed){op, (uint8_t)(nic + 1), 0};
    for (unsigned name = 1; name <= world->names.names; name++) {
        struct row *row = &state->network.row[name];

        if (row->bridge != 0 && concerns(world, nic, op, row->bridge)) {
            assert((row->dependents >> guest & 1) == 0); /* it had sent none until now */
            row->dependents |= (uint8_t)(1u << guest);
        }
    }
}

bool
delayed_is_pending(const struct state *state, unsigned guest)
{
    return state->network.delayed[guest].op.kind != OP_NONE;
}

bool
delayed_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    if (!delayed_is_pending(state, guest) || state->network.delayed[guest].orphan != 0) {
        return false;
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        const struct row *row = &state->network.row[name];

        if (row->bridge != 0 && (row->dependents >> guest & 1) == 0 &&
            concerns(world, state->network.delayed[guest].nic - 1u,
                     state->network.delayed[guest].op, row->bridge)) {
            return false;
        }
    }
    return true;
}

/* Whoever would have waited for it has gone.  Its errno, which nobody learns. */
static int
carry_out_rest(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct delayed delayed = state->network.delayed[guest];

    assert(world_guest(world, delayed.nic - 1u) == guest);
    event->op = delayed.op;
    reference_drop_delayed(world, state, guest);
    return carry_out(world, state, delayed.nic - 1u, delayed.op, event).error;
}

void
delayed_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->kind = EVENT_COMMIT;
    (void)carry_out_rest(world, state, guest, event);
}

/* ---- ovs-vsctl/GUEST ---- */

void
delayed_orphan(const struct world *world, struct state *state, unsigned guest, struct operation op)
{
    assert(!delayed_is_pending(state, guest) && op.kind != OP_REMOVE_OWN);
    state->network.delayed[guest] =
        (struct delayed){op, (uint8_t)(control_nic(world, &state->control, guest) + 1), 1};
}

bool
delayed_orphan_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return delayed_is_pending(state, guest) && state->network.delayed[guest].orphan != 0;
}

void
delayed_orphan_step(const struct world *world, struct state *state, unsigned guest,
                    struct event *event)
{
    event->kind = EVENT_RUN;
    event->outcome.error = carry_out_rest(world, state, guest, event);
}
