/* Limits of bandwidth, and what ovs-vswitchd does to them (docs/facts.md, "Found of limits"). */
#include "tests/unit/fixture.h"

#include "sim/kernel.h"

#include <errno.h>

static struct world
world_of(enum datapath datapath)
{
    struct world world = world_under("libvirt-6.6");

    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)datapath;
    add_guest(&world, BR0, true, "");
    add_guest(&world, BR1, false, "");
    world.nic[A].limit = 1;
    return world;
}

/* virNetDevBandwidthSet clears before it sets. */
static void
a_second_limit_takes_the_place_of_the_first(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(state.network.device[VNET0].limit, 1);
    assert_int_equal(kernel_limit(&state, VNET0, true), 0);
    assert_int_equal(state.network.device[VNET0].limit, 1);
    assert_int_equal(kernel_limit(&state, VNET0, false), 0);
    assert_int_equal(kernel_limit(&state, VNET0, false), ENOENT);
    assert_int_equal(kernel_limit(&state, VNET0, true), 0);
    assert_int_equal(kernel_limit(&state, VNET1, true), ENODEV);
}

/* Runs ovs-vswitchd, or another one in its place, and says whether the limit is still there. */
static bool
limited_after(const struct world *world, struct state state, bool restart)
{
    (restart ? ovs_vswitchd_restart : ovs_vswitchd_run)(world, &state);
    return state.network.device[VNET0].limit != 0;
}

static void
a_port_that_is_made_clears_it(void **unused)
{
    (void)unused;
    for (unsigned datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = world_of((enum datapath)datapath);
        struct state state = initial_of(&world);

        assert_true(limited_after(&world, state, false)); /* it was set behind that */
        state.network.row[VNET0].vlan = 1;
        assert_true(limited_after(&world, state, false));
        state.network.row[VNET0].bridge = BR1; /* the port is removed, and another one made */
        assert_false(limited_after(&world, state, false));
        state.network.port[VNET0] = (struct port){0};
        assert_false(limited_after(&world, state, false));
        state.network.row[VNET0] = (struct row){0};
        assert_true(limited_after(&world, state, false));
    }
}

/* A device that cannot be bound is opened, and nothing else. */
static void
a_device_of_another_bridge_keeps_it(void **unused)
{
    struct world system = world_of(DATAPATH_SYSTEM), netdev = world_of(DATAPATH_NETDEV);
    struct state state = initial_of(&system);

    (void)unused;
    state.network.port[VNET0] = (struct port){0};
    state.network.device[VNET0].master = LB0;
    assert_true(limited_after(&system, state, false));
    assert_true(limited_after(&system, state, true));
    assert_false(limited_after(&netdev, state, false));
}

/* A device that comes under a dead port's name is nothing new to an ovs-vswitchd that has it. */
static void
a_stale_port_leaves_it(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.port[VNET0].life = PORT_STALE;
    assert_true(limited_after(&world, state, false));
    assert_false(limited_after(&world, state, true));
}

static void
a_new_ovs_vswitchd_clears_those_of_its_ports(void **unused)
{
    (void)unused;
    for (unsigned datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = world_of((enum datapath)datapath);
        struct state state = initial_of(&world);

        assert_false(limited_after(&world, state, true));
        state.network.row[VNET0].bridge = BR1;
        assert_false(limited_after(&world, state, true));
        state.network.row[VNET0] = (struct row){0}; /* it is removed unseen */
        assert_true(limited_after(&world, state, true));
        state.network.port[VNET0] = (struct port){0};
        assert_true(limited_after(&world, state, true));
    }
}

/* A limits its port by QoS; B has none. */
static struct world
world_with_qos(enum datapath datapath)
{
    struct world world = world_of(datapath);

    world.policy.limit_by = LIMIT_BY_QOS;
    return world;
}

