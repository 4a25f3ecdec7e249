/* The table of actors is complete, and their order is that of docs/model.md, "Actors and
 * interleavings": it decides between counterexamples of equal length. */
#include "tests/unit/links.h"

#include "sim/carry_out.h"

#include <stdio.h>

static const struct {
    const char *name; /* docs/model.md */
    enum actor_number number;
    enum fault fault;
} expected[] = {
    {"", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"kernel", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"ovs-vswitchd", ACTOR_ONE, FAULT_COUNT},
    {"timeout", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"helper", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"other", ACTOR_EACH_THIRD_PARTY, FAULT_COUNT},
    {"clock", ACTOR_ONE, FAULT_COUNT},
    {"agent", ACTOR_ONE, FAULT_COUNT},
    {"qemu", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"ovsdb", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"ovs-vsctl", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"netns", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"deleted", ACTOR_EACH_GUEST, FAULT_COUNT},
    {"start/ovsdb-server", ACTOR_ONE, FAULT_COUNT},
    {"crash", ACTOR_EACH_GUEST, FAULT_QEMU_CRASH},
    {"fail", ACTOR_EACH_GUEST, FAULT_START_FAILS},
    {"leak", ACTOR_EACH_GUEST, FAULT_FD_LEAK},
    {"lie", ACTOR_EACH_GUEST, FAULT_OVS_LIE},
    {"late", ACTOR_EACH_GUEST, FAULT_OVS_LATE},
    {"restart/ovs-vswitchd", ACTOR_ONE, FAULT_VSWITCHD_RESTART},
    {"restart/daemon", ACTOR_ONE, FAULT_DAEMON_RESTART},
    {"orphan", ACTOR_EACH_GUEST, FAULT_OVS_ORPHAN},
    {"slow", ACTOR_EACH_GUEST, FAULT_UNPLUG_LATE},
    {"mute", ACTOR_EACH_GUEST, FAULT_MONITOR_LATE},
    {"stop/ovsdb-server", ACTOR_ONE, FAULT_OVSDB_OUTAGE},
};

/* A world that has actors of all kinds, and two of each that are not one. */
static struct world
of_all_kinds(void)
{
    struct world world = links_under("libvirt-6.6,vlan-by=agent");

    add_guest(&world, BR0, true, "stop start");
    world.nic[A].vlan = 1;
    add_veth(&world, false, "start stop");
    world.third_parties = 2;
    world.qemu_commands[A] = 1;
    memset(world.faults, 1, sizeof world.faults);
    return world;
}

static void
every_kind_has_a_row(void **unused)
{
    (void)unused;
    assert_int_equal(sizeof expected / sizeof *expected, ACTOR_KINDS);
    for (unsigned kind = 0; kind < ACTOR_KINDS; kind++) {
        assert_string_equal(actor_kind_name((enum actor_kind)kind), expected[kind].name);
        assert_int_equal(actor_kind_number((enum actor_kind)kind), expected[kind].number);
        assert_int_equal(actor_kind_fault((enum actor_kind)kind), expected[kind].fault);
    }
}

/* A step's name is its actor's: it would be ambiguous. */
static void
no_two_kinds_have_one_name(void **unused)
{
    (void)unused;
    for (unsigned kind = 0; kind < ACTOR_KINDS; kind++) {
        for (unsigned other = 0; other < kind; other++) {
            assert_string_not_equal(actor_kind_name((enum actor_kind)kind),
                                    actor_kind_name((enum actor_kind)other));
        }
    }
}

/* By the timeout, which there is without a budget, ovs-timeout strikes. */
static void
every_other_fault_has_one_kind(void **unused)
{
    unsigned kinds[FAULT_COUNT + 1] = {0};

    (void)unused;
    for (unsigned kind = 0; kind < ACTOR_KINDS; kind++) {
        kinds[actor_kind_fault((enum actor_kind)kind)]++;
    }
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        assert_int_equal(kinds[fault], fault != FAULT_OVS_TIMEOUT);
    }
}

static void
actors_are_numbered_kind_by_kind(void **unused)
{
    struct world world = of_all_kinds();
    unsigned number = 0;

    (void)unused;
    for (unsigned kind = 0; kind < ACTOR_KINDS; kind++) {
        unsigned count = expected[kind].number == ACTOR_ONE ? 1 : 2;

        for (unsigned index = 0; index < count; index++) {
            struct actor actor = actor_at(&world, number++);

            assert_int_equal(actor.kind, kind);
            assert_int_equal(actor.index, index);
        }
    }
    assert_int_equal(actor_count(&world), number);
}

