/* Faults: their actors, their budgets, and what each of them does (docs/model-faults.md,
 * "Faults"). */
#include "tests/unit/fixture.h"

#include <errno.h>

static void
every_fault_has_a_row(void **unused)
{
    (void)unused;
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        assert_true(strlen(fault_name((enum fault)fault)) > 0);
        assert_true(strlen(fault_text((enum fault)fault)) > 0);
    }
}

/* docs/model.md: in the order of actors they come last, and without a budget they do not exist.
 * ovs-timeout has no actor of its own: the timeout that comes is there in any case. */
static void
faults_come_last(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    unsigned others = actor_count(&world);

    (void)unused;
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        /* Who carries out what was left behind is no fault, and has no budget. */
        bool leaves = fault == FAULT_OVS_LATE || fault == FAULT_OVS_ORPHAN ||
                      fault == FAULT_UNPLUG_LATE || fault == FAULT_MONITOR_LATE;
        bool of_the_world = fault == FAULT_VSWITCHD_RESTART || fault == FAULT_DAEMON_RESTART ||
                            fault == FAULT_OVSDB_OUTAGE;
        unsigned before = others + (leaves ? world.guests : fault == FAULT_OVSDB_OUTAGE), added;
        struct world faulty = world;

        faulty.faults[fault] = 1;
        added = actor_count(&faulty) - before;
        if (fault == FAULT_OVS_TIMEOUT) {
            assert_int_equal(added, 0);
            continue;
        }
        assert_int_equal(added, of_the_world ? 1 : world.guests);
        for (unsigned number = 0; number < before; number++) {
            assert_int_equal(actor_kind_fault(actor_at(&faulty, number).kind), FAULT_COUNT);
        }
        for (unsigned guest = 0; guest < added; guest++) {
            struct actor actor = actor_at(&faulty, before + guest);

            assert_int_equal(actor_kind_fault(actor.kind), fault);
            assert_int_equal(actor.index, guest);
        }
    }
}

/* All at once: the room that MAX_ACTORS gives is enough. */
static void
there_is_room_for_all_actors(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        add_guest(&world, BR0, false, "");
    }
    world.third_parties = MAX_THIRD_PARTIES;
    memset(world.faults, FAULT_MAX_BUDGET, sizeof world.faults);
    assert_true(actor_count(&world) <= MAX_ACTORS);
    for (unsigned number = 0; number < actor_count(&world); number++) {
        assert_true(actor_at(&world, number).kind < ACTOR_KINDS);
    }
}

/* ---- qemu-crash ---- */

static struct world
crashing(const char *policy, bool running, const char *commands, uint8_t budget)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, running, commands);
    world.faults[FAULT_QEMU_CRASH] = budget;
    return world;
}

/* Facts 1b: EOF of the monitor is followed by qemuProcessStop, whoever wants anything. */
static void
a_stop_follows_a_crash(void **unused)
{
    struct world world = crashing("libvirt-6.6", true, "", 1);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_step(&world, &state, 'a'));
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_false(state_running(&state, A));
    assert_int_equal(play(&world, &state, "AAa").op.kind, OP_KILL);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    /* A stop that has not ended is one, although there is no command. */
    assert_true((oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_DEADLOCK)) != 0);
    assert_int_equal(play(&world, &state, "ava").op.kind, OP_RELEASE);
    assert_false(can_step(&world, &state, 'a'));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

static void
the_stop_comes_before_the_next_command(void **unused)
{
    struct world world = crashing("libvirt-6.6", false, "start stop start", 1);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_strike(&world, &state, FAULT_QEMU_CRASH, A)); /* there is no QEMU yet */
    play(&world, &state, "aaavaaa");
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    /* The stop that was next is that one: then comes the start. */
    play(&world, &state, "AAaaava");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CREATE_TAP);
    assert_int_equal(play(&world, &state, "aavaaa").op.kind, OP_EXEC);
    assert_false(can_strike(&world, &state, FAULT_QEMU_CRASH, A)); /* the budget is used up */
}

static void
a_stop_in_work_is_that_stop(void **unused)
{
    struct world world = crashing("port-first", true, "stop start", 1);
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    play(&world, &state, "AA");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_DEL_PORT);
    assert_int_equal(play(&world, &state, "va").op.kind, OP_KILL);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CREATE_TAP);
}

