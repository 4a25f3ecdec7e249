/* Interface names: the kernel's rules for them (net/core/dev.c, dev_valid_name), libvirt's
 * templates, and the table that turns them into ids. */
#include "tests/unit/fixture.h"

static void
valid_names_are_the_kernels(void **unused)
{
    (void)unused;
    /* IFNAMSIZ is 16 with its NUL: 15 bytes are a name, 16 are not (facts 4). */
    assert_true(ifname_valid("v"));
    assert_true(ifname_valid("123456789012345"));
    assert_false(ifname_valid("1234567890123456"));
    assert_true(ifname_valid("vnet0.100"));
    assert_true(ifname_valid("..."));
    assert_true(ifname_valid(".a"));
    assert_false(ifname_valid(""));
    assert_false(ifname_valid("."));
    assert_false(ifname_valid(".."));
    assert_false(ifname_valid("a/b"));
    assert_false(ifname_valid("eth0:1"));
    for (const char *space = " \t\n\v\f\r"; *space != '\0'; space++) {
        assert_false(ifname_valid((char[]){'a', *space, '\0'}));
    }
    /* Of U+00E0 the second byte is a blank in the kernel's lib/ctype.c; of U+00E9 neither is. */
    assert_false(ifname_valid("\xc3\xa0"));
    assert_true(ifname_valid("\xc3\xa9"));
    /* The sysctl folders of all devices, and of those to come (net/ipv4/devinet.c). */
    assert_false(ifname_valid("all"));
    assert_false(ifname_valid("default"));
    assert_true(ifname_valid("all0"));
}

static void
templates_end_in_their_only_percent_d(void **unused)
{
    char prefix[IFNAME_SIZE];

    (void)unused;
    assert_true(ifname_template("vnet%d", prefix));
    assert_string_equal(prefix, "vnet");
    assert_true(ifname_template("mytap%d", prefix));
    assert_string_equal(prefix, "mytap");
    /* Facts 4: exactly one '%', and it must be %d. */
    assert_false(ifname_template("vnet0", prefix));
    assert_false(ifname_template("vnet%", prefix));
    assert_false(ifname_template("vnet%u", prefix));
    assert_false(ifname_template("vnet%%d", prefix));
    assert_false(ifname_template("v%dnet%d", prefix));
    assert_false(ifname_template("vnet%d.1", prefix));
    assert_false(ifname_template("a/b%d", prefix));
    assert_false(ifname_template("a b%d", prefix));
    /* "1234567890123" and a digit are 14 bytes; two more bytes, and not even 0 fits behind them. */
    assert_true(ifname_template("1234567890123%d", prefix));
    assert_false(ifname_template("123456789012345%d", prefix));
    assert_false(ifname_template("%d", prefix));
}

/* ifname.h: a template is refused if the shortest name made from it is not valid.  ".0" is. */
static void
a_template_is_judged_by_the_names_it_makes(void **unused)
{
    char prefix[IFNAME_SIZE];

    (void)unused;
    assert_true(ifname_valid(".0"));
    assert_true(ifname_template(".%d", prefix));
    assert_string_equal(prefix, ".");
}

static void
largest_numbers_are_libvirts(void **unused)
{
    (void)unused;
    /* Facts 2, "Allocator semantics": vnet INT_MAX, macvtap and macvlan 8 digits. */
    assert_int_equal(ifname_largest_number("vnet"), INT32_MAX);
    assert_int_equal(ifname_largest_number("macvtap"), 99999999);
    assert_int_equal(ifname_largest_number("12345"), INT32_MAX);
    assert_int_equal(ifname_largest_number("123456"), 999999999);
    assert_int_equal(ifname_largest_number("12345678901234"), 9);
}

static void
a_number_has_no_leading_zero(void **unused)
{
    struct ifname_table table = {0};
    char text[IFNAME_SIZE];
    uint8_t padded;

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "vnet", 12), 0);
    /* Facts 4: "vnet01" does not occupy 1. */
    assert_int_equal(ifname_find(&table, "vnet01"), IFNAME_NONE);
    padded = ifname_add_single(&table, "vnet01");
    assert_true(padded != IFNAME_NONE && padded != ifname_find(&table, "vnet1"));
    assert_string_equal(ifname_text(&table, padded, text), "vnet01");
    assert_int_equal(ifname_find(&table, "vnet01"), padded);
    assert_string_equal(ifname_text(&table, ifname_find(&table, "vnet11"), text), "vnet11");
    assert_int_equal(ifname_find(&table, "vnet12"), IFNAME_NONE);
    assert_int_equal(ifname_find(&table, "vnet"), IFNAME_NONE);
    assert_int_equal(ifname_find(&table, "-"), IFNAME_NONE);
    assert_string_equal(ifname_text(&table, IFNAME_NONE, text), "-");
}

static void
ids_and_texts_are_one_to_one(void **unused)
{
    struct ifname_table table = {0};
    char text[IFNAME_SIZE];

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "vnet", 12), 0);
    assert_true(ifname_add_single(&table, "br0") != IFNAME_NONE);
    assert_int_equal(ifname_add_family(&table, "mytap", 3), 2);
    assert_int_equal(table.names, 16);
    for (uint8_t id = 1; id <= table.names; id++) {
        assert_int_equal(ifname_find(&table, ifname_text(&table, id, text)), id);
    }
    assert_int_equal(ifname_find_family(&table, "vnet"), 0);
    assert_int_equal(ifname_find_family(&table, "mytap"), 2);
    assert_int_equal(ifname_find_family(&table, "br0"), -1); /* a single name is no family */
    assert_int_equal(ifname_find_family(&table, "vne"), -1);
}

