/* Faults of Open vSwitch (docs/model-faults.md, "Faults"; facts 3). */
#include "tests/unit/fixture.h"

#include <errno.h>

/* ---- ovs-lie ---- */

static struct world
lying(const char *policy, bool running, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, running, commands);
    world.faults[FAULT_OVS_LIE] = 1;
    return world;
}

static void
a_start_is_told_of_no_row(void **unused)
{
    struct world world = lying("owner-delete", false, "start stop");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "aa");
    event = strike(&world, &state, FAULT_OVS_LIE, A);
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(event.outcome.error, 0);
    assert_int_equal(state.control.thread[A].waits, WAIT_NONE);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(state.control.daemon.record[A].port, 0);
    assert_int_equal(play(&world, &state, "aaa").op.kind, OP_EXEC);
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    /* Its stop has nothing to ask for. */
    assert_int_equal(play(&world, &state, "aAAa").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
}

static void
a_deletion_that_is_none_leaves_the_row(void **unused)
{
    struct world world = lying("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
    play(&world, &state, "aAAa");
    assert_int_equal(strike(&world, &state, FAULT_OVS_LIE, A).op.kind, OP_DEL_PORT);
    play(&world, &state, "a");
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_STALE_PORT));
}

/* What would change nothing cannot be a lie, and neither can what is waited for already. */
static void
there_must_be_something_to_commit(void **unused)
{
    struct world world = lying("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAa");
    state.network.row[VNET0] = (struct row){0};
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
    world = lying("libvirt-6.6", false, "start");
    state = initial_of(&world);
    play(&world, &state, "aaa");
    assert_int_equal(state.control.thread[A].waits, WAIT_VSWITCHD);
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
}

/* ---- ovs-late ---- */

/* The actor that carries out what was late. */
static unsigned
ovsdb_of(const struct world *world, unsigned guest)
{
    unsigned number = 0;

    while (actor_at(world, number).kind != ACTOR_OVSDB || actor_at(world, number).index != guest) {
        number++;
    }
    return number;
}

static bool
is_due(const struct world *world, const struct state *state, unsigned guest)
{
    return actor_enabled(world, state, ovsdb_of(world, guest));
}

static struct event
carry_out(const struct world *world, struct state *state, unsigned guest)
{
    struct event event;

    assert_true(is_due(world, state, guest));
    actor_step(world, state, ovsdb_of(world, guest), &event);
    assert_int_equal(event.kind, EVENT_COMMIT);
    return event;
}

static struct world
late_race(const char *policy)
{
    struct world world = reported_race(policy);

    world.faults[FAULT_OVS_LATE] = 2;
    return world;
}

static void
a_deletion_is_carried_out_later(void **unused)
{
    struct world world = late_race("libvirt-6.6");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    assert_false(is_due(&world, &state, A));
    play(&world, &state, "aAAa");
    event = strike(&world, &state, FAULT_OVS_LATE, A);
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_int_equal(event.outcome.error, ETIMEDOUT);
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    /* Its stop goes on and ends. */
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_int_equal(carry_out(&world, &state, A).violated, 0);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_false(is_due(&world, &state, A));
}

static void
an_addition_is_carried_out_later(void **unused)
{
    struct world world = late_race("libvirt-6.6");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "bb");
    event = strike(&world, &state, FAULT_OVS_LATE, B);
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(state.network.row[VNET1].bridge, 0);
    assert_int_equal(play(&world, &state, "b").violated, ORACLE_BIT(ORACLE_START_FAILED));
    play(&world, &state, "b");
    carry_out(&world, &state, B);
    assert_int_equal(state.network.row[VNET1].owner, B + 1);
    assert_int_equal(state.control.daemon.record[B].port, 0);
}

/* Facts, "Delayed transactions": a port more makes it wait, a port less makes it void. */
static void
it_depends_on_the_ports_that_it_has_found(void **unused)
{
    struct world world = late_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bbaAAa"); /* b has vnet1 */
    strike(&world, &state, FAULT_OVS_LATE, A);
    play(&world, &state, "b");
    assert_int_equal(state.network.row[VNET1].bridge, BR0);
    assert_false(is_due(&world, &state, A));
    state.network.row[VNET1] = (struct row){0};
    assert_true(is_due(&world, &state, A));

    state = initial_of(&world);
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVS_LATE, A);
    play(&world, &state, "bbb"); /* b has vnet0, and replaces its row */
    assert_int_equal(state.network.row[VNET0].owner, B + 1);
    assert_false(is_due(&world, &state, A));
    state.network.row[VNET0] = (struct row){0};
    assert_false(is_due(&world, &state, A));
}

