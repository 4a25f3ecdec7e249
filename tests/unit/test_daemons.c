/* Several daemons in the same namespace: what each has for itself (docs/model-names.md, "The
 * allocator"). */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

/* Guests a and b of two daemons; a runs. */
static struct world
two_daemons(const char *policy)
{
    struct world world = reported_race(policy);

    world.daemon[B] = 1;
    return world;
}

static void
a_mutex_is_not_shared(void **unused)
{
    struct world world = two_daemons("atomic");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAaa"); /* kill, remove-filter, lock */
    assert_int_equal(state.control.daemon.lock[0], A + 1);
    assert_true(can_step(&world, &state, 'b'));
    play(&world, &state, "b");
    assert_int_equal(state.control.daemon.lock[1], B + 1);
    play(&world, &state, "aava"); /* lookup, del-port, unlock */
    assert_int_equal(state.control.daemon.lock[0], 0);
    assert_int_equal(state.control.daemon.lock[1], B + 1);
}

/* Each counts from its own beginning, and passes over what it finds. */
static void
a_counter_is_not_shared(void **unused)
{
    struct world world = two_daemons("counter");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(state.control.daemon.allocator[0].last[0], 1);
    assert_int_equal(state.control.daemon.allocator[1].last[0], 0);
    play(&world, &state, "bb"); /* pick-name, lookup: a's device */
    assert_int_equal(state.control.daemon.record[B].name, VNET0);
    play(&world, &state, "bb");
    assert_int_equal(state.control.daemon.record[B].name, VNET1);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 1);
    assert_int_equal(state.control.daemon.allocator[1].last[0], 2);
}

/* Whatever names guests have by then. */
static void
counters_stand_where_the_scenario_says(void **unused)
{
    struct world world = two_daemons("counter");
    struct state state;

    (void)unused;
    world.next_number = 1 + 2;
    state = initial_of(&world);
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 2);
    assert_int_equal(state.control.daemon.allocator[1].last[0], 2);
    assert_int_equal(state.control.daemon.allocator[0].last[1], 0); /* nobody counts by it */
    play(&world, &state, "b");
    assert_int_equal(state.control.daemon.record[B].name, VNET2);
    world.next_number = 1;
    state = initial_of(&world);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 0); /* as if it had wrapped */
    world.policy = policy_of("lowest-free");
    state = initial_of(&world);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 0); /* there is no counter */
}

/* Guests that run from the beginning were named by their own daemons, one after the other. */
static void
running_guests_have_been_named_by_their_own(void **unused)
{
    struct world world = world_under("lowest-free");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    world.daemon[add_guest(&world, BR0, true, "")] = 1;
    state = initial_of(&world);
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.control.daemon.record[B].name, VNET1);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_RESERVED);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET1], NAME_FREE);
    assert_int_equal(state.control.daemon.allocator[1].held[VNET0], NAME_FREE);
    assert_int_equal(state.control.daemon.allocator[1].held[VNET1], NAME_RESERVED);
}

static void
a_duplicate_is_one_daemons(void **unused)
{
    struct world world = two_daemons("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    state.control.daemon.record[B].name = VNET0;
    assert_int_equal(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_DUPLICATE_NAME), 0);
    world.daemon[B] = 0;
    assert_true(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_DUPLICATE_NAME));
}

/* A second passes for all, as long as anybody counts it. */
static void
the_clock_is_everybodys(void **unused)
{
    struct world world = two_daemons("fin-wait");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_step(&world, &state, 't'));
    state.control.daemon.allocator[1].held[NAMES] = 2;
    assert_true(can_step(&world, &state, 't'));
    state.control.daemon.allocator[0].held[VNET1] = 1;
    play(&world, &state, "t");
    assert_int_equal(state.control.daemon.allocator[1].held[NAMES], 1);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET1], NAME_FREE);
    play(&world, &state, "t");
    assert_false(can_step(&world, &state, 't'));
}

/* One daemon's world has no room for another one's memory, that of several has. */
static void
only_those_take_room_that_are_there(void **unused)
{
    struct world world = two_daemons("lowest-free");
    struct layout one, two, three;

    (void)unused;
    layout_make(&two, &world);
    assert_true(walk_round_trips(&world) > 50);
    world.daemon[B] = 2;
    layout_make(&three, &world);
    assert_true(walk_round_trips(&world) > 50);
    world.daemon[B] = 0;
    layout_make(&one, &world);
    assert_int_equal(two.fields - one.fields, NAMES + 1); /* held names, and a mutex */
    assert_int_equal(three.fields - two.fields, NAMES + 1);
}

static void
give_own_policy(struct world *world, unsigned daemon, const char *policy)
{
    world->own[daemon] = policy_of(policy);
    world->has_own[daemon] = 1;
}

/* What a guest's thread does next is up to its own daemon's policy, and the world's to all. */
static void
a_policy_of_its_own_is_a_daemons(void **unused)
{
    struct world world = two_daemons("libvirt-6.6,filter-key=name-mac");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(control_want(&world, &state.control, B).kind, OP_CREATE_TAP);
    assert_false(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
    give_own_policy(&world, 2, "counter");
    assert_false(WORLD_HAS_POLICY(&world, name, NAME_COUNTER)); /* it has no guest */
    give_own_policy(&world, 1, "counter");
    assert_true(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
    assert_true(WORLD_HAS_POLICY(&world, name, NAME_KERNEL));
    assert_ptr_equal(world_policy(&world, A), &world.policy);
    assert_ptr_equal(world_policy(&world, B), &world.own[1]);
    state = initial_of(&world);
    assert_int_equal(control_want(&world, &state.control, B).kind, OP_PICK_NAME);
}

/* A filter of the name alone has a bit of its own beside those of MACs, where there are both. */
static void
filters_of_two_kinds_stand_side_by_side(void **unused)
{
    struct world world = two_daemons("libvirt-6.6");

    (void)unused;
    assert_int_equal(state_filter_bit(&world, 0), 1);
    give_own_policy(&world, 1, "libvirt-6.6,filter-key=name-mac");
    assert_int_equal(state_filter_bit(&world, 1), 1);
    assert_int_equal(state_filter_bit(&world, 2), 2);
    assert_int_equal(state_filter_bit(&world, 0), 4);
}

/* The agent leaves the rows of a guest alone whose daemon gives them their tag. */
static void
an_agent_is_some_daemons(void **unused)
{
    struct world world = two_daemons("libvirt-6.6");

    (void)unused;
    world.nic[A].vlan = 1;
    give_own_policy(&world, 1, "libvirt-6.6,vlan-by=agent");
    assert_false(world_has_agent(&world));
    world.nic[B].vlan = 2;
    assert_true(world_has_agent(&world));
    assert_true(world_agent_tags(&world, B));
    assert_false(world_agent_tags(&world, A));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mutex_is_not_shared),
        cmocka_unit_test(a_counter_is_not_shared),
        cmocka_unit_test(counters_stand_where_the_scenario_says),
        cmocka_unit_test(running_guests_have_been_named_by_their_own),
        cmocka_unit_test(a_duplicate_is_one_daemons),
        cmocka_unit_test(the_clock_is_everybodys),
        cmocka_unit_test(only_those_take_room_that_are_there),
        cmocka_unit_test(a_policy_of_its_own_is_a_daemons),
        cmocka_unit_test(filters_of_two_kinds_stand_side_by_side),
        cmocka_unit_test(an_agent_is_some_daemons),
    };

    return cmocka_run_group_tests_name("daemons", tests, NULL, NULL);
}