static void
a_guest_that_runs_has_qos(void **unused)
{
    struct world world = world_with_qos(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    bool waits = true;

    (void)unused;
    assert_int_equal(state.network.qos[VNET0], 1 << A);
    assert_int_equal(state.network.row[VNET0].qos, A + 1);
    assert_int_equal(state.network.port[VNET0].qos, 1);
    assert_int_equal(ovs_set_qos(&state, VNET0, A, &waits), 0);
    assert_false(waits);
    assert_false(ovs_vswitchd_is_behind(&world, &state));
}

/* facts, "Found of limits": it looks for a queue, and not at the port. */
static void
qos_that_is_there_is_not_set_again(void **unused)
{
    struct world world = world_with_qos(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    bool waits = true;

    (void)unused;
    assert_true(ovs_del_port(&world, &state, VNET0));
    assert_int_equal(state.network.qos[VNET0], 1 << A); /* a row of its own */
    assert_int_equal(ovs_set_qos(&state, VNET0, A, &waits), 0);
    assert_false(waits);
    assert_int_equal(ovs_set_qos(&state, VNET0, B, &waits), ENODEV);
    assert_int_equal(state.network.qos[VNET0], 1 << A);
}

static void
qos_is_of_a_guest_and_a_name(void **unused)
{
    struct world world = world_with_qos(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    bool waits;

    (void)unused;
    assert_int_equal(ovs_set_qos(&state, VNET0, B, &waits), 0);
    assert_true(waits);
    assert_int_equal(state.network.row[VNET0].qos, B + 1);
    assert_false(ovs_clear_qos(&state, VNET1, A));
    assert_true(ovs_clear_qos(&state, VNET0, A)); /* and nothing of B's */
    assert_int_equal(state.network.row[VNET0].qos, B + 1);
    assert_int_equal(state.network.qos[VNET0], 1 << B);
    assert_true(limited_after(&world, state, false));
    assert_true(ovs_clear_qos(&state, VNET0, B));
    assert_false(ovs_clear_qos(&state, VNET0, B));
    assert_true(ovs_vswitchd_is_behind(&world, &state));
    assert_false(limited_after(&world, state, false));
}

static void
a_port_that_is_made_is_limited_by_its_rows_qos(void **unused)
{
    (void)unused;
    for (unsigned datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = world_with_qos((enum datapath)datapath);
        struct state state = initial_of(&world);

        assert_true(limited_after(&world, state, true));
        state.network.port[VNET0] = (struct port){0};
        state.network.device[VNET0].limit = 0;
        assert_true(limited_after(&world, state, false));
        assert_true(limited_after(&world, state, true));
    }
}

/* What tc has taken away is set again by a new ovs-vswitchd alone. */
static void
a_port_that_stays_is_not_limited_again(void **unused)
{
    struct world world = world_with_qos(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(kernel_limit(&state, VNET0, false), 0);
    assert_false(ovs_vswitchd_is_behind(&world, &state));
    assert_false(limited_after(&world, state, false));
    assert_true(limited_after(&world, state, true));
}

/* The netdev that ovs-vswitchd has of it remembers a qdisc which its device had. */
static void
a_stale_ports_qos_is_that_of_the_dead_device(void **unused)
{
    struct world world = world_with_qos(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.port[VNET0].life = PORT_STALE;
    state.network.device[VNET0].limit = 0; /* a new one */
    assert_false(limited_after(&world, state, false));
    state.network.device[VNET0].limit = 1; /* by tc */
    assert_true(ovs_clear_qos(&state, VNET0, A));
    assert_false(limited_after(&world, state, false));
    state.network.device[VNET0] = (struct device){0};
    ovs_vswitchd_run(&world, &state);
    assert_int_equal(state.network.port[VNET0].qos, 1); /* nor has it come to that */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_limit_takes_the_place_of_the_first),
        cmocka_unit_test(a_port_that_is_made_clears_it),
        cmocka_unit_test(a_device_of_another_bridge_keeps_it),
        cmocka_unit_test(a_stale_port_leaves_it),
        cmocka_unit_test(a_new_ovs_vswitchd_clears_those_of_its_ports),
        cmocka_unit_test(a_guest_that_runs_has_qos),
        cmocka_unit_test(qos_that_is_there_is_not_set_again),
        cmocka_unit_test(qos_is_of_a_guest_and_a_name),
        cmocka_unit_test(a_port_that_is_made_is_limited_by_its_rows_qos),
        cmocka_unit_test(a_port_that_stays_is_not_limited_again),
        cmocka_unit_test(a_stale_ports_qos_is_that_of_the_dead_device),
    };

    return cmocka_run_group_tests_name("bandwidth", tests, NULL, NULL);
}
