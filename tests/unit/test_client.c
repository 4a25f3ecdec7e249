/* Commands in the order in which a client gives them, and starts that are tried again
 * (docs/model.md, "Actors and interleavings"). */
#include "core/client.h"
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

/* One client: the command of guest `of` at `command` comes when `commands` of `guest` are over. */
static void
let_wait(struct world *world, unsigned of, unsigned command, unsigned guest, uint8_t commands)
{
    world->ordered = 1;
    world->turn[of][command] = (struct turn){.guest = (uint8_t)(guest + 1), .commands = commands};
}

/* Takes steps of the letters until none of them can; what is not looked at is not decided. */
static void
run_out(const struct world *world, struct state *state, const char *letters)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (const char *letter = letters; *letter != '\0'; letter++) {
            if (can_step(world, state, *letter)) {
                actor_step(world, state, actor_of(world, *letter), NULL);
                moved = true;
            }
        }
    }
}

static void
a_command_waits_for_its_turn(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    let_wait(&world, B, 0, A, 1);
    state = initial_of(&world);
    assert_true(client_is_idle(&world, &state.control, B));
    assert_false(can_step(&world, &state, 'b'));
    run_out(&world, &state, "aAv");
    assert_int_equal(state.control.thread[A].command, 1);
    assert_false(client_is_idle(&world, &state.control, B));
    assert_int_equal(play(&world, &state, "b").op.kind, OP_CREATE_TAP);
}

/* A command that makes no sense is over at once, and the next one's turn comes. */
static void
a_stop_that_is_passed_over_is_over(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, LB0, false, "start stop");
    add_guest(&world, LB0, false, "start");
    world.nic[A].name = FIXED;
    world.third_party_device[FIXED] = DEVICE_TAP;
    let_wait(&world, B, 0, A, 2);
    state = initial_of(&world);
    run_out(&world, &state, "a");
    assert_int_equal(state.control.thread[A].command, 2); /* the stop is over with the start */
    assert_true(can_step(&world, &state, 'b'));
}

/* Of a command that is not given yet the daemon knows nothing: a QEMU that dies by itself does not
 * make it come. */
static void
eof_does_not_wait_for_a_client(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_QEMU_CRASH] = 1;
    add_guest(&world, LB0, true, "stop");
    add_guest(&world, LB0, true, "stop");
    let_wait(&world, B, 0, A, 1);
    state = initial_of(&world);
    strike(&world, &state, FAULT_QEMU_CRASH, B);
    assert_int_equal(state.control.thread[B].machine.kind, MACHINE_STOP);
    assert_int_equal(state.control.thread[B].eof, 1);
    run_out(&world, &state, "bB");
    assert_int_equal(state.control.thread[B].command, 0);
    assert_true(client_is_idle(&world, &state.control, B));
    run_out(&world, &state, "aA");
    assert_int_equal(state.control.thread[B].command, 1); /* there is nothing left to stop */
}

/* The client has an error, and goes on. */
static void
a_command_that_is_lost_with_the_daemon_is_over(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_DAEMON_RESTART] = 1;
    let_wait(&world, B, 0, A, 1);
    state = initial_of(&world);
    play(&world, &state, "a");
    assert_false(can_step(&world, &state, 'b'));
    strike(&world, &state, FAULT_DAEMON_RESTART, 0);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_RECONNECT);
    assert_true(can_step(&world, &state, 'b'));
}

static void
a_start_that_failed_is_tried_again(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, LB0, false, "start start");
    world.faults[FAULT_START_FAILS] = 1;
    state = initial_of(&world);
    strike(&world, &state, FAULT_START_FAILS, A);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_CLEAN_UP);
    run_out(&world, &state, "a");
    assert_int_equal(state.control.phase[A], PROCESS_RUNNING);
    assert_int_equal(state.control.thread[A].command, 2);
    assert_int_equal(state.control.thread[A].kept, 0);
}

/* And one that did not is refused: it stays the first one's guest. */
static void
a_guest_that_runs_is_not_started(void **unused)
{
    struct world world = world_under("libvirt-6.6,port-guard=port-owner");
    struct state state;
    struct program program;

    (void)unused;
    add_guest(&world, BR0, false, "start start start");
    state = initial_of(&world);
    run_out(&world, &state, "av");
    program = world_program(&world, A);
    assert_true(thread_ended(&state.control.thread[A], program));
    assert_int_equal(thread_incarnation(&state.control.thread[A], program), 1);
    assert_int_equal(state.network.row[VNET0].start_number, 1);
    assert_true(walk_round_trips(&world) > 5);
}

static void
an_entry_begins_after_a_step(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.landmarks = 2;
    world.landmark[0] = (struct landmark){A, OP_KILL};
    world.landmark[1] = (struct landmark){A, LANDMARK_EXIT};
    world.ordered = 1;
    world.turn[B][0].after = 2;
    world.qemu_commands[B] = 1;
    world.qemu_after[B] = 1;
    state = initial_of(&world);
    assert_false(control_qemu_may_step(&world, &state.control, B));
    play(&world, &state, "a");
    assert_int_equal(state.control.reached[0], 1);
    assert_int_equal(state.control.reached[1], 0);
    assert_true(client_has_reached(&state.control, world.qemu_after[B]));
    play(&world, &state, "A");
    assert_false(can_step(&world, &state, 'b'));
    play(&world, &state, "A");
    assert_true(can_step(&world, &state, 'b'));
    assert_true(walk_round_trips(&world) > 50);
}

