/* The start machine and its name: names that are taken, names that are given back, and the mutex
 * around both (docs/model.md, "Start", 1 to 5). */
#include "tests/unit/script.h"

/* Runs a start, and the clean-up if it fails, and compares both with what is expected. */
static void
expect_start(const char *policy, const struct surprise *surprises, const char *start,
             const char *clean_up)
{
    struct world world = world_under(policy);
    struct context context = world_context(&world, A);
    struct nic_record record = {0};
    char text[SCRIPT_TEXT];

    add_guest(&world, LB0, false, "start");
    run_machine(MACHINE_START, &context, &record, surprises, text);
    assert_string_equal(text, start);
    assert_int_equal(record.running, clean_up == NULL);
    if (clean_up != NULL) {
        run_machine(MACHINE_CLEAN_UP, &context, &record, NULL, text);
        assert_string_equal(text, clean_up);
    }
}

/* The first `created` creations find their name taken, the first `found` look-ups find a device. */
static void
expect_taken(const char *policy, unsigned created, unsigned found, const char *start,
             const char *clean_up)
{
    const struct surprise taken[] = {
        {OP_CREATE_TAP, created, {.error = EBUSY}},
        {OP_LOOKUP, found, {.value = THIRD_PARTY}},
        {.op = OP_NONE},
    };

    expect_start(policy, taken, start, clean_up);
}

/* mail 001: "allow for that name to already be used, and retry". */
static void
a_name_taken_at_creation_is_retried(void **unused)
{
    (void)unused;
    expect_taken("lowest-free", 1, 0,
                 "pick-name create-tap pick-name create-tap set-mac add-if link-up add-filter exec",
                 NULL);
    expect_taken("lowest-free,on-taken=fail", 1, 0, "pick-name create-tap release-name", "release");
    /* Not where the kernel chose. */
    expect_taken("libvirt-6.6,on-taken=retry", 1, 0, "create-tap", "release");
}

/* Facts 2: a candidate is accepted if no device has its name. */
static void
a_name_found_in_use_is_passed_over(void **unused)
{
    (void)unused;
    expect_taken("counter", 0, 2,
                 "pick-name lookup pick-name lookup pick-name lookup create-tap "
                 "set-mac add-if link-up add-filter exec",
                 NULL);
    /* Check-then-create: the look-up is no protection (facts 2, 7.0.0: "No retry after EBUSY"). */
    expect_taken("counter,on-taken=fail", 1, 1, "pick-name lookup pick-name lookup create-tap",
                 "release");
}

/* docs/model.md: after as many names as the family has (four here), 3 and 4 give up and fail. */
static void
it_goes_once_round_the_family(void **unused)
{
    (void)unused;
    expect_taken("counter", 0, 4,
                 "pick-name lookup pick-name lookup pick-name lookup pick-name lookup", "release");
    expect_taken(
        "counter,name-check=no", 4, 0,
        "pick-name create-tap pick-name create-tap pick-name create-tap pick-name create-tap",
        "release");
    expect_taken("counter", 2, 2,
                 "pick-name lookup pick-name lookup pick-name lookup create-tap "
                 "pick-name lookup create-tap",
                 "release");
    expect_taken(
        "lowest-free", 4, 0,
        "pick-name create-tap pick-name create-tap pick-name create-tap pick-name create-tap "
        "release-name",
        "release");
    expect_taken("lowest-free,name-check=yes", 0, 4,
                 "pick-name lookup pick-name lookup pick-name lookup pick-name lookup release-name",
                 "release");
    /* Three that are taken leave one. */
    expect_taken("counter", 0, 3,
                 "pick-name lookup pick-name lookup pick-name lookup pick-name lookup create-tap "
                 "set-mac add-if link-up add-filter exec",
                 NULL);
}

static void
no_name_left_is_a_failure(void **unused)
{
    const struct surprise none[] = {{OP_PICK_NAME, 1, {.error = ENFILE}}, {.op = OP_NONE}};

    (void)unused;
    expect_start("lowest-free", none, "pick-name", "release");
    expect_start("lowest-free,guard-lock=create", none, "lock pick-name unlock", "release");
    expect_start("lowest-free,clean-up=created", none, "pick-name", "release");
}

/* docs/model.md: a name that the allocator reserved is given back, at the end of the start or,
 * under clean-up=created, of the clean-up. */
static void
a_reserved_name_is_given_back(void **unused)
{
    const struct surprise fails[] = {{OP_ADD_IF, 1, {.error = EBUSY}}, {.op = OP_NONE}};

    (void)unused;
    expect_start("lowest-free", fails, "pick-name create-tap set-mac add-if close-tap release-name",
                 "release");
    expect_start("fin-wait", fails, "pick-name create-tap set-mac add-if close-tap release-name",
                 "release");
    expect_start("lowest-free,clean-up=created", fails,
                 "pick-name create-tap set-mac add-if close-tap", "release");
    expect_start("counter", fails, "pick-name lookup create-tap set-mac add-if close-tap",
                 "release");
}

/* It is given back once: by release-name, or by the release that says so. */
static void
a_name_is_given_back_once(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t name, release_name;
    } expected[] = {
        {"lowest-free", 0, 0},
        {"lowest-free,clean-up=created", VNET0, 1},
        {"lowest-free-after-cleanup,clean-up=created", VNET0, 1},
        {"counter,clean-up=created", VNET0, 0},
    };
    const struct surprise fails[] = {{OP_ADD_IF, 1, {.error = EBUSY}}, {.op = OP_NONE}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_under(expected[i].policy);
        struct context context = world_context(&world, A);
        struct nic_record record = {0};
        char text[SCRIPT_TEXT];
        struct machine machine;
        struct operation op;

        add_guest(&world, LB0, false, "start");
        run_machine(MACHINE_START, &context, &record, fails, text);
        machine = machine_begin(MACHINE_CLEAN_UP, &context, &record);
        op = machine_want(&machine, &context, &record);
        assert_int_equal(op.kind, OP_RELEASE);
        assert_int_equal(op.name, expected[i].name);
        assert_int_equal(op.release_name, expected[i].release_name);
    }
}

/* The mutex is over the choice of a name and the creation alone; a failure gives it back. */
static void
the_mutex_ends_with_the_creation(void **unused)
{
    (void)unused;
    expect_taken("atomic", 1, 0, "lock create-tap unlock", "release");
    expect_taken(
        "counter,guard-lock=create", 1, 1,
        "lock pick-name lookup pick-name lookup create-tap pick-name lookup create-tap unlock "
        "set-mac add-if link-up add-filter exec",
        NULL);
    expect_taken("counter,guard-lock=create", 0, 4,
                 "lock pick-name lookup pick-name lookup pick-name lookup pick-name lookup unlock",
                 "release");
    expect_taken("lowest-free,guard-lock=create,on-taken=fail", 1, 0,
                 "lock pick-name create-tap unlock release-name", "release");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_taken_at_creation_is_retried),
        cmocka_unit_test(a_name_found_in_use_is_passed_over),
        cmocka_unit_test(it_goes_once_round_the_family),
        cmocka_unit_test(no_name_left_is_a_failure),
        cmocka_unit_test(a_reserved_name_is_given_back),
        cmocka_unit_test(a_name_is_given_back_once),
        cmocka_unit_test(the_mutex_ends_with_the_creation),
    };

    return cmocka_run_group_tests_name("start-names", tests, NULL, NULL);
}
