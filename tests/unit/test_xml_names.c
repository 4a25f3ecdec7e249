/* The names that a guest's definition has kept when its XML was read or written, era by era (mail
 * 003), and what a start and a clean-up make of them. */
#include "tests/unit/links.h"

/* Mail 003, era by era.  `start`: fails at its first step, so that the clean-up, by name, has what
 * the definition has. */
static void
each_era_keeps_what_it_kept(void **unused)
{
    static const struct {
        const char *names;
        uint8_t network, carried, fixed;
    } expected[] = {
        {"keep", 0, MACVTAP1, FIXED}, {"keep", 1, MACVTAP1, FIXED}, {"drop", 0, 0, 0},
        {"drop", 1, MACVTAP1, FIXED}, {"direct", 0, 0, FIXED},      {"direct", 1, MACVTAP1, FIXED},
        {"all", 0, 0, FIXED},         {"all", 1, 0, FIXED},
    };
    static const struct surprise fault[] = {{OP_PICK_NAME, 1, {.error = EIO}}, {.op = OP_NONE}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char policy[64] = "libvirt-6.6,xml-names=";
        struct world world = links_under(strcat(policy, expected[i].names));
        struct context context = world_context(&world, A);

        add_macvtap(&world, false, "start");
        world.nic[A].network = expected[i].network;
        world.nic[A].carried = MACVTAP1;
        assert_int_equal(daemon_carried(&context), expected[i].carried);
        assert_true(daemon_names(&context));
        expect_start(&world, fault, "pick-name",
                     expected[i].carried ? "delete-link release" : "release");
        world.policy.clean_up = CLEAN_UP_CREATED_LINK;
        expect_start(&world, fault, "pick-name", "release");
        world.nic[A].carried = IFNAME_NONE;
        world.nic[A].name = FIXED;
        assert_int_equal(daemon_carried(&context), IFNAME_NONE);
        assert_int_equal(daemon_fixed(&context), expected[i].fixed);
        assert_int_equal(daemon_names(&context), expected[i].fixed == 0);
    }
}

/* A tap's name that was made of a template: only its prefix tells whether it was. */
static void
a_name_made_of_a_template_is_fixed_elsewhere(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t family, carried, fixed, draws_from;
    } expected[] = {
        {"libvirt-6.6", MYTAP, MYTAP1, IFNAME_NONE, VNET}, /* it was called vnet1 there */
        {"libvirt-7.0", MYTAP, MYTAP1, MYTAP1, MYTAP},
        {"counter,user-template=kernel", MYTAP, MYTAP1, MYTAP1, MYTAP},
        {"libvirt-7.0", MACVTAP, MACVTAP1, IFNAME_NONE, VNET}, /* it begins like a generated one */
        {"libvirt-7.0,xml-names=direct", MACVTAP, MACVTAP1, MACVTAP1, MACVTAP},
        {"libvirt-7.0,xml-names=drop", MACVTAP, MACVTAP1, MACVTAP1, MACVTAP},
        {"libvirt-7.0,xml-names=keep", MACVTAP, MACVTAP1, MACVTAP1, MACVTAP},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = links_under(expected[i].policy);
        struct context context = world_context(&world, A);

        add_guest(&world, BR0, false, "start");
        world.nic[A].family = expected[i].family;
        world.nic[A].template = 1;
        assert_int_equal(daemon_family(&context), expected[i].draws_from);
        assert_int_equal(daemon_fixed(&context), IFNAME_NONE);
        world.nic[A].carried = expected[i].carried;
        assert_int_equal(daemon_fixed(&context), expected[i].fixed);
        assert_int_equal(daemon_carried(&context), IFNAME_NONE);
    }
}

/* "libvirt would see that the device was already in use, and then find a different unused name". */
static void
a_carried_name_is_tried_first(void **unused)
{
    struct world world = links_under("libvirt-6.6,xml-names=keep");
    struct context context = world_context(&world, A);
    struct daemon daemon = {0};
    struct nic_record record = {0};
    struct machine machine;
    struct outcome outcome;

    (void)unused;
    add_macvtap(&world, false, "start");
    world.nic[A].carried = MACVTAP2;
    machine = machine_begin(MACHINE_START, &context, &record);
    assert_true(daemon_do(&daemon, &context, machine_want(&machine, &context, &record), &outcome));
    assert_int_equal(outcome.value, MACVTAP2);
    assert_int_equal(daemon.allocator[0].held[MACVTAP2], NAME_RESERVED);
    /* Somebody else's: from the beginning, and only then behind the one that was taken. */
    machine_done(&machine, &context, &record, outcome);
    machine_done(&machine, &context, &record, (struct outcome){.error = EEXIST});
    daemon_do(&daemon, &context, machine_want(&machine, &context, &record), &outcome);
    assert_int_equal(outcome.value, MACVTAP0);
    assert_int_equal(daemon.allocator[0].held[MACVTAP2], NAME_FREE);
    machine_done(&machine, &context, &record, outcome);
    machine_done(&machine, &context, &record, (struct outcome){.error = EEXIST});
    daemon_do(&daemon, &context, machine_want(&machine, &context, &record), &outcome);
    assert_int_equal(outcome.value, MACVTAP1);
    /* Reserved by another guest: it is not even tried. */
    daemon.allocator[0] = (struct allocator){.held = {[MACVTAP2] = NAME_RESERVED}};
    record = (struct nic_record){0};
    machine = machine_begin(MACHINE_START, &context, &record);
    daemon_do(&daemon, &context, machine_want(&machine, &context, &record), &outcome);
    assert_int_equal(outcome.value, MACVTAP0);
}

/* Mail 003: macvlan%d is generated by libvirt, too; whoever else chooses the names of taps. */
static void
a_template_is_of_the_guests_own_family_or_of_none(void **unused)
{
    struct world world = links_under("libvirt-7.0");
    struct context context = world_context(&world, A);
    int macvlan = ifname_add_family(&world.names, "macvlan", 2);

    (void)unused;
    add_guest(&world, BR0, false, "start");
    world.nic[A].template = 1;
    world.nic[A].family = (uint8_t)macvlan;
    world.nic[A].own = MYTAP;
    assert_int_equal(daemon_family(&context), VNET);
    world.policy.xml_names = XML_NAMES_DROP;
    assert_int_equal(daemon_family(&context), macvlan);
    world.policy = policy_of("per-guest-names,user-template=kernel");
    assert_int_equal(daemon_family(&context), macvlan); /* the kernel makes it */
    world.nic[A].template = 0;
    assert_int_equal(daemon_family(&context), MYTAP);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_era_keeps_what_it_kept),
        cmocka_unit_test(a_name_made_of_a_template_is_fixed_elsewhere),
        cmocka_unit_test(a_carried_name_is_tried_first),
        cmocka_unit_test(a_template_is_of_the_guests_own_family_or_of_none),
    };

    return cmocka_run_group_tests_name("xml names", tests, NULL, NULL);
}
