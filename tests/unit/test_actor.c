/* The actors: their order, who may move when, and the world before anybody moves (docs/model.md,
 * "Actors and interleavings"). */
#include "tests/unit/fixture.h"

#include <errno.h>

static void
actors_come_in_their_order(void **unused)
{
    static const struct actor expected[] = {
        {ACTOR_THREAD, 0},   {ACTOR_THREAD, 1},      {ACTOR_KERNEL, 0},      {ACTOR_KERNEL, 1},
        {ACTOR_VSWITCHD, 0}, {ACTOR_TIMEOUT, 0},     {ACTOR_TIMEOUT, 1},     {ACTOR_HELPER, 0},
        {ACTOR_HELPER, 1},   {ACTOR_THIRD_PARTY, 0}, {ACTOR_THIRD_PARTY, 1}, {ACTOR_CLOCK, 0},
    };
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    world.third_parties = 2;
    assert_int_equal(actor_count(&world), sizeof expected / sizeof *expected);
    for (unsigned i = 0; i < actor_count(&world); i++) {
        struct actor actor = actor_at(&world, i);

        assert_int_equal(actor.kind, expected[i].kind);
        assert_int_equal(actor.index, expected[i].index);
    }
}

static void
the_world_begins_as_the_scenario_says(void **unused)
{
    struct world world = world_under("lowest-free");
    struct state state;

    (void)unused;
    add_guest(&world, BR1, true, "stop");
    add_guest(&world, LB0, true, "stop");
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, BR0, false, "start");
    world.third_party_device[VNET0] = DEVICE_VETH;
    world.nic[C].name = FIXED;
    world.leaked[B] = 1;
    state = initial_of(&world);
    /* Started in their order, when vnet0 was taken. */
    assert_int_equal(state.network.tap[A], VNET1);
    assert_int_equal(state.network.tap[B], VNET2);
    assert_int_equal(state.network.tap[C], FIXED);
    assert_int_equal(state.control.phase[D], PROCESS_NONE);
    assert_int_equal(state.network.device[VNET0].owner, THIRD_PARTY);
    assert_int_equal(state.network.row[VNET1].bridge, BR1);
    assert_int_equal(state.network.port[VNET1].life, PORT_LIVE);
    assert_int_equal(state.network.device[VNET1].holders, HOLDER_QEMU);
    assert_int_equal(state.network.device[VNET2].master, LB0);
    assert_int_equal(state.network.row[VNET2].bridge, 0);
    assert_int_equal(state.network.device[VNET2].holders, HOLDER_QEMU | HOLDER_HELPER);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET1], NAME_RESERVED);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET2], NAME_RESERVED);
    assert_int_equal(state.control.daemon.allocator[0].held[FIXED], NAME_FREE);
    for (unsigned guest = A; guest <= C; guest++) {
        assert_true(state_running(&state, guest));
        assert_int_equal(state.network.filter[state.network.tap[guest]], 1);
    }
    /* docs/model-names.md: guests that run from the beginning count as handed out. */
    world.policy = policy_of("counter");
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "d").outcome.value, VNET3);
}

/* docs/model.md: a guest that runs from the beginning has all that its start would have made. */
static void
a_running_guest_is_one_that_was_started(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "lowest-free", "counter", "fin-wait"};

    (void)unused;
    for (size_t i = 0; i < 4 * sizeof policies / sizeof *policies; i++) {
        static const uint8_t bridges[] = {NO_BRIDGE, BR0, LB0, BR1};
        struct world runs = world_under(policies[i / 4]), starts = runs;
        struct state running, started;

        add_guest(&runs, bridges[i % 4], true, "");
        add_guest(&starts, bridges[i % 4], false, "start");
        running = initial_of(&runs);
        started = initial_of(&starts);
        while (can_step(&starts, &started, 'a') || can_step(&starts, &started, 'v')) {
            play(&starts, &started, can_step(&starts, &started, 'v') ? "v" : "a");
        }
        assert_int_equal(started.control.thread[A].command, 1);
        started.control.thread[A].command = 0;
        assert_memory_equal(&started, &running, sizeof started);
    }
}

