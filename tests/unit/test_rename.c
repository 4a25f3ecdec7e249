/* Devices that are renamed (docs/model.md, "Names that change"): what follows the device, what
 * stays with the name, and what becomes of the port on either datapath.  ovs-issues#284. */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

#include "sim/kernel.h"
#include "sim/layout.h"
#include "sim/rename.h"

#include <errno.h>

/* The race of mail 000 on that datapath, and an administrator who renames vnet0 to the fixed name,
 * and back. */
static struct world
renamed(enum datapath datapath)
{
    struct world world = reported_race("libvirt-6.6");

    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)datapath;
    world.outsiders = 1;
    world.outsider[0] = (struct outsider){.verbs = 2,
                                          .verb = {OUTSIDER_RENAME, OUTSIDER_RENAME},
                                          .name = {VNET0, FIXED},
                                          .to = {FIXED, VNET0}};
    return world;
}

static bool
is_lost(const struct world *world, const struct state *state)
{
    return (oracle_judge_state(world, state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0;
}

static void
it_fails_as_the_kernel_does(void **unused)
{
    struct world world = renamed(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    world.outsider[0].name[1] = VNET3; /* there is none */
    event = play(&world, &state, "o");
    assert_int_equal(event.kind, EVENT_RENAME);
    assert_int_equal(event.op.name, VNET0);
    assert_int_equal(event.op.token, FIXED);
    assert_int_equal(event.outcome.error, 0);
    assert_int_equal(event.violated, 0);
    assert_int_equal(play(&world, &state, "o").outcome.error, ENODEV);
    for (int kind = DEVICE_TAP; kind <= DEVICE_MACVTAP; kind++) {
        struct state before;

        state.device[VNET1] = (struct device){.kind = (uint8_t)kind, .owner = OTHERS};
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
    state.device[VNET0] = all;
    state.opened[B] = state.leaked[B] = VNET0;
    state.process[C].tap = state.opened[C] = VNET1;
    assert_int_equal(rename_device(&world, &state, VNET0, FIXED), 0);
    assert_int_equal(state.device[VNET0].kind, DEVICE_NONE);
    assert_memory_equal(&state.device[FIXED], &all, sizeof all);
    assert_int_equal(state.process[A].tap, FIXED);
    assert_int_equal(state.opened[B], FIXED);
    assert_int_equal(state.leaked[B], FIXED);
    assert_int_equal(state.process[C].tap, VNET1);
    assert_int_equal(state.opened[C], VNET1);
    assert_int_equal(state.daemon.domain[A].name, VNET0); /* whom nobody tells */
    assert_int_equal(state.row[VNET0].bridge, BR0);
    assert_int_equal(state.row[FIXED].bridge, 0);
    assert_true(state.filter[VNET0] != 0 && state.filter[FIXED] == 0);
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_FILTER)) != 0);
}

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
    assert_int_equal(state.port[VNET0].life, PORT_AWAY);
    assert_false(is_lost(&world, &state)); /* the kernel forwards what it has flows for */
    assert_true(kernel_on_ovs_system(&world, &state, FIXED));
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "v");
    assert_int_equal(state.port[VNET0].life, PORT_NONE);
    assert_int_equal(state.device[FIXED].stuck, VNET0);
    assert_true(is_lost(&world, &state));
    assert_false(can_step(&world, &state, 'v'));
    assert_int_equal(kernel_bridge_add(&world, &state, FIXED, LB0), EBUSY);

    assert_int_equal(add_port_of(&world, &state, FIXED, BR0, A + 1, OVS_ADD_DEL_ADD, &waits), 0);
    assert_false(ovs_vswitchd_is_behind(&world, &state)); /* "File exists" */
    assert_true(is_lost(&world, &state));
    play(&world, &state, "o"); /* back */
    assert_false(is_lost(&world, &state));
    play(&world, &state, "v");
    assert_int_equal(state.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.device[VNET0].stuck, IFNAME_NONE);
    assert_false(is_lost(&world, &state));
}

