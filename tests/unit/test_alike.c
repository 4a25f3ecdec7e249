/* Which guests may change places (sim/alike.h). */
#include "tests/unit/fixture.h"

#include "sim/alike.h"

/* The classes as digits: "001" is two guests that are alike, and one that is like none. */
static void
expect_classes(const struct world *world, const char *expected)
{
    uint8_t class_of[MAX_GUESTS];
    char classes[MAX_GUESTS + 1] = "";

    alike_classes(world, class_of);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        classes[guest] = (char)('0' + class_of[guest]);
    }
    assert_string_equal(classes, expected);
}

static struct world
guests(unsigned count)
{
    struct world world = world_under("libvirt-6.6");

    for (unsigned i = 0; i < count; i++) {
        add_guest(&world, BR0, false, "start stop");
    }
    return world;
}

static void
guests_of_one_description_are_alike(void **unused)
{
    struct world one = guests(1), two = guests(2), six = guests(6), mixed = guests(5);

    (void)unused;
    expect_classes(&one, "0");
    expect_classes(&two, "00");
    expect_classes(&six, "000000");
    mixed.nic[B].bridge = mixed.nic[D].bridge = LB0;
    expect_classes(&mixed, "01010");
}

/* Each of these is read by some step, or by the initial state. */
static void
every_difference_tells_them_apart(void **unused)
{
    const struct world two = guests(2);
    struct world world;

    (void)unused;
#define EXPECT(change) \
    world = two;       \
    world.change;      \
    expect_classes(&world, "01")
    EXPECT(nic[B].bridge = BR1);
    EXPECT(nic[B].name = FIXED);
    EXPECT(nic[B].family = MYTAP);
    EXPECT(nic[B].kind = NIC_MACVTAP);
    EXPECT(nic[B].carried = VNET0);
    EXPECT(nic[B].network = 1);
    EXPECT(nic[B].own = MYTAP);
    EXPECT(nic[B].vlan = 1);
    EXPECT(nic[B].multi_queue = 1);
    EXPECT(nic[B].unmanaged = 1);
    EXPECT(nic[B].unfiltered = 1);
    EXPECT(nic[B].template = 1);
    EXPECT(nic[B].exposed = 1);
    EXPECT(nic[B].contested = 1);
    EXPECT(nic[B].mac = 1);
    EXPECT(running[B] = 1);
    EXPECT(leaked[B] = 1);
    EXPECT(helper_closes[B] = 1);
    EXPECT(ignores_sigterm[B] = 1);
    EXPECT(ignores_sigkill[B] = 1);
    EXPECT(daemon[B] = 1);
    EXPECT(vm[B] = 1 + A);
    EXPECT(commands[B] = 1);
    EXPECT(command[B][1] = COMMAND_CRASH);
    EXPECT(qemu_commands[B] = 1);
    EXPECT(more = 1); /* a second nic, of guest a */
#define X(id, member, key, text, oracle) EXPECT(nic[B].member = 1);
    NIC_PROPERTIES(X)
#undef X
#undef EXPECT
}

/* Guests that run have names of their own from the beginning: unless it is no name that tells them
 * apart. */
static void
guests_that_run_are_told_apart_by_their_names(void **unused)
{
    struct world world = guests(3);

    (void)unused;
    world.running[A] = world.running[B] = 1;
    expect_classes(&world, "012");
}

/* Then it matters who is who, whatever else is alike. */
static void
whoever_is_named_is_not_exchanged(void **unused)
{
    struct world world = guests(2);

    (void)unused;
    world.ordered = 1;
    expect_classes(&world, "01");
    world = guests(2);
    world.landmarks = 1;
    expect_classes(&world, "01");
    world = guests(2);
    world.faults[FAULT_START_FAILS] = 1;
    world.aim[FAULT_START_FAILS].at = OP_EXEC;
    expect_classes(&world, "00"); /* whoever's exec it is */
    world.aim[FAULT_START_FAILS].guest = 1 + A;
    expect_classes(&world, "01");
}

/* A daemon that is started again reserves its guests' names in their order, if it does so first. */
static void
whoever_comes_first_is_not_exchanged(void **unused)
{
    struct world world = guests(2);

    (void)unused;
    world.policy = policy_of("lowest-free,reserve-again=first");
    expect_classes(&world, "00");
    world.faults[FAULT_DAEMON_RESTART] = 1;
    expect_classes(&world, "01");
    world.policy = policy_of("lowest-free,reserve-again=reconnect");
    expect_classes(&world, "00");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_of_one_description_are_alike),
        cmocka_unit_test(every_difference_tells_them_apart),
        cmocka_unit_test(guests_that_run_are_told_apart_by_their_names),
        cmocka_unit_test(whoever_is_named_is_not_exchanged),
        cmocka_unit_test(whoever_comes_first_is_not_exchanged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
