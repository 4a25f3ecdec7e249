/* The allocator of names: each strategy of mail 001 and facts 2, and the daemon's use of it. */
#include "tests/unit/fixture.h"

#include <errno.h>

static const struct ifname_family vnet = {
    .prefix = "vnet", .first = VNET0, .count = 4, .numbered = true};
static const struct ifname_family mytap = {
    .prefix = "mytap", .first = MYTAP0, .count = 2, .numbered = true};

static void
only_two_strategies_reserve(void **unused)
{
    (void)unused;
    assert_false(allocator_reserves(NAME_KERNEL));
    assert_true(allocator_reserves(NAME_LOWEST_FREE));
    assert_false(allocator_reserves(NAME_COUNTER));
    assert_true(allocator_reserves(NAME_QUARANTINE));
}

/* mail 001: "always look for the lowest available number". */
static void
lowest_free_fills_gaps(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    for (uint8_t name = VNET0; name <= VNET3; name++) {
        assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), name);
    }
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), IFNAME_NONE);
    allocator_release(&allocator, NAME_LOWEST_FREE, VNET2, 3);
    allocator_release(&allocator, NAME_LOWEST_FREE, VNET1, 3);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), VNET1);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), VNET2);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &mytap, 0), MYTAP0);
}

static void
from_is_a_lower_bound(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 2), VNET2);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 2), VNET3);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 2), IFNAME_NONE);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 4), IFNAME_NONE);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), VNET0);
}

/* Facts 2: id = ++last, which wraps behind the largest number; releases are not looked at. */
static void
the_counter_goes_up_and_wraps(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    for (unsigned round = 0; round < 3; round++) {
        for (uint8_t name = VNET0; name <= VNET3; name++) {
            assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &vnet, 3), name);
            allocator_release(&allocator, NAME_COUNTER, name, 3);
        }
    }
}

/* Facts 2, Dec 2020: a user's template draws on the shared counter. */
static void
families_share_the_counter(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &vnet, 0), VNET0);
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &mytap, 0), MYTAP1);
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &vnet, 0), VNET2);
    /* Behind the end of the smaller family. */
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &mytap, 0), MYTAP0);
}

/* mail 001: a name in "FIN WAIT" cannot be reused for a few seconds. */
static void
quarantine_holds_a_name_back(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    assert_int_equal(allocator_pick(&allocator, NAME_QUARANTINE, 0, &vnet, 0), VNET0);
    assert_false(allocator_tick(&allocator)); /* a name in use does not age */
    allocator_release(&allocator, NAME_QUARANTINE, VNET0, 3);
    for (unsigned second = 0; second < 3; second++) {
        uint8_t other = allocator_pick(&allocator, NAME_QUARANTINE, 0, &vnet, 0);

        assert_int_equal(other, VNET1);
        allocator_release(&allocator, NAME_QUARANTINE, other, 0);
        assert_true(allocator_tick(&allocator));
    }
    assert_false(allocator_tick(&allocator));
    assert_int_equal(allocator_pick(&allocator, NAME_QUARANTINE, 0, &vnet, 0), VNET0);
}

static void
each_name_has_a_hold_of_its_own(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    allocator_reserve(&allocator, NAME_QUARANTINE, 0, &vnet, VNET0);
    allocator_reserve(&allocator, NAME_QUARANTINE, 0, &vnet, VNET1);
    allocator_reserve(&allocator, NAME_QUARANTINE, 0, &mytap, MYTAP1);
    allocator_release(&allocator, NAME_QUARANTINE, VNET0, POLICY_HOLD_MAX);
    allocator_release(&allocator, NAME_QUARANTINE, MYTAP1, 1);
    assert_true(allocator_tick(&allocator));
    assert_int_equal(allocator.held[VNET0], POLICY_HOLD_MAX - 1);
    assert_int_equal(allocator.held[VNET1], NAME_RESERVED);
    assert_int_equal(allocator.held[MYTAP1], NAME_FREE);
}

/* Facts 2: Reserve: last = max(last, id). */
static void
names_in_use_are_reserved(void **unused)
{
    struct allocator allocator = {0};

    (void)unused;
    allocator_reserve(&allocator, NAME_LOWEST_FREE, 0, &vnet, VNET0);
    assert_int_equal(allocator_pick(&allocator, NAME_LOWEST_FREE, 0, &vnet, 0), VNET1);

    allocator = (struct allocator){0};
    allocator_reserve(&allocator, NAME_COUNTER, 0, &vnet, VNET2);
    allocator_reserve(&allocator, NAME_COUNTER, 0, &vnet, VNET0);
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &vnet, 0), VNET3);
    assert_int_equal(allocator_pick(&allocator, NAME_COUNTER, 0, &vnet, 0), VNET0);

    allocator = (struct allocator){0};
    for (int strategy = NAME_KERNEL; strategy <= NAME_QUARANTINE; strategy++) {
        struct allocator nothing = {0};

        allocator_reserve(&allocator, (enum name_strategy)strategy, 0, &vnet, MYTAP0);
        allocator_reserve(&allocator, (enum name_strategy)strategy, 0, &mytap, VNET3);
        assert_memory_equal(&allocator, &nothing, sizeof nothing);
    }
    allocator_reserve(&allocator, NAME_KERNEL, 0, &vnet, VNET0);
    assert_int_equal(allocator.last[0], 0);
    assert_int_equal(allocator.held[VNET0], NAME_FREE);
}

