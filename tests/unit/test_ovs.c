/* Simulated Open vSwitch: rows are what is wanted, ports what is (facts 3, docs/model-ovs.md). */
#include "tests/unit/fixture.h"

#include "sim/kernel.h"

#include <errno.h>

/* The rows' functions look through a world's guests: who remembers a row that goes? */
static const struct world anybody = {.guests = MAX_GUESTS};

#define add_port(...) add_port_of(&anybody, __VA_ARGS__)
static struct world
world_of(enum datapath datapath)
{
    struct world world = reported_race("libvirt-6.6");

    world.datapath[BR0 - 1] = (uint8_t)datapath;
    world.datapath[BR1 - 1] = (uint8_t)datapath;
    return world;
}

/* A state with nothing but a row of guest a's on br0, and its port. */
static struct state
row_and_port(enum port_life life)
{
    struct state state = {0};

    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.port[VNET0] =
        (struct port){.bridge = life == PORT_NONE ? 0 : BR0, .life = (uint8_t)life};
    return state;
}

static void
give_tap(struct state *state, uint8_t owner)
{
    state->network.device[VNET0] =
        (struct device){.kind = DEVICE_TAP, .owner = owner, .holders = HOLDER_DAEMON};
}

static void
expect_row(const struct state *state, uint8_t bridge, uint8_t uuid, uint8_t owner)
{
    assert_int_equal(state->network.row[VNET0].bridge, bridge);
    assert_int_equal(state->network.row[VNET0].uuid, uuid);
    assert_int_equal(state->network.row[VNET0].owner, owner);
}

static void
expect_port(const struct state *state, uint8_t bridge, enum port_life life)
{
    assert_int_equal(state->network.port[VNET0].life, life);
    assert_int_equal(state->network.port[VNET0].bridge, bridge);
}

/* Facts 3: Port rows survive the device's death. */
static void
rows_outlive_devices(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = world_of((enum datapath)datapath);
        struct state state = initial_of(&world);

        play(&world, &state, "aAA");
        assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
        expect_row(&state, BR0, A + 1, A + 1);
    }
}

static void
a_plain_add_fails_if_there_is_a_row(void **unused)
{
    struct state state = row_and_port(PORT_NONE), before = state;
    bool waits = true;

    (void)unused;
    assert_int_equal(add_port(&state, VNET0, BR0, B + 1, OVS_ADD_PLAIN, &waits), EEXIST);
    assert_int_equal(add_port(&state, VNET0, BR1, B + 1, OVS_ADD_PLAIN, &waits), EEXIST);
    assert_false(waits); /* nothing was committed */
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(add_port(&state, VNET1, BR1, B + 1, OVS_ADD_PLAIN, &waits), 0);
    assert_true(waits);
    assert_int_equal(state.network.row[VNET1].bridge, BR1);
}

/* mail 000: "--if-exists del-port $ifname" in the command that adds: on whatever bridge it was. */
static void
del_add_replaces_any_row(void **unused)
{
    struct state state = row_and_port(PORT_NONE);
    bool waits;

    (void)unused;
    assert_int_equal(add_port(&state, VNET0, BR1, B + 1, OVS_ADD_DEL_ADD, &waits), 0);
    assert_true(waits);
    expect_row(&state, BR1, B + 1, B + 1);
    assert_int_equal(add_port(&state, VNET0, BR1, A + 1, OVS_ADD_DEL_ADD, &waits), 0);
    expect_row(&state, BR1, A + 1, A + 1);
}

/* Facts 3: --may-exist keeps the UUID, and is fatal only if the bridge differs; facts 1f: the
 * `set`s overwrite the row's external ids. */
static void
may_exist_adopts_a_row_on_its_bridge(void **unused)
{
    struct state state = row_and_port(PORT_NONE), before = state;
    bool waits = true;

    (void)unused;
    assert_int_equal(add_port(&state, VNET0, BR1, B + 1, OVS_ADD_MAY_EXIST, &waits), EEXIST);
    assert_false(waits);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(add_port(&state, VNET0, BR0, B + 1, OVS_ADD_MAY_EXIST, &waits), 0);
    assert_true(waits);
    expect_row(&state, BR0, A + 1, B + 1);
    assert_int_equal(add_port(&state, VNET1, BR1, B + 1, OVS_ADD_MAY_EXIST, &waits), 0);
    assert_int_equal(state.network.row[VNET1].uuid, B + 1);
}

/* docs/model-ovs.md: a call waits if its commit changed anything.  A guest that adopts its own row
 * writes the external ids that are there already (facts 3: equal across restarts of the same
 * guest). */
