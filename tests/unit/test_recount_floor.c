/* Names that the scenario speaks of keep their numbers (sim/recount.h): whoever it is that it
 * speaks of. */
#include "tests/unit/fixture.h"

#include "sim/recount.h"

static unsigned
floor_of(const struct world *world)
{
    struct recount recount;

    recount_open(&recount, world);
    return recount.floor;
}

/* One more than the number of vnet2 is 3. */
static void
whoever_speaks_of_it(void **unused)
{
    struct world plain = world_under("counter"), world;

    (void)unused;
    plain.unbounded = 1;
    add_guest(&plain, BR0, false, "start stop");
    add_guest(&plain, BR0, false, "start stop");
    assert_int_equal(floor_of(&plain), 0);
#define EXPECT_FLOOR(number, change) \
    world = plain;                   \
    world.change;                    \
    assert_int_equal(floor_of(&world), number)
    EXPECT_FLOOR(3, nic[B].carried = VNET2);
    EXPECT_FLOOR(3, third_party_device[VNET2] = DEVICE_TAP);
    EXPECT_FLOOR(3, preset[VNET2].present = 1);
    EXPECT_FLOOR(3, leftover[VNET2].bridge = BR0);
    EXPECT_FLOOR(0, third_party[0].name[0] = VNET2); /* there is none */
    world.third_parties = 1;
    world.third_party[0].commands = 2;
    assert_int_equal(floor_of(&world), 3);
    world.third_party[0].name[0] = VNET1;
    world.third_party[0].to[0] = VNET3;
    assert_int_equal(floor_of(&world), 4);
    EXPECT_FLOOR(0, nic[B].name = FIXED);
    EXPECT_FLOOR(IFNAME_MAX_NAMES,
                 nic[B].name = (uint8_t)ifname_add_single(&world.names, "vnet99"));
#undef EXPECT_FLOOR
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_speaks_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
