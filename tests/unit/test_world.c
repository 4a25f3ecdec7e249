/* What a world has to have on a real kernel. */
#include "tests/unit/fixture.h"

/* A start finds the packet filter of another one only where it is filed as a binding (facts, "Found
 * of packet filters"). */
static void
filters_are_looked_at_where_they_have_bindings(void **unused)
{
    static const struct {
        const char *policy;
        bool unfiltered, looked_at;
    } expected[] = {
        {"libvirt-6.6,filter-key=binding", false, true},
        {"libvirt-6.6,filter-key=binding", true, false}, /* no nic has one */
        {"libvirt-6.6,filter-key=name", false, false},
        {"libvirt-6.6,filter-key=name-mac", false, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race(expected[i].policy);

        world.nic[A].unfiltered = world.nic[B].unfiltered = expected[i].unfiltered;
        assert_int_equal(world_looks_at_filters(&world), expected[i].looked_at);
        world.guests = 0; /* nobody is left to look */
        assert_false(world_looks_at_filters(&world));
    }
}

/* Only that datapath needs the kernel's module (facts 3). */
static void
a_system_datapath_is_of_an_open_vswitch_bridge(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = DATAPATH_NETDEV;
    assert_false(world_has_system_datapath(&world)); /* Linux bridges have none */
    world.datapath[BR1 - 1] = DATAPATH_SYSTEM;
    assert_true(world_has_system_datapath(&world));
    world.bridges = BR1 - 1; /* br1 is none of its bridges then */
    assert_false(world_has_system_datapath(&world));
}

/* As many nics as there can be: none is looked for behind them. */
static void
a_world_may_be_full(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, false, "start");
    world.more = MAX_NICS - 2;
    world.nic_guest[MAX_NICS - 1] = B;
    world_prepare(&world);
    assert_int_equal(world_context(&world, MAX_NICS - 1).guest, B);
}

/* core/ifname.h, `limit`: of a counter alone, and of a family that has more. */
static void
a_limit_is_a_counters(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t limit;
        unsigned numbers;
    } expected[] = {{"counter", 0, 4}, {"counter", 3, 3}, {"counter", 4, 4}, {"lowest-free", 3, 4}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race(expected[i].policy);
        struct context context = world_context(&world, A);

        world.names.limit = expected[i].limit;
        assert_int_equal(daemon_numbers(&context), expected[i].numbers);
    }
}

/* Of names that libvirt gives: it stands where the scenario says. */
static void
a_counter_is_of_names_that_are_given(void **unused)
{
    struct world world = reported_race("counter");

    (void)unused;
    world.next_number = 3;
    assert_int_equal(initial_of(&world).control.daemon.allocator[0].last[0], 2);
    world.nic[A].name = FIXED;
    assert_int_equal(initial_of(&world).control.daemon.allocator[0].last[0], 2); /* b's */
    world.nic[B].name = VNET1;
    assert_int_equal(initial_of(&world).control.daemon.allocator[0].last[0], 0);
}

/* A daemon that has started again reserves what its status files say, if they say anything. */
static void
no_name_is_reserved_for_who_has_none(void **unused)
{
    struct world world = reported_race("counter,reserve-again=first");
    struct context context = world_context(&world, A);
    struct daemon daemon = {0};

    (void)unused;
    world.policy.name = NAME_LOWEST_FREE;
    daemon_reserve_again(&daemon, &context);
    assert_int_equal(daemon.record[A].reserved, 0);
    daemon.record[A].name = VNET1;
    daemon_reserve_again(&daemon, &context);
    assert_int_equal(daemon.record[A].reserved, 1);
    assert_int_equal(daemon.allocator[0].held[VNET1], NAME_RESERVED);
    assert_int_equal(daemon.allocator[0].held[VNET0], NAME_FREE);
}

/* The last guest is another life of the first one's VM.  What is behind the guests says nothing. */
static void
lives_of_one_vm_have_one_nic(void **unused)
{
    static const struct world lives = {.guests = 3, .more = 1, .vm = {[C] = 1 + A, [D] = 1 + A}};
    static const struct {
        uint8_t one, other;
        bool same;
    } expected[] = {
        {0, 0, true},          {0, A + 1, false},     {A + 1, A + 1, true},  {A + 1, B + 1, false},
        {A + 1, C + 1, true},  {B + 1, C + 1, false}, {C + 1, C + 1, true},  {D + 1, D + 1, true},
        {A + 1, D + 1, false}, {C + 1, D + 1, false}, {B + 1, D + 1, false},
    };

    (void)unused;
    assert_int_equal(world_vm(&lives, A), A);
    assert_int_equal(world_vm(&lives, B), B);
    assert_int_equal(world_vm(&lives, C), A);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const uint8_t one = expected[i].one, other = expected[i].other;

        assert_int_equal(world_is_one_nic(&lives, one, other), expected[i].same);
        assert_int_equal(world_is_one_nic(&lives, other, one), expected[i].same);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_are_looked_at_where_they_have_bindings),
        cmocka_unit_test(a_system_datapath_is_of_an_open_vswitch_bridge),
        cmocka_unit_test(a_world_may_be_full),
        cmocka_unit_test(a_limit_is_a_counters),
        cmocka_unit_test(a_counter_is_of_names_that_are_given),
        cmocka_unit_test(no_name_is_reserved_for_who_has_none),
        cmocka_unit_test(lives_of_one_vm_have_one_nic),
    };

    return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