static void
a_name_that_serves_two_is_a_contradiction(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    world.nic[A].name = FIXED;
    world.third_party_device[FIXED] = DEVICE_TAP;
    assert_int_equal(initial_state(&world, &state), FIXED);
    world.third_party_device[FIXED] = DEVICE_NONE;
    add_guest(&world, BR0, true, "");
    world.nic[B].name = FIXED;
    assert_int_equal(initial_state(&world, &state), FIXED);
    world.nic[B].name = IFNAME_NONE;
    assert_int_equal(initial_state(&world, &state), IFNAME_NONE);
}

/* The daemon refuses to stop, and nothing can crash, what is not running. */
static void
a_stop_of_a_guest_that_failed_to_start_is_passed_over(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, LB0, false, "start stop start crash");
    world.nic[A].name = FIXED;
    world.third_party_device[FIXED] = DEVICE_TAP;
    state = initial_of(&world);
    play(&world, &state, "aa"); /* create-tap fails, remove-filter by the start itself */
    play(&world, &state, "aa"); /* its clean-up: remove-filter, release */
    assert_int_equal(state.control.thread[A].command, 2);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_CREATE_TAP);
    play(&world, &state, "aaa");
    assert_int_equal(state.control.thread[A].command, 4);
    assert_false(can_step(&world, &state, 'a'));
}

/* docs/model.md: a crash is a step of the guest's own thread; the kill of the stop that follows
 * waits for the exit if that has not been finished, and otherwise is over at once. */
static void
a_crash_is_a_step_and_then_a_stop(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    add_guest(&world, BR0, true, "crash");
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "a").kind, EVENT_CRASH);
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_false(state_running(&state, A));
    event = play(&world, &state, "AAa");
    assert_int_equal(event.op.kind, OP_KILL);
    assert_int_equal(event.outcome.waits, WAIT_NONE);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(play(&world, &state, "ava").op.kind, OP_RELEASE);

    state = initial_of(&world);
    event = play(&world, &state, "aAa");
    assert_int_equal(event.outcome.waits, WAIT_EXIT);
    assert_false(can_step(&world, &state, 'a'));
    play(&world, &state, "A");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);

    /* It does not go on with the machine of the command before. */
    world = world_under("libvirt-6.6");
    add_guest(&world, LB0, false, "start crash start");
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aaaaaaa").kind, EVENT_CRASH);
    event = play(&world, &state, "AAaaaa");
    assert_int_equal(event.kind, EVENT_OPERATION);
    assert_int_equal(event.op.kind, OP_CREATE_TAP);
}

/* docs/model.md: the actor that is waited for also completes the operation. */
static void
a_thread_needs_no_step_to_return(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bbb"); /* create, mac, add-port */
    assert_int_equal(state.control.thread[B].waits, WAIT_VSWITCHD);
    assert_false(can_step(&world, &state, 'b'));
    assert_int_equal(state.control.daemon.record[B].port, 0);
    assert_int_equal(play(&world, &state, "v").kind, EVENT_RECONFIGURE);
    assert_int_equal(state.control.thread[B].waits, WAIT_NONE);
    assert_int_equal(state.control.daemon.record[B].port, B + 1);
    assert_int_equal(play(&world, &state, "b").op.kind, OP_LINK_UP);
}

/* One run of ovs-vswitchd answers everybody who waits: what they committed is in it. */
static void
one_run_answers_all(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAabbab");
    assert_int_equal(state.control.thread[A].waits, WAIT_VSWITCHD);
    assert_int_equal(state.control.thread[B].waits, WAIT_VSWITCHD);
    play(&world, &state, "v");
    assert_true(can_step(&world, &state, 'a') && can_step(&world, &state, 'b'));
}