/* Two deaths are not possible: the scenario's own crash is passed over. */
static void
a_crash_that_comes_too_late_is_passed_over(void **unused)
{
    struct world world = crashing("libvirt-6.6", true, "crash start", 2);
    struct state state = initial_of(&world);

    (void)unused;
    strike(&world, &state, FAULT_QEMU_CRASH, A);
    assert_false(can_strike(&world, &state, FAULT_QEMU_CRASH, A));
    play(&world, &state, "AAaaava");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CREATE_TAP);
}

/* core/thread.h: while another machine than a stop is in work, the stop is due. */
/* The machine takes the outcome and, if that ends it, the thread goes on. */
static void
go_on(struct thread *thread, struct program program, const struct context *context,
      struct nic_record *record, bool has_process, struct outcome outcome)
{
    machine_done(&thread->machine, context, record, outcome);
    if (machine_ended(&thread->machine)) {
        thread_go_on(thread, program, context, record, has_process);
    }
}

static void
a_stop_is_due_behind_what_is_in_work(void **unused)
{
    static const uint8_t commands[] = {COMMAND_START, COMMAND_START};
    struct world world = crashing("libvirt-6.6", false, "", 0);
    struct context context = world_context(&world, A);
    struct program program = {commands, 2, 2};
    struct nic_record record = {.name = VNET0, .running = 1};
    struct thread thread = {0};

    (void)unused;
    thread_load(&thread, program, &context, &record, false);
    thread_eof(&thread, &context, &record);
    assert_int_equal(thread.machine.kind, MACHINE_START);
    while (thread.command == 0) {
        struct outcome outcome = {.value = BR0};

        go_on(&thread, program, &context, &record, true, outcome);
    }
    assert_int_equal(thread.machine.kind, MACHINE_STOP);
    assert_int_equal(thread.command, 1);
    thread_eof(&thread, &context, &record);
    while (thread.machine.kind == MACHINE_STOP) {
        go_on(&thread, program, &context, &record, false, (struct outcome){0});
    }
    assert_int_equal(thread.machine.kind, MACHINE_START);
    assert_int_equal(thread.command, 1);
    assert_int_equal(thread.eof, 0);
}

/* ---- start-fails ---- */

static struct world
failing(const char *policy, uint8_t bridge, const char *commands, uint8_t budget)
{
    struct world world = world_under(policy);

    add_guest(&world, bridge, false, commands);
    world.faults[FAULT_START_FAILS] = budget;
    return world;
}

/* Plays the letters, with an `x` where the start of guest a fails. */
static struct event
play_failing(const struct world *world, struct state *state, const char *schedule)
{
    struct event event = {0};

    for (; *schedule != '\0'; schedule++) {
        char letter[] = {*schedule, '\0'};

        event = *schedule == 'x' ? strike(world, state, FAULT_START_FAILS, A)
                                 : play(world, state, letter);
    }
    return event;
}

static void
a_creation_fails_as_kernels_do(void **unused)
{
    struct world world = failing("libvirt-6.6", BR0, "start", 1);
    struct state state = initial_of(&world);
    struct event event = strike(&world, &state, FAULT_START_FAILS, A);

    (void)unused;
    assert_int_equal(event.op.kind, OP_CREATE_TAP);
    assert_int_equal(event.outcome.error, ENFILE);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    /* It has failed at once, with nothing to take back, and nobody is to blame. */
    assert_int_equal(event.violated, 0);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_CLEAN_UP);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    world = failing("libvirt-7.0", BR0, "start", 1);
    state = initial_of(&world);
    assert_int_equal(play_failing(&world, &state, "aax").outcome.error, EBUSY);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_CLEAN_UP);
}

static void
another_name_is_tried_after_ebusy(void **unused)
{
    struct world world = failing("lowest-free", BR0, "start", 2);
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(play_failing(&world, &state, "ax").op.name, VNET0);
    assert_int_equal(play(&world, &state, "aa").outcome.value, VNET1);
    assert_int_equal(state.control.thread[A].machine.flag, 0); /* nothing has failed yet */
    assert_int_equal(play_failing(&world, &state, "x").outcome.error, EIO);
    assert_int_equal(play(&world, &state, "aa").violated, 0);
}

