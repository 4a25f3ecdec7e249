/* Footprints of steps: see footprint.h. */
#include "sim/footprint.h"

#include <assert.h>

/* Short, for the tables below. */
#define P(part) PART_BIT(part)
#define ALL (((part_set)1 << PART_COUNT) - 1)
#define NAMED (P(NAMES) | P(GONE))
#define CREATION (P(NAMES) | P(PORTS))
#define OF_NAME (P(ROWS) | P(ROW_TOKENS) | P(QOS)) /* what there is for each name */

/* What is common to transactions that add or delete a port: who depends on a row is told.  Whose
 * the device of that name is, an oracle asks. */
#define OF_PORTS                                                            \
    {                                                                       \
        .reads = P(ROWS) | NAMED | P(BRIDGES) | P(OVSDB) | P(ROW_TOKENS),   \
        .writes = P(ROWS) | P(ROW_TOKENS) | P(LATE), .own_writes = P(WAITS) \
    }
#define OF_QOS                                                                                   \
    {                                                                                            \
        .reads = P(ROWS) | P(QOS) | P(OVSDB), .writes = P(ROWS) | P(QOS), .own_writes = P(WAITS) \
    }

/* What an operation reads and writes beside its own thread: of anybody, and of its own. */
struct touches {
    part_set reads, writes, own_reads, own_writes;
};

/* What may have a guest forget its name depends on whether somebody has deleted the row of that
 * name: it is told only as long as it has the name.
 * A guest's own device cannot go while its start or its QEMU holds it; the name that it has is
 * known.  A device that dies takes its port along, and its name is free. */
static const struct touches of_operation[OP_COUNT] = {
    [OP_LOCK] = {.reads = P(LOCK), .writes = P(LOCK)},
    [OP_UNLOCK] = {0}, /* who waits for it has no step: nobody else can look at it */
    [OP_PICK_NAME] = {.reads = P(NUMBERS), .writes = P(NUMBERS)},
    [OP_RESERVE_NAME] = {.reads = P(NUMBERS), .writes = P(NUMBERS), .own_reads = P(ROW_TOKENS)},
    [OP_RELEASE_NAME] = {.reads = P(NUMBERS), .writes = P(NUMBERS), .own_reads = P(ROW_TOKENS)},
    [OP_RELEASE] = {.reads = P(NUMBERS), .writes = P(NUMBERS)},
    [OP_LOOKUP] = {.reads = NAMED},
    [OP_GET_MAC] = {.reads = NAMED | P(MAC)},
    [OP_GET_MASTER] = {.reads = NAMED | P(MASTER) | P(ROWS) | P(PORTS) | P(OVSDB)},
    [OP_CREATE_TAP] = {.reads = CREATION | P(GONE) | P(PERSIST),
                       .writes = CREATION,
                       .own_writes = P(HOLDERS)},
    [OP_CREATE_LINK] = {.reads = ALL, .writes = ALL},
    [OP_SET_MAC] = {.own_reads = P(HOLDERS), .own_writes = P(MAC)},
    [OP_ADD_PORT] = OF_PORTS,
    [OP_GET_INDEX] = {.reads = NAMED},
    [OP_ADD_IF] = {.reads = P(BRIDGES) | P(PORTS),
                   .own_reads = P(HOLDERS),
                   .own_writes = P(MASTER)},
    [OP_DEL_IF] = {.reads = P(BRIDGES) | NAMED | P(MASTER), .writes = P(MASTER)},
    [OP_LINK_UP] = {.own_reads = P(HOLDERS), .own_writes = P(UP)},
    [OP_LINK_DOWN] = {.reads = NAMED, .writes = P(UP)},
    [OP_ADD_FILTER] = {.own_reads = P(FILTERS), .own_writes = P(FILTERS)},
    [OP_GET_PERSIST] = {.own_reads = P(HOLDERS) | P(PERSIST)},
    [OP_EXEC] = {.own_reads = P(HOLDERS), .own_writes = P(HOLDERS)},
    [OP_CLOSE_TAP] = {.writes = P(GONE),
                      .own_reads = P(HOLDERS) | P(ROW_TOKENS),
                      .own_writes = P(HOLDERS)},
    [OP_CONNECT] = {0},
    [OP_KILL] = {0},
    [OP_UNPLUG] = {.writes = P(GONE), .own_reads = P(HOLDERS), .own_writes = P(HOLDERS)},
    [OP_SET_QDISC] = {.own_reads = P(HOLDERS), .own_writes = P(LIMIT)},
    [OP_SET_LIMIT] = {.own_reads = P(HOLDERS), .own_writes = P(LIMIT)},
    [OP_CLEAR_LIMIT] = {.reads = NAMED | P(LIMIT), .writes = P(LIMIT)},
    [OP_SET_QOS] = OF_QOS,
    [OP_CLEAR_QOS] = OF_QOS,
    [OP_REMOVE_FILTER] = {.reads = P(FILTERS), .writes = P(FILTERS)},
    [OP_OPEN_TAP] = {.reads = CREATION | P(GONE) | P(PERSIST),
                     .writes = CREATION,
                     .own_writes = P(HOLDERS)},
    [OP_DELETE_LINK] = {.reads = ALL, .writes = ALL},
    [OP_SET_PERSIST] = {.own_reads = P(HOLDERS), .own_writes = P(PERSIST)},
    [OP_DEL_PORT] = OF_PORTS,
    [OP_REMOVE_PORT] = OF_PORTS,
    [OP_REMOVE_OWN] = OF_PORTS,
    [OP_BIND_PORT] = {.own_writes = P(BINDINGS)},
    [OP_UNBIND_PORT] = {.own_writes = P(BINDINGS)},
};

