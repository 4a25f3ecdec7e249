/* The daemon is killed and started again (docs/model-faults.md, "Daemon restart"; facts 1e): what
 * it forgets, what its guests' threads do next, and what the rest of the world does not notice. */
#include "tests/unit/fixture.h"

#include <errno.h>

static struct world
restarting(const char *policy, uint8_t budget)
{
    struct world world = world_under(policy);

    world.faults[FAULT_DAEMON_RESTART] = budget;
    return world;
}

/* Guest a runs and stops, guest b starts. */
static struct world
restarting_race(const char *policy)
{
    struct world world = reported_race(policy);

    world.faults[FAULT_DAEMON_RESTART] = 1;
    return world;
}

static void
restart(const struct world *world, struct state *state)
{
    assert_int_equal(strike(world, state, FAULT_DAEMON_RESTART, 0).violated, 0);
}

/* What the guest's thread wants next. */
static enum op_kind
next_of(const struct world *world, const struct state *state, unsigned guest)
{
    return (enum op_kind)control_want(world, &state->control, guest).kind;
}

static void
guests_and_rows_do_not_notice(void **unused)
{
    struct world world = restarting("libvirt-6.6", 1);
    struct state state, before;

    (void)unused;
    add_guest(&world, BR0, true, "stop");
    add_guest(&world, LB0, true, "");
    state = before = initial_of(&world);
    restart(&world, &state);
    assert_memory_equal(state.network.device, before.network.device, sizeof state.network.device);
    assert_memory_equal(state.network.row, before.network.row, sizeof state.network.row);
    assert_memory_equal(state.network.port, before.network.port, sizeof state.network.port);
    assert_memory_equal(state.network.filter, before.network.filter, sizeof state.network.filter);
    assert_memory_equal(state.control.phase, before.control.phase, sizeof state.control.phase);
    assert_memory_equal(state.network.tap, before.network.tap, sizeof state.network.tap);
    assert_true(state_running(&state, A) && state_running(&state, B));
    assert_int_equal(oracle_judge_state(&world, &state), 0);
}

static void
it_happens_as_often_as_there_is_a_budget(void **unused)
{
    struct world world = restarting("libvirt-6.6", 2);
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "");
    state = initial_of(&world);
    restart(&world, &state);
    play(&world, &state, "a");
    restart(&world, &state); /* in the middle of a reconnection */
    assert_false(can_strike(&world, &state, FAULT_DAEMON_RESTART, 0));
    assert_int_equal(next_of(&world, &state, A), OP_CONNECT);
}

/* The name is in the status file; what an operation told is not. */
static void
the_name_is_all_that_is_known(void **unused)
{
    struct world world = restarting_race("owner-delete");
    struct state state = initial_of(&world);
    const struct nic_record *record = &state.control.daemon.record[A];

    (void)unused;
    assert_int_equal(record->port, A + 1);
    restart(&world, &state);
    assert_int_equal(record->name, VNET0);
    assert_int_equal(record->port, 0);
    assert_int_equal(record->tap, 0);
    assert_int_equal(record->running, 1);
    /* So a stop does not ask for a row. */
    play(&world, &state, "aaa");
    assert_int_equal(play(&world, &state, "aAA").outcome.waits, WAIT_NONE);
    assert_int_equal(play(&world, &state, "aa").op.kind, OP_RELEASE);
    assert_int_equal(state.network.row[VNET0].owner, A + 1);
}

static void
the_counter_begins_anew(void **unused)
{
    struct world world = restarting_race("libvirt-11.3");
    struct state state = initial_of(&world), first;

    (void)unused;
    restart(&world, &state);
    first = state;
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET0);
    assert_int_equal(play(&world, &first, "aab").outcome.value, VNET1); /* a has been taken back */
    world = restarting_race("libvirt-11.3,reserve-again=first");
    state = initial_of(&world);
    restart(&world, &state);
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET1);
}

/* A list of names is empty, or has the names of status files in it, whatever their templates. */
static void
a_list_of_names_is_empty(void **unused)
{
    struct world world = restarting("lowest-free", 1);
    struct state state;

    (void)unused;
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, NO_BRIDGE, true, "");
    world.nic[B].family = MYTAP;
    world.nic[B].template = 1;
    state = initial_of(&world);
    restart(&world, &state);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_FREE);
    play(&world, &state, "aa");
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_RESERVED);
    assert_int_equal(state.control.daemon.record[A].reserved, 1);
    play(&world, &state, "bb"); /* connect, add-filter */
    assert_int_equal(state.control.daemon.allocator[0].held[MYTAP0], NAME_FREE);
    assert_int_equal(state.control.daemon.record[B].reserved, 0);

    world.policy.reserve_again = RESERVE_AGAIN_FIRST;
    state = initial_of(&world);
    restart(&world, &state);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_RESERVED);
    assert_int_equal(state.control.daemon.allocator[0].held[MYTAP0], NAME_RESERVED);
    assert_int_equal(state.control.daemon.record[B].reserved, 1);
}

