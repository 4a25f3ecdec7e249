/* How long names grow (mail 001, "macvtap42301"; docs/policies.md has the table): each strategy's
 * highest number after many rounds, and what the explorer says of it. */
#include "tests/unit/fixture.h"
#include "tests/unit/search.h"

/* The largest family that a world can have. */
static const struct ifname_family family = {
    .prefix = "macvtap", .first = 1, .count = IFNAME_MAX_NAMES, .numbered = true};

/* `guests` guests are started; then, in each of `rounds` seconds, each of them is stopped, which
 * releases its name, and started again.  Returns the highest number that any of them had. */
static unsigned
highest_number(enum name_strategy strategy, uint8_t hold, unsigned guests, unsigned rounds)
{
    struct allocator allocator = {0};
    uint8_t name[MAX_GUESTS], highest = 0;

    for (unsigned round = 0; round <= rounds; round++) {
        for (unsigned guest = 0; guest < guests; guest++) {
            if (round > 0) {
                allocator_release(&allocator, strategy, name[guest], hold);
            }
            name[guest] = allocator_pick(&allocator, strategy, 0, &family, 0);
            assert_int_not_equal(name[guest], IFNAME_NONE);
            highest = name[guest] > highest ? name[guest] : highest;
        }
        if (round > 0) {
            allocator_tick(&allocator);
        }
    }
    return (unsigned)highest - family.first;
}

/* A number for each start, whatever was given back. */
static void
the_counter_counts_starts(void **unused)
{
    (void)unused;
    for (unsigned guests = 1; guests <= 4; guests++) {
        for (unsigned rounds = 0; guests * (rounds + 1) <= IFNAME_MAX_NAMES; rounds++) {
            assert_int_equal(highest_number(NAME_COUNTER, 0, guests, rounds),
                             guests * (rounds + 1) - 1);
        }
    }
}

/* Behind the last name it begins anew: no number is higher than the family's. */
static void
the_counter_ends_at_the_family(void **unused)
{
    (void)unused;
    assert_int_equal(highest_number(NAME_COUNTER, 0, 2, 100), IFNAME_MAX_NAMES - 1);
}

static void
the_lowest_free_number_counts_guests(void **unused)
{
    (void)unused;
    for (unsigned guests = 1; guests <= MAX_GUESTS; guests++) {
        for (unsigned rounds = 0; rounds <= 100; rounds += 10) {
            assert_int_equal(highest_number(NAME_LOWEST_FREE, 0, guests, rounds), guests - 1);
        }
    }
}

/* And as many as are held back: those that were given back within the hold. */
static void
quarantine_counts_the_starts_of_its_hold(void **unused)
{
    (void)unused;
    for (unsigned guests = 1; guests <= 3; guests++) {
        for (uint8_t hold = 0; hold <= POLICY_HOLD_MAX; hold++) {
            for (unsigned rounds = 0; rounds <= 40; rounds++) {
                unsigned held = guests * (rounds < hold ? rounds : hold);

                assert_int_equal(highest_number(NAME_QUARANTINE, hold, guests, rounds),
                                 guests - 1 + held);
            }
        }
    }
}

/* ---- what the explorer says ---- */

static void
note_names(const struct world *world, const struct state *state, void *context)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        const struct device *device = &state->network.device[name];

        if (device->kind != DEVICE_NONE && device->owner <= world->guests &&
            world->nic[device->owner - 1].name == IFNAME_NONE) {
            *(uint32_t *)context |= 1u << (name - 1);
        }
    }
}

static uint32_t
names_of(const struct world *world)
{
    struct explore_result result;
    uint32_t names = 0;

    search(world, &result);
    walk(world, note_names, &names);
    assert_int_equal(result.names, names);
    explore_free(&result);
    return names;
}

#define SET(name) (1u << ((name)-1))

static void
the_names_of_all_states_are_noted(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_int_equal(names_of(&world), SET(VNET0) | SET(VNET1));
    world.policy = policy_of("counter");
    assert_int_equal(names_of(&world), SET(VNET0) | SET(VNET1));
    world = world_under("counter");
    add_guest(&world, BR0, true, "stop start stop start");
    assert_int_equal(names_of(&world), SET(VNET0) | SET(VNET1) | SET(VNET2));
}

/* A name that its user fixed is as long as the user likes it, and others' names are others'. */
static void
names_that_nobody_generated_are_not(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start");
    world.nic[A].name = VNET3;
    assert_int_equal(names_of(&world), 0);
    world.nic[A].name = IFNAME_NONE;
    world.third_party_device[VNET0] = DEVICE_TAP;
    assert_int_equal(names_of(&world), SET(VNET1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counter_counts_starts),
        cmocka_unit_test(the_counter_ends_at_the_family),
        cmocka_unit_test(the_lowest_free_number_counts_guests),
        cmocka_unit_test(quarantine_counts_the_starts_of_its_hold),
        cmocka_unit_test(the_names_of_all_states_are_noted),
        cmocka_unit_test(names_that_nobody_generated_are_not),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
