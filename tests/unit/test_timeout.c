/* The timed waits of a guest's thread, and what follows when they run out (docs/model-faults.md,
 * "Timed waits"; facts 1b, 1f and 3). */
#include "tests/unit/fixture.h"

#include <errno.h>

static struct world
race_ignoring_sigterm(const char *policy)
{
    struct world world = reported_race(policy);

    world.ignores_sigterm[A] = 1;
    return world;
}

static struct world
slow_race(const char *policy, uint8_t timeouts)
{
    struct world world = reported_race(policy);

    world.faults[FAULT_OVS_TIMEOUT] = timeouts;
    return world;
}

static void
sigterm_that_is_ignored_changes_nothing(void **unused)
{
    struct world world = race_ignoring_sigterm("libvirt-6.6");
    struct state state = initial_of(&world), before = state;
    struct event event = play(&world, &state, "a");

    (void)unused;
    assert_int_equal(event.op.kind, OP_KILL);
    assert_int_equal(event.outcome.waits, WAIT_EXIT);
    assert_memory_equal(state.network.device, before.network.device, sizeof state.network.device);
    assert_memory_equal(state.control.phase, before.control.phase, sizeof state.control.phase);
    assert_memory_equal(state.network.tap, before.network.tap, sizeof state.network.tap);
    assert_false(can_step(&world, &state, 'a') || can_step(&world, &state, 'A'));
    /* Its stop has begun: it does not count as running, whatever becomes of it. */
    assert_true(state_running(&before, A));
    assert_false(state_running(&state, A));
    /* Its name is taken meanwhile. */
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET1);
}

static void
sigkill_follows_and_is_as_any_death(void **unused)
{
    struct world world = race_ignoring_sigterm("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_step(&world, &state, '1'));
    play(&world, &state, "a");
    assert_true(can_step(&world, &state, '1'));
    assert_false(can_step(&world, &state, '2'));
    assert_int_equal(play(&world, &state, "1").kind, EVENT_SIGKILL);
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_false(can_step(&world, &state, '1'));
    play(&world, &state, "AA");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
}

static void
there_is_no_sigkill_for_what_dies(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "a");
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_false(can_step(&world, &state, '1'));
    world = world_under("libvirt-6.6");
    add_guest(&world, BR0, true, "crash");
    world.ignores_sigterm[A] = 1;
    state = initial_of(&world);
    play(&world, &state, "aa"); /* crash, and the kill that finds it dying */
    assert_int_equal(state.control.thread[A].waits, WAIT_EXIT);
    assert_false(can_step(&world, &state, '1'));
}

/* Facts, "Found in the sources": after SIGKILL, and 30 s more, EBUSY. */
static void
a_sleeping_qemu_is_given_up(void **unused)
{
    struct world world = race_ignoring_sigterm("libvirt-6.6");
    struct state state;

    (void)unused;
    world.ignores_sigkill[A] = 1;
    state = initial_of(&world);
    play(&world, &state, "a1");
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_true(can_step(&world, &state, '1') && can_step(&world, &state, 'A'));
    assert_int_equal(play(&world, &state, "1").kind, EVENT_GIVE_UP);
    /* The stop goes on, by name, and the name is still the tap's. */
    assert_false(can_step(&world, &state, '1'));
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    play(&world, &state, "ava");
    assert_int_equal(state.control.thread[A].command, 1);
    assert_int_equal(state.control.daemon.record[A].name, IFNAME_NONE);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(state.network.tap[A], VNET0);
    assert_false(state_running(&state, A));
    assert_int_equal(oracle_judge_state(&world, &state), 0); /* nor has it lost anything */
    play(&world, &state, "A");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_false(can_step(&world, &state, 'a'));
    play(&world, &state, "A");
    assert_int_equal(state.control.phase[A], PROCESS_NONE);
    assert_false(can_step(&world, &state, 'a'));
}

/* One that has closed its descriptors does not sleep any more. */
static void
a_qemu_that_wakes_up_is_waited_for(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.ignores_sigkill[A] = 1;
    state = initial_of(&world);
    play(&world, &state, "a");
    assert_true(can_step(&world, &state, '1'));
    play(&world, &state, "A");
    assert_false(can_step(&world, &state, '1'));
    play(&world, &state, "A");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
}

static void
a_stop_that_fails_comes_again(void **unused)
{
    struct world world = reported_race("libvirt-6.6,kill-fails=fail");
    struct state state;

    (void)unused;
    world.ignores_sigkill[A] = 1;
    state = initial_of(&world);
    play(&world, &state, "a1");
    assert_int_equal(state.control.thread[A].command, 1); /* its command is over */
    assert_int_equal(state.control.thread[A].stuck, 1);
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.network.row[VNET0].owner, A + 1);
    assert_false(state_running(&state, A));
    assert_false(can_step(&world, &state, 'a'));
    play(&world, &state, "A"); /* the end of the monitor */
    assert_int_equal(state.control.thread[A].stuck, 0);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_KILL);
    assert_int_equal(state.control.thread[A].waits, WAIT_EXIT);
    play(&world, &state, "Aaav");
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_false(can_step(&world, &state, 'a'));
}

