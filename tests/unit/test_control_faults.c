/* Control alone: scripts, the clock, what faults may strike, and what is left of a daemon that
 * is killed (core/control.h). */
#include "tests/unit/stepping.h"

#include <errno.h>

/* ---- scripts and time ---- */

static void
scripts_go_on_one_by_one(void **unused)
{
    struct world world = one_guest("libvirt-6.6", true, "");
    struct control control;

    (void)unused;
    world.third_parties = 2;
    world.third_party[1].commands = 2;
    world.qemu_commands[A] = 1;
    control = control_of(&world);
    assert_false(control_third_party_may_step(&world, &control, 0));
    for (unsigned command = 0; command < 2; command++) {
        assert_true(control_third_party_may_step(&world, &control, 1));
        assert_int_equal(control_third_party_next(&control, 1), command);
    }
    assert_false(control_third_party_may_step(&world, &control, 1));
    assert_int_equal(control.third_party[0], 0);

    assert_true(control_qemu_may_step(&world, &control, A));
    control.phase[A] = PROCESS_EXITING;
    assert_false(control_qemu_may_step(&world, &control, A));
    control.phase[A] = PROCESS_RUNNING;
    assert_int_equal(control_qemu_next(&control, A), 0);
    assert_false(control_qemu_may_step(&world, &control, A));
}

static void
a_second_passes_while_a_name_is_held_back(void **unused)
{
    static const struct {
        uint8_t held;
        bool counting;
        uint8_t then;
    } expected[] = {{NAME_FREE, false, NAME_FREE},
                    {NAME_RESERVED, false, NAME_RESERVED},
                    {1, true, NAME_FREE},
                    {3, true, 2}};
    struct world world = one_guest("fin-wait", false, "start");

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
            struct control control = control_of(&world), before;

            control.daemon.allocator[daemon].held[VNET3] = expected[i].held;
            assert_int_equal(control_may_tick(&world, &control), expected[i].counting);
            before = control;
            control_tick(&control);
            assert_int_equal(control.daemon.allocator[daemon].held[VNET3], expected[i].then);
            /* And nothing else passes. */
            control.daemon.allocator[daemon].held[VNET3] = expected[i].held;
            assert_memory_equal(&control, &before, sizeof control);
        }
    }
}

/* world.clean_up_seconds: a clean-up ends no later than that after it has released the name. */
static void
a_clean_up_ends_before_its_time(void **unused)
{
    struct world world = one_guest("fin-wait", true, "stop");
    struct control control;

    (void)unused;
    world.clean_up_seconds = 2;
    control = control_of(&world);
    step(&world, &control, A, OP_KILL, (struct outcome){.error = ESRCH});
    assert_false(control_may_tick(&world, &control)); /* nothing is held back yet */
    step(&world, &control, A, OP_RELEASE_NAME, usual);
    for (unsigned second = 0; second < 2; second++) {
        assert_true(control_may_tick(&world, &control));
        control_tick(&control);
    }
    assert_false(control_may_tick(&world, &control));
    world.clean_up_seconds = 0; /* nobody promises anything */
    assert_true(control_may_tick(&world, &control));
    world.clean_up_seconds = 2;
    step(&world, &control, A, OP_REMOVE_FILTER, usual);
    step(&world, &control, A, OP_DEL_PORT, usual);
    step(&world, &control, A, OP_RELEASE, usual);
    assert_true(control_may_tick(&world, &control)); /* it has ended, and a second is left */
}

/* ---- faults ---- */

/* Which faults may strike guest a, in the order of enum fault: "-" for each that may not. */
static void
expect_strikes(const struct world *world, const struct control *control, const char *expected)
{
    static const char letters[] = "tcfxlLvdoums";
    struct control none = *control;
    char strikes[FAULT_COUNT + 1] = "";

    assert_int_equal(strlen(letters), FAULT_COUNT);
    memset(none.faults, 0, sizeof none.faults);
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        strikes[fault] =
            control_may_strike(world, control, (enum fault)fault, A) ? letters[fault] : '-';
        assert_false(control_may_strike(world, &none, (enum fault)fault, A)); /* no budget */
    }
    assert_string_equal(strikes, expected);
}

