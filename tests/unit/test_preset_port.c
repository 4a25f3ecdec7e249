/* An administrator's tap that is a port of an Open vSwitch bridge before anything begins
 * (docs/model-kernel.md, "Persistent taps"): whose its row is, and where it belongs. */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

#include <errno.h>

enum { TAG = 2 };

/* Guest a's device has the name of a tap that has been put on br0; a belongs on `bridge`. */
static struct world
put_on_br0(const char *policy, uint8_t bridge, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, bridge, false, commands);
    world.nic[A].name = FIXED;
    world.preset[FIXED] = (struct preset){.present = 1, .bridge = BR0};
    return world;
}

static bool
ends_in(const struct world *world, const struct state *state, enum oracle oracle)
{
    return (oracle_judge_end(world, state) & ORACLE_BIT(oracle)) != 0;
}

static bool
is(struct event event, enum oracle oracle)
{
    return (event.violated & ORACLE_BIT(oracle)) != 0;
}

static void
it_is_a_port_from_the_beginning(void **unused)
{
    struct world world = put_on_br0("libvirt-6.6", BR0, "");
    struct state state;

    (void)unused;
    world.preset[FIXED].vlan = TAG;
    for (uint8_t datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        world.datapath[BR0 - 1] = datapath;
        world.faults[FAULT_VSWITCHD_RESTART] = datapath;
        state = initial_of(&world);
        assert_int_equal(state.network.row[FIXED].bridge, BR0);
        assert_int_equal(state.network.row[FIXED].owner, 0);
        assert_int_equal(state.network.row[FIXED].uuid, ROW_LEFTOVER);
        assert_int_equal(state.network.row[FIXED].vlan, TAG);
        assert_int_equal(state.network.port[FIXED].life, PORT_LIVE);
        assert_int_equal(state.network.port[FIXED].bridge, BR0);
        assert_int_equal(state.network.port[FIXED].vlan, TAG);
        assert_int_equal(state.network.port[FIXED].remembered,
                         datapath == DATAPATH_NETDEV ? REMEMBERS_UP : REMEMBERS_NOTHING);
        assert_int_equal(state.network.device[FIXED].promiscuous, datapath == DATAPATH_NETDEV);
        assert_int_equal(state.network.device[FIXED].master, 0);
        assert_false(can_step(&world, &state, 'v'));
        assert_int_equal(oracle_judge_state(&world, &state), 0);
        assert_int_equal(oracle_judge_end(&world, &state), 0);
    }
    assert_true(world_has_vlans(&world));
    world.preset[FIXED].bridge = LB0;
    state = initial_of(&world);
    assert_int_equal(state.network.row[FIXED].bridge, 0);
    assert_int_equal(state.network.device[FIXED].master, LB0);
}

/* Whoever has it open has it as a port: plugged in by whatever add-port, or by none. */
static void
a_start_takes_its_row_over(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t uuid;
    } expected[] = {{"libvirt-6.6", A + 1}, {"libvirt-6.6,ovs-add=may-exist", ROW_LEFTOVER}};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct world world = put_on_br0(expected[i].policy, BR0, "start stop");
        struct state state = initial_of(&world);

        assert_int_equal(play(&world, &state, "aa").op.kind, OP_SET_MAC);
        assert_false(is(play(&world, &state, "a"), ORACLE_FOREIGN_DELETE));
        assert_int_equal(state.network.row[FIXED].uuid, expected[i].uuid);
        assert_int_equal(state.network.row[FIXED].owner, A + 1);
        assert_int_equal(state.network.port[FIXED].life, PORT_LIVE);
        play(&world, &state, "vaaa");
        assert_true(state_running(&state, A));
        assert_int_equal(oracle_judge_state(&world, &state), 0);
        assert_int_equal(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_LOST_PERSISTENCE), 0);
        play(&world, &state, "aAAa");
        assert_int_equal(state.network.port[FIXED].life, PORT_LIVE); /* its device has not died */
        assert_false(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
        assert_false(ends_in(&world, &state, ORACLE_STALE_PORT));
        assert_false(is(play(&world, &state, "a"), ORACLE_FOREIGN_DELETE));
        play(&world, &state, "va");
        assert_int_equal(state.network.port[FIXED].life, PORT_NONE);
        assert_int_equal(state.network.device[FIXED].kind, DEVICE_TAP);
        assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    }
}

/* "--may-exist ... all its contexts are ignored", and "already exists on bridge" (facts 3). */
static void
a_start_may_not_be_able_to(void **unused)
{
    struct world world = put_on_br0("libvirt-6.6,ovs-add=plain", BR0, "start");
    struct state state = initial_of(&world);
    struct event event = play(&world, &state, "aaa");

    (void)unused;
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(event.outcome.error, EEXIST);
    world = put_on_br0("libvirt-6.6,ovs-add=may-exist", BR1, "start");
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aaa").outcome.error, EEXIST);
    world = put_on_br0("libvirt-6.6", LB0, "start"); /* ovs-system is its master */
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aaa").outcome.error, EBUSY);
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aaa").outcome.error, 0);
}

