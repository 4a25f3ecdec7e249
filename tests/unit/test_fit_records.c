/* What a record says of several nics, of tags, and of Linux bridges. */
#include "tests/unit/fixture.h"

#include "sim/fit.h"

enum { MOST_EVENTS = 8, A_SECOND = 1000, APART = 50 };

static enum fit_grade
grade_of(const struct world *world, const struct fit_record *record)
{
    const struct explore_limits limits = {.max_memory = 64 << 20};
    enum fit_grade grade;
    struct fit fit;

    fit_find(world, record, &limits, &fit);
    assert_int_equal(fit.end, FIT_COMPLETE);
    grade = fit.grade;
    fit_free(&fit);
    return grade;
}

/* How far a schedule comes of that record, one event a second: each is a letter (D and d: a device
 * is made, and goes; R and r: a row; J and L: it joins a Linux bridge, and leaves it) and the
 * number of its name. */
static enum fit_grade
grade_of_text(const struct world *world, const char *text)
{
    static const char letters[] = "DdRrTJL"; /* in the order of enum fit_kind */
    struct fit_event event[FIT_SOURCES][MOST_EVENTS];
    struct fit_record record = {.event = {event[FIT_KERNEL], event[FIT_OVSDB]}, .apart = APART};

    for (int64_t at = 0; *text != '\0'; text += text[2] == ' ' ? 3 : 2, at += A_SECOND) {
        const enum fit_kind kind = (enum fit_kind)(strchr(letters, text[0]) - letters);
        const enum fit_source source =
            kind == FIT_ROW || kind == FIT_ROW_GONE ? FIT_OVSDB : FIT_KERNEL;

        assert_true(record.count[source] < MOST_EVENTS);
        event[source][record.count[source]++] =
            (struct fit_event){kind, (uint8_t)(VNET0 + text[1] - '0'), FIT_ANY_VLAN, at};
    }
    return grade_of(world, &record);
}

static void
test_two_nics(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start stop");
    add_guest(&world, BR0, false, "");
    add_second_nics(&world);
    assert_int_equal(grade_of_text(&world, "D0 R0 D1 R1 d0 d1 r0 r1"), FIT_SHOWN);
    /* They go in one step: the kernel may say so of either first. */
    assert_int_equal(grade_of_text(&world, "D0 R0 D1 R1 d1 d0 r0 r1"), FIT_SHOWN);
    /* But its clean-up goes over them in their order, and only when both have gone. */
    assert_int_equal(grade_of_text(&world, "D0 R0 D1 R1 d0 d1 r1 r0"), FIT_PART);
    assert_int_equal(grade_of_text(&world, "D0 R0 D1 R1 d0 r0 d1 r1"), FIT_PART);
    assert_int_equal(grade_of_text(&world, "D1 R1 D0 R0 d0 d1 r0 r1"), FIT_PART);
    assert_int_equal(grade_of_text(&world, "D0 R0 D1 R1 d0 r0 r1"), FIT_PART);
}

/* A row from before is adopted, with its tag, which is then set or not. */
static enum fit_grade
grade_of_adopted(const char *policy, bool set, uint8_t tag)
{
    const struct fit_event device = {FIT_DEVICE, VNET0, FIT_ANY_VLAN, 0};
    const struct fit_event row = {FIT_TAG, VNET0, tag, A_SECOND};
    const struct fit_record record = {.count = {1, set}, .event = {&device, &row}, .apart = APART};
    struct world world = world_under(policy);

    add_guest(&world, BR0, false, "start");
    world.nic[A].vlan = 2;
    world.leftover[VNET0].bridge = BR0;
    world.leftover[VNET0].vlan = 1;
    return grade_of(&world, &record);
}

static void
test_tags(void **unused)
{
    (void)unused;
    assert_int_equal(grade_of_adopted("libvirt-9.0", false, 0), FIT_SHOWN);
    assert_int_equal(grade_of_adopted("libvirt-9.0", true, 2), FIT_PART);
    assert_int_equal(grade_of_adopted("libvirt-10.3", true, 2), FIT_SHOWN);
    assert_int_equal(grade_of_adopted("libvirt-10.3", true, FIT_ANY_VLAN), FIT_SHOWN);
    assert_int_equal(grade_of_adopted("libvirt-10.3", true, 3), FIT_PART);
    assert_int_equal(grade_of_adopted("libvirt-10.3", true, VLAN_NONE), FIT_PART);
    assert_true(grade_of_adopted("libvirt-10.3", false, 0) < FIT_REST); /* it goes on to set it */
}

/* A row that is kept, and the next device of that name is on a Linux bridge. */
static void
test_linux_bridges(void **unused)
{
    struct world checks = reported_race("exists-check"), deletes = reported_race("libvirt-6.6");
    struct world leaves = world_under("libvirt-6.6");

    (void)unused;
    checks.nic[B].bridge = deletes.nic[B].bridge = LB0;
    assert_int_equal(grade_of_text(&checks, "d0 D0 J0"), FIT_SHOWN);
    assert_int_equal(grade_of_text(&deletes, "d0 D0 J0"), FIT_ALL); /* the row goes later */
    assert_int_equal(grade_of_text(&deletes, "d0 D0 J0 r0"), FIT_SHOWN);
    assert_int_equal(grade_of_text(&deletes, "d0 D0 r0"), FIT_ALL); /* it has yet to join */
    assert_int_equal(grade_of_text(&deletes, "d0 J0 D0 r0"), FIT_PART);
    assert_int_equal(grade_of_text(&deletes, "d0 D0 R0 r0"), FIT_PART);
    add_guest(&leaves, LB0, false, "start stop");
    assert_int_equal(grade_of_text(&leaves, "D0 J0 d0"), FIT_SHOWN);
    assert_int_equal(grade_of_text(&leaves, "D0 J0 L0 d0"), FIT_PART);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_nics),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_linux_bridges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
