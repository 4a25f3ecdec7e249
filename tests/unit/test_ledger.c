/* The ledger while things happen: what is told, and when; what a list of all that there is ends and
 * begins.  (Of records, tests/test_import.py and netns-tests/test_import.py see to it.) */
#include "harness/record/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

static struct ledger *
begin(void)
{
    struct ledger *ledger = ledger_open(true);

    assert_non_null(ledger);
    return ledger;
}

/* A tap of that index, or a row: of a number, of whom its UUID is made. */
static void
take(struct ledger *ledger, int64_t at, enum ledger_kind kind, const char *name, unsigned number)
{
    struct ledger_event event = {.at = at, .kind = kind};

    snprintf(event.name, sizeof event.name, "%s", name);
    if (kind == LEDGER_DEVICE || kind == LEDGER_DEVICE_GONE) {
        event.index = number;
        event.wants_port = kind == LEDGER_DEVICE;
    } else {
        snprintf(event.row, sizeof event.row, "row-%u", number);
    }
    assert_true(ledger_take(ledger, &event));
}

/* By that time there is this to tell, and nothing else. */
static void
expect(struct ledger *ledger, int64_t now, enum ledger_what what, const char *name, uint32_t device,
       bool over)
{
    struct ledger_finding finding;

    assert_true(ledger_next(ledger) <= now);
    assert_true(ledger_tell(ledger, now, &finding));
    assert_int_equal(finding.what, what);
    assert_string_equal(finding.event.name, name);
    assert_int_equal(finding.event.index, device);
    assert_int_equal(finding.until != LEDGER_FOR_EVER, over);
    assert_false(ledger_tell(ledger, now, &finding));
}

static void
expect_nothing(struct ledger *ledger, int64_t now)
{
    struct ledger_finding finding;

    assert_false(ledger_tell(ledger, now, &finding));
    assert_true(ledger_next(ledger) > now);
}

/* One device, on a row that was made for it. */
static struct ledger *
begin_with_port(void)
{
    struct ledger *ledger = begin();

    take(ledger, 0, LEDGER_DEVICE, "vnet0", 4);
    take(ledger, 100, LEDGER_ROW, "vnet0", 1);
    return ledger;
}

