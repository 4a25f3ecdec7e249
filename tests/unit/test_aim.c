/* Faults that strike in one place (docs/model-faults.md, "Faults"). */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

static struct world
aimed(enum fault fault, unsigned guest, enum op_kind at)
{
    struct world world = reported_race("libvirt-6.6");

    world.faults[fault] = 1;
    world.aim[fault] = (struct fault_aim){.guest = (uint8_t)guest, .at = (uint8_t)at};
    return world;
}

static void
a_fault_strikes_who_has_an_actor_of_it(void **unused)
{
    (void)unused;
    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        if (actor_kind_fault(kind) != FAULT_COUNT) {
            assert_int_equal(fault_strikes_guests(actor_kind_fault(kind)),
                             actor_kind_number(kind) == ACTOR_EACH_GUEST);
        }
    }
    assert_true(fault_strikes_guests(FAULT_OVS_TIMEOUT)); /* the guest's timeout does */
}

static void
a_guest_is_spared(void **unused)
{
    struct world world = aimed(FAULT_QEMU_CRASH, 1 + B, OP_NONE);
    struct state state;

    (void)unused;
    world.running[B] = 1;
    world.commands[B] = 0;
    state = initial_of(&world);
    assert_false(can_strike(&world, &state, FAULT_QEMU_CRASH, A));
    assert_true(can_strike(&world, &state, FAULT_QEMU_CRASH, B));
}

static void
it_strikes_at_one_operation(void **unused)
{
    struct world world = aimed(FAULT_START_FAILS, 0, OP_LINK_UP);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_strike(&world, &state, FAULT_START_FAILS, B));
    play(&world, &state, "bbbv"); /* create-tap, set-mac, add-port */
    assert_true(can_strike(&world, &state, FAULT_START_FAILS, B));
    play(&world, &state, "b");
    assert_false(can_strike(&world, &state, FAULT_START_FAILS, B));
}

/* About to begin it, and in the middle of it. */
static void
what_all_guests_share_is_struck_where_one_is(void **unused)
{
    struct world world = aimed(FAULT_DAEMON_RESTART, 1 + A, OP_KILL);
    struct state state = initial_of(&world);

    (void)unused;
    assert_true(can_strike(&world, &state, FAULT_DAEMON_RESTART, 0));
    play(&world, &state, "aA");
    assert_true(can_strike(&world, &state, FAULT_DAEMON_RESTART, 0));
    play(&world, &state, "A"); /* the kill is over */
    assert_false(can_strike(&world, &state, FAULT_DAEMON_RESTART, 0));
    world.aim[FAULT_DAEMON_RESTART].guest = 1 + B;
    state = initial_of(&world);
    assert_false(can_strike(&world, &state, FAULT_DAEMON_RESTART, 0));
    assert_true(walk_round_trips(&world) > 50);
}

static void
operations_that_a_fault_has_nothing_to_do_with(void **unused)
{
    (void)unused;
    assert_true(control_can_aim(FAULT_START_FAILS, OP_ADD_PORT));
    assert_false(control_can_aim(FAULT_START_FAILS, OP_DEL_PORT)); /* it may fail in a start */
    assert_false(control_can_aim(FAULT_START_FAILS, OP_KILL));
    assert_false(control_can_aim(FAULT_START_FAILS, OP_PICK_NAME)); /* memory does not fail */
    assert_true(control_can_aim(FAULT_OVS_LIE, OP_REMOVE_OWN));
    assert_false(control_can_aim(FAULT_OVS_TIMEOUT, OP_ADD_IF));
    assert_true(control_can_aim(FAULT_DAEMON_RESTART, OP_RELEASE));
    assert_true(control_can_aim(FAULT_OVS_LATE, OP_DEL_PORT));
    assert_false(control_can_aim(FAULT_OVS_LATE, OP_DEL_IF));  /* no transaction of Open vSwitch */
    assert_false(control_can_aim(FAULT_OVS_LATE, OP_SET_QOS)); /* nor one about ports */
    assert_false(control_can_aim(FAULT_OVS_LATE, OP_CLEAR_QOS));
    assert_false(control_can_aim(FAULT_OVS_ORPHAN, OP_KILL));
    for (enum op_kind kind = OP_NONE + 1; kind < OP_COUNT; kind++) { /* they strike a command */
        assert_false(control_can_aim(FAULT_UNPLUG_LATE, kind));
        assert_false(control_can_aim(FAULT_MONITOR_LATE, kind));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_strikes_who_has_an_actor_of_it),
        cmocka_unit_test(a_guest_is_spared),
        cmocka_unit_test(it_strikes_at_one_operation),
        cmocka_unit_test(what_all_guests_share_is_struck_where_one_is),
        cmocka_unit_test(operations_that_a_fault_has_nothing_to_do_with),
    };

    return cmocka_run_group_tests_name("aim", tests, NULL, NULL);
}