static void
adopting_its_own_row_changes_nothing(void **unused)
{
    struct state state = row_and_port(PORT_NONE), before = state;
    bool waits = true;

    (void)unused;
    assert_int_equal(add_port(&state, VNET0, BR0, A + 1, OVS_ADD_MAY_EXIST, &waits), 0);
    assert_memory_equal(&state, &before, sizeof state);
    assert_false(waits);
}

/* A thread waits for ovs-vswitchd only if its ovs-vsctl call changed something. */
static void
threads_wait_only_for_a_change(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    event = play(&world, &state, "aAAaa");
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_int_equal(event.outcome.waits, WAIT_VSWITCHD);
    assert_false(can_step(&world, &state, 'a'));
    play(&world, &state, "v");
    assert_true(can_step(&world, &state, 'a'));
    assert_false(can_step(&world, &state, 'v'));

    state = initial_of(&world);
    play(&world, &state, "aAAa");
    state.network.row[VNET0] = (struct row){0};
    event = play(&world, &state, "a");
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_int_equal(event.outcome.waits, WAIT_NONE);
    assert_true(can_step(&world, &state, 'a'));
    assert_false(can_step(&world, &state, 'v'));
}

/* Facts 3, "Auto re-bind": any new device called vnet0 is put on the stale row's bridge. */
static void
a_new_device_is_bound_to_a_stale_row(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);
    struct state state;

    (void)unused;
    world.nic[B].bridge = LB0;
    state = initial_of(&world);
    play(&world, &state, "aAA");
    assert_false(can_step(&world, &state, 'v')); /* a row without a device is nothing to do */
    play(&world, &state, "b");
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "v");
    expect_port(&state, BR0, PORT_LIVE);
    /* mail 000, problem 2: the new guest uses a Linux bridge, and the attachment fails. */
    assert_int_equal(play(&world, &state, "bb").outcome.error, EBUSY);
}

/* Facts 1e: IFLA_MASTER; if it is ovs-system, Open vSwitch is asked, which knows rows. */
static void
a_master_is_a_linux_bridge_or_the_rows(void **unused)
{
    struct world world = reported_race("reattach");
    struct state state;

    (void)unused;
    world.nic[B].bridge = LB0;
    state = initial_of(&world);
    play(&world, &state, "aAAbvb");
    assert_int_equal(play(&world, &state, "b").outcome.value, BR0);
    assert_int_equal(play(&world, &state, "b").op.kind, OP_DEL_PORT);

    state = initial_of(&world);
    play(&world, &state, "aAAbb"); /* nobody has bound it: it is on no bridge yet */
    assert_int_equal(play(&world, &state, "b").outcome.value, 0);
    state = initial_of(&world);
    play(&world, &state, "aAAbb");
    state.network.device[VNET0].master = LB1;
    assert_int_equal(play(&world, &state, "b").outcome.value, LB1);
    state = initial_of(&world);
    play(&world, &state, "aAAbb");
    state.network.device[VNET0] = (struct device){0};
    assert_int_equal(play(&world, &state, "b").outcome.error, ENODEV);
    /* A port of the netdev datapath is no master. */
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state = initial_of(&world);
    play(&world, &state, "aAAbb");
    state.network.port[VNET0].life = PORT_LIVE;
    assert_int_equal(play(&world, &state, "b").outcome.value, 0);
}

/* The order the other way round: on the Linux bridge first, and ovs-vswitchd cannot have it. */
static void
a_device_on_a_linux_bridge_is_not_bound(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);
    struct state state;

    (void)unused;
    world.nic[B].bridge = LB0;
    state = initial_of(&world);
    play(&world, &state, "aAAbbb");
    assert_int_equal(state.network.device[VNET0].master, LB0);
    assert_false(can_step(&world, &state, 'v'));
    world.datapath[BR0 - 1] =
        DATAPATH_NETDEV; /* facts 3d: on a Linux bridge and Open vSwitch at once */
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "v");
    expect_port(&state, BR0, PORT_LIVE);
}

/* Facts 3: the vport goes with its device, which takes the kernel's own time alone; the new device
 * waits for a run. */
static void
on_system_nothing_delays_the_binding(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAb");
    expect_port(&state, 0, PORT_NONE);
    assert_true(ovs_attached(&world, &state, VNET0, BR0, 0)); /* it will be */
    play(&world, &state, "v");
    expect_port(&state, BR0, PORT_LIVE);
}

/* Facts 3a and 3b: the death is not noticed; a new device of the name is sent to, but not heard. */
static void
on_netdev_a_stale_port_stays(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAA");
    expect_port(&state, BR0, PORT_STALE);
    play(&world, &state, "bv"); /* only link events to read: test_ovs_remembers.c */
    expect_port(&state, BR0, PORT_STALE);
    assert_false(ovs_attached(&world, &state, VNET0, BR0, 0));
}

