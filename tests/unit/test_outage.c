/* An outage of ovsdb-server (docs/model-faults.md, "Faults"; facts, "Delayed
 * transactions"). */
#include "tests/unit/fixture.h"

#include <errno.h>

static struct world
outage(const char *policy, bool running, const char *commands)
{
    struct world world = world_under(policy);

    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    add_guest(&world, BR0, running, commands);
    world.faults[FAULT_OVSDB_OUTAGE] = 2;
    return world;
}

static unsigned
number_of(const struct world *world, enum actor_kind kind)
{
    unsigned number = 0;

    while (actor_at(world, number).kind != kind) {
        number++;
    }
    return number;
}

static bool
can_take(const struct world *world, const struct state *state, enum actor_kind kind)
{
    return actor_enabled(world, state, number_of(world, kind));
}

static struct event
take(const struct world *world, struct state *state, enum actor_kind kind)
{
    struct event event;

    assert_true(can_take(world, state, kind));
    actor_step(world, state, number_of(world, kind), &event);
    return event;
}

/* What somebody else asks of Open vSwitch has to wait: `after` it is a step like any other. */
static void
others_wait_for_an_ovsdb_server(void **unused)
{
    static const struct {
        enum third_party_command command;
        uint8_t bridge;
        bool during;
    } expected[] = {
        {THIRD_PARTY_CREATE, NO_BRIDGE, true},  {THIRD_PARTY_DELETE_PORT, NO_BRIDGE, false},
        {THIRD_PARTY_DELETE_BRIDGE, LB0, true}, {THIRD_PARTY_DELETE_BRIDGE, BR1, false},
        {THIRD_PARTY_DELETE, NO_BRIDGE, true},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = outage("libvirt-6.6", true, "stop");
        struct state state;

        world.third_parties = 1;
        world.third_party[0] = (struct third_party){.commands = 1,
                                                    .command = {(uint8_t)expected[i].command},
                                                    .name = {VNET3},
                                                    .bridge = {expected[i].bridge}};
        state = initial_of(&world);
        assert_true(can_step(&world, &state, 'o'));
        strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
        assert_int_equal(can_step(&world, &state, 'o'), expected[i].during);
    }
}

/* An ovs-vsctl finds nobody on the socket, and the stop goes on. */
static void
a_deletion_is_refused_and_its_row_stays(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    event = play(&world, &state, "a");
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_int_equal(event.outcome.error, ECONNREFUSED);
    assert_int_equal(event.violated, 0);
    assert_int_equal(state.control.thread[A].waits, WAIT_NONE);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_int_equal(take(&world, &state, ACTOR_START_OVSDB).kind, EVENT_START_OVSDB);
    take(&world, &state, ACTOR_VSWITCHD);
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_STALE_PORT));
}

static void
a_start_that_is_refused_is_no_race(void **unused)
{
    struct world world = outage("libvirt-6.6", false, "start");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aa");
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_int_equal(play(&world, &state, "a").outcome.error, ECONNREFUSED);
    assert_int_equal(state.excused[A], 1);
    assert_int_equal(play(&world, &state, "a").violated, 0);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_CLEAN_UP);
    assert_int_equal(state.excused[A], 0);
}

/* What has been committed is carried out, and nobody is told. */
static void
who_waits_goes_on_waiting(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world), back;

    (void)unused;
    play(&world, &state, "aAAaa");
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_int_equal(state.control.thread[A].waits, WAIT_VSWITCHD);
    assert_false(can_take(&world, &state, ACTOR_VSWITCHD));
    take(&world, &state, ACTOR_START_OVSDB);
    back = state;
    take(&world, &state, ACTOR_VSWITCHD);
    assert_int_equal(state.control.thread[A].waits, WAIT_NONE);
    /* Or it runs out of time, also when there is a server again. */
    assert_int_equal(take(&world, &back, ACTOR_TIMEOUT).outcome.error, ETIMEDOUT);
    assert_int_equal(back.control.faults[FAULT_OVS_TIMEOUT], 0);
    take(&world, &back, ACTOR_VSWITCHD);
    assert_false(can_take(&world, &back, ACTOR_VSWITCHD));
}

/* Whoever waits for one that is connected has all the time in the world. */
static void
without_an_outage_no_time_runs_out(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAaa");
    assert_int_equal(state.control.thread[A].waits, WAIT_VSWITCHD);
    assert_false(can_take(&world, &state, ACTOR_TIMEOUT));
    assert_false(can_take(&world, &state, ACTOR_START_OVSDB));
}

/* Link events are read, and nothing is bound. */
static void
vswitchd_only_reads_link_events(void **unused)
{
    struct world world = outage("libvirt-6.6,ovs-add=may-exist", true, "stop start");
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_UP);
    assert_false(can_take(&world, &state, ACTOR_VSWITCHD));
    play(&world, &state, "aA");
    assert_int_equal(take(&world, &state, ACTOR_VSWITCHD).kind, EVENT_READ_LINKS);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_DOWN);
    assert_false(can_take(&world, &state, ACTOR_VSWITCHD));
}

/* What its device was like is read before the rows are, so that nothing is given back that was
 * there before the outage. */
static void
links_are_read_before_it_has_connected(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop start");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "a");
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    take(&world, &state, ACTOR_START_OVSDB);
    play(&world, &state, "AAaa");
    take(&world, &state, ACTOR_TIMEOUT);
    play(&world, &state, "aa");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    take(&world, &state, ACTOR_VSWITCHD);
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_int_equal(state.network.device[VNET0].up, 0);
}

/* It is not connected: there is nothing that it has been sent. */
static void
a_second_outage_finds_it_unconnected(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_false(can_strike(&world, &state, FAULT_OVSDB_OUTAGE, 0));
    take(&world, &state, ACTOR_START_OVSDB);
    play(&world, &state, "aAAaa");
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    take(&world, &state, ACTOR_START_OVSDB);
    take(&world, &state, ACTOR_VSWITCHD);
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_int_equal(state.network.ovsdb, OVSDB_UP);
}

/* `iface-to-br` fails, which is taken for an answer. */
static void
a_master_that_is_ovs_system_is_none(void **unused)
{
    struct world world = outage("libvirt-6.6", true, "stop");
    struct state state;

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_SYSTEM;
    state = initial_of(&world);
    assert_int_equal(state_iface_to_br(&state, VNET0), BR0);
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0);
    assert_int_equal(state_iface_to_br(&state, VNET0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_wait_for_an_ovsdb_server),
        cmocka_unit_test(a_deletion_is_refused_and_its_row_stays),
        cmocka_unit_test(a_start_that_is_refused_is_no_race),
        cmocka_unit_test(who_waits_goes_on_waiting),
        cmocka_unit_test(without_an_outage_no_time_runs_out),
        cmocka_unit_test(vswitchd_only_reads_link_events),
        cmocka_unit_test(links_are_read_before_it_has_connected),
        cmocka_unit_test(a_second_outage_finds_it_unconnected),
        cmocka_unit_test(a_master_that_is_ovs_system_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
