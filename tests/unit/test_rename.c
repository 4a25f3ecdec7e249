/* Devices that are renamed (docs/model-kernel.md, "Names that change"): what follows the device,
 * what stays with the name, and what becomes of the port on the userspace datapath. */
#include "tests/unit/renamed.h"
#include "tests/unit/round_trip.h"

#include "sim/kernel.h"
#include "sim/layout.h"
#include "sim/rename.h"

#include <errno.h>

static void
it_fails_as_the_kernel_does(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    world.third_party[0].name[1] = VNET3; /* there is none */
    event = play(&world, &state, "o");
    assert_int_equal(event.kind, EVENT_RENAME);
    assert_int_equal(event.op.name, VNET0);
    assert_int_equal(event.to, FIXED);
    assert_int_equal(event.outcome.error, 0);
    assert_int_equal(event.violated, 0);
    assert_int_equal(play(&world, &state, "o").outcome.error, ENODEV);
    for (int kind = DEVICE_TAP; kind <= DEVICE_MACVTAP; kind++) {
        struct state before;

        state.network.device[VNET1] = (struct device){.kind = (uint8_t)kind, .owner = THIRD_PARTY};
        before = state;
        assert_int_equal(rename_device(&world, &state, FIXED, VNET1), EEXIST);
        assert_memory_equal(&before, &state, sizeof state);
    }
}

static void
all_that_is_the_devices_goes_along(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    struct device all = {.kind = DEVICE_TAP,
                         .owner = A + 1,
                         .holders = HOLDER_QEMU,
                         .mac = A + 1,
                         .up = 1,
                         .master = LB0,
                         .persist = 1,
                         .limit = 1};

    (void)unused;
    state.network.device[VNET0] = all;
    state.network.opened[B] = state.network.leaked[B] = VNET0;
    state.network.tap[C] = state.network.opened[C] = VNET1;
    assert_int_equal(rename_device(&world, &state, VNET0, FIXED), 0);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_memory_equal(&state.network.device[FIXED], &all, sizeof all);
    assert_int_equal(state.network.tap[A], FIXED);
    assert_int_equal(state.network.opened[B], FIXED);
    assert_int_equal(state.network.leaked[B], FIXED);
    assert_int_equal(state.network.tap[C], VNET1);
    assert_int_equal(state.network.opened[C], VNET1);
    assert_int_equal(state.control.daemon.record[A].name, VNET0); /* whom nobody tells */
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    assert_int_equal(state.network.row[FIXED].bridge, 0);
    assert_true(state.network.filter[VNET0] != 0 && state.network.filter[FIXED] == 0);
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_FILTER)) != 0);
}

static void
back_before_the_run_is_as_if_nothing_had_been(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = renamed((enum datapath)datapath);
        struct state state = initial_of(&world), before = state;

        play(&world, &state, "oo");
        before.control.third_party[0] = 2;
        assert_memory_equal(&before, &state, sizeof state);
    }
}

/* On the userspace datapath the port goes on with its device, until another one has the name. */
static void
the_userspace_datapath_goes_on(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "o");
    assert_false(is_lost(&world, &state));
    assert_false(can_step(&world, &state, 'v'));
    assert_false(kernel_on_ovs_system(&world, &state, FIXED));
    assert_int_equal(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT), 0);

    play(&world, &state, "b");
    assert_int_equal(state.network.tap[A], FIXED);
    assert_int_equal(state.network.opened[B], VNET0);
    assert_true(is_lost(&world, &state));
    assert_true(oracle_heard(&world, &state, A));
    assert_false(oracle_reached(&world, &state, A));
    play(&world, &state, "b");
    assert_true((play(&world, &state, "b").violated & ORACLE_BIT(ORACLE_FOREIGN_DELETE)) != 0);
    play(&world, &state, "vbbb"); /* one transaction, which leaves the port alone */
    assert_true(oracle_reached(&world, &state, B));
    assert_false(oracle_heard(&world, &state, B));

    assert_int_equal(kernel_delete(&world, &state, VNET0), 0);
    assert_int_equal(state.network.tap[B], IFNAME_NONE);
    assert_false(oracle_reached(&world, &state, A)); /* nobody has said where it is */
    play(&world, &state, "o");
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_true(oracle_reached(&world, &state, A) && oracle_heard(&world, &state, A));
}

/* A port sends to the last device of its name, wherever that is: be it on another bridge's. */
static void
the_last_one_of_the_name_is_sent_to(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    world.nic[B].bridge = BR1;
    play(&world, &state, "ob");
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK)) != 0);
    assert_int_equal(rename_device(&world, &state, VNET0, MYTAP0), 0);
    assert_int_equal(ovs_sends_to(&world, &state.network.port[VNET0], VNET0), MYTAP0);
    assert_int_equal(ovs_receives_from(&state.network.port[VNET0], VNET0), FIXED);
    assert_int_equal(rename_device(&world, &state, MYTAP0, MYTAP1), 0);
    assert_int_equal(ovs_sends_to(&world, &state.network.port[VNET0], VNET0), MYTAP1);
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK)) != 0);
    assert_int_equal(kernel_delete(&world, &state, MYTAP1), 0);
    assert_int_equal(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK), 0);
    play(&world, &state, "aA");
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    assert_int_equal(state.network.port[VNET0].receives_from, IFNAME_NONE);
}

/* What ovs-vswitchd remembers is what was last said of the name: the end of a device that has
 * another one by then is not. */