/* A run of ovs-vswitchd.  On the netdev datapath it looks at flags, and writes them back. */
#define RUN \
    P(ROWS) | P(QOS) | NAMED | P(MASTER) | P(PORTS) | P(WAITS) | P(OVSDB) | P(LIMIT) | P(ROW_TOKENS)
#define RUN_WRITES P(PORTS) | P(WAITS) | P(OVSDB) | P(LIMIT)
#define DEATH (P(GONE) | P(HOLDERS))
#define TRANSACTION P(ROWS) | NAMED | P(BRIDGES) | P(OVSDB) | P(ROW_TOKENS) | P(LATE)

/* The same of the other actors.  Those of a guest read and write its thread; FAULT_COUNT and the
 * like are in actor.c's table. */
static const struct touches of_actor[ACTOR_KINDS] = {
    [ACTOR_THREAD] = {0}, /* by its operation */
    [ACTOR_KERNEL] = {.writes = P(GONE), .own_reads = P(HOLDERS), .own_writes = P(HOLDERS)},
    [ACTOR_VSWITCHD] = {.reads = RUN, .writes = RUN_WRITES},
    [ACTOR_TIMEOUT] = {.reads = P(WAITS) | P(OVSDB), .writes = P(WAITS)},
    [ACTOR_HELPER] = {.reads = DEATH, .writes = DEATH},
    [ACTOR_THIRD_PARTY] = {.reads = ALL & ~P(THREAD), .writes = ALL & ~P(THREAD) & ~P(WAITS)},
    [ACTOR_CLOCK] = {.reads = P(NUMBERS), .writes = P(NUMBERS)},
    [ACTOR_AGENT] = {.reads = P(ROWS) | P(OVSDB), .writes = P(ROWS)},
    [ACTOR_QEMU] = {.reads = ALL, .writes = ALL},
    [ACTOR_OVSDB] = {.reads = TRANSACTION, .writes = P(ROWS) | P(ROW_TOKENS) | P(LATE)},
    [ACTOR_CALL] = {.reads = ALL, .writes = ALL},
    [ACTOR_NETNS] = {.reads = ALL, .writes = ALL},
    [ACTOR_DELETED] = {.reads = ALL, .writes = ALL},
    [ACTOR_START_OVSDB] = {.reads = P(OVSDB), .writes = P(OVSDB)},
    [ACTOR_CRASH] = {0},
    [ACTOR_FAIL] = {.reads = NAMED},
    [ACTOR_LEAK] = {.own_reads = P(HOLDERS), .own_writes = P(HOLDERS)},
    [ACTOR_LIE] = {.reads = TRANSACTION | P(QOS)},
    [ACTOR_LATE] = {.reads = TRANSACTION | P(QOS), .writes = P(LATE)},
    [ACTOR_RESTART_VSWITCHD] = {.reads = RUN, .writes = RUN_WRITES},
    [ACTOR_RESTART_DAEMON] = {.reads = ALL, .writes = ALL},
    [ACTOR_ORPHAN] = {.reads = ALL, .writes = ALL},
    [ACTOR_SLOW] = {.reads = ALL, .writes = ALL},
    [ACTOR_MUTE] = {.reads = ALL, .writes = ALL},
    [ACTOR_STOP_OVSDB] = {.reads = RUN, .writes = RUN_WRITES},
};