static void
back_before_the_run_is_as_if_nothing_had_been(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = renamed((enum datapath)datapath);
        struct state state = initial_of(&world), before = state;

        play(&world, &state, "oo");
        before.outsider[0] = 2;
        assert_memory_equal(&before, &state, sizeof state);
    }
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
    assert_int_equal(lost.port[VNET0].life, PORT_LIVE);
    assert_int_equal(lost.device[FIXED].stuck, VNET0);

    assert_int_equal(kernel_create_other(&world, &state, VNET0), 0);
    play(&world, &state, "v");
    assert_int_equal(state.port[VNET0].life, PORT_LIVE);
    assert_int_equal(state.device[FIXED].stuck, IFNAME_NONE);
    assert_false(kernel_on_ovs_system(&world, &state, FIXED));

    assert_int_equal(kernel_create_other(&world, &left, VNET0), 0); /* but without a row there */
    left.row[VNET0] = (struct row){0};
    play(&world, &left, "v");
    assert_int_equal(left.device[FIXED].stuck, VNET0);
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
    assert_int_equal(stuck.device[FIXED].stuck, IFNAME_NONE);
    stuck = away;
    ovs_vswitchd_restart(&world, &stuck);
    assert_int_equal(stuck.port[VNET0].life, PORT_NONE);
    assert_int_equal(stuck.device[FIXED].stuck, IFNAME_NONE);
    play(&world, &away, "aA");
    assert_int_equal(away.device[FIXED].kind, DEVICE_NONE);
    assert_int_equal(away.port[VNET0].life, PORT_NONE);
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
    assert_int_equal(state.process[A].tap, FIXED);
    assert_int_equal(state.opened[B], VNET0);
    assert_true(is_lost(&world, &state));
    assert_true(oracle_heard(&world, &state, A));
    assert_false(oracle_reached(&world, &state, A));
    play(&world, &state, "b");
    assert_true((play(&world, &state, "b").violated & ORACLE_BIT(ORACLE_FOREIGN_DELETE)) != 0);
    play(&world, &state, "vbbb"); /* one transaction, which leaves the port alone */
    assert_true(oracle_reached(&world, &state, B));
    assert_false(oracle_heard(&world, &state, B));

    assert_int_equal(kernel_delete(&world, &state, VNET0), 0);
    assert_int_equal(state.process[B].tap, IFNAME_NONE);
    assert_false(oracle_reached(&world, &state, A)); /* nobody has said where it is */
    play(&world, &state, "o");
    assert_int_equal(state.port[VNET0].life, PORT_LIVE);
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
    assert_int_equal(ovs_sends(&world, &state.port[VNET0], VNET0), MYTAP0);
    assert_int_equal(ovs_hears(&state.port[VNET0], VNET0), FIXED);
    assert_int_equal(rename_device(&world, &state, MYTAP0, MYTAP1), 0);
    assert_int_equal(ovs_sends(&world, &state.port[VNET0], VNET0), MYTAP1);
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK)) != 0);
    assert_int_equal(kernel_delete(&world, &state, MYTAP1), 0);
    assert_int_equal(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK), 0);
    play(&world, &state, "aA");
    assert_int_equal(state.port[VNET0].life, PORT_STALE);
    assert_int_equal(state.port[VNET0].at, IFNAME_NONE);
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
    assert_int_equal(state.port[VNET0].life, PORT_STALE);
    assert_int_equal(state.port[VNET0].remembered, REMEMBERS_UP);
    assert_false(can_step(&world, &state, 'v'));
    assert_int_equal(kernel_create_other(&world, &state, VNET0), 0);
    read = state;
    play(&world, &read, "v");
    assert_int_equal(read.port[VNET0].remembered, REMEMBERS_NOTHING);
    state.row[VNET0] = (struct row){0};
    play(&world, &state, "v");
    assert_int_equal(state.device[VNET0].up, 1); /* which its owner has not set up */
}

/* A device that another port has made promiscuous is remembered by the port whose name it takes,
 * and a port made of it has nothing to take back. */
static void
promiscuous_devices_are_somebodys_already(void **unused)
{
    struct world world = renamed(DATAPATH_NETDEV);
    struct state state = initial_of(&world), stale;

    (void)unused;
    state.row[FIXED] = (struct row){.bridge = BR1, .uuid = ROW_LEFT};
    play(&world, &state, "ov");
    assert_int_equal(state.port[FIXED].life, PORT_LIVE);
    assert_int_equal(state.port[FIXED].inherited, 1);
    assert_int_equal(state.port[FIXED].remembered, REMEMBERS_NOTHING);
    assert_int_equal(state.port[VNET0].life, PORT_AWAY);

    stale = initial_of(&world);
    stale.port[FIXED] = (struct port){.bridge = BR0, .life = PORT_STALE};
    stale.row[FIXED] = (struct row){.bridge = BR0, .uuid = ROW_LEFT};
    play(&world, &stale, "ov");
    assert_int_equal(stale.port[FIXED].life, PORT_STALE);
    assert_int_equal(stale.port[FIXED].remembered, REMEMBERS_UP);
    stale.row[FIXED] = (struct row){0};
    play(&world, &stale, "v");
    assert_int_equal(stale.device[FIXED].promiscuous, 0);
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
    state.daemon.domain[B].name = VNET0;
    state.daemon.domain[B].tap = world_incarnation(&state.device[VNET0]);
    assert_int_equal(rename_device(&world, &state, VNET0, FIXED), 0);
    assert_int_equal(kernel_delete(&world, &state, FIXED), 0);
    assert_int_equal(state.daemon.domain[B].tap, TAP_GONE);
    assert_int_equal(state.opened[B], IFNAME_NONE);
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
        still.outsider[0].verb[0] = still.outsider[0].verb[1] = OUTSIDER_DELETE;
        layout_make(&layout, &world);
        layout_make(&smaller, &still);
        assert_true(smaller.fields < layout.fields);
        for (unsigned i = 0; i < smaller.fields; i++) {
            assert_int_not_equal(smaller.field[i].offset, offsetof(struct state, port[FIXED].at));
            assert_int_not_equal(smaller.field[i].offset, offsetof(struct state, port[FIXED].to));
            assert_int_not_equal(smaller.field[i].offset,
                                 offsetof(struct state, device[FIXED].stuck));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fails_as_the_kernel_does),
        cmocka_unit_test(all_that_is_the_devices_goes_along),
        cmocka_unit_test(the_systems_datapath_loses_the_port),
        cmocka_unit_test(back_before_the_run_is_as_if_nothing_had_been),
        cmocka_unit_test(an_heir_in_the_same_run_frees_it),
        cmocka_unit_test(a_restart_and_a_death_end_it),
        cmocka_unit_test(the_userspace_datapath_goes_on),
        cmocka_unit_test(the_last_one_of_the_name_is_sent_to),
        cmocka_unit_test(a_death_elsewhere_is_not_remembered),
        cmocka_unit_test(promiscuous_devices_are_somebodys_already),
        cmocka_unit_test(what_is_remembered_of_it_is_cut_off),
        cmocka_unit_test(it_is_packed_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
