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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_are_looked_at_where_they_have_bindings),
        cmocka_unit_test(a_system_datapath_is_of_an_open_vswitch_bridge),
    };

    return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
