/* Faults of guests with macvtaps: what lets go of one, what leaks, and what a daemon that has
 * started again does with one that was unplugged. */
#include "tests/unit/links.h"

#include "sim/carry_out.h"

#include <errno.h>

/* A QEMU that has ended has let go of nothing, and the daemon does nothing (facts 1d). */
static void
only_a_qemu_that_runs_lets_go(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    const struct operation down = {.kind = OP_LINK_DOWN, .name = MACVTAP0};
    struct event event = {0};
    struct state state;

    (void)unused;
    add_macvtap(&world, true, "stop");
    state = initial_of(&world);
    assert_int_equal(state.network.device[MACVTAP0].up, 1);
    state.control.phase[A] = PROCESS_EXITING;
    assert_int_equal(carry_out(&world, &state, A, down, &event).error, ESRCH);
    assert_int_equal(state.network.device[MACVTAP0].up, 1);
    state.control.phase[A] = PROCESS_RUNNING;
    assert_int_equal(carry_out(&world, &state, A, down, &event).error, 0);
    assert_int_equal(state.network.device[MACVTAP0].up, 0);
}

/* A descriptor that a helper has keeps a tap alone. */
static void
only_a_tap_leaks(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_macvtap(&world, true, "stop");
    add_guest(&world, LB0, true, "stop");
    world.faults[FAULT_FD_LEAK] = 1;
    state = initial_of(&world);
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, A));
    assert_true(can_strike(&world, &state, FAULT_FD_LEAK, B));
}

/* Facts 1e: a daemon that has started again sets down what it finds unplugged, by its name, if the
 * status file has one. */
static void
a_reconnection_sets_an_unplugged_one_down(void **unused)
{
    static const struct {
        uint8_t kind, name;
        bool down;
    } expected[] = {
        {NIC_MACVTAP, MACVTAP0, true}, {NIC_MACVTAP, IFNAME_NONE, false}, {NIC_TAP, VNET0, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = links_under("libvirt-6.6");
        struct context context = world_context(&world, add_macvtap(&world, true, "stop"));
        struct nic_record record = {.name = expected[i].name, .made = MADE_TAP};
        struct machine machine = machine_begin(MACHINE_RECONNECT, &context, &record);
        bool down = false;

        world.nic[A].kind = expected[i].kind;
        machine.flag |= MACHINE_AGAIN;
        while (!machine_ended(&machine)) {
            struct operation op = machine_want(&machine, &context, &record);

            down = down || op.kind == OP_LINK_DOWN;
            machine_done(&machine, &context, &record, usual_outcome(&context, op));
        }
        assert_int_equal(down, expected[i].down);
    }
}

/* Of a nic that is gone a second unplug knows no name to set down. */
static void
what_is_gone_is_not_set_down(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct context context = world_context(&world, add_macvtap(&world, true, "stop"));
    struct nic_record record = {.name = MACVTAP0, .made = MADE_TAP};
    char text[SCRIPT_TEXT];

    (void)unused;
    run_machine(MACHINE_UNPLUG, &context, &record, NULL, text);
    assert_non_null(strstr(text, "link-down"));
    run_machine(MACHINE_UNPLUG, &context, &record, NULL, text);
    assert_null(strstr(text, "link-down"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_qemu_that_runs_lets_go),
        cmocka_unit_test(only_a_tap_leaks),
        cmocka_unit_test(a_reconnection_sets_an_unplugged_one_down),
        cmocka_unit_test(what_is_gone_is_not_set_down),
    };

    return cmocka_run_group_tests_name("link faults", tests, NULL, NULL);
}