/* What the network adds, a tap to leak and something to commit, is not control's. */
static void
each_fault_has_its_moments(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start stop");
    struct control control;

    (void)unused;
    memset(world.faults, 1, sizeof world.faults);
    control = control_of(&world);
    expect_strikes(&world, &control, "--fx--vd---s"); /* create-tap */
    step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = A + 1});
    step(&world, &control, A, OP_SET_MAC, usual);
    expect_strikes(&world, &control, "--fxlLvdo--s"); /* add-port */
    step(&world, &control, A, OP_ADD_PORT, waits_for_vswitchd);
    expect_strikes(&world, &control, "t--x--vd---s");
    control_answer(&world, &control, A, 0);
    step(&world, &control, A, OP_LINK_UP, usual);
    step(&world, &control, A, OP_ADD_FILTER, usual);
    expect_strikes(&world, &control, "--fx--vd---s"); /* exec */
    step(&world, &control, A, OP_EXEC, usual);
    expect_strikes(&world, &control, "-c-x--vd---s");
    step(&world, &control, A, OP_KILL, waits_for_exit);
    expect_strikes(&world, &control, "---x--vd---s");
    control_close(&world, &control, A);
    control_exit(&world, &control, A);
    step(&world, &control, A, OP_REMOVE_FILTER, usual);
    expect_strikes(&world, &control, "---xlLvdo--s"); /* del-port */
    step(&world, &control, A, OP_DEL_PORT, waits_for_vswitchd);
    expect_strikes(&world, &control, "t--x--vd---s");
    control_answer(&world, &control, A, 0);
    step(&world, &control, A, OP_RELEASE, usual);
    expect_strikes(&world, &control, "---x--vd---s");
}

/* Facts 1a and 1e: a lookup that fails has found nothing; what leaves a wrong bridge may fail. The
 * daemon's own memory does not fail.  A start that has failed fails no more. */
static void
some_steps_fail_no_start(void **unused)
{
    struct world world = one_guest("counter,attach=reattach,guard-lock=create", false, "start");
    struct control control, leaving;

    (void)unused;
    memset(world.faults, 1, sizeof world.faults);
    control = control_of(&world);
    expect_strikes(&world, &control, "---x--vd---s");
    step(&world, &control, A, OP_LOCK, usual);
    expect_strikes(&world, &control, "---x--vd---s");
    step(&world, &control, A, OP_PICK_NAME, usual);
    expect_strikes(&world, &control, "---x--vd---s"); /* lookup */
    step(&world, &control, A, OP_LOOKUP, (struct outcome){.error = ENODEV});
    expect_strikes(&world, &control, "--fx--vd---s");
    step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = A + 1});
    step(&world, &control, A, OP_UNLOCK, usual);
    step(&world, &control, A, OP_SET_MAC, usual);
    expect_strikes(&world, &control, "--fx--vd---s"); /* get-master */
    leaving = control;
    step(&world, &leaving, A, OP_GET_MASTER, (struct outcome){.value = LB1});
    expect_strikes(&world, &leaving, "---x--vd---s"); /* del-if */
    step(&world, &control, A, OP_GET_MASTER, (struct outcome){.value = BR1});
    expect_strikes(&world, &control, "---xlLvdo--s"); /* del-port */
    step(&world, &control, A, OP_DEL_PORT, usual);
    step(&world, &control, A, OP_ADD_PORT, (struct outcome){.error = EEXIST});
    assert_int_equal(control.thread[A].machine.kind, MACHINE_START);
    expect_strikes(&world, &control, "---x--vd---s"); /* close-tap */
}

/* Facts, "Found in the sources": detach waits for 5 s, once it has begun. */
static void
an_unplug_is_given_up_at_its_beginning(void **unused)
{
    struct world world = one_guest("libvirt-9.0", true, "");
    struct control control, dead;

    (void)unused;
    world.command[A][world.commands[A]++] = COMMAND_UNPLUG;
    memset(world.faults, 1, sizeof world.faults);
    control = control_of(&world);
    expect_strikes(&world, &control, "-c-x--vd-ums");
    dead = control;
    control_eof(&world, &dead, A);
    expect_strikes(&world, &dead, "---x--vd---s");
    step(&world, &control, A, OP_UNPLUG, usual);
    expect_strikes(&world, &control, "-c-x--vd---s");
}

static void
a_budget_is_spent(void **unused)
{
    struct world world = one_guest("libvirt-6.6", true, "");
    struct control control;

    (void)unused;
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        memset(world.faults, 2, sizeof world.faults);
        control = control_of(&world);
        control_spend(&control, (enum fault)fault);
        for (unsigned other = 0; other < FAULT_COUNT; other++) {
            assert_int_equal(control.faults[other], other == fault ? 1 : 2);
        }
    }
}

static void
a_start_fails_as_its_operation_would(void **unused)
{
    (void)unused;
    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        struct operation op = {.kind = (uint8_t)kind, .name = VNET0};

        assert_int_equal(control_start_fails_with(op), kind == OP_CREATE_TAP ? EBUSY : EIO);
        op.name = IFNAME_NONE;
        assert_int_equal(control_start_fails_with(op), kind == OP_CREATE_TAP ? ENFILE : EIO);
    }
}

/* ---- daemon-restart ---- */

