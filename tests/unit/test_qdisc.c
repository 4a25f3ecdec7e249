/* The default qdisc that a start gives its device by name (docs/facts.md, "Found of limits";
 * docs/model.md, "Start"). */
#include "tests/unit/links.h"

#include "sim/carry_out.h"

#include <errno.h>

/* What a start of a tap on that bridge does behind setting it up. */
static void
expect_behind_up(const char *policy, uint8_t bridge, const struct surprise *surprises,
                 const char *expected)
{
    struct world world = world_under(policy);
    struct nic_record record = {0};
    struct context context;
    char text[SCRIPT_TEXT];
    const char *behind;

    add_guest(&world, bridge, false, "start");
    world.nic[A].unfiltered = 1;
    world.nic[A].exposed = 1;
    context = world_context(&world, A);
    run_machine(MACHINE_START, &context, &record, surprises, text);
    behind = strstr(text, "link-up ");
    assert_non_null(behind);
    assert_string_equal(behind + strlen("link-up "), expected);
}

static void
which_devices_get_one(void **unused)
{
    (void)unused;
    expect_behind_up("libvirt-6.6", NO_BRIDGE, NULL, "exec");
    expect_behind_up("libvirt-7.0", NO_BRIDGE, NULL, "set-qdisc exec");
    expect_behind_up("libvirt-7.0", BR0, NULL, "set-qdisc exec");
    expect_behind_up("libvirt-9.0", BR0, NULL, "exec");
    expect_behind_up("libvirt-11.3", BR0, NULL, "exec");
    expect_behind_up("libvirt-11.3", LB0, NULL, "set-qdisc exec");
}

/* A tap's index is asked for by its name right before, and not again.  Of a macvtap that has been
 * done; and what becomes of its tc does not matter. */
static void
a_tap_that_has_gone_is_missed_before(void **unused)
{
    static const struct surprise gone[] = {{OP_SET_QDISC, 1, {.error = ENODEV}}, {.op = OP_NONE}};
    static const struct surprise late[] = {{OP_EXEC, 1, {.error = EBADFD}}, {.op = OP_NONE}};
    struct world macvtap = links_under("libvirt-6.6,root-qdisc=all");

    (void)unused;
    expect_behind_up("libvirt-9.0", NO_BRIDGE, gone, "set-qdisc close-tap");
    expect_behind_up("libvirt-9.0", NO_BRIDGE, late, "set-qdisc exec close-tap");
    add_macvtap(&macvtap, false, "start");
    macvtap.nic[A].exposed = 1;
    expect_start(&macvtap, gone, "pick-name create-link set-qdisc exec link-up",
                 "kill delete-link release");
}

/* Whichever guest's it is. */
static void
it_takes_the_place_of_a_limit(void **unused)
{
    struct world world = reported_race("libvirt-7.0");
    struct state state;
    struct operation op = {.kind = OP_SET_QDISC, .name = VNET0};
    struct event event = {0};

    (void)unused;
    world.nic[A].limit = 1;
    state = initial_of(&world);
    assert_int_equal(state.network.device[VNET0].limit, 1);
    assert_int_equal(carry_out(&world, &state, B, op, &event).error, 0);
    assert_int_equal(state.network.device[VNET0].limit, 0);
    assert_int_equal(carry_out(&world, &state, B, op, &event).error, 0);
    op.name = VNET1;
    assert_int_equal(carry_out(&world, &state, B, op, &event).error, ENODEV);
}

/* Where its name may be that of another nic's device, which has a limit. */
static void
a_nic_is_exposed_where_it_may_meet_a_limit(void **unused)
{
    struct world world = reported_race("libvirt-7.0");

    (void)unused;
    world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
    assert_false(world_exposes(&world, B));
    world.nic[A].limit = 1;
    assert_true(world_exposes(&world, B));
    assert_false(world_exposes(&world, A)); /* its own comes behind that */
    world.nic[B].multi_queue = 0;
    assert_false(world_exposes(&world, B));
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}};
    assert_true(world_exposes(&world, B));
}

/* A start fails with an index that is asked for, and not with tc. */
static void
only_a_taps_fails_a_start(void **unused)
{
    (void)unused;
    for (unsigned macvtap = 0; macvtap < 2; macvtap++) {
        struct world world = links_under("libvirt-6.6,root-qdisc=all");
        struct state state;

        if (macvtap) {
            add_macvtap(&world, false, "start");
        } else {
            add_guest(&world, LB0, false, "start");
        }
        world.nic[A].exposed = 1;
        world.faults[FAULT_START_FAILS] = 1;
        state = initial_of(&world);
        while (control_want(&world, &state.control, A).kind != OP_SET_QDISC) {
            play(&world, &state, "a");
        }
        assert_int_equal(can_strike(&world, &state, FAULT_START_FAILS, A), !macvtap);
    }
}

/* core/daemon.h: a container's daemon gives none. */
static void
a_veth_gets_none(void **unused)
{
    struct world world = links_under("libvirt-6.6,root-qdisc=all");
    struct context context;

    (void)unused;
    add_veth(&world, false, "start");
    add_macvtap(&world, false, "start");
    world.nic[A].exposed = world.nic[B].exposed = 1;
    context = world_context(&world, A);
    assert_false(daemon_sets_qdisc(&context));
    context = world_context(&world, B);
    assert_true(daemon_sets_qdisc(&context));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_devices_get_one),
        cmocka_unit_test(a_tap_that_has_gone_is_missed_before),
        cmocka_unit_test(it_takes_the_place_of_a_limit),
        cmocka_unit_test(a_nic_is_exposed_where_it_may_meet_a_limit),
        cmocka_unit_test(only_a_taps_fails_a_start),
        cmocka_unit_test(a_veth_gets_none),
    };

    return cmocka_run_group_tests_name("qdisc", tests, NULL, NULL);
}
