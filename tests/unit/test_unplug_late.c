/* A hot-unplug that the daemon gives up waiting for (docs/model-faults.md, `unplug-late` and
 * `monitor-late`): what the guest has until QEMU says that the nic is gone, when the nic is removed
 * then, and what a restarted daemon does about it. */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

#include <errno.h>

/* Guest a runs; its nic is unplugged, and that may be late. */
static struct world
late(const char *policy, const enum command *commands, uint8_t count)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, true, "");
    world.commands[A] = count;
    for (unsigned i = 0; i < count; i++) {
        world.command[A][i] = (uint8_t)commands[i];
    }
    world.faults[FAULT_UNPLUG_LATE] = world.faults[FAULT_MONITOR_LATE] = 1;
    world.faults[FAULT_DAEMON_RESTART] = 2;
    return world;
}

static const enum command unplug_and_stop[] = {COMMAND_UNPLUG, COMMAND_STOP, COMMAND_START,
                                               COMMAND_UNPLUG};

static unsigned
deleted_of(const struct world *world)
{
    unsigned number = 0;

    while (actor_at(world, number).kind != ACTOR_DELETED) {
        number++;
    }
    return number;
}

static bool
may_hear(const struct world *world, const struct state *state)
{
    return actor_enabled(world, state, deleted_of(world));
}

static void
hear(const struct world *world, struct state *state)
{
    struct event event;

    assert_true(may_hear(world, state));
    actor_step(world, state, deleted_of(world), &event);
    assert_int_equal(event.kind, EVENT_HEAR);
    assert_false(state_running(state, A)); /* it has no nic any more */
    assert_false(may_hear(world, state));
}

static void
expect(const struct world *world, struct state *state, enum op_kind kind, int error)
{
    struct event event = play(world, state, "a");

    assert_int_equal(event.op.kind, kind);
    assert_int_equal(event.outcome.error, error);
}

static bool
is_over(const struct world *world, const struct state *state)
{
    return thread_ended(&state->control.thread[A], world_program(world, A));
}

static void
the_guest_has_its_nic_until_it_lets_go(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 1);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(may_hear(&world, &state));
    strike(&world, &state, FAULT_UNPLUG_LATE, A);
    assert_true(is_over(&world, &state));
    assert_true(state_running(&state, A));
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_QEMU);
    hear(&world, &state);
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_QEMU); /* netdev_del is next */
    expect(&world, &state, OP_UNPLUG, 0);
    expect(&world, &state, OP_REMOVE_FILTER, 0);
    expect(&world, &state, OP_DEL_PORT, 0);
    play(&world, &state, "v");
    expect(&world, &state, OP_RELEASE, 0);
    assert_true(is_over(&world, &state));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

static void
a_silent_qemu_has_no_nic(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 1);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_MONITOR_LATE, A);
    assert_false(state_running(&state, A));
    hear(&world, &state);
    expect(&world, &state, OP_UNPLUG, 0);
}

/* The job lock: behind what is in work, and before what has not begun. */
static void
the_removal_takes_its_turn(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 2);
    struct state state = initial_of(&world), stopping;

    (void)unused;
    world.ignores_sigterm[A] = 1;
    strike(&world, &state, FAULT_UNPLUG_LATE, A);
    stopping = state;
    hear(&world, &state);
    expect(&world, &state, OP_UNPLUG, 0);
    play(&world, &state, "aavaa"); /* its rest, and the kill */
    assert_int_equal(state.control.thread[A].waits, WAIT_EXIT);

    expect(&world, &stopping, OP_KILL, 0);
    assert_int_equal(stopping.control.phase[A], PROCESS_RUNNING);
    hear(&world, &stopping);
    play(&world, &stopping, "1AA"); /* SIGKILL */
    expect(&world, &stopping, OP_REMOVE_FILTER, 0);
    expect(&world, &stopping, OP_DEL_PORT, 0);
    play(&world, &stopping, "va");
    assert_true(is_over(&world, &stopping)); /* nothing is left to remove */
}

static void
a_qemu_that_dies_says_nothing(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 1);
    struct state state;

    (void)unused;
    world.faults[FAULT_QEMU_CRASH] = 1;
    state = initial_of(&world);
    strike(&world, &state, FAULT_UNPLUG_LATE, A);
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    assert_false(may_hear(&world, &state));
    play(&world, &state, "aAA");
    assert_int_equal(state.network.row[VNET0].bridge, BR0); /* its stop is at work */
    play(&world, &state, "aava");
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* ---- a restart of the daemon ---- */

static void
restart(const struct world *world, struct state *state)
{
    strike(world, state, FAULT_DAEMON_RESTART, 0);
}

/* It has forgotten nothing: QEMU has the nic, and says so when it has not. */
static void
a_restart_before_is_none(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 1);
    struct state state = initial_of(&world), early;

    (void)unused;
    strike(&world, &state, FAULT_UNPLUG_LATE, A);
    restart(&world, &state);
    expect(&world, &state, OP_CONNECT, 0);
    early = state;
    while (!is_over(&world, &state)) {
        play(&world, &state, "a");
    }
    assert_true(state_running(&state, A));
    hear(&world, &state);
    expect(&world, &state, OP_UNPLUG, 0);

    /* Or while the guest is taken back: then the lists differ. */
    hear(&world, &early);
    while (control_want(&world, &early.control, A).kind != OP_UNPLUG) {
        play(&world, &early, "a");
    }
    expect(&world, &early, OP_UNPLUG, 0);
    assert_false(state_running(&early, A));
    assert_int_equal(early.control.thread[A].machine.kind, MACHINE_UNPLUG);
}

