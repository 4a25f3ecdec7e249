/* The start machine, driven by hand: facts 1a and docs/model.md, "Start" say which operation
 * follows which, and what is undone when one fails. */
#include "tests/unit/script.h"

#define FAILS(kind, number)           \
    (const struct surprise[])         \
    {                                 \
        {kind, 1, {.error = number}}, \
        {                             \
            .op = OP_NONE             \
        }                             \
    }

/* A world with one guest, by what the guest is: its bridge, and a name if the user fixed it. */
static struct world
world_of(const char *policy, uint8_t bridge, uint8_t name)
{
    struct world world = world_under(policy);

    add_guest(&world, bridge, false, "start");
    world.nic[A].name = name;
    return world;
}

static void
expect_start(const char *policy, uint8_t bridge, uint8_t name, const struct surprise *surprises,
             const char *start, const char *clean_up)
{
    struct world world = world_of(policy, bridge, name);
    struct context context = world_context(&world, A);
    struct nic_record record = {0}, nothing = {0};
    char text[SCRIPT_TEXT];

    run_machine(MACHINE_START, &context, &record, surprises, text);
    assert_string_equal(text, start);
    if (clean_up == NULL) {
        assert_int_equal(record.running, 1);
        return;
    }
    assert_int_equal(record.running, 0);
    run_machine(MACHINE_CLEAN_UP, &context, &record, NULL, text);
    assert_string_equal(text, clean_up);
    assert_memory_equal(&record, &nothing, sizeof record);
}

/* Facts 1a, S3 to S10. */
static void
libvirt_6_6_starts_in_this_order(void **unused)
{
    (void)unused;
    expect_start("libvirt-6.6", BR0, 0, NULL, "create-tap set-mac add-port link-up add-filter exec",
                 NULL);
    expect_start("libvirt-6.6", LB0, 0, NULL, "create-tap set-mac add-if link-up add-filter exec",
                 NULL);
    expect_start("libvirt-6.6", NO_BRIDGE, 0, NULL, "create-tap set-mac link-up add-filter exec",
                 NULL);
    expect_start("libvirt-6.6", BR0, FIXED, NULL,
                 "create-tap set-mac add-port link-up add-filter exec", NULL);
}

static void
expect_guest_on_br0(const char *policy, const char *operations)
{
    expect_start(policy, BR0, 0, NULL, operations, NULL);
}

/* What a start does more, or less, than libvirt 6.6 under every single other choice. */
static void
each_choice_changes_only_its_operations(void **unused)
{
    static const struct difference differs[] = {
        {"name=lowest-free", "pick-name create-tap set-mac add-port link-up add-filter exec"},
        {"name=counter", "pick-name create-tap set-mac add-port link-up add-filter exec"},
        {"name=quarantine", "pick-name create-tap set-mac add-port link-up add-filter exec"},
        {"guard-lock=create", "lock create-tap unlock set-mac add-port link-up add-filter exec"},
        {"attach=reattach", "create-tap set-mac get-master add-port link-up add-filter exec"},
        {"tap-delete=restore", "create-tap set-mac add-port link-up add-filter get-persist exec"},
        {"ovs-add=del-wait-add", "create-tap set-mac del-port add-port link-up add-filter exec"},
        {NULL, NULL},
    };

    (void)unused;
    expect_differences(differs, "create-tap set-mac add-port link-up add-filter exec",
                       expect_guest_on_br0);
}

static void
choices_of_a_name_go_together(void **unused)
{
    (void)unused;
    expect_start("counter", BR0, 0, NULL,
                 "pick-name lookup create-tap set-mac add-port link-up add-filter exec", NULL);
    expect_start("counter,guard-lock=create", LB0, 0, NULL,
                 "lock pick-name lookup create-tap unlock set-mac add-if link-up add-filter exec",
                 NULL);
    /* The user fixed it, or the kernel is to choose: there is nothing to pick or look up. */
    expect_start("counter", BR0, FIXED, NULL, "create-tap set-mac add-port link-up add-filter exec",
                 NULL);
    expect_start("libvirt-6.6,name-check=yes,on-taken=retry", BR0, 0, NULL,
                 "create-tap set-mac add-port link-up add-filter exec", NULL);
}