static void
a_finding_is_told_when_it_has_lasted_a_second(void **unused)
{
    struct ledger *ledger = begin_with_port();

    (void)unused;
    assert_true(ledger_next(ledger) == LEDGER_FOR_EVER);
    take(ledger, 500, LEDGER_ROW_GONE, "vnet0", 1);
    assert_true(ledger_next(ledger) == 500 + SECOND);
    expect_nothing(ledger, 499 + SECOND);
    expect(ledger, 500 + SECOND, LEDGER_LOST, "vnet0", 4, false);
    assert_true(ledger_next(ledger) == LEDGER_FOR_EVER);
    take(ledger, 9 * SECOND, LEDGER_ROW, "vnet0", 2);
    expect(ledger, 9 * SECOND, LEDGER_LOST, "vnet0", 4, true);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

static void
what_is_over_within_a_second_is_not_told(void **unused)
{
    struct ledger *ledger = begin_with_port();

    (void)unused;
    take(ledger, 500, LEDGER_ROW_GONE, "vnet0", 1);
    take(ledger, 499 + SECOND, LEDGER_DEVICE_GONE, "vnet0", 4);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

/* It was looked at late: then it is told once, with its end. */
static void
what_has_lasted_and_is_over_is_told_once(void **unused)
{
    struct ledger *ledger = begin_with_port();

    (void)unused;
    take(ledger, 500, LEDGER_ROW_GONE, "vnet0", 1);
    take(ledger, 500 + SECOND, LEDGER_DEVICE_GONE, "vnet0", 4);
    expect(ledger, 3 * SECOND, LEDGER_LOST, "vnet0", 4, true);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

/* Until its device is said of again. */
static void
of_one_that_is_withdrawn_nothing_is_told(void **unused)
{
    struct ledger *ledger = begin();
    struct ledger_finding finding;

    (void)unused;
    take(ledger, 10, LEDGER_DEVICE, "vnet0", 4);
    assert_true(ledger_tell(ledger, 2 * SECOND, &finding));
    ledger_withdraw(ledger, &finding);
    expect_nothing(ledger, 9 * SECOND);
    take(ledger, 9 * SECOND, LEDGER_DEVICE, "vnet0", 4);
    expect(ledger, 10 * SECOND, LEDGER_NO_PORT, "vnet0", 4, false);
    ledger_close(ledger);
}

static void
a_tap_in_use_wants_a_port(void **unused)
{
    struct ledger_event down = {
        .at = 3 * SECOND, .kind = LEDGER_DEVICE, .name = "vnet0", .index = 4};
    struct ledger *ledger = begin();

    (void)unused;
    take(ledger, 0, LEDGER_DEVICE, "vnet0", 4);
    take(ledger, 10, LEDGER_DEVICE, "vnet0", 4);
    expect(ledger, 2 * SECOND, LEDGER_NO_PORT, "vnet0", 4, false);
    assert_true(ledger_take(ledger, &down));
    expect(ledger, 3 * SECOND, LEDGER_NO_PORT, "vnet0", 4, true);
    take(ledger, 4 * SECOND, LEDGER_DEVICE, "vnet0", 4);
    take(ledger, 4 * SECOND, LEDGER_ROW, "vnet0", 1);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

/* A port that it had and has not any more is lost, and not missing, too. */
static void
a_lost_port_is_told_as_lost_alone(void **unused)
{
    struct ledger *ledger = begin_with_port();

    (void)unused;
    take(ledger, 500, LEDGER_ROW_GONE, "vnet0", 1);
    take(ledger, 600, LEDGER_DEVICE, "vnet0", 4);
    expect(ledger, 9 * SECOND, LEDGER_LOST, "vnet0", 4, false);
    ledger_close(ledger);
}

static void
a_row_needs_a_device_if_all_devices_are_told_of(void **unused)
{
    struct ledger *ledger = begin();

    (void)unused;
    take(ledger, 0, LEDGER_ROW, "vnet0", 1);
    expect(ledger, 2 * SECOND, LEDGER_STALE, "vnet0", 0, false);
    take(ledger, 3 * SECOND, LEDGER_DEVICE, "vnet0", 4);
    expect(ledger, 3 * SECOND, LEDGER_STALE, "vnet0", 0, true);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
    ledger = ledger_open(false);
    take(ledger, 0, LEDGER_ROW, "vnet0", 1);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

/* Of one time, by name, whatever came first. */
static void
findings_are_told_in_the_order_of_time_and_name(void **unused)
{
    struct ledger *ledger = begin();
    struct ledger_finding finding;

    (void)unused;
    take(ledger, 5, LEDGER_ROW, "vnet1", 1);
    take(ledger, 5, LEDGER_ROW, "vnet0", 2);
    take(ledger, 6, LEDGER_ROW, "a", 3);
    for (const char *const *name = (const char *const[]){"vnet0", "vnet1", "a", NULL};
         *name != NULL; name++) {
        assert_true(ledger_tell(ledger, 2 * SECOND, &finding));
        assert_string_equal(finding.event.name, *name);
    }
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

static void
what_is_not_in_a_list_is_gone(void **unused)
{
    struct ledger *ledger = begin_with_port();
    unsigned devices, rows;

    (void)unused;
    take(ledger, 200, LEDGER_DEVICE, "vnet1", 5);
    take(ledger, 200, LEDGER_ROW, "vnet1", 2);
    ledger_list(ledger, LEDGER_DEVICE, 1000);
    take(ledger, SECOND, LEDGER_DEVICE, "vnet1", 5);
    assert_true(ledger_listed(ledger, LEDGER_DEVICE, SECOND));
    ledger_count(ledger, &devices, &rows);
    assert_int_equal(devices, 1);
    assert_int_equal(rows, 2);
    expect(ledger, 2 * SECOND, LEDGER_STALE, "vnet0", 4, false);
    ledger_list(ledger, LEDGER_ROW, 1000);
    take(ledger, 3 * SECOND, LEDGER_ROW, "vnet0", 1); /* which it knows */
    assert_true(ledger_listed(ledger, LEDGER_ROW, 3 * SECOND));
    expect_nothing(ledger, 3 * SECOND);
    expect(ledger, 4 * SECOND, LEDGER_LOST, "vnet1", 5, false);
    ledger_close(ledger);
}

/* When it was over is not known: it may have been at once.  What was told has to end. */
static void
what_a_list_ends_is_told_only_if_it_was_told_before(void **unused)
{
    struct ledger *ledger = begin();

    (void)unused;
    take(ledger, 0, LEDGER_DEVICE, "vnet0", 4);
    expect(ledger, SECOND, LEDGER_NO_PORT, "vnet0", 4, false);
    take(ledger, SECOND, LEDGER_DEVICE, "vnet1", 5);
    ledger_list(ledger, LEDGER_ROW, SECOND);
    take(ledger, 9 * SECOND, LEDGER_ROW, "vnet0", 1);
    take(ledger, 9 * SECOND, LEDGER_ROW, "vnet1", 2);
    assert_true(ledger_listed(ledger, LEDGER_ROW, 9 * SECOND));
    expect(ledger, 9 * SECOND, LEDGER_NO_PORT, "vnet0", 4, true);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

/* The row is of time 100, and messages may have been lost after `since`.  If that is not before the
 * row, it was made for the device that was known; otherwise that is not known, and it is taken for
 * right. */
static void
a_list_shows_a_device_on_a_row_that_is_older(void **unused)
{
    (void)unused;
    for (int64_t since = 99; since <= 100; since++) {
        struct ledger *ledger = begin_with_port();

        ledger_list(ledger, LEDGER_DEVICE, since);
        take(ledger, SECOND, LEDGER_DEVICE, "vnet0", 7);
        assert_true(ledger_listed(ledger, LEDGER_DEVICE, SECOND));
        if (since == 100) {
            expect(ledger, 2 * SECOND, LEDGER_FOREIGN, "vnet0", 7, false);
        } else {
            expect_nothing(ledger, 99 * SECOND);
            take(ledger, 100 * SECOND, LEDGER_DEVICE_GONE, "vnet0", 7);
            take(ledger, 100 * SECOND, LEDGER_DEVICE, "vnet0", 8);
            expect(ledger, 101 * SECOND, LEDGER_FOREIGN, "vnet0", 8, false);
        }
        ledger_close(ledger);
    }
}

/* A message that is older than a list: that a device has gone whose name another one has. */
static void
a_device_that_has_lost_its_name_does_not_end_another(void **unused)
{
    struct ledger *ledger = begin_with_port();

    (void)unused;
    take(ledger, 500, LEDGER_DEVICE_GONE, "vnet0", 3);
    expect_nothing(ledger, 99 * SECOND);
    ledger_close(ledger);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_is_told_when_it_has_lasted_a_second),
        cmocka_unit_test(what_is_over_within_a_second_is_not_told),
        cmocka_unit_test(what_has_lasted_and_is_over_is_told_once),
        cmocka_unit_test(of_one_that_is_withdrawn_nothing_is_told),
        cmocka_unit_test(a_tap_in_use_wants_a_port),
        cmocka_unit_test(a_lost_port_is_told_as_lost_alone),
        cmocka_unit_test(a_row_needs_a_device_if_all_devices_are_told_of),
        cmocka_unit_test(findings_are_told_in_the_order_of_time_and_name),
        cmocka_unit_test(what_is_not_in_a_list_is_gone),
        cmocka_unit_test(what_a_list_ends_is_told_only_if_it_was_told_before),
        cmocka_unit_test(a_list_shows_a_device_on_a_row_that_is_older),
        cmocka_unit_test(a_device_that_has_lost_its_name_does_not_end_another),
    };

    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
