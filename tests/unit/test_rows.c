/* What OVSDB has in a row besides its bridge: the tag, and rows that were left behind (facts 1f,
 * docs/model-ovs.md). */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

#include <errno.h>

enum { TAG = 2, OTHER_TAG = 1 };

/* Guest a starts on br0 with VLAN 2; vnet0's row is there from before, with VLAN 1. */
static struct world
left_behind(const char *policy)
{
    struct world world = world_under(policy);

    world.nic[add_guest(&world, BR0, false, "start")].vlan = TAG;
    world.leftover[VNET0] = (struct leftover_row){BR0, OTHER_TAG};
    return world;
}

static int
add(const struct world *world, struct state *state, enum ovs_add mode, uint8_t vlan, bool *waits)
{
    struct operation op = {.name = VNET0, .bridge = BR0, .add = (uint8_t)mode, .vlan = vlan};

    return ovs_add_port(world, state, op, A + 1, waits);
}

static void
a_row_left_behind_is_nobodys(void **unused)
{
    struct world world = left_behind("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    assert_int_equal(state.network.row[VNET0].vlan, OTHER_TAG);
    assert_int_equal(state.network.row[VNET0].owner, 0);
    assert_int_equal(state.network.row[VNET0].uuid, ROW_LEFTOVER);
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_false(can_step(&world, &state, 'v')); /* there is no device to bind */
    assert_int_equal(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT),
                     ORACLE_BIT(ORACLE_STALE_PORT));
}

/* A name has one device; a row of a device that is there is not left behind. */
static void
its_name_is_no_devices(void **unused)
{
    struct world world = left_behind("libvirt-6.6");
    struct state state;

    (void)unused;
    world.running[A] = 1;
    assert_int_equal(initial_state(&world, &state), VNET0);
    world.running[A] = 0;
    world.third_party_device[VNET0] = DEVICE_TAP;
    assert_int_equal(initial_state(&world, &state), VNET0);
}

/* "--may-exist returns before the tag is applied" (facts 1f). */
static void
an_adopted_row_keeps_its_tag(void **unused)
{
    static const struct {
        enum ovs_add mode;
        int error;
        uint8_t vlan;
    } expected[] = {
        {OVS_ADD_PLAIN, EEXIST, OTHER_TAG}, {OVS_ADD_DEL_ADD, 0, TAG},
        {OVS_ADD_MAY_EXIST, 0, OTHER_TAG},  {OVS_ADD_MAY_EXIST_SET, 0, TAG},
        {OVS_ADD_MAY_EXIST_TAG, 0, TAG},
    };
    struct world world = left_behind("libvirt-6.6");

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct state state = initial_of(&world);
        bool waits;

        assert_int_equal(add(&world, &state, expected[i].mode, TAG, &waits), expected[i].error);
        assert_int_equal(state.network.row[VNET0].vlan, expected[i].vlan);
        assert_int_equal(waits, expected[i].error == 0);
    }
}

/* Without a VLAN, may-exist-set has no tag to set; may-exist-tag clears what is there. */
static void
a_guest_without_a_vlan_keeps_or_clears_the_tag(void **unused)
{
    struct world world = left_behind("libvirt-6.6");
    struct state state = initial_of(&world);
    bool waits;

    (void)unused;
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST_SET, VLAN_NONE, &waits), 0);
    assert_int_equal(state.network.row[VNET0].vlan, OTHER_TAG);
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST_TAG, VLAN_NONE, &waits), 0);
    assert_int_equal(state.network.row[VNET0].vlan, VLAN_NONE);
}

/* A call that changes nothing does not wait; a tag alone is a change. */
static void
a_tag_that_is_set_is_a_change(void **unused)
{
    struct world world = left_behind("libvirt-6.6");
    struct state state = initial_of(&world);
    bool waits;

    (void)unused;
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST_TAG, TAG, &waits), 0);
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST_TAG, TAG, &waits), 0);
    assert_false(waits);
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST, OTHER_TAG, &waits), 0);
    assert_false(waits);
    assert_int_equal(add(&world, &state, OVS_ADD_MAY_EXIST_TAG, OTHER_TAG, &waits), 0);
    assert_true(waits);
}