static void
the_mutex_stops_a_thread(void **unused)
{
    struct world world = reported_race("atomic");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAaa"); /* kill, remove-filter, lock */
    assert_int_equal(state.control.daemon.lock[0], A + 1);
    assert_false(can_step(&world, &state, 'b'));
    play(&world, &state, "aav"); /* lookup, del-port */
    assert_false(can_step(&world, &state, 'b'));
    play(&world, &state, "a");
    assert_true(can_step(&world, &state, 'b'));
    play(&world, &state, "b");
    assert_int_equal(state.control.daemon.lock[0], B + 1);
}

static void
other_software_does_not_insist(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state, before;
    struct event event;

    (void)unused;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){
        .commands = 3,
        .command = {THIRD_PARTY_CREATE, THIRD_PARTY_CREATE, THIRD_PARTY_DELETE},
        .name = {VNET0, VNET1, VNET2}};
    state = initial_of(&world);
    before = state;
    event = play(&world, &state, "o");
    assert_int_equal(event.kind, EVENT_CREATE);
    assert_int_equal(event.op.name, VNET0);
    assert_int_equal(event.outcome.error, EEXIST);
    before.control.third_party[0] = 1;
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(play(&world, &state, "o").outcome.error, 0);
    assert_int_equal(state.network.device[VNET1].owner, THIRD_PARTY);
    assert_int_equal(play(&world, &state, "o").outcome.error, ENODEV);
    assert_false(can_step(&world, &state, 'o'));
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET2);
}

/* docs/model-names.md: the clock steps while any name is held back. */
static void
the_clock_runs_while_a_name_is_held(void **unused)
{
    struct world world = reported_race("fin-wait");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_step(&world, &state, 't'));
    play(&world, &state, "aAAa"); /* kill, release-name */
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], 3);
    state.control.daemon.allocator[0].held[NAMES] = 3; /* the last name as well as the first */
    state.control.daemon.allocator[0].held[VNET0] = 0;
    assert_true(can_step(&world, &state, 't'));
    state.control.daemon.allocator[0].held[NAMES] = 0;
    state.control.daemon.allocator[0].held[VNET0] = 3;
    assert_int_equal(play(&world, &state, "ttt").kind, EVENT_TICK);
    assert_false(can_step(&world, &state, 't'));
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET0);
}

/* ... unless clean-up-takes seconds have passed since an unfinished stop released its name. */
static void
the_clock_waits_for_a_clean_up(void **unused)
{
    struct world world = reported_race("fin-wait");
    struct state state;

    (void)unused;
    world.clean_up_seconds = 2;
    state = initial_of(&world);
    play(&world, &state, "aAAatt");
    assert_false(can_step(&world, &state, 't'));
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], 1);
    play(&world, &state, "aav"); /* remove-filter, del-port: not the end yet */
    assert_false(can_step(&world, &state, 't'));
    play(&world, &state, "a");
    play(&world, &state, "t");
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_false(can_step(&world, &state, 't'));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actors_come_in_their_order),
        cmocka_unit_test(the_world_begins_as_the_scenario_says),
        cmocka_unit_test(a_running_guest_is_one_that_was_started),
        cmocka_unit_test(a_name_that_serves_two_is_a_contradiction),
        cmocka_unit_test(a_stop_of_a_guest_that_failed_to_start_is_passed_over),
        cmocka_unit_test(a_crash_is_a_step_and_then_a_stop),
        cmocka_unit_test(a_thread_needs_no_step_to_return),
        cmocka_unit_test(one_run_answers_all),
        cmocka_unit_test(the_mutex_stops_a_thread),
        cmocka_unit_test(other_software_does_not_insist),
        cmocka_unit_test(the_clock_runs_while_a_name_is_held),
        cmocka_unit_test(the_clock_waits_for_a_clean_up),
    };

    return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
