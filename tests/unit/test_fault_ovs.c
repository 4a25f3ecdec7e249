/* Faults of Open vSwitch (docs/model.md, "Faults"; facts 3). */
#include "tests/unit/fixture.h"

#include <errno.h>

/* ---- ovs-lie ---- */

static struct world
lying(const char *policy, bool running, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, running, commands);
    world.faults[FAULT_OVS_LIE] = 1;
    return world;
}

static void
a_start_is_told_of_no_row(void **unused)
{
    struct world world = lying("owner-delete", false, "start stop");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "aa");
    event = strike(&world, &state, FAULT_OVS_LIE, A);
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(event.outcome.error, 0);
    assert_int_equal(state.thread[A].call, CALL_NONE);
    assert_int_equal(state.row[VNET0].bridge, 0);
    assert_int_equal(state.daemon.domain[A].port, 0);
    assert_int_equal(play(&world, &state, "aaa").op.kind, OP_EXEC);
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    /* Its stop has nothing to ask for. */
    assert_int_equal(play(&world, &state, "aAAa").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
}

static void
a_deletion_that_is_none_leaves_the_row(void **unused)
{
    struct world world = lying("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
    play(&world, &state, "aAAa");
    assert_int_equal(strike(&world, &state, FAULT_OVS_LIE, A).op.kind, OP_DEL_PORT);
    play(&world, &state, "a");
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_STALE_PORT));
}

/* What would change nothing cannot be a lie, and neither can what is waited for already. */
static void
there_must_be_something_to_commit(void **unused)
{
    struct world world = lying("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAa");
    state.row[VNET0] = (struct row){0};
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
    world = lying("libvirt-6.6", false, "start");
    state = initial_of(&world);
    play(&world, &state, "aaa");
    assert_int_equal(state.thread[A].call, CALL_OVS);
    assert_false(can_strike(&world, &state, FAULT_OVS_LIE, A));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_told_of_no_row),
        cmocka_unit_test(a_deletion_that_is_none_leaves_the_row),
        cmocka_unit_test(there_must_be_something_to_commit),
    };

    return cmocka_run_group_tests_name("fault-ovs", tests, NULL, NULL);
}