/* Facts 3c: neither --may-exist nor del and add in one transaction repairs it; two do. */
static void
on_netdev_two_transactions_repair(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state;
    bool waits;

    (void)unused;
    for (int mode = OVS_ADD_DEL_ADD; mode <= OVS_ADD_MAY_EXIST; mode++) {
        state = row_and_port(PORT_STALE);
        give_tap(&state, B + 1);
        assert_int_equal(add_port(&state, VNET0, BR0, B + 1, (enum ovs_add)mode, &waits), 0);
        ovs_vswitchd_run(&world, &state);
        expect_port(&state, BR0, PORT_STALE);
        assert_false(ovs_attached(&world, &state, VNET0, BR0, 0));
    }
    state = row_and_port(PORT_STALE);
    give_tap(&state, B + 1);
    assert_true(ovs_del_port(&anybody, &state, VNET0));
    ovs_vswitchd_run(&world, &state);
    expect_port(&state, 0, PORT_NONE);
    assert_int_equal(add_port(&state, VNET0, BR0, B + 1, OVS_ADD_DEL_ADD, &waits), 0);
    ovs_vswitchd_run(&world, &state);
    expect_port(&state, BR0, PORT_LIVE);
}

/* docs/model-ovs.md: a port whose row is gone, or on another bridge, is removed, and in the same
 * run a port on the row's bridge appears. */
static void
a_run_moves_a_port_to_its_rows_bridge(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        for (int life = PORT_LIVE; life <= PORT_STALE; life++) {
            struct world world = world_of((enum datapath)datapath);
            struct state state = row_and_port((enum port_life)life);

            give_tap(&state, A + 1);
            state.network.row[VNET0].bridge = BR1;
            assert_true(ovs_vswitchd_is_behind(&world, &state));
            assert_true(ovs_attached(&world, &state, VNET0, BR1, 0));
            ovs_vswitchd_run(&world, &state);
            expect_port(&state, BR1, PORT_LIVE);
            assert_false(ovs_vswitchd_is_behind(&world, &state));
            state.network.row[VNET0] = (struct row){0};
            assert_true(ovs_vswitchd_is_behind(&world, &state));
            ovs_vswitchd_run(&world, &state);
            expect_port(&state, 0, PORT_NONE);
            assert_false(ovs_vswitchd_is_behind(&world, &state));
        }
    }
}

/* A run that is not behind changes nothing; one run is enough to catch up. */
static void
look_at_vswitchd(const struct world *world, const struct state *state, void *unused)
{
    struct state after = *state;

    (void)unused;
    ovs_vswitchd_run(world, &after);
    assert_int_equal(memcmp(&after, state, sizeof after) != 0,
                     ovs_vswitchd_is_behind(world, state));
    assert_false(ovs_vswitchd_is_behind(world, &after));
}

static void
vswitchd_runs_when_it_would_change_something(void **unused)
{
    (void)unused;
    for (uint8_t bridge = BR0; bridge <= BR1; bridge++) {
        for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
            struct world world = world_of((enum datapath)datapath);

            world.nic[B].bridge = bridge;
            assert_true(walk(&world, look_at_vswitchd, NULL) > 50);
            world.nic[A].name = world.nic[B].name = NAMES; /* the last name like the first */
            assert_true(walk(&world, look_at_vswitchd, NULL) > 50);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_outlive_devices),
        cmocka_unit_test(a_plain_add_fails_if_there_is_a_row),
        cmocka_unit_test(del_add_replaces_any_row),
        cmocka_unit_test(may_exist_adopts_a_row_on_its_bridge),
        cmocka_unit_test(adopting_its_own_row_changes_nothing),
        cmocka_unit_test(threads_wait_only_for_a_change),
        cmocka_unit_test(a_new_device_is_bound_to_a_stale_row),
        cmocka_unit_test(a_master_is_a_linux_bridge_or_the_rows),
        cmocka_unit_test(a_device_on_a_linux_bridge_is_not_bound),
        cmocka_unit_test(on_system_nothing_delays_the_binding),
        cmocka_unit_test(on_netdev_a_stale_port_stays),
        cmocka_unit_test(on_netdev_two_transactions_repair),
        cmocka_unit_test(a_run_moves_a_port_to_its_rows_bridge),
        cmocka_unit_test(vswitchd_runs_when_it_would_change_something),
    };

    return cmocka_run_group_tests_name("ovs", tests, NULL, NULL);
}
