/* Control alone, without a network: outcomes are invented.  What a thread waits for, and what ends
 * that; processes; scripts; what may tick and what a fault may strike (core/control.h). */
#include "tests/unit/links.h"
#include "tests/unit/stepping.h"

/* ---- waiting for ovs-vswitchd ---- */

static void
a_thread_that_waits_has_not_learnt(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start");
    struct control control = adding(&world);

    (void)unused;
    assert_false(control_may_step(&world, &control, A));
    assert_true(control_waits_for_vswitchd(&control, A));
    assert_true(control_is_vswitchd_awaited(&world, &control));
    assert_int_equal(control_want(&world, &control, A).kind, OP_ADD_PORT);
    assert_int_equal(control.daemon.record[A].port, 0);
    assert_false(control_answer(&world, &control, A, 0));
    assert_int_equal(control.daemon.record[A].port, A + 1);
    assert_int_equal(control.thread[A].answer, 0);
    assert_false(control_waits_for_vswitchd(&control, A));
    assert_false(control_is_vswitchd_awaited(&world, &control));
    assert_false(step(&world, &control, A, OP_LINK_UP, usual));
}

static void
an_answer_may_be_that_time_is_up(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start");
    struct control control = adding(&world);

    (void)unused;
    assert_false(control_answer(&world, &control, A, ETIMEDOUT));
    assert_int_equal(control.daemon.record[A].port, 0);
    /* It takes back what it has made, and has then failed. */
    assert_true(step(&world, &control, A, OP_CLOSE_TAP, usual));
    assert_int_equal(control.thread[A].machine.kind, MACHINE_CLEAN_UP);
}

/* An operation that failed, and what is a failure of the start in one step. */
static void
a_failure_is_no_wait(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start");
    struct control control = control_of(&world);

    (void)unused;
    assert_true(step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.error = EBUSY}));
    assert_int_equal(control.thread[A].machine.kind, MACHINE_CLEAN_UP);
    assert_int_equal(control.thread[A].waits, WAIT_NONE);
    assert_false(step(&world, &control, A, OP_RELEASE, usual));
    assert_false(control_may_step(&world, &control, A)); /* that was its last command */
}

static void
only_guests_that_wait_are_answered(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct control control, before;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, false, "start");
    control = before = adding(&world);
    assert_false(control_waits_for_vswitchd(&control, B));
    assert_true(control_may_step(&world, &control, B));
    control_answer(&world, &control, A, 0);
    assert_memory_equal(&control.thread[B], &before.thread[B], sizeof before.thread[B]);
    assert_memory_equal(&control.daemon.record[B], &before.daemon.record[B],
                        sizeof before.daemon.record[B]);
}

/* ---- processes ---- */

static void
qemu_runs_if_it_could_be_executed(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start");
    struct control control = adding(&world), failed;

    (void)unused;
    control_answer(&world, &control, A, 0);
    step(&world, &control, A, OP_LINK_UP, usual);
    step(&world, &control, A, OP_ADD_FILTER, usual);
    assert_int_equal(control.phase[A], PROCESS_NONE);
    failed = control;
    step(&world, &failed, A, OP_EXEC, (struct outcome){.error = EBADFD});
    assert_int_equal(failed.phase[A], PROCESS_NONE);
    step(&world, &control, A, OP_EXEC, usual);
    assert_int_equal(control.phase[A], PROCESS_RUNNING);
    assert_false(control_may_exit(&control, A));
    assert_false(control_may_sigkill(&control, A));
}

/* Facts 1b: SIGTERM, and a wait; facts 4: the descriptors are closed before the process is gone. */
static void
a_stop_waits_for_the_exit(void **unused)
{
    struct world world = one_guest("libvirt-6.6", true, "stop");
    struct control control = control_of(&world);

    (void)unused;
    assert_false(step(&world, &control, A, OP_KILL, waits_for_exit));
    assert_int_equal(control.phase[A], PROCESS_EXITING);
    assert_false(control_may_step(&world, &control, A));
    assert_false(control_may_sigkill(&control, A)); /* it dies of SIGTERM */
    assert_false(control_is_vswitchd_awaited(&world, &control));
    assert_true(control_may_exit(&control, A) && control_may_close(&control, A));
    control_close(&world, &control, A);
    assert_int_equal(control.phase[A], PROCESS_CLOSED);
    assert_true(control_may_exit(&control, A));
    assert_false(control_may_close(&control, A));
    assert_false(control_may_step(&world, &control, A));
    control_exit(&world, &control, A);
    assert_int_equal(control.phase[A], PROCESS_NONE);
    assert_false(control_may_exit(&control, A));
    assert_false(step(&world, &control, A, OP_REMOVE_FILTER, usual));
}

