/* Which steps may be taken alone, and which sleep (sim/order.h). */
#include "tests/unit/fixture.h"

#include "sim/order.h"

enum { EVERYTHING = (1 << ORACLE_COUNT) - 1 };

static struct world
unfiltered_race(void)
{
    struct world world = reported_race("libvirt-6.6");

    world.nic[A].unfiltered = world.nic[B].unfiltered = 1;
    return world;
}

/* Behind that schedule the actor of that letter may go alone; ' ': nobody. */
static void
expect_alone(const struct world *world, const char *schedule, oracle_set decided, char letter)
{
    struct state state = initial_of(world);
    struct order order;

    order_open(&order, world, decided);
    play(world, &state, schedule);
    assert_int_equal(order_alone(&order, &state),
                     letter == ' ' ? (unsigned)ORDER_NOBODY : actor_of(world, letter));
}

/* Facts 1a: create-tap, set-mac, add-port, link-up, exec.  Facts 1b: kill, and the exit. */
static void
what_nobody_else_can_notice_goes_alone(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    expect_alone(&world, "", 0, ' ');
    expect_alone(&world, "b", 0, 'b');
    expect_alone(&world, "bb", 0, ' ');
    expect_alone(&world, "bbb", 0, ' ');
    expect_alone(&world, "bbbv", 0, 'b');
    expect_alone(&world, "bbbvb", 0, 'b');
    expect_alone(&world, "bbbvbb", 0, ' ');
    expect_alone(&world, "a", 0, ' ');
    expect_alone(&world, "aA", 0, 'A');
    expect_alone(&world, "aAA", 0, ' ');
}

/* A guest that is killed has lost nothing any more, nor has one whose name has been released. */
static void
a_step_that_ends_a_violation_waits_until_that_is_known(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    expect_alone(&world, "", ORACLE_BIT(ORACLE_DUPLICATE_NAME), ' ');
    expect_alone(&world, "", ORACLE_BIT(ORACLE_LOST_ATTACHMENT), 'a');
    expect_alone(&world, "aAAav", ORACLE_BIT(ORACLE_LOST_ATTACHMENT), ' ');
    expect_alone(&world, "aAAav", ORACLE_BIT(ORACLE_DUPLICATE_NAME), 'a');
    world.nic[A].unfiltered = 0;
    expect_alone(&world, "", ORACLE_BIT(ORACLE_LOST_ATTACHMENT), ' ');
    expect_alone(&world, "", ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_LOST_FILTER),
                 'a');
}

static void
others_may_look_at_what_it_changes(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV; /* ovs-vswitchd reads whether a device is up */
    expect_alone(&world, "bbbv", 0, ' ');
    world = unfiltered_race();
    world.policy = policy_of("mac-check");
    expect_alone(&world, "b", 0, ' ');
    world.policy = policy_of("libvirt-6.6,port-guard=quiet-mac");
    expect_alone(&world, "b", 0, ' ');
}

static void
a_fault_may_take_its_place(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    world.faults[FAULT_START_FAILS] = 1;
    expect_alone(&world, "b", 0, ' ');
    expect_alone(&world, "aA", 0, 'A');
    world.aim[FAULT_START_FAILS].at = OP_EXEC;
    expect_alone(&world, "b", 0, 'b');
    expect_alone(&world, "bbbvb", 0, ' ');
    world.aim[FAULT_START_FAILS].guest = A + 1;
    expect_alone(&world, "bbbvb", 0, 'b');
}

/* Beside the threads, and what only a thread's own steps decide about. */
static void
somebody_else_may_be_in_its_way(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    world.helper_closes[A] = 1; /* there is nothing that it has */
    expect_alone(&world, "b", 0, 'b');
    world.leaked[A] = 1;
    expect_alone(&world, "b", 0, ' ');
    world.leaked[A] = 0;
    world.faults[FAULT_FD_LEAK] = 1;
    expect_alone(&world, "b", 0, ' ');
    world = unfiltered_race();
    world.policy = policy_of("libvirt-6.6,name=quarantine,hold=2");
    expect_alone(&world, "bb", 0, 'b');
    world.clean_up_seconds = 2; /* the clock waits for threads */
    expect_alone(&world, "bb", 0, ' ');
}

/* An outage that strikes at an operation strikes, or does not, by what a thread does. */
static void
an_outage_may_be_aimed(void **unused)
{
    struct world world = unfiltered_race();
    struct state state;
    struct order order;

    (void)unused;
    world.faults[FAULT_OVSDB_OUTAGE] = 1;
    expect_alone(&world, "b", 0, 'b');
    world.aim[FAULT_OVSDB_OUTAGE].at = OP_SET_MAC;
    expect_alone(&world, "b", 0, ' ');
    order_open(&order, &world, 0);
    state = initial_of(&world);
    play(&world, &state, "b");
    strike(&world, &state, FAULT_OVSDB_OUTAGE, 0); /* and there is none any more */
    assert_int_equal(order_alone(&order, &state), actor_of(&world, 'b'));
}

/* What an unplug does to a device: another guest may have given it that name. */
static void
an_unplug_sets_devices_down(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    expect_alone(&world, "bbbv", 0, 'b'); /* link-up */
    world.command[A][0] = COMMAND_UNPLUG;
    expect_alone(&world, "bbbv", 0, ' ');
    expect_alone(&world, "b", 0, 'b');
}

/* The steps of guests come to an end; those that an order takes for a guest's, and are not, need
 * not. */
