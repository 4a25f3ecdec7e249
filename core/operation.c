/* The vocabulary of operations: see operation.h. */
#include "core/operation.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

enum place { DAEMON, WORLD, OVSDB };

static const struct {
    const char *name;
    const char *text;
    enum place place;
} operations[OP_COUNT] = {
#define X(id, small, name, place, text) [OP_##id] = {name, text, place},
    OPERATIONS(X)
#undef X
};

const char *
operation_name(enum op_kind kind)
{
    assert(kind > OP_NONE && kind < OP_COUNT);
    return operations[kind].name;
}

const char *
operation_text(enum op_kind kind)
{
    assert(kind > OP_NONE && kind < OP_COUNT);
    return operations[kind].text;
}

bool
operation_is_daemons(enum op_kind kind)
{
    assert(kind > OP_NONE && kind < OP_COUNT); /* OP_NONE would seem to be the daemon's */
    return operations[kind].place == DAEMON;
}

bool
operation_commits(enum op_kind kind)
{
    assert(kind < OP_COUNT);
    return operations[kind].place == OVSDB;
}

bool
operation_is_of_ports(enum op_kind kind)
{
    return operation_commits(kind) && kind != OP_SET_QOS && kind != OP_CLEAR_QOS;
}

bool
operation_logs_error(struct operation op, struct outcome outcome)
{
    if (outcome.error == 0 || outcome.error == ECONNREFUSED) {
        return false;
    }
    assert(outcome.waits == WAIT_NONE); /* what has failed waits for nobody */
    return (op.kind == OP_GET_MAC && op.quiet == 0) || op.kind == OP_OPEN_TAP ||
           (op.kind == OP_DEL_PORT && op.bridge != 0);
}
