/* The table of actors: see actor.h. */
#include "sim/actor.h"

#include "core/client.h"
#include "sim/delayed.h"
#include "sim/fault.h"
#include "sim/guest_thread.h"
#include "sim/outage.h"
#include "sim/ovs.h"
#include "sim/process.h"
#include "sim/third_party.h"

#include <assert.h>
#include <stddef.h>

/* ---- small actors ---- */

/* Actors that can step where one expression says so. */
#define ENABLED(kind, expression)                                                    \
    static bool kind##_enabled(const struct world *world, const struct state *state, \
                               unsigned index)                                       \
    {                                                                                \
        (void)world;                                                                 \
        (void)index;                                                                 \
        return expression;                                                           \
    }

ENABLED(exit, control_may_exit(&state->control, index))
/* A wait for a process ends in SIGKILL, or is given up, as often as it takes; one for ovs-vsctl
 * runs out of time only by the scenario's budget, or in an outage of ovsdb-server. */
ENABLED(timeout, control_may_sigkill(&state->control, index) ||
                     control_may_leave_alive(world, &state->control, index) ||
                     outage_outlasts(state, index) ||
                     control_may_strike(world, &state->control, FAULT_OVS_TIMEOUT, index))
ENABLED(clock, control_may_tick(world, &state->control))
ENABLED(deleted, control_may_hear(&state->control, index))
ENABLED(agent, !state_lacks_ovsdb(state) && ovs_agent_is_behind(world, state))

static void
timeout_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    if (control_may_sigkill(&state->control, guest)) {
        event->kind = EVENT_SIGKILL;
        control_sigkill(&state->control, guest);
        return;
    }
    if (control_may_leave_alive(world, &state->control, guest)) {
        event->kind = EVENT_GIVE_UP;
        guest_thread_gave_up(world, state, guest, event);
        return;
    }
    event->kind = EVENT_FAULT;
    event->fault = FAULT_OVS_TIMEOUT;
    if (outage_outlasts(state, guest)) {
        state->excused[guest] = 1;
    } else {
        control_spend(&state->control, FAULT_OVS_TIMEOUT);
    }
    fault_time_out(world, state, guest, event);
}

static void
clock_step(const struct world *world, struct state *state, unsigned none, struct event *event)
{
    (void)world;
    (void)none;
    event->kind = EVENT_TICK;
    control_tick(&state->control);
}

static void
agent_step(const struct world *world, struct state *state, unsigned none, struct event *event)
{
    (void)none;
    event->kind = EVENT_SET_TAGS;
    ovs_agent_run(world, state);
}

static void
deleted_step(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    event->kind = EVENT_HEAR;
    control_hear(world, &state->control, guest);
}

/* ovsdb-server is an actor only where it can be late. */
static bool
is_late(const struct world *world)
{
    return world->faults[FAULT_OVS_LATE] > 0;
}

/* And so is an ovs-vsctl by itself only where it can outlive its daemon. */
static bool
has_orphans(const struct world *world)
{
    return world->faults[FAULT_OVS_ORPHAN] > 0;
}

/* A QEMU says that a nic is gone only where it can be late with that. */
static bool
gives_up(const struct world *world)
{
    return world->faults[FAULT_UNPLUG_LATE] > 0 || world->faults[FAULT_MONITOR_LATE] > 0;
}

/* ---- the table ---- */

/* To add an actor: a constant of enum actor_kind, a row here, and one in the real world's table
 * (harness/real/real_actor.c).  A fault's row says whose budget it spends; `enabled` is then what
 * the network adds to control_may_strike, or NULL. */
