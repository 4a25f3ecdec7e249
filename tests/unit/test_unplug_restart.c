/* The daemon is killed while it unplugs a guest's nic, or has done so (docs/model-faults.md,
 * "Daemon restart"): what the next one believes, and what comes of that. */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

#include <errno.h>

/* Guest a runs, and has these commands. */
static struct world
unplugging(const char *policy, uint8_t bridge, const enum command *commands, uint8_t count)
{
    struct world world = world_under(policy);

    add_guest(&world, bridge, true, "");
    world.commands[A] = count;
    for (unsigned i = 0; i < count; i++) {
        world.command[A][i] = (uint8_t)commands[i];
    }
    world.faults[FAULT_DAEMON_RESTART] = 2;
    return world;
}

static const enum command unplug_and_stop[] = {COMMAND_UNPLUG, COMMAND_STOP, COMMAND_START};

static void
restart(const struct world *world, struct state *state)
{
    assert_int_equal(strike(world, state, FAULT_DAEMON_RESTART, 0).violated, 0);
}

static void
expect(const struct world *world, struct state *state, const char *schedule, enum op_kind kind,
       int error)
{
    struct event event = play(world, state, schedule);

    assert_int_equal(event.op.kind, kind);
    assert_int_equal(event.outcome.error, error);
}

/* The status file has the nic; QEMU has not: the guest is killed. */
static void
a_guest_is_killed_for_what_it_has_not(void **unused)
{
    struct world world = unplugging("libvirt-6.6", LB0, unplug_and_stop, 1);
    struct state state = initial_of(&world);

    (void)unused;
    expect(&world, &state, "a", OP_UNPLUG, 0);
    assert_int_equal(state.network.unplugged[A], 1);
    restart(&world, &state);
    expect(&world, &state, "a", OP_CONNECT, 0);
    expect(&world, &state, "a", OP_GET_MASTER, ENODEV);
    expect(&world, &state, "a", OP_ADD_FILTER, 0);
    expect(&world, &state, "a", OP_UNPLUG, ENOENT);
    assert_false(state_running(&state, A));
    expect(&world, &state, "a", OP_KILL, 0);
    play(&world, &state, "AAaa");
    assert_true(thread_ended(&state.control.thread[A], world_program(&world, A)));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* What the command had not begun with is still to come. */
static void
a_command_that_has_not_begun_comes_again(void **unused)
{
    struct world world = unplugging("libvirt-6.6", LB0, unplug_and_stop, 1);
    struct state state = initial_of(&world);

    (void)unused;
    restart(&world, &state);
    expect(&world, &state, "aa", OP_GET_MASTER, 0);
    expect(&world, &state, "a", OP_ADD_FILTER, 0);
    assert_true(state_running(&state, A));
    expect(&world, &state, "a", OP_UNPLUG, 0);
}

/* Port first, QEMU may still have it: then the nic is removed as if nothing had been. */
static void
what_qemu_has_is_removed(void **unused)
{
    struct world world = unplugging("port-first", LB0, unplug_and_stop, 2);
    struct state state = initial_of(&world);

    (void)unused;
    expect(&world, &state, "a", OP_REMOVE_FILTER, 0);
    restart(&world, &state);
    expect(&world, &state, "aaa", OP_ADD_FILTER, 0);
    expect(&world, &state, "a", OP_UNPLUG, 0);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_false(state_running(&state, A));
    expect(&world, &state, "a", OP_REMOVE_FILTER, 0);
    expect(&world, &state, "a", OP_UNPLUG, ENOENT); /* there it does no harm */
    expect(&world, &state, "a", OP_RELEASE, 0);
    assert_int_equal(state.control.phase[A], PROCESS_RUNNING);
    expect(&world, &state, "a", OP_KILL, 0); /* the next command */
}

/* A guest without a nic has a status file as well, in which there is none. */
static void
a_guest_without_a_nic_is_taken_back(void **unused)
{
    struct world world = unplugging("libvirt-6.6", LB0, unplug_and_stop, 3);
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aaa");
    restart(&world, &state);
    expect(&world, &state, "a", OP_CONNECT, 0);
    assert_false(state_running(&state, A));
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    expect(&world, &state, "a", OP_KILL, 0);
    restart(&world, &state); /* its stop has begun, and is not told of any more */
    expect(&world, &state, "a", OP_CONNECT, ESRCH);
    expect(&world, &state, "a", OP_KILL, 0);
    play(&world, &state, "AAa");
    expect(&world, &state, "a", OP_CREATE_TAP, 0);
    assert_int_equal(state.control.phase[A], PROCESS_NONE);
    play(&world, &state, "aaaaa");
    assert_true(state_running(&state, A));
    assert_int_equal(state.network.unplugged[A], 0);
}

/* Its death is not overlooked, either. */
static void
a_crash_in_between_is_a_stop(void **unused)
{
    struct world world = unplugging("libvirt-6.6", LB0, unplug_and_stop, 1);
    struct state state;

    (void)unused;
    world.faults[FAULT_QEMU_CRASH] = 1;
    state = initial_of(&world);
    play(&world, &state, "a");
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    restart(&world, &state);
    expect(&world, &state, "a", OP_CONNECT, ESRCH);
    expect(&world, &state, "a", OP_KILL, 0);
}

/* It looks for the bridge of whoever has the name now. */
static void
another_guests_tap_is_moved(void **unused)
{
    struct world world = unplugging("libvirt-6.6,filter-key=name", BR0, unplug_and_stop, 1);
    struct state state;

    (void)unused;
    add_guest(&world, LB0, false, "start");
    state = initial_of(&world);
    play(&world, &state, "a");
    restart(&world, &state);
    play(&world, &state, "bbbbbb");
    assert_int_equal(state.network.device[VNET0].master, LB0);
    assert_true(state_running(&state, B));
    expect(&world, &state, "aa", OP_GET_MASTER, 0);
    expect(&world, &state, "a", OP_DEL_IF, 0);
    assert_int_equal(oracle_judge_state(&world, &state),
                     ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_DUPLICATE_NAME));
}

static void
its_states_are_packed(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "port-first", "per-guest-names",
                                           "counter"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = unplugging(policies[i], BR0, unplug_and_stop, 3);

        world.faults[FAULT_QEMU_CRASH] = 1;
        assert_true(walk_round_trips(&world) > 200);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_is_killed_for_what_it_has_not),
        cmocka_unit_test(a_command_that_has_not_begun_comes_again),
        cmocka_unit_test(what_qemu_has_is_removed),
        cmocka_unit_test(a_guest_without_a_nic_is_taken_back),
        cmocka_unit_test(a_crash_in_between_is_a_stop),
        cmocka_unit_test(another_guests_tap_is_moved),
        cmocka_unit_test(its_states_are_packed),
    };

    return cmocka_run_group_tests_name("unplug restart", tests, NULL, NULL);
}