/* Each of these takes its actors out of the world, and leaves the others in their order. */
static void
not_every_world_has_every_actor(void **unused)
{
    (void)unused;
    for (unsigned absent = 0; absent < ACTOR_KINDS; absent++) {
        struct world world = of_all_kinds();
        unsigned before = actor_count(&world), gone = expected[absent].number == ACTOR_ONE ? 1 : 2;
        enum fault fault = expected[absent].fault;
        bool seen = false;

        if (absent == ACTOR_THIRD_PARTY) {
            world.third_parties = 0;
        } else if (absent == ACTOR_AGENT) {
            world.nic[A].vlan = VLAN_NONE;
        } else if (absent == ACTOR_QEMU) {
            world.qemu_commands[A] = 0;
        } else if (absent == ACTOR_OVSDB) {
            world.faults[FAULT_OVS_LATE] = 0;
            gone += 2; /* and what would be late */
        } else if (absent == ACTOR_CALL) {
            world.faults[FAULT_OVS_ORPHAN] = 0;
            gone += 2; /* and what would outlive its daemon */
        } else if (absent == ACTOR_DELETED) {
            world.faults[FAULT_UNPLUG_LATE] = world.faults[FAULT_MONITOR_LATE] = 0;
            gone += 4; /* and what would be late */
        } else if (absent == ACTOR_START_OVSDB) {
            world.faults[FAULT_OVSDB_OUTAGE] = 0;
            gone++; /* and what ends it */
        } else if (absent == ACTOR_NETNS) {
            world.nic[B].kind = NIC_TAP;
        } else if (fault != FAULT_COUNT) {
            world.faults[fault] = 0;
            gone += fault == FAULT_OVS_LATE || fault == FAULT_OVS_ORPHAN ? 2
                    : fault == FAULT_OVSDB_OUTAGE                        ? 1
                                                                         : 0;
        } else {
            continue;
        }
        assert_int_equal(actor_count(&world), before - gone);
        for (unsigned number = 0; number < actor_count(&world); number++) {
            seen = seen || actor_at(&world, number).kind == (enum actor_kind)absent;
            assert_true(number == 0 ||
                        actor_at(&world, number).kind >= actor_at(&world, number - 1).kind);
        }
        assert_false(seen);
    }
}

/* Every kind takes a step in some world, and what it was is said. */
static void
note_kinds(const struct world *world, const struct state *state, void *context)
{
    bool *stepped = context;

    for (unsigned number = 0; number < actor_count(world); number++) {
        enum actor_kind kind = actor_at(world, number).kind;
        struct state next = *state;
        struct event event;
        oracle_set violated;

        if (!actor_enabled(world, state, number)) {
            continue;
        }
        violated = actor_step(world, &next, number, &event);
        assert_int_equal(violated, event.violated);
        assert_memory_not_equal(&next, state, sizeof next);
        if (actor_kind_fault(kind) != FAULT_COUNT) {
            assert_int_equal(event.kind, EVENT_FAULT);
            assert_int_equal(event.fault, actor_kind_fault(kind));
            assert_int_equal(next.control.faults[event.fault] + 1,
                             state->control.faults[event.fault]);
        }
        stepped[kind] = true;
    }
}

static void
every_kind_takes_steps(void **unused)
{
    static const enum fault alone[] = {
        FAULT_QEMU_CRASH, FAULT_START_FAILS, FAULT_FD_LEAK,        FAULT_OVS_LIE,
        FAULT_OVS_LATE,   FAULT_OVS_TIMEOUT, FAULT_DAEMON_RESTART, FAULT_VSWITCHD_RESTART,
        FAULT_OVS_ORPHAN, FAULT_UNPLUG_LATE, FAULT_MONITOR_LATE,   FAULT_OVSDB_OUTAGE};
    bool stepped[ACTOR_KINDS] = {false};
    struct world container;

    (void)unused;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        struct world world = world_under("fin-wait,vlan-by=agent");

        add_guest(&world, BR0, true, "stop start");
        world.nic[A].vlan = 1;
        world.qemu_commands[A] = world.helper_closes[A] = 1;
        world.leaked[A] = alone[i] != FAULT_FD_LEAK;
        world.third_parties = 1;
        world.third_party[0].commands = 1;
        world.third_party[0].name[0] = VNET3;
        world.faults[alone[i]] = 1;
        if (alone[i] == FAULT_UNPLUG_LATE || alone[i] == FAULT_MONITOR_LATE) {
            world.command[A][0] = COMMAND_UNPLUG;
            world.command[A][1] = COMMAND_STOP;
        }
        walk(&world, note_kinds, stepped);
    }
    container = links_under("libvirt-6.6");
    add_veth(&container, true, "stop");
    walk(&container, note_kinds, stepped);
    for (unsigned kind = 0; kind < ACTOR_KINDS; kind++) {
        if (!stepped[kind]) {
            fail_msg("no step of '%s'", actor_kind_name((enum actor_kind)kind));
        }
    }
}

/* ---- what a world is asked for ---- */

static enum op_kind asked;

static void
ask_the_world(void)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);
    struct operation op = {
        .kind = (uint8_t)asked, .name = VNET2, .family = VNET + 1, .bridge = BR0};
    struct event event = {0};

    assert_non_null(freopen("/dev/null", "w", stderr)); /* in a child */
    carry_out(&world, &state, B, op, &event);
}

/* It carries out what is not the daemon's, and nothing else. */
static void
a_world_has_a_function_for_each_of_its_operations(void **unused)
{
    (void)unused;
    for (int kind = OP_NONE; kind <= OP_COUNT; kind++) {
        asked = (enum op_kind)kind;
        assert_int_equal(survives(ask_the_world), kind != OP_NONE && kind != OP_COUNT &&
                                                      !operation_is_daemons((enum op_kind)kind));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_row),
        cmocka_unit_test(no_two_kinds_have_one_name),
        cmocka_unit_test(every_other_fault_has_one_kind),
        cmocka_unit_test(actors_are_numbered_kind_by_kind),
        cmocka_unit_test(not_every_world_has_every_actor),
        cmocka_unit_test(every_kind_takes_steps),
        cmocka_unit_test(a_world_has_a_function_for_each_of_its_operations),
    };

    return cmocka_run_group_tests_name("actor-table", tests, NULL, NULL);
}