static void
a_circle_is_noticed(void **unused)
{
    const struct world world = unfiltered_race();
    struct actor actor[MAX_ACTORS];
    oracle_set objection = 0;
    struct state state;
    struct order order;

    (void)unused;
    actor_all(&world, actor);
    order_open(&order, &world, 0);
    state = initial_of(&world);
    play(&world, &state, "b");
    assert_true(order_go_on(&order, actor, &state, &objection));
    assert_int_equal(order_alone(&order, &state), ORDER_NOBODY);
    state = initial_of(&world);
    play(&world, &state, "b");
    order.thread[B] = (uint8_t)actor_of(&world, 't'); /* who never does anything here */
    assert_false(order_go_on(&order, actor, &state, &objection));
}

/* Who may go alone at first, of all actors. */
static unsigned
alone_at_first(const struct order *order)
{
    struct state state = initial_of(order->world);

    for (unsigned number = 0; number < actor_count(order->world); number++) {
        if (order_may_go_alone(order, &state, actor_at(order->world, number))) {
            return number;
        }
    }
    return order_alone(order, &state);
}

/* Each of these lets somebody else at a device that a start holds, or stops a thread anywhere. */
static void
in_some_worlds_nothing_goes_alone(void **unused)
{
    struct world world;
    struct order order;

    (void)unused;
#define EXPECT(change)                      \
    world = unfiltered_race();              \
    order_open(&order, &world, EVERYTHING); \
    assert_false(order.none);               \
    world.change;                           \
    order_open(&order, &world, EVERYTHING); \
    assert_true(order.none);                \
    assert_int_equal(alone_at_first(&order), ORDER_NOBODY)
    EXPECT(nic[A].kind = NIC_MACVTAP);
    EXPECT(nic[B].multi_queue = 1);
    EXPECT(nic[B].unmanaged = 1);
    EXPECT(qemu_commands[A] = 1);
    EXPECT(preset[MYTAP0].present = 1);
    EXPECT(platform = PLATFORM_FREEBSD);
    EXPECT(third_parties = world.third_party[0].commands = world.third_party[0].command[0] = 1);
    EXPECT(faults[FAULT_DAEMON_RESTART] = 1);
    EXPECT(faults[FAULT_OVS_ORPHAN] = 1);
    EXPECT(faults[FAULT_UNPLUG_LATE] = 1);
    EXPECT(faults[FAULT_MONITOR_LATE] = 1);
    EXPECT(unbounded = 1; world.policy = policy_of("libvirt-6.6,name=quarantine,hold=2"));
#undef EXPECT
}

/* Behind whom the actors of these letters sleep, if both have a step behind that schedule. */
static bool
sleeps(const struct world *world, const char *schedule, char asleep, char behind)
{
    struct state state = initial_of(world);
    struct order_step step[2];
    struct actor actor[2];
    struct order order;

    order_open(&order, world, EVERYTHING);
    play(world, &state, schedule);
    actor[0] = actor_at(world, actor_of(world, asleep));
    actor[1] = actor_at(world, actor_of(world, behind));
    assert_true(actor_may_step(world, &state, actor[0]) && actor_may_step(world, &state, actor[1]));
    order_look(&order, &state, actor[0], &step[0]);
    order_look(&order, &state, actor[1], &step[1]);
    return order_sleeps(order_asleep(step, 2, 1), actor[0]);
}

/* One of two orders is left out, and not the other one. */
static void
of_two_independent_steps_one_sleeps(void **unused)
{
    struct world world = unfiltered_race();

    (void)unused;
    assert_true(sleeps(&world, "bbaAA", 'b', 'a')); /* rows of two names */
    assert_false(sleeps(&world, "bbaAA", 'a', 'b'));
    assert_false(sleeps(&world, "aAbbA", 'b', 'a')); /* and of one */
    assert_false(sleeps(&world, "aAbbA", 'a', 'b'));
    assert_true(sleeps(&world, "bba", 'b', 'A')); /* a row, and a device that goes */
    assert_false(sleeps(&world, "a", 'b', 'A'));  /* a name that becomes free, and the lowest one */
    assert_false(sleeps(&world, "a", 'A', 'b'));
    assert_true(sleeps(&world, "bbba", 'A', 'v')); /* a run that is awaited in any case */
}

static void
who_sleeps_changes_places(void **unused)
{
    const struct exchange exchange = {{1, 2, 0, 3, 4, 5}};
    const struct actor thread = {ACTOR_THREAD, 0}, moved = {ACTOR_THREAD, 1};
    const struct actor process = {ACTOR_KERNEL, 2}, exited = {ACTOR_KERNEL, 0};
    uint16_t asleep = 1u | 1u << (MAX_GUESTS + 2);

    (void)unused;
    assert_true(order_sleeps(asleep, thread) && order_sleeps(asleep, process));
    assert_false(order_sleeps(asleep, moved) || order_sleeps(asleep, exited));
    asleep = order_exchange(asleep, &exchange);
    assert_true(order_sleeps(asleep, moved) && order_sleeps(asleep, exited));
    assert_false(order_sleeps(asleep, thread) || order_sleeps(asleep, process));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_else_can_notice_goes_alone),
        cmocka_unit_test(a_step_that_ends_a_violation_waits_until_that_is_known),
        cmocka_unit_test(others_may_look_at_what_it_changes),
        cmocka_unit_test(a_fault_may_take_its_place),
        cmocka_unit_test(somebody_else_may_be_in_its_way),
        cmocka_unit_test(an_outage_may_be_aimed),
        cmocka_unit_test(an_unplug_sets_devices_down),
        cmocka_unit_test(a_circle_is_noticed),
        cmocka_unit_test(in_some_worlds_nothing_goes_alone),
        cmocka_unit_test(of_two_independent_steps_one_sleeps),
        cmocka_unit_test(who_sleeps_changes_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