/* mail 000, option A, and facts 1e: same bridge, nothing; another, remove from it, attach. */
static void
reattach_leaves_a_wrong_bridge(void **unused)
{
    static const struct {
        uint8_t own, found;
        const char *start;
    } expected[] = {
        {BR0, NO_BRIDGE, "create-tap set-mac get-master add-port link-up add-filter exec"},
        {BR0, BR0, "create-tap set-mac get-master link-up add-filter exec"},
        {BR0, BR1, "create-tap set-mac get-master del-port add-port link-up add-filter exec"},
        {BR0, LB0, "create-tap set-mac get-master del-if add-port link-up add-filter exec"},
        {LB0, NO_BRIDGE, "create-tap set-mac get-master add-if link-up add-filter exec"},
        {LB0, LB0, "create-tap set-mac get-master link-up add-filter exec"},
        {LB0, LB1, "create-tap set-mac get-master del-if add-if link-up add-filter exec"},
        {LB0, BR0, "create-tap set-mac get-master del-port add-if link-up add-filter exec"},
        {NO_BRIDGE, BR0, "create-tap set-mac link-up add-filter exec"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct surprise on[] = {{OP_GET_MASTER, 1, {.value = expected[i].found}},
                                      {.op = OP_NONE}};

        expect_start("reattach", expected[i].own, 0, on, expected[i].start, NULL);
    }
}

/* Facts 3c: one transaction that deletes and adds repairs nothing, "two separate transactions do":
 * if ovs-vswitchd has run in between. */
static void
two_transactions_have_a_run_between_them(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t own, found;
        const char *start;
    } expected[] = {
        {"libvirt-6.6", BR0, 0, "create-tap set-mac del-port add-port link-up add-filter exec"},
        {"libvirt-6.6", LB0, 0, "create-tap set-mac add-if link-up add-filter exec"},
        {"libvirt-6.6", NO_BRIDGE, 0, "create-tap set-mac link-up add-filter exec"},
        {"reattach", BR0, 0,
         "create-tap set-mac get-master del-port add-port link-up add-filter exec"},
        {"reattach", BR0, BR0, "create-tap set-mac get-master link-up add-filter exec"},
        {"reattach", BR0, BR1,
         "create-tap set-mac get-master del-port add-port link-up add-filter exec"},
        {"reattach", BR0, LB0,
         "create-tap set-mac get-master del-port del-if add-port link-up add-filter exec"},
        {"reattach", LB0, BR0,
         "create-tap set-mac get-master del-port add-if link-up add-filter exec"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct surprise on[] = {{OP_GET_MASTER, 1, {.value = expected[i].found}},
                                      {.op = OP_NONE}};
        char policy[80];

        strcat(strcpy(policy, expected[i].policy), ",ovs-add=del-wait-add");
        expect_start(policy, expected[i].own, 0, on, expected[i].start, NULL);
    }
}

static void
only_a_deletion_before_an_addition_waits_in_any_case(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t own, found, waits;
    } expected[] = {
        {"reattach", BR0, BR1, 0},
        {"reattach,ovs-add=del-wait-add", BR0, BR1, 1},
        {"reattach,ovs-add=del-wait-add", LB0, BR1, 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_of(expected[i].policy, expected[i].own, 0);
        struct context context = world_context(&world, A);
        struct nic_record record = {0};
        struct machine machine = machine_begin(MACHINE_START, &context, &record);
        struct operation op;

        while ((op = machine_want(&machine, &context, &record)).kind != OP_DEL_PORT) {
            struct outcome outcome = usual_outcome(&context, op);

            outcome.value = op.kind == OP_GET_MASTER ? expected[i].found : outcome.value;
            machine_done(&machine, &context, &record, outcome);
        }
        assert_int_equal(op.always_waits, expected[i].waits);
        assert_int_equal(op.bridge, NO_BRIDGE);
        machine_done(&machine, &context, &record, (struct outcome){0});
        op = machine_want(&machine, &context, &record);
        assert_int_equal(op.kind, expected[i].own == LB0 ? OP_ADD_IF : OP_ADD_PORT);
        assert_int_equal(op.add, expected[i].own == LB0 ? 0 : OVS_ADD_DEL_ADD);
    }
}

static void
operations_speak_of_the_right_things(void **unused)
{
    enum { NONE = IFNAME_MAX_FAMILIES };
    static const struct {
        const char *policy;
        uint8_t fixed, template, family, add; /* the template's family, or none */
    } expected[] = {
        {"libvirt-6.6", 0, NONE, VNET + 1, OVS_ADD_DEL_ADD},
        {"libvirt-6.6", 0, MYTAP, VNET + 1, OVS_ADD_DEL_ADD}, /* facts 1a, S2: replaced */
        {"libvirt-6.6,user-template=kernel", 0, MYTAP, MYTAP + 1, OVS_ADD_DEL_ADD},
        {"libvirt-6.6,user-template=honour", 0, MYTAP, MYTAP + 1, OVS_ADD_DEL_ADD},
        /* The daemon's own template is dropped, as its names are. */
        {"libvirt-6.6,user-template=kernel", 0, VNET, VNET + 1, OVS_ADD_DEL_ADD},
        {"libvirt-6.6,ovs-add=plain", FIXED, NONE, 0, OVS_ADD_PLAIN},
        {"libvirt-6.6,ovs-add=may-exist", FIXED, NONE, 0, OVS_ADD_MAY_EXIST},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_of(expected[i].policy, BR1, expected[i].fixed);
        struct context context = world_context(&world, A);
        uint8_t name = expected[i].fixed != 0 ? expected[i].fixed : VNET2;
        struct nic_record record = {0};
        struct operation op;
        struct machine machine;

        world.nic[A].template = expected[i].template != NONE;
        world.nic[A].family = world.nic[A].template ? expected[i].template : (uint8_t)VNET;
        machine = machine_begin(MACHINE_START, &context, &record);
        op = machine_want(&machine, &context, &record);
        assert_int_equal(op.kind, OP_CREATE_TAP);
        assert_int_equal(op.name, expected[i].fixed);
        assert_int_equal(op.family, expected[i].family);
        machine_done(&machine, &context, &record, (struct outcome){.value = name, .token = 1});
        machine_done(&machine, &context, &record, (struct outcome){0});
        op = machine_want(&machine, &context, &record);
        assert_int_equal(op.kind, OP_ADD_PORT);
        assert_int_equal(op.name, name);
        assert_int_equal(op.bridge, BR1);
        assert_int_equal(op.add, expected[i].add);
    }
}

static void
a_start_remembers_what_it_made(void **unused)
{
    struct world world = world_of("libvirt-6.6", BR0, 0);
    struct context context = world_context(&world, A);
    struct nic_record record = {0};
    char text[SCRIPT_TEXT];

    (void)unused;
    run_machine(MACHINE_START, &context, &record, NULL, text);
    assert_int_equal(record.name, VNET0);
    assert_int_equal(record.tap, A + 1);
    assert_int_equal(record.port, A + 1);
    assert_int_equal(record.made, MADE_TAP | MADE_PORT | MADE_FILTER);
    world.nic[A].bridge = LB0;
    record = (struct nic_record){0};
    run_machine(MACHINE_START, &context, &record, NULL, text);
    assert_int_equal(record.port, 0);
    assert_int_equal(record.made, MADE_TAP | MADE_FILTER);
}

/* Facts 1a, "Error inside S3..S9": only closes the descriptor, and forgets an automatic name, so
 * that the clean-up has nothing left to name: after a successful add-port the row leaks. */
static void
a_failed_start_closes_its_tap(void **unused)
{
    (void)unused;
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_CREATE_TAP, EBUSY), "create-tap", "release");
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_SET_MAC, ENODEV), "create-tap set-mac close-tap",
                 "release");
    expect_start("libvirt-6.6", LB0, 0, FAILS(OP_ADD_IF, EBUSY),
                 "create-tap set-mac add-if close-tap", "release");
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_ADD_PORT, EEXIST),
                 "create-tap set-mac add-port close-tap", "release");
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_LINK_UP, ENODEV),
                 "create-tap set-mac add-port link-up close-tap", "release");
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_ADD_FILTER, EIO),
                 "create-tap set-mac add-port link-up add-filter close-tap", "release");
    expect_start("reattach", BR0, 0, FAILS(OP_GET_MASTER, ENODEV),
                 "create-tap set-mac get-master close-tap", "release");
}