/* The status file's list has the nic, QEMU has neither half: the guest is killed. */
static void
a_restart_in_the_removal_kills(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 1);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_UNPLUG_LATE, A);
    hear(&world, &state);
    expect(&world, &state, OP_UNPLUG, 0);
    restart(&world, &state);
    while (control_want(&world, &state.control, A).kind != OP_UNPLUG) {
        play(&world, &state, "a");
    }
    expect(&world, &state, OP_UNPLUG, ENOENT);
    expect(&world, &state, OP_KILL, 0);
}

/* The list has no nic, and the event was for the daemon that is no more: nobody looks at it.  `at`:
 * how far the removal had come. */
static void
nobody_looks(bool heard, unsigned at)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 2);
    struct state state = initial_of(&world);

    world.turn[A][1] = (struct turn){.after = 1}; /* of a step that is never taken */
    world.landmarks = world.ordered = 1;
    strike(&world, &state, FAULT_MONITOR_LATE, A);
    if (heard) {
        hear(&world, &state);
    }
    for (unsigned step = 0; step < at; step++) {
        play(&world, &state, "a");
    }
    restart(&world, &state);
    assert_false(may_hear(&world, &state));
    while (control_may_step(&world, &state.control, A)) {
        assert_int_not_equal(control_want(&world, &state.control, A).kind, OP_UNPLUG);
        play(&world, &state, state.control.thread[A].waits == WAIT_VSWITCHD ? "v" : "a");
    }
    assert_int_equal(state.control.phase[A], PROCESS_RUNNING);
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    assert_int_equal(state.network.device[VNET0].kind, at > 0 ? DEVICE_NONE : DEVICE_TAP);
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    assert_true((oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT)) != 0);
    restart(&world, &state); /* once more: it is as it was */
    play(&world, &state, "a");
    assert_false(state_running(&state, A));
}

static void
a_nic_that_nobody_looks_at_stays(void **unused)
{
    (void)unused;
    nobody_looks(false, 0);
    nobody_looks(true, 0);
    nobody_looks(true, 1);
    nobody_looks(true, 2);
}

/* By its stop, or by a second unplug, where a restart has brought one about. */
static void
a_stop_takes_it_away(void **unused)
{
    struct world world = late("libvirt-9.0", unplug_and_stop, 2);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_MONITOR_LATE, A);
    restart(&world, &state);
    while (control_want(&world, &state.control, A).kind != OP_KILL) {
        play(&world, &state, "a");
    }
    play(&world, &state, "aAAaava");
    assert_true(is_over(&world, &state));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

static void
its_states_are_packed(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "libvirt-9.0", "port-first"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = late(policies[i], unplug_and_stop, 4);

        world.faults[FAULT_QEMU_CRASH] = 1;
        assert_true(walk_round_trips(&world) > 500);
        world.faults[FAULT_MONITOR_LATE] = 0;
        assert_true(walk_round_trips(&world) > 300);
    }
}

/* What is said then is of the nic that this one removes: nothing else is to follow of it. */
static void
a_second_unplug_takes_it_away(void **unused)
{
    static const enum command twice[] = {COMMAND_UNPLUG, COMMAND_UNPLUG};
    struct world world = late("libvirt-9.0", twice, 2);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_MONITOR_LATE, A);
    expect(&world, &state, OP_UNPLUG, 0);
    assert_int_equal(state.control.thread[A].command, 1);
    hear(&world, &state);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_UNPLUG);
    assert_int_equal(state.control.thread[A].command, 1);
    expect(&world, &state, OP_REMOVE_FILTER, 0);
    expect(&world, &state, OP_DEL_PORT, 0);
    play(&world, &state, "v");
    expect(&world, &state, OP_RELEASE, 0);
    assert_true(is_over(&world, &state));
    assert_false(may_hear(&world, &state));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* The job lock: what QEMU has said comes before a second unplug that has not begun. */
static void
a_second_unplug_waits_for_the_first_ones_removal(void **unused)
{
    static const enum command twice[] = {COMMAND_UNPLUG, COMMAND_UNPLUG};
    struct world world = late("libvirt-9.0", twice, 2);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_MONITOR_LATE, A);
    hear(&world, &state);
    assert_int_equal(state.control.thread[A].late, LATE_TOLD);
    expect(&world, &state, OP_UNPLUG, 0);
    play(&world, &state, "aava");
    assert_int_equal(state.control.thread[A].late, LATE_NONE);
    assert_int_equal(state.control.thread[A].command, 1);
    assert_false(is_over(&world, &state)); /* it is to come, and finds no nic */
    assert_int_equal(state.network.row[VNET0].bridge, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guest_has_its_nic_until_it_lets_go),
        cmocka_unit_test(a_silent_qemu_has_no_nic),
        cmocka_unit_test(the_removal_takes_its_turn),
        cmocka_unit_test(a_qemu_that_dies_says_nothing),
        cmocka_unit_test(a_restart_before_is_none),
        cmocka_unit_test(a_restart_in_the_removal_kills),
        cmocka_unit_test(a_nic_that_nobody_looks_at_stays),
        cmocka_unit_test(a_stop_takes_it_away),
        cmocka_unit_test(its_states_are_packed),
        cmocka_unit_test(a_second_unplug_takes_it_away),
        cmocka_unit_test(a_second_unplug_waits_for_the_first_ones_removal),
    };

    return cmocka_run_group_tests_name("unplug late", tests, NULL, NULL);
}