/* The clean-up of a start that has not got it takes an administrator's port away. */
static void
who_has_not_opened_it_takes_what_is_not_theirs(void **unused)
{
    struct world world = put_on_br0("libvirt-9.0", BR0, "start");
    struct state state = initial_of(&world);
    struct event event = play(&world, &state, "aaa");

    (void)unused;
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_true(is(event, ORACLE_FOREIGN_DELETE));
    world.policy.explicit_name = EXPLICIT_NAME_OPEN;
    world.policy.ovs_add = OVS_ADD_PLAIN;
    state = initial_of(&world);
    event = play(&world, &state, "aaaaaa"); /* add-port fails; it has had the tap open */
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_false(is(event, ORACLE_FOREIGN_DELETE));
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    state = initial_of(&world);
    state.network.device[FIXED].owner =
        B + 1; /* another guest has opened it, which is not on br0 yet */
    event = play(&world, &state, "aaa");
    assert_false(is(event, ORACLE_FOREIGN_DELETE));
    state.network.device[FIXED].owner = B + 1;
    event = play(&world, &state, "aaa");
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_true(is(event, ORACLE_FOREIGN_DELETE));
    state = initial_of(&world);
    play(&world, &state, "aaaaa");
    state.network.device[FIXED].owner = B + 1;
    state.network.row[FIXED].owner = A + 1; /* what its own start has written is its own */
    assert_false(is(play(&world, &state, "a"), ORACLE_FOREIGN_DELETE));
}

/* It is an administrator's own to take away; not lost to nobody's knowledge, though. */
static void
an_administrator_may_take_it_away(void **unused)
{
    struct world world = put_on_br0("libvirt-6.6", BR0, "");
    struct state state;

    (void)unused;
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE_PORT}, .name = {FIXED}};
    state = initial_of(&world);
    assert_false(is(play(&world, &state, "o"), ORACLE_FOREIGN_DELETE));
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    play(&world, &state, "v");
    assert_int_equal(state.network.port[FIXED].life, PORT_NONE);
    assert_int_equal(state.network.device[FIXED].up, 1);
}

/* It belongs where it has been put, with its tag there, unless a guest's iface-id says else. */
static void
it_belongs_where_it_was_put(void **unused)
{
    struct world world = put_on_br0("libvirt-6.6", LB0, "");
    struct state state;

    (void)unused;
    world.wired[BR0 - 1] = 1;
    world.preset[FIXED].vlan = TAG;
    state = initial_of(&world);
    state.network.device[FIXED].owner = A + 1;
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    state.network.port[FIXED].vlan = TAG + 1;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_WRONG_NETWORK));
    state.network.port[FIXED].vlan = TAG;
    state.network.port[FIXED].bridge = BR1;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_WRONG_NETWORK));
    world.nic[A].bridge = BR0;
    state.network.port[FIXED].bridge = BR0;
    assert_int_equal(oracle_judge_state(&world, &state), 0); /* nobody's row, as it was put */
    add_guest(&world, BR0, false, "");
    state.network.row[FIXED].owner = B + 1;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_WRONG_NETWORK));
}

/* At the end: on its bridge, with its tag, or with a guest that runs. */
static void
it_is_lost_if_it_is_elsewhere(void **unused)
{
    struct world world = put_on_br0("libvirt-6.6", BR0, "");
    struct state state = initial_of(&world);

    (void)unused;
    state.network.row[FIXED].vlan = TAG;
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    state = initial_of(&world);
    state.network.row[FIXED].bridge = BR1;
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    assert_true(ends_in(&world, &state, ORACLE_STALE_PORT));
    world = put_on_br0("libvirt-6.6", BR1, "start");
    state = initial_of(&world);
    play(&world, &state, "aaavaaa");
    assert_int_equal(state.network.row[FIXED].bridge, BR1); /* where the guest is that has it */
    assert_int_equal(oracle_judge_end(&world, &state), 0);
    world = put_on_br0("libvirt-6.6", BR1, "");
    world.preset[FIXED].bridge = LB0;
    state = initial_of(&world);
    assert_int_equal(oracle_judge_end(&world, &state), 0);
    state.network.device[FIXED].master = LB1;
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
}

/* No field is too narrow for a UUID that no start has made, or for a tag. */
static void
its_states_are_packed(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "owner-delete,ovs-add=may-exist",
                                           "reattach", "exists-check"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = put_on_br0(policies[i], BR0, "start stop start");

        world.preset[FIXED].vlan = TAG;
        world.datapath[BR0 - 1] = i % 2 == 0 ? DATAPATH_NETDEV : DATAPATH_SYSTEM;
        world.faults[FAULT_VSWITCHD_RESTART] = 1;
        world.faults[FAULT_QEMU_CRASH] = 1;
        assert_true(walk_round_trips(&world) > 50);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_port_from_the_beginning),
        cmocka_unit_test(a_start_takes_its_row_over),
        cmocka_unit_test(a_start_may_not_be_able_to),
        cmocka_unit_test(who_has_not_opened_it_takes_what_is_not_theirs),
        cmocka_unit_test(an_administrator_may_take_it_away),
        cmocka_unit_test(it_belongs_where_it_was_put),
        cmocka_unit_test(it_is_lost_if_it_is_elsewhere),
        cmocka_unit_test(its_states_are_packed),
    };

    return cmocka_run_group_tests_name("preset port", tests, NULL, NULL);
}
