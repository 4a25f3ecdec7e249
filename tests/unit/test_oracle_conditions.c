/* Each condition of an oracle decides alone: pairs of states that differ in it, and in nothing else
 * that the oracle looks at (docs/oracles.md).  `make mutants` leaves conditions out, one at a time.
 */
#include "tests/unit/objects.h"

/* What is attached is reached and heard: also where no port of Open vSwitch passes its frames, and
 * where ovs-vswitchd has still to make the port. */
static void
what_is_attached_is_reached_and_heard(void **unused)
{
    (void)unused;
    for (uint8_t bridge = NO_BRIDGE; bridge <= LB1; bridge++) {
        struct world world = one_running(bridge);
        struct state state = initial_of(&world);

        assert_true(oracle_reached(&world, &state, A) && oracle_heard(&world, &state, A));
        state.network.port[VNET0] = (struct port){0};
        assert_true(oracle_reached(&world, &state, A) && oracle_heard(&world, &state, A));
        state.network.device[VNET0].up = 0;
        assert_false(oracle_reached(&world, &state, A) || oracle_heard(&world, &state, A));
    }
}

/* Guest a belongs on br0, and its device has the name of a tap that was put on another bridge. */
static struct world
put_on(uint8_t bridge)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, BR0, false, "");
    world.nic[A].name = FIXED;
    world.preset[FIXED] = (struct preset){.present = 1, .bridge = bridge};
    return world;
}

/* Where a preset tap was put is no wrong network for it, and is one for any other device that has
 * its name. */
static void
another_device_does_not_belong_where_the_tap_was_put(void **unused)
{
    (void)unused;
    for (uint8_t bridge = LB0; bridge <= BR1; bridge++) {
        struct world world = put_on(bridge);
        struct state state = initial_of(&world);

        state.network.device[FIXED].owner = A + 1;
        assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
        state.network.device[FIXED].maker = 0; /* a's start has made this one */
        assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
    }
}

/* A guest's row leaves it where it was put, but where ports are wired by their rows. */
static void
a_guests_row_wires_the_tap_only_where_rows_do(void **unused)
{
    struct world world = put_on(BR1);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.device[FIXED].owner = A + 1;
    state.network.row[FIXED].owner = B + 1;
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
}

/* A tap of which another name's port gets the frames, on the netdev datapath: it was renamed, and
 * its name has been taken. */
static void
a_renamed_device_is_heard_by_the_port_of_its_old_name(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = DATAPATH_NETDEV;
    state.network.device[FIXED] = state.network.device[VNET0];
    state.network.tap[A] = FIXED;
    state.network.device[VNET0] = (struct device){.kind = DEVICE_TAP, .owner = B + 1};
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.port[VNET0] =
        (struct port){.bridge = BR0, .life = PORT_AWAY, .receives_from = FIXED};
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
    world.nic[A].bridge = BR1; /* whose frames b's bridge gets, and a's own does not */
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
}

/* Where the tap was put, its own port is; another name's port has no business with it. */
static void
the_taps_own_port_is_where_it_was_put(void **unused)
{
    struct world world = put_on(BR1);
    struct state state = initial_of(&world);

    (void)unused;
    world.nic[A].bridge = NO_BRIDGE;
    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = DATAPATH_NETDEV;
    state.network.device[FIXED].owner = A + 1;
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.port[VNET0] =
        (struct port){.bridge = BR0, .life = PORT_AWAY, .receives_from = FIXED};
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
}

/* On the system datapath frames pass both ways until ovs-vswitchd runs (docs/model-kernel.md, "The
 * port of a renamed device"). */
static void
a_renamed_device_is_attached_until_the_next_run(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.device[FIXED] = state.network.device[VNET0];
    state.network.device[VNET0] = (struct device){0};
    state.network.tap[A] = FIXED;
    assert_false(oracle_attached(&world, &state, A));
    state.network.port[VNET0].life = PORT_AWAY;
    state.network.port[VNET0].receives_from = FIXED;
    assert_true(oracle_attached(&world, &state, A));
}

/* docs/oracles.md, "stale-port" and "lost-persistence". */
static void
the_row_of_a_tap_that_is_gone_is_left(void **unused)
{
    struct world world = put_on(BR1);
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(oracle_judge_end(&world, &state), 0);
    state.network.device[FIXED] = (struct device){0};
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    assert_true(objects_at_end(ORACLE_LOST_PERSISTENCE, &world, &state));
}

static void
a_tap_that_was_put_nowhere_may_be_anywhere(void **unused)
{
    struct world world = put_on(NO_BRIDGE);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.device[FIXED].master = LB0;
    assert_false(objects_at_end(ORACLE_LOST_PERSISTENCE, &world, &state));
    state.network.device[FIXED].persist = 0;
    assert_true(objects_at_end(ORACLE_LOST_PERSISTENCE, &world, &state));
}

/* A thread that nobody gives a command to is not in a deadlock (docs/model.md, "Actors and
 * interleavings"). */