static void
a_death_elsewhere_is_not_remembered(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world), read;

    (void)unused;
    play(&world, &state, "oaA");
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_UP);
    assert_false(can_step(&world, &state, 'v'));
    assert_int_equal(kernel_create_other(&world, &state, VNET0), 0);
    read = state;
    play(&world, &read, "v");
    assert_int_equal(read.network.port[VNET0].remembered, REMEMBERS_NOTHING);
    state.network.row[VNET0] = (struct row){0};
    play(&world, &state, "v");
    assert_int_equal(state.network.device[VNET0].up, 1); /* which its owner has not set up */
}

/* A device that another port has made promiscuous is remembered by the port whose name it takes,
 * and a port made of it has nothing to take back. */
static void
promiscuous_devices_are_somebodys_already(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world), stale;

    (void)unused;
    state.network.row[FIXED] = (struct row){.bridge = BR1, .uuid = ROW_LEFTOVER};
    play(&world, &state, "ov");
    assert_int_equal(state.network.port[FIXED].life, PORT_LIVE);
    assert_int_equal(state.network.port[FIXED].was_promiscuous, 1);
    assert_int_equal(state.network.port[FIXED].remembered, REMEMBERS_NOTHING);
    assert_int_equal(state.network.port[VNET0].life, PORT_AWAY);

    stale = initial_of(&world);
    stale.network.port[FIXED] = (struct port){.bridge = BR0, .life = PORT_STALE};
    stale.network.row[FIXED] = (struct row){.bridge = BR0, .uuid = ROW_LEFTOVER};
    play(&world, &stale, "ov");
    assert_int_equal(stale.network.port[FIXED].life, PORT_STALE);
    assert_int_equal(stale.network.port[FIXED].remembered, REMEMBERS_UP);
    stale.network.row[FIXED] = (struct row){0};
    play(&world, &stale, "v");
    assert_int_equal(stale.network.device[FIXED].promiscuous, 0);
}

/* What is said of the name when such a device dies under it. */
static void
a_promiscuous_devices_death_is_remembered(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.port[FIXED] = (struct port){.bridge = BR0, .life = PORT_STALE};
    state.network.row[FIXED] = (struct row){.bridge = BR0, .uuid = ROW_LEFTOVER};
    play(&world, &state, "ov");
    assert_int_equal(kernel_delete(&world, &state, FIXED), 0);
    play(&world, &state, "v");
    assert_int_equal(state.network.port[FIXED].remembered, REMEMBERS_DOWN);
    assert_int_equal(state.network.port[VNET0].remembered,
                     REMEMBERS_UP); /* of which nobody has told */
}

/* Where ports are wired by their iface-ids, a port whose row is another's leads to another network.
 */
static void
a_port_with_anothers_row_is_no_attachment(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state;

    (void)unused;
    world.wired[BR0 - 1] = 1;
    state = initial_of(&world);
    play(&world, &state, "o");
    assert_false(is_lost(&world, &state));
    state.network.row[VNET0].owner = B + 1;
    assert_true(is_lost(&world, &state));
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK)) != 0);
}

/* A guest that shares another one's tap remembers it by whose it is, until it dies. */
static void
what_is_remembered_of_it_is_cut_off(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state;

    (void)unused;
    world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
    state = initial_of(&world);
    assert_int_equal(kernel_create(&world, &state, VNET0, B + 1, true), 0);
    state.control.daemon.record[B].name = VNET0;
    state.control.daemon.record[B].tap = device_incarnation(&state.network.device[VNET0]);
    assert_int_equal(rename_device(&world, &state, VNET0, FIXED), 0);
    assert_int_equal(kernel_delete(&world, &state, FIXED), 0);
    assert_int_equal(state.control.daemon.record[B].tap, TAP_GONE);
    assert_int_equal(state.network.opened[B], IFNAME_NONE);
}

/* All of it survives packing; and takes no room where nothing is renamed. */
static void
it_is_packed_where_it_is(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = renamed((enum datapath)datapath), still = world;
        struct layout layout, smaller;

        assert_true(walk_round_trips(&world) > 100);
        still.third_party[0].command[0] = still.third_party[0].command[1] = THIRD_PARTY_DELETE;
        layout_make(&layout, &world);
        layout_make(&smaller, &still);
        assert_true(smaller.fields < layout.fields);
        for (unsigned i = 0; i < smaller.fields; i++) {
            assert_int_not_equal(smaller.field[i].offset,
                                 offsetof(struct state, network.port[FIXED].receives_from));
            assert_int_not_equal(smaller.field[i].offset,
                                 offsetof(struct state, network.port[FIXED].sends_to));
            assert_int_not_equal(smaller.field[i].offset,
                                 offsetof(struct state, network.device[FIXED].stuck));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fails_as_the_kernel_does),
        cmocka_unit_test(all_that_is_the_devices_goes_along),
        cmocka_unit_test(back_before_the_run_is_as_if_nothing_had_been),
        cmocka_unit_test(the_userspace_datapath_goes_on),
        cmocka_unit_test(the_last_one_of_the_name_is_sent_to),
        cmocka_unit_test(a_death_elsewhere_is_not_remembered),
        cmocka_unit_test(promiscuous_devices_are_somebodys_already),
        cmocka_unit_test(a_promiscuous_devices_death_is_remembered),
        cmocka_unit_test(a_port_with_anothers_row_is_no_attachment),
        cmocka_unit_test(what_is_remembered_of_it_is_cut_off),
        cmocka_unit_test(it_is_packed_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