static void
no_name_stands_twice(void **unused)
{
    struct ifname_table table = {0}, before;

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "vnet", 11), 0);
    assert_true(ifname_add_single(&table, "tap3") != IFNAME_NONE);
    before = table;
    assert_int_equal(ifname_add_family(&table, "vnet", 1), -1);
    assert_int_equal(ifname_add_family(&table, "vnet1", 1), -1); /* vnet10 */
    assert_int_equal(ifname_add_family(&table, "tap", 4), -1);   /* tap3 */
    assert_int_equal(ifname_add_single(&table, "vnet10"), IFNAME_NONE);
    assert_int_equal(ifname_add_single(&table, "tap3"), IFNAME_NONE);
    assert_memory_equal(&table, &before, sizeof table);
    assert_int_equal(ifname_add_family(&table, "tap", 3), 2);
    assert_true(ifname_add_single(&table, "vnet11") != IFNAME_NONE);
    assert_true(ifname_add_single(&table, "vnet") != IFNAME_NONE);
}

static void
a_full_table_takes_no_more(void **unused)
{
    struct ifname_table table = {0};

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "vnet", IFNAME_MAX_NAMES + 1), -1);
    assert_int_equal(ifname_add_family(&table, "vnet", IFNAME_MAX_NAMES - 1), 0);
    assert_int_equal(ifname_add_family(&table, "tap", 2), -1);
    assert_int_equal(ifname_add_single(&table, "last"), IFNAME_MAX_NAMES);
    assert_int_equal(ifname_add_single(&table, "more"), IFNAME_NONE);

    table = (struct ifname_table){0};
    for (char name = 'a'; name < 'a' + IFNAME_MAX_FAMILIES; name++) {
        assert_true(ifname_add_single(&table, (char[]){name, '\0'}) != IFNAME_NONE);
    }
    assert_int_equal(ifname_add_single(&table, "more"), IFNAME_NONE);
    assert_int_equal(ifname_add_family(&table, "tap", 1), -1);
}

static void
numbers_have_to_fit_behind_the_prefix(void **unused)
{
    struct ifname_table table = {0};
    char text[IFNAME_SIZE];

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "12345678901234", 11), -1);
    assert_int_equal(ifname_add_family(&table, "12345678901234", 10), 0);
    assert_string_equal(ifname_text(&table, 10, text), "123456789012349");
}

/* ifname.h: -1 if the largest number does not fit.  Behind 15 bytes not even 0 does. */
static void
no_number_fits_behind_fifteen_bytes(void **unused)
{
    struct ifname_table table = {0};

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "123456789012345", 1), -1);
}

/* A name that stands alone has no numbers. */
static void
a_family_is_whole_with_its_largest_number(void **unused)
{
    struct ifname_table table = {0};

    (void)unused;
    assert_int_equal(ifname_add_family(&table, "12345678901234", 10), 0);
    assert_int_equal(ifname_add_family(&table, "abcdefghijklmn", 9), 1);
    assert_true(ifname_add_single(&table, "vnet") != IFNAME_NONE);
    assert_true(ifname_is_whole(&table.family[0]));
    assert_false(ifname_is_whole(&table.family[1]));
    assert_false(ifname_is_whole(&table.family[2]));
}

static void
a_number_stands_behind_its_prefix(void **unused)
{
    (void)unused;
    assert_int_equal(ifname_number("vnet0", "vnet"), 0);
    assert_int_equal(ifname_number("vnet31", "vnet"), 31);
    assert_int_equal(ifname_number("vnet07", "vnet"), 7);
    assert_int_equal(ifname_number("v99999999999999", "v"), INT64_C(99999999999999));
    assert_int_equal(ifname_number("vnet", "vnet"), -1);
    assert_int_equal(ifname_number("vnet1a", "vnet"), -1);
    assert_int_equal(ifname_number("vnet-1", "vnet"), -1);
    assert_int_equal(ifname_number("vne1", "vnet"), -1);
    assert_int_equal(ifname_number("", "vnet"), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_names_are_the_kernels),
        cmocka_unit_test(templates_end_in_their_only_percent_d),
        cmocka_unit_test(a_template_is_judged_by_the_names_it_makes),
        cmocka_unit_test(largest_numbers_are_libvirts),
        cmocka_unit_test(a_number_has_no_leading_zero),
        cmocka_unit_test(ids_and_texts_are_one_to_one),
        cmocka_unit_test(no_name_stands_twice),
        cmocka_unit_test(a_full_table_takes_no_more),
        cmocka_unit_test(numbers_have_to_fit_behind_the_prefix),
        cmocka_unit_test(no_number_fits_behind_fifteen_bytes),
        cmocka_unit_test(a_family_is_whole_with_its_largest_number),
        cmocka_unit_test(a_number_stands_behind_its_prefix),
    };

    return cmocka_run_group_tests_name("ifname", tests, NULL, NULL);
}