static void
who_does_not_wait_does_not_notice(void **unused)
{
    struct world world = one_guest("port-first", true, "stop");
    struct control control = control_of(&world);
    struct thread before;

    (void)unused;
    step(&world, &control, A, OP_REMOVE_FILTER, usual);
    control.phase[A] = PROCESS_CLOSED;
    before = control.thread[A];
    control_exit(&world, &control, A);
    assert_memory_equal(&control.thread[A], &before, sizeof before);
    assert_int_equal(control.phase[A], PROCESS_NONE);
}

static void
sigkill_is_for_who_ignores_sigterm(void **unused)
{
    struct world world = one_guest("libvirt-6.6", true, "stop");
    struct control control;

    (void)unused;
    world.ignores_sigterm[A] = 1;
    control = control_of(&world);
    assert_false(control_may_sigkill(&control, A)); /* nothing has been sent yet */
    step(&world, &control, A, OP_KILL, waits_for_exit);
    assert_int_equal(control.phase[A], PROCESS_RUNNING);
    assert_false(control_may_exit(&control, A));
    assert_true(control_may_sigkill(&control, A));
    control_sigkill(&control, A);
    assert_int_equal(control.phase[A], PROCESS_EXITING);
    assert_false(control_may_sigkill(&control, A));
}

/* By COMMAND_CRASH, which is a step of the thread, and by the fault qemu-crash, which is none
 * (facts 1b, EOF). */
static void
a_process_dies_by_itself(void **unused)
{
    struct world world = one_guest("libvirt-6.6", true, "crash start");
    struct control control = control_of(&world);

    (void)unused;
    assert_true(control_may_step(&world, &control, A) && control_crashes(&control, A));
    control_crash(&world, &control, A);
    assert_int_equal(control.phase[A], PROCESS_EXITING);
    assert_false(control_crashes(&control, A));
    assert_int_equal(control.thread[A].eof, 0);
    assert_int_equal(control_want(&world, &control, A).kind, OP_KILL);
    assert_int_equal(control.thread[A].machine.kind, MACHINE_STOP);

    world = one_guest("libvirt-6.6", true, "");
    control = control_of(&world);
    assert_false(control_may_step(&world, &control, A));
    control_eof(&world, &control, A);
    assert_int_equal(control.phase[A], PROCESS_EXITING);
    assert_int_equal(control.thread[A].eof, 1);
    assert_false(step(&world, &control, A, OP_KILL, waits_for_exit));
}

/* ---- the mutex, and the nic at hand ---- */

static void
a_thread_waits_for_its_own_daemons_mutex(void **unused)
{
    struct world world = world_under("libvirt-6.6,guard-lock=create");
    struct control control;

    (void)unused;
    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, BR0, false, "start");
    }
    world.daemon[C] = 1;
    control = control_of(&world);
    assert_false(step(&world, &control, A, OP_LOCK, usual));
    assert_int_equal(control.daemon.lock[0], A + 1);
    assert_false(control_may_step(&world, &control, B));
    assert_true(control_may_step(&world, &control, A) && control_may_step(&world, &control, C));
    step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = A + 1});
    step(&world, &control, A, OP_UNLOCK, usual);
    assert_true(control_may_step(&world, &control, B));
}

