/* Devices that are renamed while they are ports of the kernel's datapath: ovs-issues#284, and
 * docs/model-kernel.md, "Names that change". */
#include "tests/unit/renamed.h"

#include "sim/kernel.h"
#include "sim/rename.h"

#include <errno.h>

/* The report: after the rename, ovs-vswitchd has lost the port, and the device is neither to be
 * taken off ovs-system nor to be added under its new name; back under the old one it is. */
static void
the_systems_datapath_loses_the_port(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    bool waits;

    (void)unused;
    play(&world, &state, "o");
    assert_int_equal(state.network.port[VNET0].life, PORT_AWAY);
    assert_false(is_lost(&world, &state)); /* the kernel forwards what it has flows for */
    assert_true(kernel_on_ovs_system(&world, &state, FIXED));
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_int_equal(state.network.device[FIXED].stuck, VNET0);
    assert_true(is_lost(&world, &state));
    assert_false(can_step(&world, &state, 'v'));
    assert_int_equal(kernel_bridge_add(&world, &state, FIXED, LB0), EBUSY);

    assert_int_equal(add_port_of(&world, &state, FIXED, BR0, A + 1, OVS_ADD_DEL_ADD, &waits), 0);
    assert_false(ovs_vswitchd_is_behind(&world, &state)); /* "File exists" */
    assert_true(is_lost(&world, &state));
    play(&world, &state, "o"); /* back */
    assert_false(is_lost(&world, &state));
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.network.device[VNET0].stuck, IFNAME_NONE);
    assert_false(is_lost(&world, &state));
}

/* Another device that takes the port's place in the same run sets the first one free. */
static void
an_heir_in_the_same_run_frees_it(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state = initial_of(&world), lost, left;

    (void)unused;
    play(&world, &state, "o");
    lost = left = state;
    play(&world, &lost, "v");
    assert_int_equal(kernel_create_other(&world, &lost, VNET0), 0); /* a run too late */
    play(&world, &lost, "v");
    assert_int_equal(lost.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(lost.network.device[FIXED].stuck, VNET0);

    assert_int_equal(kernel_create_other(&world, &state, VNET0), 0);
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.network.device[FIXED].stuck, IFNAME_NONE);
    assert_false(kernel_on_ovs_system(&world, &state, FIXED));

    assert_int_equal(kernel_create_other(&world, &left, VNET0), 0); /* but without a row there */
    left.network.row[VNET0] = (struct row){0};
    play(&world, &left, "v");
    assert_int_equal(left.network.device[FIXED].stuck, VNET0);
}

/* A new ovs-vswitchd removes what has no row; and what dies is in nobody's way. */
static void
a_restart_and_a_death_end_it(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state away, stuck;

    (void)unused;
    away = initial_of(&world);
    play(&world, &away, "o");
    stuck = away;
    play(&world, &stuck, "v");
    ovs_vswitchd_restart(&world, &stuck);
    assert_int_equal(stuck.network.device[FIXED].stuck, IFNAME_NONE);
    stuck = away;
    ovs_vswitchd_restart(&world, &stuck);
    assert_int_equal(stuck.network.port[VNET0].life, PORT_NONE);
    assert_int_equal(stuck.network.device[FIXED].stuck, IFNAME_NONE);
    play(&world, &away, "aA");
    assert_int_equal(away.network.device[FIXED].kind, DEVICE_NONE);
    assert_int_equal(away.network.port[VNET0].life, PORT_NONE);
}

/* Two that exchange names are lost both: neither is free to take the other's port. */
static void
an_heir_has_to_be_free(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state;

    (void)unused;
    world.running[B] = 1;
    world.commands[B] = 0;
    state = initial_of(&world);
    play(&world, &state, "o");
    assert_int_equal(rename_device(&world, &state, VNET1, VNET0), 0);
    play(&world, &state, "v");
    assert_int_equal(state.network.device[FIXED].stuck, VNET0);
    assert_int_equal(state.network.device[VNET0].stuck, VNET1);
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_false(can_step(&world, &state, 'v'));
}

/* A row that has gone to the userspace datapath meanwhile has no vport there: the device stays. */
static void
a_row_of_the_other_datapath_frees_nothing(void **unused)
{
    (void)unused;
    for (unsigned netdev = 0; netdev < 2; netdev++) {
        struct world world = renamed(DATAPATH_SYSTEM);
        struct state state = initial_of(&world);

        play(&world, &state, "o");
        world.datapath[BR1 - 1] = netdev ? DATAPATH_NETDEV : DATAPATH_SYSTEM;
        state.network.row[VNET0].bridge = BR1;
        rename_lose(&world, &state, VNET0, true);
        assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
        assert_int_equal(state.network.device[FIXED].stuck, netdev ? VNET0 : IFNAME_NONE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_systems_datapath_loses_the_port),
        cmocka_unit_test(an_heir_in_the_same_run_frees_it),
        cmocka_unit_test(a_restart_and_a_death_end_it),
        cmocka_unit_test(an_heir_has_to_be_free),
        cmocka_unit_test(a_row_of_the_other_datapath_frees_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