/* qemuProcessStop after a failed reconnection ignores what its kill says. */
static void
a_stop_that_nobody_asked_for_goes_on(void **unused)
{
    struct world world = reported_race("libvirt-6.6,kill-fails=fail");
    struct state state;

    (void)unused;
    world.ignores_sigkill[A] = 1;
    world.faults[FAULT_DAEMON_RESTART] = 1;
    state = initial_of(&world);
    play(&world, &state, "a1");
    strike(&world, &state, FAULT_DAEMON_RESTART, 0);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CONNECT);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_KILL);
    play(&world, &state, "1");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(state.control.thread[A].stuck, 0);
}

/* Facts 3: "vswitchd stalled: transaction IS committed though rc!=0".  Facts 1a: on an error only
 * the descriptor is closed, and the name of the template is forgotten. */
static void
an_add_port_that_timed_out_leaves_its_row(void **unused)
{
    struct world world = slow_race("libvirt-6.6", 1);
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "bb");
    assert_false(can_step(&world, &state, '2'));
    event = play(&world, &state, "b2");
    assert_int_equal(event.kind, EVENT_FAULT);
    assert_int_equal(event.fault, FAULT_OVS_TIMEOUT);
    assert_int_equal(event.op.kind, OP_ADD_PORT);
    assert_int_equal(event.outcome.error, ETIMEDOUT);
    assert_int_equal(event.violated, 0);
    assert_int_equal(state.control.faults[FAULT_OVS_TIMEOUT], 0);
    assert_int_equal(state.network.row[VNET1].owner, B + 1);
    assert_int_equal(state.control.daemon.record[B].port, 0);
    assert_int_equal(state.control.daemon.record[B].made,
                     MADE_TAP | MADE_OPEN | MADE_PORT); /* it may be there */
    event = play(&world, &state, "b");
    assert_int_equal(event.op.kind, OP_CLOSE_TAP);
    assert_int_equal(event.violated, ORACLE_BIT(ORACLE_START_FAILED));
    assert_int_equal(state.control.daemon.record[B].name, IFNAME_NONE);
    assert_int_equal(play(&world, &state, "b").op.kind, OP_RELEASE);
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE);
    assert_int_equal(state.network.row[VNET1].bridge, BR0);
    play(&world, &state, "aAAaava");
    assert_true((oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT)) != 0);
}

/* Facts 1f: "its result is ignored (a destroy whose del-port timed out reports success)". */
static void
a_del_port_that_timed_out_is_ignored(void **unused)
{
    struct world world = slow_race("libvirt-6.6", 1);
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    event = play(&world, &state, "aAAaa1");
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_int_equal(event.outcome.error, ETIMEDOUT);
    assert_int_equal(event.violated, 0);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_int_equal(state.control.thread[A].command, 1);
}

/* ovs-vswitchd acts on what was committed, whoever has given up waiting for it. */
static void
what_was_committed_is_carried_out(void **unused)
{
    struct world world = slow_race("libvirt-6.6", 1);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bbb2");
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET1].life, PORT_LIVE);
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state = initial_of(&world);
    play(&world, &state, "aAAaa1");
    assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
    play(&world, &state, "v");
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
}

static void
the_budget_is_the_worlds(void **unused)
{
    struct world world = slow_race("libvirt-6.6", 0);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAabbab"); /* both wait for ovs-vswitchd */
    assert_false(can_step(&world, &state, '1') || can_step(&world, &state, '2'));
    world = slow_race("libvirt-6.6", 1);
    state = initial_of(&world);
    play(&world, &state, "aAAabbab");
    assert_true(can_step(&world, &state, '1') && can_step(&world, &state, '2'));
    play(&world, &state, "2");
    assert_false(can_step(&world, &state, '1'));
    play(&world, &state, "v");
    assert_int_equal(state.control.thread[A].waits, WAIT_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sigterm_that_is_ignored_changes_nothing),
        cmocka_unit_test(sigkill_follows_and_is_as_any_death),
        cmocka_unit_test(there_is_no_sigkill_for_what_dies),
        cmocka_unit_test(a_sleeping_qemu_is_given_up),
        cmocka_unit_test(a_qemu_that_wakes_up_is_waited_for),
        cmocka_unit_test(a_stop_that_fails_comes_again),
        cmocka_unit_test(a_stop_that_nobody_asked_for_goes_on),
        cmocka_unit_test(an_add_port_that_timed_out_leaves_its_row),
        cmocka_unit_test(a_del_port_that_timed_out_is_ignored),
        cmocka_unit_test(what_was_committed_is_carried_out),
        cmocka_unit_test(the_budget_is_the_worlds),
    };

    return cmocka_run_group_tests_name("timeout", tests, NULL, NULL);
}