/* Facts 1e: waits, the mutex and handed-out names go with the process; nothing else does. */
static void
a_restart_is_one_daemons(void **unused)
{
    struct world world = world_under("lowest-free,guard-lock=create");
    struct control control, before;

    (void)unused;
    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, BR0, guest != A, guest == A ? "start" : "stop");
    }
    world.daemon[C] = 1;
    world.third_parties = 1;
    memset(world.faults, 2, sizeof world.faults);
    control = control_of(&world);
    control.third_party[0] = control.qemu[B] = 1;
    step(&world, &control, A, OP_LOCK, usual);
    step(&world, &control, B, OP_KILL, waits_for_exit);
    step(&world, &control, C, OP_KILL, waits_for_exit);
    before = control;
    control_restart(&world, &control);
    assert_int_equal(control.daemon.lock[0], 0);
    assert_int_equal(control.thread[A].command, 1); /* its start is over */
    assert_int_equal(control.thread[B].waits, WAIT_NONE);
    assert_int_equal(control.thread[B].machine.kind, MACHINE_RECONNECT);
    assert_int_equal(control.daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_memory_equal(&control.daemon.allocator[1], &before.daemon.allocator[1],
                        sizeof before.daemon.allocator[1]);
    assert_memory_equal(&control.thread[C], &before.thread[C], sizeof before.thread[C]);
    assert_memory_equal(&control.daemon.record[C], &before.daemon.record[C],
                        sizeof before.daemon.record[C]);
    assert_memory_equal(control.phase, before.phase, sizeof before.phase);
    assert_memory_equal(control.qemu, before.qemu, sizeof before.qemu);
    assert_memory_equal(control.third_party, before.third_party, sizeof before.third_party);
    assert_memory_equal(control.faults, before.faults, sizeof before.faults);
    /* B's process dies, and its thread, which waits no more, is not told. */
    control_close(&world, &control, B);
    control_exit(&world, &control, B);
    assert_int_equal(control_want(&world, &control, B).kind, OP_CONNECT);
}

/* Of an unplugging as of a stop; of one nic after the other, and of names that are held back. */
static void
whose_clean_up_has_a_time(void **unused)
{
    struct world world = one_guest("fin-wait", true, "");
    struct control control;

    (void)unused;
    world.command[A][world.commands[A]++] = COMMAND_UNPLUG;
    world.clean_up_seconds = 1;
    control = control_of(&world);
    while (control.daemon.allocator[0].held[VNET0] == NAME_RESERVED) {
        step(&world, &control, A, (enum op_kind)control_want(&world, &control, A).kind, usual);
    }
    assert_true(control_may_tick(&world, &control));
    control_tick(&control);
    assert_false(control_may_tick(&world, &control));

    world = one_guest("fin-wait", true, "stop");
    world.nic[A].name = FIXED; /* which nobody holds back */
    world.clean_up_seconds = 1;
    control = control_of(&world);
    step(&world, &control, A, OP_KILL, (struct outcome){.error = ESRCH});
    control.daemon.allocator[0].held[VNET3] = 1;
    assert_true(control_may_tick(&world, &control));
}

/* The stop of a guest whose nic has been unplugged cleans nothing up. */
static void
a_nic_that_is_gone_has_no_clean_up(void **unused)
{
    struct world world = one_guest("fin-wait", true, "");
    struct control control;

    (void)unused;
    world.command[A][world.commands[A]++] = COMMAND_UNPLUG;
    world.command[A][world.commands[A]++] = COMMAND_STOP;
    world.clean_up_seconds = 1;
    control = control_of(&world);
    while (control.thread[A].command == 0) {
        step(&world, &control, A, (enum op_kind)control_want(&world, &control, A).kind, usual);
    }
    assert_int_equal(control.thread[A].machine.kind, MACHINE_STOP);
    for (unsigned second = 0; second < 3; second++) { /* as long as its name is held back */
        assert_true(control_may_tick(&world, &control));
        control_tick(&control);
    }
    assert_false(control_may_tick(&world, &control));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_go_on_one_by_one),
        cmocka_unit_test(a_second_passes_while_a_name_is_held_back),
        cmocka_unit_test(a_clean_up_ends_before_its_time),
        cmocka_unit_test(each_fault_has_its_moments),
        cmocka_unit_test(some_steps_fail_no_start),
        cmocka_unit_test(an_unplug_is_given_up_at_its_beginning),
        cmocka_unit_test(a_budget_is_spent),
        cmocka_unit_test(a_start_fails_as_its_operation_would),
        cmocka_unit_test(a_restart_is_one_daemons),
        cmocka_unit_test(whose_clean_up_has_a_time),
        cmocka_unit_test(a_nic_that_is_gone_has_no_clean_up),
    };

    return cmocka_run_group_tests_name("control-faults", tests, NULL, NULL);
}