/* The start's add-port carries its guest's VLAN. */
static void
a_start_asks_for_its_vlan(void **unused)
{
    struct world world = left_behind("libvirt-6.6");
    struct state state = initial_of(&world);
    struct event event = play(&world, &state, "aaa");

    (void)unused;
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(event.op.vlan, TAG);
    assert_int_equal(state.network.row[VNET0].vlan, TAG);
}

/* Ports get their tags in a run, live or stale. */
static void
a_port_gets_its_rows_tag_in_a_run(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        for (uint8_t life = PORT_LIVE; life <= PORT_STALE; life++) {
            struct world world = left_behind("libvirt-6.6");
            struct state state = {0};

            world.datapath[BR0 - 1] = (uint8_t)datapath;
            state.network.row[VNET0] =
                (struct row){.bridge = BR0, .uuid = ROW_LEFTOVER, .vlan = OTHER_TAG};
            state.network.port[VNET0] = (struct port){.bridge = BR0, .life = life};
            assert_true(ovs_vswitchd_is_behind(&world, &state));
            ovs_vswitchd_run(&world, &state);
            assert_int_equal(state.network.port[VNET0].vlan, OTHER_TAG);
            assert_int_equal(state.network.port[VNET0].life, life);
            assert_false(ovs_vswitchd_is_behind(&world, &state));
        }
    }
}

/* Guest a runs on br0 with VLAN 2: what its row and its port have, and what that means. */
static void
another_vlan_is_another_network(void **unused)
{
    static const struct {
        uint8_t row, port;
        bool lost, wrong;
    } expected[] = {
        {TAG, TAG, false, false},
        {TAG, OTHER_TAG, false, true}, /* the next run will mend it */
        {OTHER_TAG, OTHER_TAG, true, true},
        {VLAN_NONE, VLAN_NONE, true, true}, /* a trunk: everybody's frames */
        {VLAN_PARKED, VLAN_PARKED, true, false},
        {TAG, VLAN_PARKED, false, false},
    };
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    world.nic[add_guest(&world, BR0, true, "")].vlan = TAG;
    state = initial_of(&world);
    assert_int_equal(state.network.row[VNET0].vlan, TAG);
    assert_int_equal(state.network.port[VNET0].vlan, TAG);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        oracle_set violated;

        state.network.row[VNET0].vlan = expected[i].row;
        state.network.port[VNET0].vlan = expected[i].port;
        violated = oracle_judge_state(&world, &state);
        if ((violated >> ORACLE_LOST_ATTACHMENT & 1) != expected[i].lost ||
            (violated >> ORACLE_WRONG_NETWORK & 1) != expected[i].wrong) {
            fail_msg("line %zu of the table", i + 1);
        }
    }
}

/* What a half-dead port sends to the device of its name, it sends with its tag. */
static void
a_half_dead_port_has_a_vlan_too(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    world.nic[add_guest(&world, BR0, true, "")].vlan = TAG;
    state = initial_of(&world);
    state.network.port[VNET0].life = PORT_STALE;
    assert_true(oracle_reached(&world, &state, A));
    state.network.port[VNET0].vlan = OTHER_TAG;
    assert_false(oracle_reached(&world, &state, A));
    assert_true(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_WRONG_NETWORK));
}

/* Guest a runs with VLAN 2, and its tag is the agent's business. */
static void
the_agent_sets_tags_by_owner(void **unused)
{
    struct world world = world_under("libvirt-6.6,vlan-by=agent");
    struct state state;

    (void)unused;
    world.nic[add_guest(&world, BR0, true, "stop")].vlan = TAG;
    add_guest(&world, BR0, true, "");
    state = initial_of(&world);
    assert_false(can_step(&world, &state, 'g')); /* it has been there before */
    state.network.row[VNET0].vlan = OTHER_TAG;
    state.network.row[VNET1].vlan = OTHER_TAG; /* of a guest that has no VLAN: not the agent's */
    assert_true(can_step(&world, &state, 'g'));
    assert_int_equal(play(&world, &state, "g").kind, EVENT_SET_TAGS);
    assert_int_equal(state.network.row[VNET0].vlan, TAG);
    assert_int_equal(state.network.row[VNET1].vlan, OTHER_TAG);
    assert_false(can_step(&world, &state, 'g'));
    assert_int_equal(state.network.port[VNET0].vlan, TAG); /* a port's tag is ovs-vswitchd's */
    state.network.row[VNET0].vlan = OTHER_TAG;
    state.network.row[VNET0].owner = 0; /* nobody's */
    assert_false(can_step(&world, &state, 'g'));
}