/* Facts 1a: an error inside S3..S9 forgets the name, and one in S10 does not. */
static void
a_late_failure_keeps_the_name(void **unused)
{
    (void)unused;
    expect_start("libvirt-6.6", BR0, 0, FAILS(OP_EXEC, ENOENT),
                 "create-tap set-mac add-port link-up add-filter exec close-tap",
                 "remove-filter del-port release");
    expect_start("libvirt-6.6", NO_BRIDGE, 0, FAILS(OP_EXEC, ENOENT),
                 "create-tap set-mac link-up add-filter exec close-tap",
                 "remove-filter open-tap set-persist close-tap release");
    expect_start("libvirt-6.6,tap-delete=restore", LB0, 0, FAILS(OP_GET_PERSIST, EBADFD),
                 "create-tap set-mac add-if link-up add-filter get-persist remove-filter close-tap",
                 "remove-filter release");
    expect_start("libvirt-6.6,tap-delete=restore,start-unfilters=last", LB0, 0,
                 FAILS(OP_GET_PERSIST, EBADFD),
                 "create-tap set-mac add-if link-up add-filter get-persist close-tap remove-filter",
                 "remove-filter release");
    expect_start("libvirt-6.6", LB0, 0, FAILS(OP_EXEC, ENODEV),
                 "create-tap set-mac add-if link-up add-filter exec remove-filter close-tap",
                 "remove-filter release");
    /* What is reserved goes back with the clean-up, as behind a stop. */
    expect_start("lowest-free", BR0, 0, FAILS(OP_EXEC, ENOENT),
                 "pick-name create-tap set-mac add-port link-up add-filter exec close-tap",
                 "remove-filter del-port release");
    expect_start("lowest-free", BR0, 0, FAILS(OP_ADD_FILTER, EIO),
                 "pick-name create-tap set-mac add-port link-up add-filter close-tap release-name",
                 "release");
}