/* A nic's tap is held by its guest alone, and dies when that lets go of it. */
static bool
has_own_tap(const struct world *world, unsigned nic)
{
    return world->nic[nic].kind == NIC_TAP && world->nic[nic].multi_queue == 0 &&
           world->nic[nic].unmanaged == 0 && !world_contests(world, nic);
}

bool
footprint_knows_own(const struct world *world)
{
    bool own = world->platform == PLATFORM_LINUX;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        own = own && has_own_tap(world, nic);
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        own = own && world->qemu_commands[guest] == 0; /* they make taps that outlive it */
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        own = own && world->preset[name].present == 0;
    }
    return own;
}

oracle_set
footprint_hides(enum op_kind kind)
{
    const oracle_set runs =
        (oracle_set)(ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_SHARED_TAP) |
                     ORACLE_BIT(ORACLE_LOST_FILTER) | ORACLE_BIT(ORACLE_LOST_QOS));

    return kind == OP_KILL                                 ? runs
           : kind == OP_RELEASE || kind == OP_RELEASE_NAME ? ORACLE_BIT(ORACLE_DUPLICATE_NAME)
                                                           : 0;
}

static struct footprint
footprint_of_row(const struct touches *row)
{
    return (struct footprint){.reads = row->reads,
                              .writes = row->writes,
                              .own_reads = row->own_reads,
                              .own_writes = row->own_writes,
                              .guest = MAX_GUESTS};
}

/* Whatever moves a thread on may be what others' commands wait for. */
static void
add_thread(const struct world *world, unsigned guest, struct footprint *footprint)
{
    footprint->guest = (uint8_t)guest;
    footprint->own_reads |= P(THREAD);
    footprint->own_writes |= P(THREAD);
    if (world->ordered != 0 || world->landmarks != 0) {
        footprint->reads |= P(THREAD);
        footprint->writes |= P(THREAD);
    }
}

static bool
has_bridge(const struct world *world, enum bridge_kind kind)
{
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        if (world->bridge_kind[bridge] == kind) {
            return true;
        }
    }
    return false;
}

static bool
has_netdev(const struct world *world)
{
    for (uint8_t bridge = 1; bridge <= world->bridges; bridge++) {
        if (world_datapath(world, bridge, DATAPATH_NETDEV)) {
            return true;
        }
    }
    return false;
}

/* On the netdev datapath a port outlives its device, and ovs-vswitchd looks at flags. */
static void
add_flags(const struct world *world, struct footprint *footprint)
{
    if ((footprint->writes & (P(PORTS) | P(GONE))) != 0 && has_netdev(world)) {
        footprint->reads |= P(PORTS) | P(UP);
        footprint->writes |= P(PORTS) | P(UP);
    }
}

/* Where there is no Open vSwitch, there is nothing of it. */
static void
leave_out(const struct world *world, struct footprint *footprint)
{
    const part_set its =
        P(ROWS) | P(QOS) | P(ROW_TOKENS) | P(PORTS) | P(WAITS) | P(OVSDB) | P(LATE);

    add_flags(world, footprint);
    if (!has_bridge(world, BRIDGE_OVS)) {
        footprint->reads &= ~its;
        footprint->writes &= ~its;
        footprint->own_reads &= ~its;
        footprint->own_writes &= ~its;
    }
    if (world->faults[FAULT_OVS_LATE] == 0 && world->faults[FAULT_OVS_ORPHAN] == 0) {
        footprint->writes &= ~P(LATE);
    }
}

