/* Steps in words: see narrate.h. */
#define _GNU_SOURCE /* strerrorname_np */
#include "harness/narrate.h"

#include "harness/print.h"

#include <stdio.h>

const char *
narrate_step_name(const struct event *event)
{
    static const char *const names[] = {
        [EVENT_ROUND] = "next-round",
        [EVENT_CRASH] = "crash",
        [EVENT_CLOSE] = "close-descriptors",
        [EVENT_EXIT] = "exit",
        [EVENT_RECONFIGURE] = "reconfigure",
        [EVENT_SIGKILL] = "sigkill",
        [EVENT_GIVE_UP] = "give-up",
        [EVENT_HELPER_CLOSE] = "close-leaked",
        [EVENT_CREATE] = "create",
        [EVENT_DELETE] = "delete",
        [EVENT_DELETE_PORT] = "delete-port",
        [EVENT_DELETE_BRIDGE] = "delete-bridge",
        [EVENT_RENAME] = "rename",
        [EVENT_TICK] = "tick",
        [EVENT_SET_TAGS] = "set-tags",
        [EVENT_PERSIST] = "persist",
        [EVENT_UNPERSIST] = "unpersist",
        [EVENT_COMMIT] = "commit",
        [EVENT_RUN] = "run",
        [EVENT_CLEAN_NETNS] = "clean-netns",
        [EVENT_HEAR] = "device-deleted",
        [EVENT_START_OVSDB] = "start",
        [EVENT_READ_LINKS] = "read-links",
    };

    return event->kind == EVENT_OPERATION ? operation_name((enum op_kind)event->op.kind)
           : event->kind == EVENT_FAULT   ? fault_name(event->fault)
                                          : names[event->kind];
}

/* The name the operation learns, or the one it was asked to use. */
static uint8_t
name_of_step(const struct event *event)
{
    bool learns = event->op.kind == OP_PICK_NAME || event->op.kind == OP_CREATE_TAP ||
                  event->op.kind == OP_CREATE_LINK;
    return event->kind == EVENT_OPERATION && learns && event->outcome.value != IFNAME_NONE
               ? event->outcome.value
               : event->op.name;
}

const char *
narrate_vlan(uint8_t vlan, char text[NARRATE_VLAN_SIZE])
{
    snprintf(text, NARRATE_VLAN_SIZE, ", VLAN %u", vlan);
    return vlan == VLAN_NONE ? "" : vlan == VLAN_PARKED ? ", parked" : text;
}

/* What an operation has found out, or NULL.  Every operation is here (-Wswitch). */
static const char *
finding_of(const struct scenario *scenario, const struct event *event)
{
    /* clang-format off */
    switch ((enum op_kind)event->op.kind) {
    case OP_GET_MASTER:
        return event->outcome.value == 0 ? "none"
                                         : scenario->bridge[event->outcome.value - 1].name;
    case OP_LOOKUP:
        return "exists";
    case OP_GET_PERSIST:
        return event->outcome.value == 0 ? "clear" : "set";
    case OP_GET_MAC: /* the stop's next step says what it means */
    case OP_PICK_NAME: case OP_CREATE_TAP: case OP_CREATE_LINK: case OP_SET_PERSIST: /* is said */
    case OP_LOCK: case OP_UNLOCK: case OP_RESERVE_NAME: case OP_RELEASE_NAME: case OP_RELEASE:
    case OP_SET_MAC: case OP_LINK_UP: case OP_LINK_DOWN:
    case OP_GET_INDEX: case OP_ADD_IF: case OP_DEL_IF: case OP_DELETE_LINK:
    case OP_ADD_PORT: case OP_DEL_PORT: case OP_REMOVE_PORT: case OP_REMOVE_OWN:
    case OP_BIND_PORT: case OP_UNBIND_PORT: case OP_ADD_FILTER: case OP_REMOVE_FILTER:
    case OP_SET_QOS: case OP_CLEAR_QOS:
    case OP_SET_QDISC: case OP_SET_LIMIT: case OP_CLEAR_LIMIT: case OP_OPEN_TAP: case OP_CLOSE_TAP:
    case OP_EXEC: case OP_CONNECT: case OP_KILL: case OP_UNPLUG: case OP_NONE: case OP_COUNT:
        break; /* these find out nothing */
    }
    /* clang-format on */
    return NULL;
}

void
narrate_step(const struct scenario *scenario, const struct world *world, const struct event *event,
             char text[NARRATE_STEP_SIZE])
{
    uint8_t name = name_of_step(event);
    char ifname[IFNAME_SIZE], vlan[NARRATE_VLAN_SIZE];

    snprintf(text, NARRATE_STEP_SIZE, "%s", narrate_step_name(event));
    if ((event->kind == EVENT_FAULT || event->kind == EVENT_COMMIT || event->kind == EVENT_RUN) &&
        event->op.kind != OP_NONE) {
        print_append(text, NARRATE_STEP_SIZE, " %s", operation_name((enum op_kind)event->op.kind));
    }
    if (name != IFNAME_NONE) {
        print_append(text, NARRATE_STEP_SIZE, " %s", ifname_text(&world->names, name, ifname));
    }
    if (event->kind == EVENT_RENAME) {
        print_append(text, NARRATE_STEP_SIZE, " %s", ifname_text(&world->names, event->to, ifname));
    }
    if (event->kind != EVENT_FAULT && event->op.bridge != 0) {
        print_append(text, NARRATE_STEP_SIZE, " %s%s", scenario->bridge[event->op.bridge - 1].name,
                     narrate_vlan(event->op.vlan, vlan));
    }
    if (event->outcome.error != 0) {
        print_append(text, NARRATE_STEP_SIZE, ": %s", strerrorname_np(event->outcome.error));
    } else if (finding_of(scenario, event) != NULL) {
        print_append(text, NARRATE_STEP_SIZE, ": %s", finding_of(scenario, event));
    } else if (event->op.kind == OP_SET_PERSIST) {
        print_append(text, NARRATE_STEP_SIZE, " %u", event->op.persist);
    }
    if (event->outcome.waits != WAIT_NONE) {
        print_append(text, NARRATE_STEP_SIZE, " ...");
    }
}
