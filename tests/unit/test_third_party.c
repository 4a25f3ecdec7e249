/* An administrator, who deletes ports and bridges (docs/model-kernel.md, "Processes and taps"). */
#include "tests/unit/fixture.h"

#include "sim/kernel.h"
#include "sim/layout.h"

#include <errno.h>

/* The race of mail 000 on that bridge, and one command of an administrator's. */
static struct world
administered(uint8_t bridge, enum third_party_command command, uint8_t name, uint8_t deleted)
{
    struct world world = reported_race("libvirt-6.6");

    world.nic[A].bridge = world.nic[B].bridge = bridge;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){
        .commands = 1, .command = {(uint8_t)command}, .name = {name}, .bridge = {deleted}};
    return world;
}

static void
expect(struct event event, enum event_kind kind, int error, bool foreign)
{
    assert_int_equal(event.kind, kind);
    assert_int_equal(event.outcome.error, error);
    assert_int_equal(event.violated, foreign ? ORACLE_BIT(ORACLE_FOREIGN_DELETE) : 0);
}

static void
a_port_is_deleted_by_name(void **unused)
{
    struct world world = administered(BR0, THIRD_PARTY_DELETE_PORT, VNET0, 0);
    struct state state = initial_of(&world);

    (void)unused;
    expect(play(&world, &state, "o"), EVENT_DELETE_PORT, 0, true);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE); /* it waits for nobody */
    assert_false(can_step(&world, &state, 'o'));
    play(&world, &state, "v");
    assert_true(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
}

/* Nobody is robbed of a row whose device is gone, or of one that is not there. */
static void
a_row_of_nothing_is_nobodys_loss(void **unused)
{
    struct world world = administered(BR0, THIRD_PARTY_DELETE_PORT, VNET0, 0);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAA");
    expect(play(&world, &state, "o"), EVENT_DELETE_PORT, 0, false);
    state = initial_of(&world);
    play(&world, &state, "aAAb"); /* the device is B's by now, and the row is A's */
    expect(play(&world, &state, "o"), EVENT_DELETE_PORT, 0, false);
    world.third_party[0].name[0] = VNET1;
    state = initial_of(&world);
    expect(play(&world, &state, "o"), EVENT_DELETE_PORT, ENODEV, false);
}

static void
a_switch_takes_its_rows_along(void **unused)
{
    struct world world = administered(BR0, THIRD_PARTY_DELETE_BRIDGE, IFNAME_NONE, BR0);
    struct state state;

    (void)unused;
    world.leftover[VNET3] = (struct leftover_row){BR0, VLAN_NONE};
    world.leftover[VNET2] = (struct leftover_row){BR1, VLAN_NONE};
    state = initial_of(&world);
    expect(play(&world, &state, "o"), EVENT_DELETE_BRIDGE, 0, true);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(state.network.row[VNET3].bridge, 0);
    assert_int_equal(state.network.row[VNET2].bridge, BR1);
    assert_int_equal(state.network.bridge_gone[BR0 - 1], 1);
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
}

static void
nothing_is_added_to_a_switch_that_is_gone(void **unused)
{
    struct state state = {0}, before;
    struct world world = {.guests = MAX_GUESTS};
    bool waits;

    (void)unused;
    state.network.bridge_gone[BR0 - 1] = 1;
    state.network.row[VNET0] = (struct row){.bridge = BR1, .uuid = B + 1, .owner = B + 1};
    before = state;
    for (int mode = OVS_ADD_PLAIN; mode <= OVS_ADD_MAY_EXIST_TAG; mode++) {
        /* A row that is in the way is seen first; del-add has taken it out of it. */
        int expected = mode == OVS_ADD_DEL_ADD ? ENODEV : EEXIST;

        assert_int_equal(add_port_of(&world, &state, VNET0, BR0, A + 1, (enum ovs_add)mode, &waits),
                         expected);
        assert_int_equal(add_port_of(&world, &state, VNET1, BR0, A + 1, (enum ovs_add)mode, &waits),
                         ENODEV);
        assert_memory_equal(&state, &before, sizeof state); /* the whole transaction is given up */
    }
}

/* What a transaction that is given up would have replaced is nobody's loss. */
static void
a_start_on_a_switch_that_is_gone_fails(void **unused)
{
    struct world world = administered(BR0, THIRD_PARTY_DELETE_BRIDGE, IFNAME_NONE, BR1);
    struct state state;
    struct event event;

    (void)unused;
    world.nic[B].bridge = BR1;
    state = initial_of(&world);
    play(&world, &state, "obb");
    state.network.row[VNET1] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.device[VNET1].owner = A + 1;
    event = play(&world, &state, "b");
    expect(event, EVENT_OPERATION, ENODEV, false);
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(state.network.row[VNET1].bridge, BR0);
}

static void
a_linux_bridge_leaves_its_devices(void **unused)
{
    struct world world = administered(LB0, THIRD_PARTY_DELETE_BRIDGE, IFNAME_NONE, LB0);
    struct state state = initial_of(&world);

    (void)unused;
    expect(play(&world, &state, "o"), EVENT_DELETE_BRIDGE, 0, true);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET0].master, 0);
    assert_true(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), ENODEV);
    assert_int_equal(kernel_bridge_del(&state, VNET0, LB0), ENODEV);
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB1), 0);
}

/* A bridge without any device of a guest's may go. */
static void
an_empty_bridge_is_nobodys_loss(void **unused)
{
    (void)unused;
    for (uint8_t bridge = BR1; bridge <= LB1; bridge++) {
        struct world world = administered(BR0, THIRD_PARTY_DELETE_BRIDGE, IFNAME_NONE, bridge);
        struct state state = initial_of(&world);

        expect(play(&world, &state, "o"), EVENT_DELETE_BRIDGE, 0, false);
    }
}

static void
only_what_is_deleted_takes_room(void **unused)
{
    struct world world = administered(BR0, THIRD_PARTY_DELETE_BRIDGE, IFNAME_NONE, LB1);
    struct layout one, none;

    (void)unused;
    layout_make(&one, &world);
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE_PORT}, .name = {VNET0}};
    layout_make(&none, &world);
    assert_int_equal(one.fields - none.fields, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_is_deleted_by_name),
        cmocka_unit_test(a_row_of_nothing_is_nobodys_loss),
        cmocka_unit_test(a_switch_takes_its_rows_along),
        cmocka_unit_test(nothing_is_added_to_a_switch_that_is_gone),
        cmocka_unit_test(a_start_on_a_switch_that_is_gone_fails),
        cmocka_unit_test(a_linux_bridge_leaves_its_devices),
        cmocka_unit_test(an_empty_bridge_is_nobodys_loss),
        cmocka_unit_test(only_what_is_deleted_takes_room),
    };

    return cmocka_run_group_tests_name("third_party", tests, NULL, NULL);
}