static void
an_adopted_row_is_the_same_row(void **unused)
{
    struct world world = late_race("libvirt-6.6,ovs-add=may-exist");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVS_LATE, A);
    play(&world, &state, "bbb");
    assert_int_equal(state.network.row[VNET0].owner, B + 1);
    assert_int_equal(carry_out(&world, &state, A).violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(state.network.row[VNET0].bridge, 0);
}

/* `remove Bridge BR ports UUID` has looked at the ports of BR alone. */
static void
a_removal_depends_on_its_bridge(void **unused)
{
    struct world world = late_race("owner-delete");
    struct state state;

    (void)unused;
    world.nic[B].bridge = BR1;
    state = initial_of(&world);
    play(&world, &state, "bbaAAa");
    assert_int_equal(strike(&world, &state, FAULT_OVS_LATE, A).op.kind, OP_REMOVE_PORT);
    play(&world, &state, "b");
    assert_int_equal(state.network.row[VNET1].bridge, BR1);
    carry_out(&world, &state, A);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
}

static void
one_transaction_at_a_time(void **unused)
{
    struct world world = world_under("counter");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "stop start");
    world.faults[FAULT_OVS_LATE] = 2;
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVS_LATE, A);
    play(&world, &state, "aaaaa");
    assert_false(can_strike(&world, &state, FAULT_OVS_LATE, A));
    carry_out(&world, &state, A);
    assert_true(can_strike(&world, &state, FAULT_OVS_LATE, A));
}

/* ---- vswitchd-restart ---- */

static struct world
restarted_race(const char *policy)
{
    struct world world = reported_race(policy);

    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    world.faults[FAULT_VSWITCHD_RESTART] = 2;
    return world;
}

/* Facts 7: "a vswitchd restarted while the row was stale: both directions". */
static void
a_new_vswitchd_hears_the_new_device(void **unused)
{
    struct world world = restarted_race("libvirt-6.6,ovs-add=may-exist");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAbbbvbb");
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    strike(&world, &state, FAULT_VSWITCHD_RESTART, 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_UP);
}

static void
ports_of_the_kernel_stay(void **unused)
{
    struct world world = restarted_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_SYSTEM;
    state = initial_of(&world);
    /* It would do nothing that the old one would not have done, and that is nothing. */
    assert_false(can_strike(&world, &state, FAULT_VSWITCHD_RESTART, 0));
    play(&world, &state, "bbb");
    strike(&world, &state, FAULT_VSWITCHD_RESTART, 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.network.port[VNET1].life, PORT_LIVE);
    assert_int_equal(state.control.thread[B].waits, WAIT_NONE);
}

/* docs/facts.md, "Found by conform": flags are taken back by whoever has set them. */
static void
what_another_one_has_set_is_not_taken_back(void **unused)
{
    for (int restarted = 0; restarted < 2; restarted++) {
        struct world world = restarted_race("libvirt-6.6");
        struct state state;

        (void)unused;
        world.nic[B].bridge = NO_BRIDGE;
        state = initial_of(&world);
        if (restarted) {
            strike(&world, &state, FAULT_VSWITCHD_RESTART, 0);
            assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_NOTHING);
        }
        play(&world, &state, restarted ? "aA" : "aAv"); /* vnet0 is gone, and seen to be */
        play(&world, &state, "Aabbba");                 /* b has vnet0, and has set it up */
        assert_int_equal(state.network.device[VNET0].owner, B + 1);
        assert_int_equal(state.network.device[VNET0].up, 1);
        play(&world, &state, "v");
        assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
        assert_int_equal(state.network.device[VNET0].up, restarted);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_told_of_no_row),
        cmocka_unit_test(a_deletion_that_is_none_leaves_the_row),
        cmocka_unit_test(there_must_be_something_to_commit),
        cmocka_unit_test(a_deletion_is_carried_out_later),
        cmocka_unit_test(an_addition_is_carried_out_later),
        cmocka_unit_test(it_depends_on_the_ports_that_it_has_found),
        cmocka_unit_test(an_adopted_row_is_the_same_row),
        cmocka_unit_test(a_removal_depends_on_its_bridge),
        cmocka_unit_test(one_transaction_at_a_time),
        cmocka_unit_test(a_new_vswitchd_hears_the_new_device),
        cmocka_unit_test(ports_of_the_kernel_stay),
        cmocka_unit_test(what_another_one_has_set_is_not_taken_back),
    };

    return cmocka_run_group_tests_name("fault-ovs", tests, NULL, NULL);
}