/* A start that is cut off: its tap had nobody but the daemon; its row stays; it does not come
 * again, and nobody says that it failed. */
static void
a_start_in_work_is_cut_off(void **unused)
{
    struct world world = restarting_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bbbv");
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_TAP);
    restart(&world, &state);
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE);
    assert_int_equal(state.network.port[VNET1].life, PORT_NONE);
    assert_int_equal(state.network.row[VNET1].owner, B + 1);
    assert_int_equal(state.control.daemon.record[B].name, IFNAME_NONE);
    assert_false(can_step(&world, &state, 'b'));
    play(&world, &state, "aaaaAAaava");
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_STALE_PORT));
}

/* A command that has not taken its first step is still to come: a start at once, beside the
 * reconnections; a stop behind its guest's. */
static void
what_has_not_begun_is_still_to_come(void **unused)
{
    struct world world = restarting_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    restart(&world, &state);
    assert_int_equal(next_of(&world, &state, B), OP_CREATE_TAP);
    assert_int_equal(next_of(&world, &state, A), OP_CONNECT);
    play(&world, &state, "aaa");
    assert_int_equal(next_of(&world, &state, A), OP_KILL);
    assert_true(state_running(&state, A));
}

/* The mutex goes with the daemon, and who waited for it can have it. */
static void
the_mutex_is_free(void **unused)
{
    struct world world = restarting("atomic", 1);
    struct state state;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, false, "start");
    state = initial_of(&world);
    play(&world, &state, "a");
    assert_false(can_step(&world, &state, 'b'));
    restart(&world, &state);
    assert_int_equal(state.control.daemon.lock[0], 0);
    assert_false(can_step(&world, &state, 'a')); /* its start is over */
    assert_true(can_step(&world, &state, 'b'));
}

/* Facts 1e: "Monitor connect fails => qemuProcessStop": all of it, and it is no command. */
static void
a_stop_in_work_is_done_again(void **unused)
{
    struct world world = restarting("libvirt-6.6", 1);
    struct state state;
    struct event event;

    (void)unused;
    add_guest(&world, BR0, true, "stop start");
    state = initial_of(&world);
    play(&world, &state, "aAAa"); /* the filter is gone, the port is not */
    restart(&world, &state);
    assert_false(state_running(&state, A));
    event = play(&world, &state, "a");
    assert_int_equal(event.op.kind, OP_CONNECT);
    assert_int_equal(event.outcome.error, ESRCH);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_KILL);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_DEL_PORT);
    assert_int_equal(play(&world, &state, "va").op.kind, OP_RELEASE);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CREATE_TAP); /* the next command */
}

/* Nobody waits for the exit any more, and the process dies all the same; the stop that follows
 * waits for it again. */
static void
nobody_waits_any_more(void **unused)
{
    struct world world = restarting_race("libvirt-6.6");
    struct state state = initial_of(&world), other;

    (void)unused;
    assert_int_equal(play(&world, &state, "a").outcome.waits, WAIT_EXIT);
    other = state;
    restart(&world, &state);
    play(&world, &state, "AA");
    assert_int_equal(next_of(&world, &state, A), OP_CONNECT);
    restart(&world, &other);
    assert_int_equal(play(&world, &other, "a").outcome.error, ESRCH);
    assert_int_equal(play(&world, &other, "a").outcome.waits, WAIT_EXIT);
    /* The same of an ovs-vsctl. */
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "bbb").outcome.waits, WAIT_VSWITCHD);
    restart(&world, &state);
    assert_false(can_step(&world, &state, 'v') || can_step(&world, &state, 'b'));
}

/* A stop that waits in its kill has begun, though its machine has not moved. */
static void
a_stop_that_waits_has_begun(void **unused)
{
    struct world world = restarting("libvirt-6.6", 1);
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "stop");
    world.ignores_sigterm[A] = 1;
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "a").outcome.waits, WAIT_EXIT);
    restart(&world, &state);
    assert_false(state_running(&state, A));
    play(&world, &state, "aaa");
    assert_true(state_running(&state, A));
    assert_false(can_step(&world, &state, 'a')); /* the stop does not come again */
}

