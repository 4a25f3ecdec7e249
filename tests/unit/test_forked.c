/* A start that fails with its QEMU, and a daemon that is killed before it has cleaned up after that
 * (docs/model-faults.md, "Daemon restart"): there is a status file from QEMU's child on
 * (qemuProcessLaunch, "Writing early domain status"). */
#include "sim/kernel.h"
#include "tests/unit/fixture.h"

#include <errno.h>

static struct world
failing(void)
{
    struct world world = world_under("libvirt-6.6");

    world.faults[FAULT_DAEMON_RESTART] = 1;
    world.faults[FAULT_START_FAILS] = 1;
    return world;
}

/* What the guest's thread wants next. */
static enum op_kind
next_of(const struct world *world, const struct state *state)
{
    return (enum op_kind)control_want(world, &state->control, A).kind;
}

/* The next daemon ends the clean-up, as a stop by name. */
static void
it_is_stopped_by_the_next_daemon(void **unused)
{
    struct world world = failing();
    struct state state;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    state = initial_of(&world);
    play(&world, &state, "aaavaa");
    strike(&world, &state, FAULT_START_FAILS, A);
    play(&world, &state, "a"); /* its tap is closed, and its clean-up has begun */
    assert_int_equal(control_want(&world, &state.control, A).kind, OP_REMOVE_FILTER);
    play(&world, &state, "a");
    strike(&world, &state, FAULT_DAEMON_RESTART, 0);
    assert_int_equal(next_of(&world, &state), OP_CONNECT);
    play(&world, &state, "aaa"); /* connect, kill, remove-filter */
    assert_int_equal(next_of(&world, &state), OP_DEL_PORT);
}

/* Of a tap on no bridge nothing is left but its name. */
static void
a_name_is_enough(void **unused)
{
    struct world world = failing();
    struct state state;

    (void)unused;
    add_guest(&world, NO_BRIDGE, false, "start");
    world.nic[A].unfiltered = 1;
    state = initial_of(&world);
    play(&world, &state, "aaa");
    strike(&world, &state, FAULT_START_FAILS, A);
    play(&world, &state, "a");
    assert_int_equal(state.control.daemon.record[A].made, 0);
    strike(&world, &state, FAULT_DAEMON_RESTART, 0);
    play(&world, &state, "aa");
    assert_int_equal(next_of(&world, &state), OP_OPEN_TAP);
}

/* Whatever has made it fail: a tap that is missed by its name has no QEMU that could fail. */
static void
what_is_missed_by_name_leaves_no_file(void **unused)
{
    struct world world = failing();
    struct state state, struck;

    (void)unused;
    add_guest(&world, NO_BRIDGE, false, "start");
    state = initial_of(&world);
    play(&world, &state, "aaaa");
    assert_int_equal(next_of(&world, &state), OP_EXEC);
    assert_int_equal(kernel_delete(&world, &state, VNET0), 0);
    struck = state;
    assert_int_equal(play(&world, &state, "a").outcome.error, ENODEV);
    strike(&world, &state, FAULT_DAEMON_RESTART, 0);
    assert_false(can_step(&world, &state, 'a'));

    assert_int_equal(strike(&world, &struck, FAULT_START_FAILS, A).outcome.error, ENODEV);
    strike(&world, &struck, FAULT_DAEMON_RESTART, 0);
    assert_false(can_step(&world, &struck, 'a'));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_stopped_by_the_next_daemon),
        cmocka_unit_test(a_name_is_enough),
        cmocka_unit_test(what_is_missed_by_name_leaves_no_file),
    };

    return cmocka_run_group_tests_name("forked", tests, NULL, NULL);
}
