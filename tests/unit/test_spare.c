/* Names to spare: of every family that names are taken from, the last one (sim/spare.h). */
#include "tests/unit/links.h"
#include "tests/unit/search.h"

#include "sim/spare.h"

/* The family that has none to spare in that state, as its first nic's names are chosen by the
 * policy; -1 if all have. */
static int
lacking(const struct world *world, const struct state *state)
{
    struct spare spare;

    spare_open(&spare, world);
    return spare_lacking(&spare, world, state);
}

/* The kernel takes the lowest number that no device has: whose device has the last is no matter. */
static void
the_kernel_needs_a_name_without_a_device(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    state = initial_of(&world);
    assert_int_equal(lacking(&world, &state), -1);
    state.network.device[VNET2] = (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY};
    state.network.device[MYTAP1] = state.network.device[VNET2];
    assert_int_equal(lacking(&world, &state), -1);
    state.network.device[VNET3] = state.network.device[VNET2];
    assert_int_equal(lacking(&world, &state), VNET);
}

/* A list of names in use looks at no device; what is held back is in use as well. */
static void
a_list_needs_a_name_that_is_free(void **unused)
{
    static const char *const policies[] = {"lowest-free", "fin-wait"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = world_under(policies[i]);
        struct state state;

        add_guest(&world, BR0, true, "");
        state = initial_of(&world);
        state.network.device[VNET3] = (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY};
        assert_int_equal(lacking(&world, &state), -1);
        state.control.daemon.allocator[0].held[VNET3] = i == 0 ? NAME_RESERVED : 1;
        assert_int_equal(lacking(&world, &state), VNET);
    }
}

/* One counter counts for all families: the smallest of them is short first. */
static void
a_counter_needs_a_number_of_each_family(void **unused)
{
    struct world world = world_under("counter");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, false, "");
    add_guest(&world, BR0, false, "");
    state = initial_of(&world);
    state.control.daemon.allocator[0].last[0] = 3;
    assert_int_equal(lacking(&world, &state), -1);
    state.control.daemon.allocator[0].last[0] = 4;
    assert_int_equal(lacking(&world, &state), VNET);
    state.control.daemon.allocator[0].last[0] = 2;
    world.nic[B].template = 1;
    world.nic[B].family = MYTAP;
    assert_int_equal(lacking(&world, &state), MYTAP);
    world.names.limit = 2; /* it is to come to its end */
    assert_int_equal(lacking(&world, &state), -1);
}

/* The last of the names may be the one that is not tried any more. */
static void
a_start_needs_a_name_that_it_has_not_tried(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t tries, limit;
        int lacking;
    } expected[] = {
        {"lowest-free", 2, 0, -1}, {"lowest-free", 3, 0, VNET}, {"counter", 2, 0, -1},
        {"counter", 3, 0, VNET},   {"counter", 3, 4, -1},       {"lowest-free", 3, 4, VNET},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_under(expected[i].policy);
        struct state state;

        add_guest(&world, BR0, false, "start");
        world.names.limit = expected[i].limit;
        state = initial_of(&world);
        state.control.thread[A].machine.tries = expected[i].tries;
        assert_int_equal(lacking(&world, &state), expected[i].lacking);
    }
}

/* Names that users have fixed are taken from no family. */
static void
a_fixed_name_needs_none(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    world.nic[A].name = FIXED;
    state = initial_of(&world);
    state.network.device[VNET3] = (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY};
    assert_int_equal(lacking(&world, &state), -1);
}

/* The macvtaps' list is there as long as the kernel names taps. */
static void
macvtaps_are_of_a_family_of_their_own(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_macvtap(&world, true, "");
    state = initial_of(&world);
    assert_int_equal(lacking(&world, &state), -1);
    state.control.daemon.allocator[0].held[MACVTAP3] = NAME_RESERVED;
    assert_int_equal(lacking(&world, &state), MACVTAP);
}

/* It is to begin anew, with other names: nothing is to be gone on from. */
static bool
no_end_is_saved(void *context, const struct snapshot *snapshot, bool ended)
{
    (void)context;
    (void)snapshot;
    assert_false(ended);
    return true;
}

/* A search says so when it is asked to, and goes on otherwise. */
static void
a_search_ends_where_a_family_is_short(void **unused)
{
    struct world world = world_under("counter");
    struct explore_limits limits = {.max_memory = SIZE_MAX, .spare = true, .save = no_end_is_saved};
    struct explore_result result;

    (void)unused;
    add_guest(&world, LB0, true, "stop start stop start stop start");
    explore(&world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_LACKING);
    assert_int_equal(result.lacking, VNET);
    explore_free(&result);
    limits.spare = false;
    limits.save = NULL;
    explore(&world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_COMPLETE);
    assert_int_equal(result.lacking, -1);
    explore_free(&result);
    world.command[A][3] = COMMAND_STOP;
    world.commands[A] = 3;
    limits.spare = true;
    explore(&world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_COMPLETE);
    assert_int_equal(result.lacking, -1);
    explore_free(&result);
}

/* A search leaves out numbers that nothing has any more, and needs few; the schedule that it shows
 * takes them all.  The counter's first number is the family's last one. */
static void
a_schedule_needs_numbers_that_the_search_has_left_out(void **unused)
{
    struct world world = world_under("counter");
    struct explore_limits limits = {.max_memory = SIZE_MAX / 2, .spare = true};
    struct explore_result low, high;

    (void)unused;
    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", 4), VNET);
    world.unbounded = 1;
    world.faults[FAULT_OVS_LIE] = 1; /* a port that is not there */
    for (unsigned guest = A; guest <= B; guest++) {
        add_guest(&world, BR0, false, "start stop");
        world.nic[guest].unfiltered = 1;
    }
    for (int order = 0; order <= 1; order++) {
        limits.order = limits.awake = order != 0;
        world.next_number = 0;
        explore(&world, &limits, &low);
        assert_int_equal(low.end, EXPLORE_COMPLETE);
        assert_true(low.verdict[ORACLE_LOST_ATTACHMENT].violated);
        world.next_number = 4;
        explore(&world, &limits, &high);
        assert_int_equal(high.end, EXPLORE_LACKING);
        assert_int_equal(high.lacking, VNET);
        assert_int_equal(high.states, low.states);
        explore_free(&low);
        explore_free(&high);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kernel_needs_a_name_without_a_device),
        cmocka_unit_test(a_list_needs_a_name_that_is_free),
        cmocka_unit_test(a_counter_needs_a_number_of_each_family),
        cmocka_unit_test(a_start_needs_a_name_that_it_has_not_tried),
        cmocka_unit_test(a_fixed_name_needs_none),
        cmocka_unit_test(macvtaps_are_of_a_family_of_their_own),
        cmocka_unit_test(a_search_ends_where_a_family_is_short),
        cmocka_unit_test(a_schedule_needs_numbers_that_the_search_has_left_out),
    };

    return cmocka_run_group_tests_name("spare", tests, NULL, NULL);
}
