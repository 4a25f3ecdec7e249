/* Findings in words: see finding.h.  Every operation is here, by -Wswitch-enum. */
#include "harness/finding.h"

#include <stddef.h>

const char *
finding_text(const struct scenario *scenario, const struct event *event)
{
    uint8_t value = event->outcome.value;
    /* clang-format off */
    switch ((enum op_kind)event->op.kind) {
    case OP_GET_MASTER:
        return value == 0 ? "none" : scenario->bridge[value - 1].name;
    case OP_LOOKUP:
        return "exists";
    case OP_GET_PERSIST:
        return value == 0 ? "clear" : "set";
    case OP_GET_MAC: /* the stop's next step says what it means */
    case OP_PICK_NAME: case OP_CREATE_TAP: case OP_CREATE_LINK: case OP_SET_PERSIST: /* is said */
    case OP_LOCK: case OP_UNLOCK: case OP_RESERVE_NAME: case OP_RELEASE_NAME: case OP_RELEASE:
    case OP_SET_MAC: case OP_LINK_UP: case OP_ADD_IF: case OP_DEL_IF: case OP_DELETE_LINK:
    case OP_ADD_PORT: case OP_DEL_PORT: case OP_REMOVE_PORT: case OP_REMOVE_OWN:
    case OP_BIND_PORT: case OP_UNBIND_PORT: case OP_ADD_FILTER: case OP_REMOVE_FILTER:
    case OP_EXEC: case OP_CONNECT: case OP_KILL: case OP_UNPLUG: case OP_OPEN_TAP:
    case OP_CLOSE_TAP: case OP_NONE: case OP_COUNT:
#define X(id, member, key, text, oracle) case OP_SET_##id: case OP_CLEAR_##id:
    NIC_PROPERTIES(X)
#undef X
        break; /* these find out nothing */
    }
    /* clang-format on */
    return NULL;
}