/* The tag that comes with the row, and that the agent's step is still to come. */
static void
until_the_agent_has_come(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t first;
        bool wrong;
    } expected[] = {
        {"libvirt-6.6", TAG, false},
        {"libvirt-6.6,vlan-by=agent", VLAN_NONE, true},
        {"libvirt-6.6,vlan-by=parked", VLAN_PARKED, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_under(expected[i].policy);
        struct state state;
        oracle_set violated;

        world.nic[add_guest(&world, BR0, false, "start")].vlan = TAG;
        state = initial_of(&world);
        play(&world, &state, "aaa");
        assert_int_equal(state.network.row[VNET0].vlan, expected[i].first);
        play(&world, &state, "vaaa");
        assert_true(state_running(&state, A));
        violated = oracle_judge_state(&world, &state);
        assert_int_equal(violated >> ORACLE_WRONG_NETWORK & 1, expected[i].wrong);
        assert_int_equal(violated >> ORACLE_LOST_ATTACHMENT & 1, 0); /* the agent will mend it */
        if (i > 0) {
            play(&world, &state, "gv");
        }
        assert_int_equal(state.network.port[VNET0].vlan, TAG);
    }
}

/* Where ports are wired by their iface-ids, a row that is another's is another network. */
static void
another_ones_iface_id_is_another_network(void **unused)
{
    static const struct {
        uint8_t wired, owner, life; /* life: whose VM b is, too: 1 + that guest */
        bool wrong;
    } expected[] = {
        {0, 0, 0, false},     {0, A + 1, 0, false}, {0, B + 1, 0, false},     {1, 0, 0, true},
        {1, A + 1, 0, false}, {1, B + 1, 0, true},  {1, B + 1, 1 + A, false}, {1, 0, 1 + A, true},
    };
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        oracle_set violated;

        world.wired[BR0 - 1] = expected[i].wired;
        world.vm[B] = expected[i].life;
        state.network.row[VNET0].owner = expected[i].owner;
        violated = oracle_judge_state(&world, &state);
        if ((violated >> ORACLE_WRONG_NETWORK & 1) != expected[i].wrong ||
            (violated >> ORACLE_LOST_ATTACHMENT & 1) != expected[i].wrong) {
            fail_msg("line %zu of the table", i + 1);
        }
    }
    state.network.row[VNET0] = (struct row){0}; /* no row: no iface-id, and nothing wires it */
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    world.wired[BR1 - 1] = 1;
    state.network.row[VNET0] =
        (struct row){.bridge = BR1}; /* not its bridge's: it is to be removed */
    assert_int_equal(oracle_judge_state(&world, &state), 0);
}

/* A world without VLANs and rows left behind has no bit for them. */
static void
they_take_no_room_where_there_are_none(void **unused)
{
    struct world world = left_behind("libvirt-6.6,ovs-add=may-exist-tag");
    struct layout with, without;

    (void)unused;
    layout_make(&with, &world);
    assert_true(walk_round_trips(&world) > 5);
    world.nic[A].vlan = VLAN_NONE;
    world.leftover[VNET0] = (struct leftover_row){0};
    layout_make(&without, &world);
    /* A tag of each of 7 names' rows and ports; a UUID is wider, but no field of its own. */
    assert_int_equal(with.fields - without.fields, 2 * NAMES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_left_behind_is_nobodys),
        cmocka_unit_test(its_name_is_no_devices),
        cmocka_unit_test(an_adopted_row_keeps_its_tag),
        cmocka_unit_test(a_guest_without_a_vlan_keeps_or_clears_the_tag),
        cmocka_unit_test(a_tag_that_is_set_is_a_change),
        cmocka_unit_test(a_start_asks_for_its_vlan),
        cmocka_unit_test(a_port_gets_its_rows_tag_in_a_run),
        cmocka_unit_test(another_vlan_is_another_network),
        cmocka_unit_test(a_half_dead_port_has_a_vlan_too),
        cmocka_unit_test(the_agent_sets_tags_by_owner),
        cmocka_unit_test(until_the_agent_has_come),
        cmocka_unit_test(another_ones_iface_id_is_another_network),
        cmocka_unit_test(they_take_no_room_where_there_are_none),
    };

    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