/* Whoever waits for what never comes is in no deadlock. */
static void
a_step_that_is_never_taken_is_waited_for(void **unused)
{
    struct world world = reported_race("owner-delete");
    struct state state;

    (void)unused;
    world.landmarks = 1;
    world.landmark[0] = (struct landmark){A, OP_DEL_PORT}; /* and here it is remove-port */
    world.ordered = 1;
    world.turn[B][0].after = 1;
    state = initial_of(&world);
    run_out(&world, &state, "aAvb");
    assert_int_equal(state.control.thread[B].command, 0);
    assert_false((oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_DEADLOCK)) != 0);
}

/* A fault in its place counts, too: it has been asked for. */
static void
an_operation_that_fails_is_a_step(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_START_FAILS] = 1;
    world.landmarks = 1;
    world.landmark[0] = (struct landmark){B, OP_CREATE_TAP};
    world.ordered = 1;
    world.turn[A][0].after = 1;
    state = initial_of(&world);
    assert_false(can_step(&world, &state, 'a'));
    strike(&world, &state, FAULT_START_FAILS, B);
    assert_true(can_step(&world, &state, 'a'));
}

static void
steps_have_the_names_of_traces(void **unused)
{
    (void)unused;
    assert_string_equal(client_step_name(OP_KILL), "kill");
    assert_string_equal(client_step_name(LANDMARK_CRASH), "crash");
    assert_string_equal(client_step_name(LANDMARK_CLOSE), "close-descriptors");
    assert_string_equal(client_step_name(LANDMARK_EXIT), "exit");
}

/* Only who has a command to come, which is not given, waits for its client. */
static void
who_has_something_to_do_is_not_idle(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "crash stop");
    add_guest(&world, LB0, true, "");
    add_guest(&world, LB0, true, "stop");
    let_wait(&world, C, 0, A, 1);
    state = initial_of(&world);
    assert_false(client_is_idle(&world, &state.control, A)); /* its QEMU is to crash */
    assert_false(client_is_idle(&world, &state.control, B)); /* nothing is to come */
    assert_true(client_is_idle(&world, &state.control, C));
    world.ordered = 0;
    assert_false(client_is_idle(&world, &state.control, C));
}

/* A step may be waited for in two places, and be taken again: neither makes it another one. */
static void
a_step_is_reached_once(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct control control;

    (void)unused;
    world.landmarks = 3;
    world.landmark[0] = world.landmark[1] = (struct landmark){A, OP_KILL};
    world.landmark[2] = (struct landmark){B, OP_KILL};
    control = initial_of(&world).control;
    for (unsigned times = 0; times < 2; times++) {
        client_reach(&world, &control, A, OP_KILL);
        assert_int_equal(control.reached[0], 1);
        assert_int_equal(control.reached[1], 1);
        assert_int_equal(control.reached[2], 0);
    }
}

/* Who acts by itself waits for the step, too. */
static void
a_qemu_acts_behind_a_step(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.landmarks = 1;
    world.landmark[0] = (struct landmark){B, OP_CREATE_TAP};
    world.qemu_commands[A] = 1;
    world.qemu_after[A] = 1;
    world.leaked[A] = world.helper_closes[A] = world.helper_after[A] = 1;
    state = initial_of(&world);
    assert_false(control_qemu_may_step(&world, &state.control, A));
    assert_false(can_step(&world, &state, 'h'));
    play(&world, &state, "b");
    assert_true(control_qemu_may_step(&world, &state.control, A));
    assert_true(can_step(&world, &state, 'h'));
}

/* Rounds without a bound would need names without a bound if they took no time. */
static void
a_round_waits_for_the_clock(void **unused)
{
    static const char *const policies[] = {"fin-wait", "fin-wait,hold=0"};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct world world = world_under(policies[i]);
        struct state state;

        world.unbounded = 1;
        add_guest(&world, LB0, true, "stop");
        state = initial_of(&world);
        while (!client_is_between_rounds(&world, &state.control, A)) {
            assert_false(client_may_begin_round(&world, &state.control, A));
            play(&world, &state, can_step(&world, &state, 'a') ? "a" : "A");
        }
        assert_int_equal(client_may_begin_round(&world, &state.control, A), i == 1);
        assert_int_equal(can_step(&world, &state, 't'), i == 0);
        if (i == 0) {
            play(&world, &state, "t");
        }
        assert_true(client_may_begin_round(&world, &state.control, A));
        assert_int_equal(play(&world, &state, "a").kind, EVENT_ROUND);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_waits_for_its_turn),
        cmocka_unit_test(a_stop_that_is_passed_over_is_over),
        cmocka_unit_test(eof_does_not_wait_for_a_client),
        cmocka_unit_test(a_command_that_is_lost_with_the_daemon_is_over),
        cmocka_unit_test(a_start_that_failed_is_tried_again),
        cmocka_unit_test(a_guest_that_runs_is_not_started),
        cmocka_unit_test(an_entry_begins_after_a_step),
        cmocka_unit_test(a_step_that_is_never_taken_is_waited_for),
        cmocka_unit_test(an_operation_that_fails_is_a_step),
        cmocka_unit_test(steps_have_the_names_of_traces),
        cmocka_unit_test(who_has_something_to_do_is_not_idle),
        cmocka_unit_test(a_step_is_reached_once),
        cmocka_unit_test(a_qemu_acts_behind_a_step),
        cmocka_unit_test(a_round_waits_for_the_clock),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