/* The same start behind a failure that is the world's own. */
static void
only_the_start_that_it_fails_is_excused(void **unused)
{
    struct world world = failing("libvirt-6.6", LB0, "start start", 1);
    struct state state = initial_of(&world);

    (void)unused;
    play_failing(&world, &state, "aax"); /* add-if */
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CLOSE_TAP);
    assert_int_equal(state.control.thread[A].machine.kind, MACHINE_CLEAN_UP);
    play(&world, &state, "a");
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
    assert_int_equal(play(&world, &state, "aoa").outcome.error, ENODEV);
    assert_int_equal(play(&world, &state, "a").violated, ORACLE_BIT(ORACLE_START_FAILED));
}

/* docs/model-faults.md: what can fail.  A lookup only finds nothing, the mutex is the daemon's own,
 * what takes a failed start back is no start, and neither is a wait. */
static void
not_every_operation_can_fail(void **unused)
{
    struct world world = failing("counter,guard-lock=create", BR0, "start", 1);
    struct state state = initial_of(&world), failed;
    const char *order = "aaaaaaaaaaa", *can = "...x.xx.xxx";

    (void)unused;
    for (unsigned i = 0; order[i] != '\0'; i++) {
        bool waits = state.control.thread[A].waits != WAIT_NONE;

        assert_int_equal(can_strike(&world, &state, FAULT_START_FAILS, A), can[i] == 'x');
        if (can[i] == 'x') {
            failed = state;
            strike(&world, &failed, FAULT_START_FAILS, A);
            failed.control.faults[FAULT_START_FAILS] = 1;
            while (failed.control.thread[A].machine.kind == MACHINE_START &&
                   (failed.control.thread[A].machine.flag & MACHINE_FAILED) != 0) {
                assert_false(can_strike(&world, &failed, FAULT_START_FAILS, A));
                assert_int_equal(play(&world, &failed, "a").violated, 0);
            }
        }
        play(&world, &state, waits ? "v" : "a");
    }
    assert_true(state_running(&state, A));
    assert_false(can_strike(&world, &state, FAULT_START_FAILS, A));
}

/* ---- fd-leak ---- */

/* Facts 4: who has a copy keeps the tap alive, and its name taken. */
static void
a_leaked_descriptor_keeps_the_tap(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_FD_LEAK] = 1;
    world.helper_closes[A] = 1;
    state = initial_of(&world);
    assert_false(can_step(&world, &state, 'h'));
    assert_int_equal(strike(&world, &state, FAULT_FD_LEAK, A).op.name, VNET0);
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_QEMU | HOLDER_HELPER);
    play(&world, &state, "aAA");
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_HELPER);
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET1);
    play(&world, &state, "h");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_false(can_step(&world, &state, 'h'));
}

/* The daemon's descriptor can leak as well, from the creation on; a dying process forks no more. */
static void
what_is_open_can_leak(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_FD_LEAK] = 2;
    state = initial_of(&world);
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, B));
    play(&world, &state, "b");
    assert_int_equal(strike(&world, &state, FAULT_FD_LEAK, B).op.name, VNET1);
    assert_int_equal(state.network.device[VNET1].holders, HOLDER_DAEMON | HOLDER_HELPER);
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, B)); /* its helper has one */
    assert_true(can_strike(&world, &state, FAULT_FD_LEAK, A));
    play(&world, &state, "a");
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, A));
    play(&world, &state, "A");
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, A));
}

/* A tap that somebody has deleted is nobody's to keep. */
static void
there_is_nothing_to_leak_of_a_tap_that_is_gone(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_FD_LEAK] = 1;
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
    state = initial_of(&world);
    play(&world, &state, "o");
    assert_false(can_strike(&world, &state, FAULT_FD_LEAK, A));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_a_row),
        cmocka_unit_test(faults_come_last),
        cmocka_unit_test(there_is_room_for_all_actors),
        cmocka_unit_test(a_stop_follows_a_crash),
        cmocka_unit_test(the_stop_comes_before_the_next_command),
        cmocka_unit_test(a_stop_in_work_is_that_stop),
        cmocka_unit_test(a_crash_that_comes_too_late_is_passed_over),
        cmocka_unit_test(a_stop_is_due_behind_what_is_in_work),
        cmocka_unit_test(a_creation_fails_as_kernels_do),
        cmocka_unit_test(another_name_is_tried_after_ebusy),
        cmocka_unit_test(only_the_start_that_it_fails_is_excused),
        cmocka_unit_test(not_every_operation_can_fail),
        cmocka_unit_test(a_leaked_descriptor_keeps_the_tap),
        cmocka_unit_test(what_is_open_can_leak),
        cmocka_unit_test(there_is_nothing_to_leak_of_a_tap_that_is_gone),
    };

    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