static const struct {
    const char *name;
    enum actor_number number;
    enum fault fault;                            /* FAULT_COUNT: it is none */
    bool (*is_there)(const struct world *world); /* NULL: in every world, or by the budget */
    bool (*enabled)(const struct world *world, const struct state *state, unsigned index);
    void (*step)(const struct world *world, struct state *state, unsigned index,
                 struct event *event);
} kinds[ACTOR_KINDS] = {
#define ROW(id, name, number, is_there, enabled, step) \
    [ACTOR_##id] = {name, number, FAULT_COUNT, is_there, enabled, step}
#define FAULT_ROW(id, name, number, fault, enabled, step) \
    [ACTOR_##id] = {name, number, FAULT_##fault, NULL, enabled, step}
    ROW(THREAD, "", ACTOR_EACH_GUEST, NULL, guest_thread_enabled, guest_thread_step),
    ROW(KERNEL, "kernel", ACTOR_EACH_GUEST, NULL, exit_enabled, process_exit_step),
    ROW(VSWITCHD, "ovs-vswitchd", ACTOR_ONE, NULL, outage_vswitchd_enabled, outage_vswitchd_step),
    ROW(TIMEOUT, "timeout", ACTOR_EACH_GUEST, NULL, timeout_enabled, timeout_step),
    ROW(HELPER, "helper", ACTOR_EACH_GUEST, NULL, process_helper_enabled, process_helper_step),
    ROW(THIRD_PARTY, "other", ACTOR_EACH_THIRD_PARTY, NULL, third_party_enabled, third_party_step),
    ROW(CLOCK, "clock", ACTOR_ONE, NULL, clock_enabled, clock_step),
    ROW(AGENT, "agent", ACTOR_ONE, world_has_agent, agent_enabled, agent_step),
    ROW(QEMU, "qemu", ACTOR_EACH_GUEST, process_qemu_acts, process_qemu_enabled, process_qemu_step),
    ROW(OVSDB, "ovsdb", ACTOR_EACH_GUEST, is_late, delayed_enabled, delayed_step),
    ROW(CALL, "ovs-vsctl", ACTOR_EACH_GUEST, has_orphans, delayed_orphan_enabled,
        delayed_orphan_step),
    ROW(NETNS, "netns", ACTOR_EACH_GUEST, process_container_ends, process_netns_enabled,
        process_netns_step),
    ROW(DELETED, "deleted", ACTOR_EACH_GUEST, gives_up, deleted_enabled, deleted_step),
    ROW(START_OVSDB, "start/ovsdb-server", ACTOR_ONE, outage_happens, outage_can_end, outage_end),
    FAULT_ROW(CRASH, "crash", ACTOR_EACH_GUEST, QEMU_CRASH, NULL, fault_crash),
    FAULT_ROW(FAIL, "fail", ACTOR_EACH_GUEST, START_FAILS, NULL, fault_fail_start),
    FAULT_ROW(LEAK, "leak", ACTOR_EACH_GUEST, FD_LEAK, fault_can_leak, fault_leak),
    FAULT_ROW(LIE, "lie", ACTOR_EACH_GUEST, OVS_LIE, fault_can_lie, fault_lie),
    FAULT_ROW(LATE, "late", ACTOR_EACH_GUEST, OVS_LATE, fault_can_be_late, fault_be_late),
    FAULT_ROW(RESTART_VSWITCHD, "restart/ovs-vswitchd", ACTOR_ONE, VSWITCHD_RESTART,
              fault_vswitchd_matters, fault_restart_vswitchd),
    FAULT_ROW(RESTART_DAEMON, "restart/daemon", ACTOR_ONE, DAEMON_RESTART, NULL,
              fault_restart_daemon),
    FAULT_ROW(ORPHAN, "orphan", ACTOR_EACH_GUEST, OVS_ORPHAN, fault_can_orphan, fault_orphan),
    FAULT_ROW(SLOW, "slow", ACTOR_EACH_GUEST, UNPLUG_LATE, NULL, fault_give_up),
    FAULT_ROW(MUTE, "mute", ACTOR_EACH_GUEST, MONITOR_LATE, NULL, fault_give_up),
    FAULT_ROW(STOP_OVSDB, "stop/ovsdb-server", ACTOR_ONE, OVSDB_OUTAGE, outage_can_begin,
              outage_begin),
};

const char *
actor_kind_name(enum actor_kind kind)
{
    assert(kind < ACTOR_KINDS && kinds[kind].name != NULL);
    return kinds[kind].name;
}

enum actor_number
actor_kind_number(enum actor_kind kind)
{
    assert(kind < ACTOR_KINDS);
    return kinds[kind].number;
}

enum fault
actor_kind_fault(enum actor_kind kind)
{
    assert(kind < ACTOR_KINDS);
    return kinds[kind].fault;
}

/* How many of the kind the world has. */
static unsigned
count_of(const struct world *world, enum actor_kind kind)
{
    enum fault fault = kinds[kind].fault;

    if ((fault != FAULT_COUNT && world->faults[fault] == 0) ||
        (kinds[kind].is_there != NULL && !kinds[kind].is_there(world))) {
        return 0;
    }
    switch (kinds[kind].number) {
    case ACTOR_ONE:
        return 1;
    case ACTOR_EACH_GUEST:
        return world->guests;
    case ACTOR_EACH_THIRD_PARTY:
        return world->third_parties;
    }
    assert(false);
    return 0;
}

unsigned
actor_count(const struct world *world)
{
    unsigned count = 0;

    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        count += count_of(world, kind);
    }
    return count;
}

struct actor
actor_at(const struct world *world, unsigned number)
{
    enum actor_kind kind = 0;
    unsigned count;

    while (number >= (count = count_of(world, kind))) {
        number -= count;
        kind++;
        assert(kind < ACTOR_KINDS);
    }
    return (struct actor){kind, number};
}

unsigned
actor_all(const struct world *world, struct actor all[MAX_ACTORS])
{
    unsigned number = 0;

    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        unsigned count = count_of(world, kind);

        for (unsigned index = 0; index < count; index++) {
            all[number++] = (struct actor){kind, index};
        }
    }
    return number;
}

bool
actor_may_step(const struct world *world, const struct state *state, struct actor actor)
{
    enum fault fault = kinds[actor.kind].fault;

    if (fault != FAULT_COUNT && !control_may_strike(world, &state->control, fault, actor.index)) {
        return false;
    }
    return kinds[actor.kind].enabled == NULL ||
           kinds[actor.kind].enabled(world, state, actor.index);
}

bool
actor_enabled(const struct world *world, const struct state *state, unsigned number)
{
    return actor_may_step(world, state, actor_at(world, number));
}

bool
actor_begins_round(const struct world *world, const struct state *state, struct actor actor)
{
    return actor.kind == ACTOR_THREAD &&
           client_is_between_rounds(world, &state->control, actor.index);
}

oracle_set
actor_take_step(const struct world *world, struct state *state, struct actor actor,
                struct event *event)
{
    enum fault fault = kinds[actor.kind].fault;
    const int step_oracles = ORACLE_BIT(ORACLE_FOREIGN_DELETE) | ORACLE_BIT(ORACLE_START_FAILED) |
                             ORACLE_BIT(ORACLE_SPURIOUS_ERROR);
    struct event scratch;

    (void)step_oracles;
    event = event == NULL ? &scratch : event;
    *event = (struct event){0};
    if (fault != FAULT_COUNT) {
        event->kind = EVENT_FAULT;
        event->fault = fault;
        control_spend(&state->control, fault);
    }
    kinds[actor.kind].step(world, state, actor.index, event);
    guest_thread_expire_excuses(world, state);
    assert((event->violated & ~step_oracles) == 0);
    return event->violated;
}

oracle_set
actor_step(const struct world *world, struct state *state, unsigned number, struct event *event)
{
    return actor_take_step(world, state, actor_at(world, number), event);
}