static void
the_nic_at_hand_is_the_machines(void **unused)
{
    struct world world = one_guest("libvirt-6.6", false, "start");
    struct control control;

    (void)unused;
    add_guest(&world, BR0, false, "");
    world.more = 1;
    world.nic_guest[C] = A;
    world.nic[C] = (struct nic){.bridge = LB0, .mac = C + 1};
    control = control_of(&world);
    assert_int_equal(control_nic(&world, &control, A), A);
    assert_int_equal(control_nic(&world, &control, B), B); /* it has no machine */
    control = adding(&world);
    control_answer(&world, &control, A, 0);
    step(&world, &control, A, OP_LINK_UP, usual);
    assert_int_equal(control_nic(&world, &control, A), A);
    step(&world, &control, A, OP_ADD_FILTER, usual);
    assert_int_equal(control_nic(&world, &control, A), C);
    step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET1, .token = C + 1});
    step(&world, &control, A, OP_SET_MAC, usual);
    assert_int_equal(control_want(&world, &control, A).bridge, LB0);
    assert_int_equal(control.daemon.record[C].name, VNET1);
}

/* The daemon's memory is asked for that nic: a macvtap has a counter of its own. */
static void
a_name_is_picked_for_the_nic_at_hand(void **unused)
{
    struct world world = links_under("libvirt-6.6,name=counter,name-pool=kind");
    struct control control;

    (void)unused;
    add_guest(&world, LB0, false, "start");
    world.more = 1;
    world.nic_guest[B] = A;
    world.nic[B] = (struct nic){.kind = NIC_MACVTAP, .mac = B + 1, .family = MACVTAP};
    control = control_of(&world);
    step(&world, &control, A, OP_PICK_NAME, usual);
    assert_int_equal(control.daemon.allocator[0].last[0], 1);
    step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = A + 1});
    step(&world, &control, A, OP_SET_MAC, usual);
    step(&world, &control, A, OP_ADD_IF, usual);
    step(&world, &control, A, OP_LINK_UP, usual);
    step(&world, &control, A, OP_ADD_FILTER, usual);
    step(&world, &control, A, OP_PICK_NAME, usual);
    assert_int_equal(control.daemon.record[B].name, MACVTAP0);
    assert_int_equal(control.daemon.allocator[0].last[0], 1);
    assert_int_equal(control.daemon.allocator[0].last[1], 1);
}

/* core/policy.h, port-owner: the external ids name the start, by thread_incarnation. */
static void
operations_say_which_start_it_is(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "libvirt-6.6,port-guard=port-owner"};

    (void)unused;
    for (uint8_t says = 0; says < 2; says++) {
        struct world world = one_guest(policies[says], true, "stop start");
        struct control control = control_of(&world);
        struct operation op;

        step(&world, &control, A, OP_KILL, (struct outcome){.error = ESRCH});
        step(&world, &control, A, OP_REMOVE_FILTER, usual);
        op = control_want(&world, &control, A);
        assert_int_equal(op.kind, says ? OP_REMOVE_OWN : OP_DEL_PORT);
        assert_int_equal(op.start_number, 0); /* it has run from the beginning */
        control_done(&world, &control, A, op, usual);
        control.phase[A] = PROCESS_NONE;
        step(&world, &control, A, OP_RELEASE, usual);
        step(&world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = 1});
        step(&world, &control, A, OP_SET_MAC, usual);
        op = control_want(&world, &control, A);
        assert_int_equal(op.kind, OP_ADD_PORT);
        assert_int_equal(op.says_start, says);
        assert_int_equal(op.start_number, says ? 2 : 0); /* its second command */
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_waits_has_not_learnt),
        cmocka_unit_test(an_answer_may_be_that_time_is_up),
        cmocka_unit_test(a_failure_is_no_wait),
        cmocka_unit_test(only_guests_that_wait_are_answered),
        cmocka_unit_test(qemu_runs_if_it_could_be_executed),
        cmocka_unit_test(a_stop_waits_for_the_exit),
        cmocka_unit_test(who_does_not_wait_does_not_notice),
        cmocka_unit_test(sigkill_is_for_who_ignores_sigterm),
        cmocka_unit_test(a_process_dies_by_itself),
        cmocka_unit_test(a_thread_waits_for_its_own_daemons_mutex),
        cmocka_unit_test(the_nic_at_hand_is_the_machines),
        cmocka_unit_test(a_name_is_picked_for_the_nic_at_hand),
        cmocka_unit_test(operations_say_which_start_it_is),
    };

    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