struct footprint
footprint_of_operation(const struct world *world, unsigned guest, struct operation op)
{
    struct footprint footprint = footprint_of_row(&of_operation[op.kind]);

    if (op.kind == OP_RELEASE && op.release_name == 0) {
        footprint.reads = footprint.writes = 0;
    }
    add_thread(world, guest, &footprint);
    leave_out(world, &footprint);
    return footprint;
}

struct footprint
footprint_of_actor(const struct world *world, struct actor actor)
{
    const enum fault fault = actor_kind_fault(actor.kind);
    struct footprint footprint = footprint_of_row(&of_actor[actor.kind]);

    if (actor_kind_number(actor.kind) == ACTOR_EACH_GUEST) {
        add_thread(world, actor.index, &footprint);
    }
    if (fault != FAULT_COUNT || actor.kind == ACTOR_TIMEOUT) {
        footprint.reads |= P(BUDGETS);
        footprint.writes |= P(BUDGETS);
    }
    if (fault != FAULT_COUNT && !fault_strikes_guests(fault) && world->aim[fault].at != OP_NONE) {
        footprint.reads |= P(THREAD); /* it strikes where some thread is so far */
    }
    if (actor.kind == ACTOR_CLOCK && world->clean_up_seconds != 0) {
        footprint.reads |= P(THREAD); /* it may have to wait for a clean-up */
    }
    leave_out(world, &footprint);
    return footprint;
}

/* That of the end of a process, whose descriptors are closed. */
static struct footprint
footprint_of_exit(const struct world *world, unsigned guest)
{
    struct footprint footprint = {.guest = MAX_GUESTS};

    add_thread(world, guest, &footprint);
    return footprint;
}

struct footprint
footprint_of_step(const struct world *world, const struct state *state, struct actor actor,
                  oracle_set decided)
{
    const struct control *control = &state->control;
    struct footprint footprint;
    struct operation op;

    if (actor.kind == ACTOR_KERNEL && !control_may_close(control, actor.index)) {
        return footprint_of_exit(world, actor.index);
    }
    if (actor.kind != ACTOR_THREAD || control_crashes(control, actor.index)) {
        footprint = footprint_of_actor(world, actor);
        if (actor.kind == ACTOR_VSWITCHD && control_is_vswitchd_awaited(world, control) &&
            !has_netdev(world)) {
            footprint.reads &= ~P(GONE); /* it runs in any case, and what has gone needs no run */
        }
        return footprint;
    }
    op = control_want(world, control, actor.index);
    footprint = footprint_of_operation(world, actor.index, op);
    footprint.op = op.kind;
    footprint.about = op.name;
    if (operation_commits((enum op_kind)op.kind)) {
        footprint.name = op.name;
    }
    if (operation_is_of_ports((enum op_kind)op.kind) &&
        (decided & ORACLE_BIT(ORACLE_FOREIGN_DELETE)) != 0) {
        footprint.reads &= ~NAMED;
    }
    return footprint;
}

/* One writes what the other one reads or writes. */
static bool
disturbs(const struct footprint *a, const struct footprint *b)
{
    const bool apart = a->name != IFNAME_NONE && b->name != IFNAME_NONE && a->name != b->name;
    const part_set left_out = apart ? OF_NAME : 0;
    const part_set theirs = (b->reads | b->writes) & ~left_out, own = b->own_reads | b->own_writes;

    return (a->writes & (theirs | own)) != 0 || (a->own_writes & theirs) != 0 ||
           (a->guest == b->guest && a->guest != MAX_GUESTS && (a->own_writes & own) != 0);
}

bool
footprint_conflicts(const struct footprint *a, const struct footprint *b)
{
    return disturbs(a, b) || disturbs(b, a);
}