/* The stop was cut off before the kill: the guest runs on, is attached again, and cannot be
 * started. */
static void
a_guest_may_outlive_its_stop(void **unused)
{
    struct world world = restarting("port-first", 1);
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "stop start stop");
    state = initial_of(&world);
    play(&world, &state, "aav"); /* remove-filter, del-port */
    restart(&world, &state);
    assert_false(state_running(&state, A));                                /* its stop had begun */
    assert_int_equal(play(&world, &state, "aa").outcome.value, NO_BRIDGE); /* get-master */
    assert_int_equal(play(&world, &state, "a").op.kind, OP_ADD_PORT);
    play(&world, &state, "va");
    assert_true(state_running(&state, A));
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    assert_int_equal(next_of(&world, &state, A), OP_REMOVE_FILTER); /* the last command */
    assert_int_equal(state.control.thread[A].command, 2);
    assert_int_equal(thread_incarnation(&state.control.thread[A], world_program(&world, A)), 0);
}

/* A reconnection is a thing to do even for a guest that has no commands. */
static void
a_reconnection_is_no_quiescence(void **unused)
{
    struct world world = restarting("libvirt-6.6", 1);
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "");
    state = initial_of(&world);
    assert_int_equal(oracle_judge_end(&world, &state), 0);
    restart(&world, &state);
    assert_true(can_step(&world, &state, 'a'));
    assert_int_equal(oracle_judge_end(&world, &state), ORACLE_BIT(ORACLE_DEADLOCK));
    play(&world, &state, "aaa");
    assert_false(can_step(&world, &state, 'a'));
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* A guard that compares incarnations does not know its own after a restart. */
static void
an_incarnation_is_not_known_again(void **unused)
{
    struct world world = restarting("libvirt-6.6,port-guard=incarnation", 1);
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "stop");
    world.leaked[A] = 1; /* so that its tap outlives it */
    state = initial_of(&world);
    play(&world, &state, "aAAaa");
    assert_int_equal(next_of(&world, &state, A), OP_DEL_PORT);
    state = initial_of(&world);
    restart(&world, &state);
    play(&world, &state, "aaaaAAaa");
    assert_int_equal(next_of(&world, &state, A), OP_RELEASE);
}

/* On the userspace datapath a tap has no master: its port is added again (facts 1f). */
static void
on_netdev_every_port_is_added_again(void **unused)
{
    struct world world = restarting("libvirt-6.6", 1);
    struct state state;

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    add_guest(&world, BR0, true, "");
    state = initial_of(&world);
    restart(&world, &state);
    assert_int_equal(play(&world, &state, "aa").op.kind, OP_GET_MASTER);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_ADD_PORT);
    play(&world, &state, "va");
    assert_true(state_running(&state, A));
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
}

/* Whatever a second daemon in the namespace has is its own. */
static void
a_second_daemon_goes_on(void **unused)
{
    struct world world = restarting("libvirt-11.3", 1);
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "");
    add_guest(&world, LB0, false, "start");
    world.daemon[B] = 1;
    state = initial_of(&world);
    play(&world, &state, "bbb"); /* vnet0, which is a's, and vnet1 */
    restart(&world, &state);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 0);
    assert_int_equal(state.control.daemon.allocator[1].last[0], 2);
    assert_int_equal(next_of(&world, &state, A), OP_CONNECT);
    assert_int_equal(next_of(&world, &state, B), OP_LOOKUP);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_and_rows_do_not_notice),
        cmocka_unit_test(it_happens_as_often_as_there_is_a_budget),
        cmocka_unit_test(the_name_is_all_that_is_known),
        cmocka_unit_test(the_counter_begins_anew),
        cmocka_unit_test(a_list_of_names_is_empty),
        cmocka_unit_test(a_start_in_work_is_cut_off),
        cmocka_unit_test(what_has_not_begun_is_still_to_come),
        cmocka_unit_test(the_mutex_is_free),
        cmocka_unit_test(a_stop_in_work_is_done_again),
        cmocka_unit_test(nobody_waits_any_more),
        cmocka_unit_test(a_stop_that_waits_has_begun),
        cmocka_unit_test(a_guest_may_outlive_its_stop),
        cmocka_unit_test(a_reconnection_is_no_quiescence),
        cmocka_unit_test(an_incarnation_is_not_known_again),
        cmocka_unit_test(on_netdev_every_port_is_added_again),
        cmocka_unit_test(a_second_daemon_goes_on),
    };

    return cmocka_run_group_tests_name("restart", tests, NULL, NULL);
}
