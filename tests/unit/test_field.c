/* The table of the state's fields: every byte has one row, which says how large it can get in a
 * world (sim/field.h). */
#include "tests/unit/fixture.h"

#include "sim/field.h"

static void
every_byte_is_one_rows(void **unused)
{
    unsigned rows[sizeof(struct state)] = {0};
    const struct field *field;

    (void)unused;
    for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
        for (unsigned i = 0; i < field_room(field); i++) {
            size_t offset = field->offset + (size_t)i * field->stride;

            assert_true(offset < sizeof rows / sizeof *rows);
            rows[offset]++;
        }
    }
    for (size_t offset = 0; offset < sizeof rows / sizeof *rows; offset++) {
        if (rows[offset] != 1) {
            fail_msg("byte %zu has %u rows", offset, rows[offset]);
        }
    }
}

static void
no_two_rows_have_one_name(void **unused)
{
    const struct field *field, *other;

    (void)unused;
    for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
        assert_true(strlen(field->name) > 0);
        for (unsigned before = 0; before < row; before++) {
            other = field_at(before);
            assert_string_not_equal(field->name, other->name);
        }
    }
}

static void
a_difference_is_found_wherever_it_is(void **unused)
{
    static struct state a, b;
    unsigned index;

    (void)unused;
    assert_null(field_difference(&a, &b, &index));
    for (size_t offset = 0; offset < sizeof a; offset++) {
        const struct field *field;

        ((uint8_t *)&b)[offset] = 1;
        field = field_difference(&a, &b, &index);
        assert_non_null(field);
        assert_int_equal(field->offset + (size_t)index * field->stride, offset);
        ((uint8_t *)&b)[offset] = 0;
    }
}

/* What a row is one of several of, counted by hand. */
static void
a_world_uses_what_it_has(void **unused)
{
    static const struct {
        enum field_of of;
        unsigned first, count;
    } expected[] = {
        {OF_WORLD, 0, 1},    {OF_POOL, 0, 2},   {OF_GUEST, 0, 2},       {OF_NIC, 0, 3},
        {OF_NAME, 1, 7},     {OF_BRIDGE, 0, 4}, {OF_THIRD_PARTY, 0, 1}, {OF_FAULT, 0, FAULT_COUNT},
        {OF_LANDMARK, 0, 0},
    };
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    world.more = 1;
    world.third_parties = 1;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct field field = {.of = expected[i].of};
        unsigned first, count;

        field_used(&field, &world, &first, &count);
        assert_int_equal(first, expected[i].first);
        assert_int_equal(count, expected[i].count);
        assert_true(first + count <= field_room(&field));
    }
}

/* The largest value of the field of that name. */
static unsigned
largest_of(const struct world *world, const char *name, unsigned index)
{
    const struct field_traits traits = field_traits(world);
    const struct field *field;

    for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
        if (strcmp(field->name, name) == 0) {
            return field->largest(&traits, index);
        }
    }
    fail_msg("no field '%s'", name);
    return 0;
}

/* A trait of a world gives its fields room, and no other world's. */
static void
a_trait_gives_its_fields_room(void **unused)
{
    struct world world = reported_race("libvirt-6.6"), other = world;

    (void)unused;
    assert_int_equal(largest_of(&world, "control.faults", FAULT_FD_LEAK), 0);
    other.faults[FAULT_FD_LEAK] = 3;
    assert_int_equal(largest_of(&other, "control.faults", FAULT_FD_LEAK), 3);
    assert_int_equal(largest_of(&other, "control.faults", FAULT_OVS_LIE), 0);
    assert_int_equal(largest_of(&world, "network.leaked", A), 0);
    assert_int_equal(largest_of(&other, "network.leaked", A), NAMES);

    assert_int_equal(largest_of(&world, "network.device.limit", VNET0), 0);
    other.nic[B].limit = 1;
    assert_int_equal(largest_of(&other, "network.device.limit", VNET0), 1);

    assert_int_equal(largest_of(&world, "network.indexed", A), 0);
    other.nic[A].contested = 1;
    assert_int_equal(largest_of(&other, "network.indexed", A), NAMES);
    assert_int_equal(largest_of(&other, "network.indexed", B), 0);

    assert_int_equal(largest_of(&world, "control.daemon.allocator[0].held", VNET0), 0);
    other = reported_race("lowest-free");
    assert_int_equal(largest_of(&other, "control.daemon.allocator[0].held", VNET0), NAME_RESERVED);
    assert_int_equal(largest_of(&other, "control.daemon.allocator[1].held", VNET0), 0);
    other.daemon[B] = 1;
    assert_int_equal(largest_of(&other, "control.daemon.allocator[1].held", VNET0), NAME_RESERVED);
    assert_int_equal(largest_of(&other, "control.daemon.allocator[2].held", VNET0), 0);
    assert_int_equal(largest_of(&other, "control.daemon.lock[2]", 0), 0);
    other.daemon[B] = 2;
    assert_int_equal(largest_of(&other, "control.daemon.allocator[2].held", VNET0), NAME_RESERVED);
    assert_int_equal(largest_of(&other, "control.daemon.allocator[2].last", 0), 0);
    assert_int_equal(largest_of(&other, "control.daemon.lock[2]", 0), other.guests);
    other.policy = policy_of("counter");
    assert_int_equal(largest_of(&other, "control.daemon.allocator[2].last", 0), NAMES);

    assert_int_equal(largest_of(&world, "network.port.life", VNET0), PORT_LIVE);
    other = world;
    other.datapath[BR0 - 1] = DATAPATH_NETDEV;
    assert_int_equal(largest_of(&other, "network.port.life", VNET0), PORT_STALE);
    assert_int_equal(largest_of(&world, "network.device.stuck", VNET0), 0);
    other.third_parties = 1;
    other.third_party[0] = (struct third_party){.commands = 1, .command = {THIRD_PARTY_RENAME}};
    assert_int_equal(largest_of(&other, "network.port.life", VNET0), PORT_AWAY);
    assert_int_equal(largest_of(&other, "network.device.stuck", VNET0), NAMES);
    assert_int_equal(largest_of(&world, "network.device.owner", VNET0), 2);
    assert_int_equal(largest_of(&other, "network.device.owner", VNET0), THIRD_PARTY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_one_rows),
        cmocka_unit_test(no_two_rows_have_one_name),
        cmocka_unit_test(a_difference_is_found_wherever_it_is),
        cmocka_unit_test(a_world_uses_what_it_has),
        cmocka_unit_test(a_trait_gives_its_fields_room),
    };

    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
