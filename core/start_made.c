/* What a start has made so far: see start_made.h. */
#include "core/start_made.h"

#include <assert.h>
#include <errno.h>

/* What is made by an operation that has come to this: bits of `made`. */
static uint8_t
made_by(enum op_kind op, struct outcome outcome)
{
    if (op == OP_SET_QOS && outcome.error == ETIMEDOUT) {
        return MADE_LIMIT; /* nobody knows that it was not done */
    }
    if (outcome.error != 0) {
        return 0;
    }
    if (op == OP_CREATE_TAP || op == OP_CREATE_LINK) {
        return MADE_TAP | MADE_OPEN;
    }
#define X(id, member, key, text, oracle) \
    if (op == OP_SET_##id) {             \
        return MADE_##id;                \
    }
    NIC_PROPERTIES(X)
#undef X
    if (op == OP_SET_QOS) {
        return MADE_LIMIT;
    }
    return op == OP_ADD_FILTER ? MADE_FILTER : 0;
}

void
start_note_made(enum op_kind op, const struct context *context, struct nic_record *record,
                struct outcome outcome)
{
    uint8_t made = made_by(op, outcome);

    record->made |= made;
    if ((made & MADE_TAP) != 0) {
        record->name = outcome.value;
        record->tap = outcome.token;
    } else if (op == OP_RELEASE_NAME) {
        record->reserved = 0;
    } else if (op == OP_REMOVE_FILTER) {
        record->made &= (uint8_t)~MADE_FILTER;
    } else if (op == OP_CLOSE_TAP) {
        record->made &= (uint8_t) ~(MADE_OPEN | (daemon_has_link(context) ? 0 : MADE_TAP));
        record->tap = daemon_has_link(context) ? record->tap : 0;
    }
}

void
start_hand_over(const struct context *context, struct nic_record *records)
{
    for (unsigned i = 0; i < context->nics; i++) {
        records[context->nic_at[i]].made &= (uint8_t)~MADE_OPEN;
    }
}

void
start_run(const struct context *context, struct nic_record *records)
{
    for (unsigned i = 0; i < context->nics; i++) {
        assert((records[context->nic_at[i]].made & (MADE_TAP | MADE_OPEN)) == MADE_TAP);
        records[context->nic_at[i]].running = 1;
    }
}