/* ---- core/daemon.c ---- */

static struct outcome
pick(struct daemon *daemon, const struct context *context, uint8_t taken)
{
    struct operation op = {.kind = OP_PICK_NAME, .name = taken, .family = VNET + 1};
    struct outcome outcome;

    assert_true(daemon_do(daemon, context, op, &outcome));
    return outcome;
}

/* mail 001: "allow for that name to already be used, and retry"; docs/model-names.md: a retry takes
 * the lowest above the one that was taken, which is given back. */
static void
a_retry_goes_on_above(void **unused)
{
    struct world world = reported_race("lowest-free");
    struct context context = world_context(&world, B);
    struct daemon daemon = {0};

    (void)unused;
    assert_int_equal(pick(&daemon, &context, IFNAME_NONE).value, VNET0);
    assert_int_equal(pick(&daemon, &context, VNET0).value, VNET1);
    assert_int_equal(daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_int_equal(pick(&daemon, &context, VNET1).value, VNET2);
    assert_int_equal(pick(&daemon, &context, VNET2).value, VNET3);
    assert_int_equal(pick(&daemon, &context, VNET3).error, ENFILE);
    assert_int_equal(daemon.allocator[0].held[VNET3], NAME_FREE);
}

/* A name that was only tried was nobody's here: it is not held back. */
static void
a_name_that_was_taken_is_not_quarantined(void **unused)
{
    struct world world = reported_race("fin-wait");
    struct context context = world_context(&world, B);
    struct daemon daemon = {0};
    struct outcome outcome;

    (void)unused;
    assert_int_equal(pick(&daemon, &context, IFNAME_NONE).value, VNET0);
    assert_int_equal(pick(&daemon, &context, VNET0).value, VNET1);
    assert_int_equal(daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_true(daemon_do(&daemon, &context,
                          (struct operation){.kind = OP_RELEASE_NAME, .name = VNET1}, &outcome));
    assert_int_equal(daemon.allocator[0].held[VNET1], 3);
}

static void
the_mutex_has_one_holder(void **unused)
{
    struct world world = reported_race("atomic");
    struct context a = world_context(&world, A), b = world_context(&world, B);
    struct operation lock = {.kind = OP_LOCK}, unlock = {.kind = OP_UNLOCK};
    struct daemon daemon = {0}, held;
    struct outcome outcome;

    (void)unused;
    assert_true(daemon_do(&daemon, &a, lock, &outcome));
    held = daemon;
    assert_false(daemon_do(&daemon, &b, lock, &outcome));
    assert_memory_equal(&daemon, &held, sizeof daemon);
    assert_true(daemon_do(&daemon, &a, unlock, &outcome));
    assert_true(daemon_do(&daemon, &b, lock, &outcome));
}

/* Facts 1a, S2: replaced by vnet%d; facts 2: honoured; mail 001: left to the kernel's %d. */
static void
user_templates_follow_the_policy(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t template;
        enum name_strategy strategy;
        uint8_t family;
    } expected[] = {
        {"counter,user-template=replace", MYTAP, NAME_COUNTER, VNET},
        {"counter,user-template=kernel", MYTAP, NAME_KERNEL, MYTAP},
        {"counter,user-template=honour", MYTAP, NAME_COUNTER, MYTAP},
        {"counter,user-template=replace", VNET, NAME_COUNTER, VNET},
        {"counter,user-template=kernel", VNET, NAME_COUNTER, VNET}, /* dropped, as vnet0 is */
        {"libvirt-6.6", MYTAP, NAME_KERNEL, VNET},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race(expected[i].policy);
        struct context plain = world_context(&world, A), own = world_context(&world, B);

        world.nic[B].family = expected[i].template;
        world.nic[B].template = 1;
        assert_int_equal(daemon_strategy(&own), expected[i].strategy);
        assert_int_equal(daemon_family(&own), expected[i].family);
        assert_int_equal(daemon_strategy(&plain), world.policy.name);
        assert_int_equal(daemon_family(&plain), VNET);
        assert_true(daemon_names(&own));
        world.nic[B].name = FIXED;
        assert_false(daemon_names(&own));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_two_strategies_reserve),
        cmocka_unit_test(lowest_free_fills_gaps),
        cmocka_unit_test(from_is_a_lower_bound),
        cmocka_unit_test(the_counter_goes_up_and_wraps),
        cmocka_unit_test(families_share_the_counter),
        cmocka_unit_test(quarantine_holds_a_name_back),
        cmocka_unit_test(each_name_has_a_hold_of_its_own),
        cmocka_unit_test(names_in_use_are_reserved),
        cmocka_unit_test(a_retry_goes_on_above),
        cmocka_unit_test(a_name_that_was_taken_is_not_quarantined),
        cmocka_unit_test(the_mutex_has_one_holder),
        cmocka_unit_test(user_templates_follow_the_policy),
    };

    return cmocka_run_group_tests_name("allocator", tests, NULL, NULL);
}