/* Facts 1e, "remove from current": whatever comes of it. */
static void
failing_to_leave_a_bridge_is_no_failure(void **unused)
{
    const struct surprise on_lb1[] = {
        {OP_GET_MASTER, 1, {.value = LB1}}, {OP_DEL_IF, 1, {.error = EINVAL}}, {.op = OP_NONE}};
    const struct surprise on_br1[] = {
        {OP_GET_MASTER, 1, {.value = BR1}}, {OP_DEL_PORT, 1, {.error = EIO}}, {.op = OP_NONE}};

    (void)unused;
    expect_start("reattach", BR0, 0, on_lb1,
                 "create-tap set-mac get-master del-if add-port link-up add-filter exec", NULL);
    expect_start("reattach", LB0, 0, on_br1,
                 "create-tap set-mac get-master del-port add-if link-up add-filter exec", NULL);
}

/* Facts 1c: names from the definition are acted upon as if owned, even if nothing was created. */
static void
clean_up_by_name_trusts_the_definition(void **unused)
{
    (void)unused;
    expect_start("libvirt-6.6", BR0, FIXED, FAILS(OP_CREATE_TAP, EBUSY), "create-tap remove-filter",
                 "remove-filter del-port release");
    expect_start("libvirt-6.6", LB0, FIXED, FAILS(OP_CREATE_TAP, EBUSY), "create-tap remove-filter",
                 "remove-filter release");
    expect_start("libvirt-6.6", NO_BRIDGE, FIXED, FAILS(OP_CREATE_TAP, EBUSY),
                 "create-tap remove-filter",
                 "remove-filter open-tap set-persist close-tap release");
    expect_start("libvirt-6.6", BR0, FIXED, FAILS(OP_EXEC, ENOENT),
                 "create-tap set-mac add-port link-up add-filter exec close-tap",
                 "remove-filter del-port release");
    /* A guard applies to the clean-up as it does to a stop; it does not kill what never ran. */
    expect_start("atomic", BR0, FIXED, FAILS(OP_CREATE_TAP, EBUSY),
                 "lock create-tap unlock remove-filter",
                 "remove-filter lock lookup del-port unlock release");
}

static void
clean_up_of_what_was_created_undoes_no_more(void **unused)
{
    static const char created[] = "libvirt-6.6,clean-up=created";

    (void)unused;
    for (uint8_t name = 0; name <= FIXED; name += FIXED) {
        expect_start(created, BR0, name, FAILS(OP_CREATE_TAP, EBUSY), "create-tap", "release");
        expect_start(created, BR0, name, FAILS(OP_ADD_PORT, EEXIST),
                     "create-tap set-mac add-port close-tap", "release");
        /* Facts 3: "vswitchd stalled: transaction IS committed though rc!=0". */
        expect_start(created, BR0, name, FAILS(OP_ADD_PORT, ETIMEDOUT),
                     "create-tap set-mac add-port close-tap", "del-port release");
        expect_start(created, BR0, name, FAILS(OP_LINK_UP, ENODEV),
                     "create-tap set-mac add-port link-up close-tap", "del-port release");
        expect_start(created, BR0, name, FAILS(OP_EXEC, ENOENT),
                     "create-tap set-mac add-port link-up add-filter exec close-tap",
                     "remove-filter del-port release");
        /* The tap itself went with the daemon's descriptor. */
        expect_start(created, NO_BRIDGE, name, FAILS(OP_EXEC, ENOENT),
                     "create-tap set-mac link-up add-filter exec close-tap",
                     "remove-filter release");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libvirt_6_6_starts_in_this_order),
        cmocka_unit_test(each_choice_changes_only_its_operations),
        cmocka_unit_test(choices_of_a_name_go_together),
        cmocka_unit_test(reattach_leaves_a_wrong_bridge),
        cmocka_unit_test(two_transactions_have_a_run_between_them),
        cmocka_unit_test(only_a_deletion_before_an_addition_waits_in_any_case),
        cmocka_unit_test(operations_speak_of_the_right_things),
        cmocka_unit_test(a_start_remembers_what_it_made),
        cmocka_unit_test(a_failed_start_closes_its_tap),
        cmocka_unit_test(a_late_failure_keeps_the_name),
        cmocka_unit_test(failing_to_leave_a_bridge_is_no_failure),
        cmocka_unit_test(clean_up_by_name_trusts_the_definition),
        cmocka_unit_test(clean_up_of_what_was_created_undoes_no_more),
    };

    return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
