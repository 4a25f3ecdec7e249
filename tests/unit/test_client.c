/* Commands in the order in which a client gives them, and starts that are tried again
 * (docs/model.md, "Clients"). */
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
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