static void
a_client_that_waits_is_no_deadlock(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.ordered = 1;
    world.turn[B][0] = (struct turn){.guest = A + 1, .commands = 1}; /* behind a's stop */
    state = initial_of(&world);
    state.control.thread[A].command = 0;
    assert_true(objects_at_end(ORACLE_DEADLOCK, &world, &state)); /* a's own */
    world.commands[A] = 0;
    state = initial_of(&world);
    assert_false(objects_at_end(ORACLE_DEADLOCK, &world, &state));
    world.ordered = 0;
    state = initial_of(&world);
    assert_true(objects_at_end(ORACLE_DEADLOCK, &world, &state));
}

/* What is behind the last nic and the last name is nobody's. */
static void
there_is_nothing_behind_the_last_one(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);
    const unsigned behind = NAMES + 1;

    (void)unused;
    assert_true(behind <= IFNAME_MAX_NAMES);
    world.commands[C] = 1; /* has not ended */
    state.control.daemon.record[C] = state.control.daemon.record[A];
    state.control.phase[C] = PROCESS_RUNNING;
    state.network.tap[C] = state.network.binding[C] = VNET0;
    state.network.device[behind] =
        (struct device){.kind = DEVICE_TAP, .owner = B + 1, .master = LB1};
    state.network.row[behind] = (struct row){.bridge = BR0, .uuid = B + 1, .owner = B + 1};
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    assert_int_equal(oracle_judge_end(&world, &state), 0);
    state.network.device[VNET1] = (struct device){.kind = DEVICE_TAP, .owner = B + 1};
    state.network.tap[C] = VNET1; /* which makes nobody its user */
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_LEAKED_TAP));
    state.control.phase[C] = PROCESS_NONE;
    world.nic_guest[C] = B; /* who does not run: and binding[C] is no nic's of b's */
    state.network.device[VNET1] = (struct device){0};
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* docs/model-kernel.md, "What the oracles make of it": the row of a port whose device was renamed
 * is used while that device is, and nobody who runs has another one of the row's name. */
static void
the_row_of_a_renamed_device_is_used_while_the_device_is(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    add_guest(&world, NO_BRIDGE, true, "");
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state = initial_of(&world);
    state.network.device[FIXED] = state.network.device[VNET0];
    state.network.device[VNET0] = (struct device){0};
    state.network.tap[A] = FIXED;
    state.network.port[VNET0] =
        (struct port){.bridge = BR0, .life = PORT_AWAY, .receives_from = FIXED, .sends_to = FIXED};
    assert_false(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    state.network.device[VNET0] = state.network.device[VNET1];
    state.network.tap[B] = VNET0;
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    state.network.tap[B] = VNET1;
    state.network.device[VNET0] = (struct device){0};
    state.control.phase[A] = PROCESS_EXITING;
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
}

/* Two guests share a tap while both of them run (docs/oracles.md, "shared-tap"). */
static void
a_guest_that_does_not_run_shares_nothing(void **unused)
{
    (void)unused;
    for (unsigned guest = A; guest <= B; guest++) {
        struct world world = world_under("libvirt-6.6");
        struct state state;

        add_guest(&world, BR0, true, "");
        add_guest(&world, BR0, true, "");
        state = initial_of(&world);
        state.network.tap[B] = VNET0;
        assert_true(objects(ORACLE_SHARED_TAP, &world, &state));
        state.control.phase[guest] = PROCESS_EXITING; /* its descriptors are open still */
        assert_false(objects(ORACLE_SHARED_TAP, &world, &state));
    }
}

/* A limit is lost by a device that is there (docs/oracles.md, "lost-qos"). */
static void
no_device_has_no_limit_to_lose(void **unused)
{
    struct world world = one_running(BR0);
    struct state state;

    (void)unused;
    world.nic[A].limit = 1;
    state = initial_of(&world);
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
    state.network.device[VNET0].limit = 0;
    assert_true(objects(ORACLE_LOST_QOS, &world, &state));
    state.network.tap[A] = IFNAME_NONE;
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_attached_is_reached_and_heard),
        cmocka_unit_test(another_device_does_not_belong_where_the_tap_was_put),
        cmocka_unit_test(a_guests_row_wires_the_tap_only_where_rows_do),
        cmocka_unit_test(a_renamed_device_is_heard_by_the_port_of_its_old_name),
        cmocka_unit_test(the_taps_own_port_is_where_it_was_put),
        cmocka_unit_test(a_renamed_device_is_attached_until_the_next_run),
        cmocka_unit_test(the_row_of_a_tap_that_is_gone_is_left),
        cmocka_unit_test(a_tap_that_was_put_nowhere_may_be_anywhere),
        cmocka_unit_test(a_client_that_waits_is_no_deadlock),
        cmocka_unit_test(there_is_nothing_behind_the_last_one),
        cmocka_unit_test(the_row_of_a_renamed_device_is_used_while_the_device_is),
        cmocka_unit_test(a_guest_that_does_not_run_shares_nothing),
        cmocka_unit_test(no_device_has_no_limit_to_lose),
    };

    return cmocka_run_group_tests_name("conditions of oracles", tests, NULL, NULL);
}
