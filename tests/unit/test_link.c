/* Macvtaps and veths: links, which live until somebody deletes them (facts 1a, 1b, 4). */
#include "tests/unit/links.h"

#include "sim/kernel.h"
#include "sim/layout.h"
#include "sim/ovs.h"

/* ---- what the machines want ---- */

static void
a_link_is_made_and_deleted(void **unused)
{
    static const struct {
        const char *policy, *start, *stop;
    } expected[] = {
        /* Facts 1a: the list of names in use; 1b, step 10: DIRECT -> RTM_DELLINK. */
        {"libvirt-6.6", "pick-name create-link exec link-up", "kill delete-link release"},
        {"libvirt-7.0", "pick-name lookup create-link exec link-up", "kill delete-link release"},
        {"lowest-free", "pick-name create-link exec link-up", "kill delete-link release"},
        {"port-first", "pick-name create-link exec link-up", "kill delete-link release"},
        {"atomic", "pick-name create-link exec link-up", "kill delete-link release"},
        {"reattach", "pick-name create-link exec link-up", "kill delete-link release"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = links_under(expected[i].policy);

        add_macvtap(&world, false, "start stop");
        expect_start(&world, NULL, expected[i].start, expected[i].stop);
        world.nic[A].name = FIXED;
        expect_start(&world, NULL, "create-link exec link-up", "kill delete-link release");
    }
}

/* Facts 1d: the device goes down first.  Without a QEMU nothing else follows, and a reconnection
 * has done that already. */
static void
an_unplugged_macvtap_goes_down_first(void **unused)
{
    static const struct surprise dead[] = {{OP_LINK_DOWN, 1, {.error = ESRCH}}, {.op = OP_NONE}};
    static const struct surprise gone[] = {{OP_LINK_DOWN, 1, {.error = ENODEV}}, {.op = OP_NONE}};
    static const char *const policies[] = {"libvirt-6.6", "libvirt-11.3", "port-first"};
    static const struct nic_record running = {
        .name = MACVTAP0, .tap = A + 1, .made = MADE_TAP | MADE_PORT, .running = 1};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = links_under(policies[i]);
        struct context context = world_context(&world, add_macvtap(&world, true, "stop"));
        struct nic_record record = running;
        struct machine again = machine_begin_again(&context, &record);
        char text[SCRIPT_TEXT];

        assert_int_equal(machine_want(&again, &context, &record).kind, OP_UNPLUG);
        run_machine(MACHINE_UNPLUG, &context, &record, gone, text);
        assert_string_equal(text, "link-down unplug delete-link release");
        record = running;
        run_machine(MACHINE_UNPLUG, &context, &record, dead, text);
        assert_string_equal(text, "link-down");
        assert_int_equal(record.made, running.made);
    }
}

static void
a_veth_is_on_its_bridge(void **unused)
{
    struct world world = links_under("atomic"), looks = links_under("reattach");

    (void)unused;
    add_veth(&world, false, "start stop");
    expect_start(&world, NULL, "create-link add-if link-up add-filter exec",
                 "kill remove-filter delete-link release");
    add_veth(&looks, false, "start stop");
    expect_start(&looks, NULL, "create-link get-master add-if link-up add-filter exec",
                 "kill remove-filter delete-link release");
}

/* Facts 1a: "on EEXIST release bit, go on to next"; 7.0.0 does not try again. */
static void
a_taken_name_is_passed_over(void **unused)
{
    static const struct surprise taken[] = {{OP_CREATE_LINK, 2, {.error = EEXIST}},
                                            {.op = OP_NONE}};
    struct world list = links_under("libvirt-6.6"), counter = links_under("libvirt-7.0");
    struct world fails = links_under("lowest-free,on-taken=fail");

    (void)unused;
    add_macvtap(&list, false, "start");
    expect_start(&list, taken,
                 "pick-name create-link pick-name create-link pick-name create-link exec link-up",
                 "kill delete-link release");
    add_macvtap(&counter, false, "start");
    expect_start(&counter, taken, "pick-name lookup create-link", "release");
    add_macvtap(&fails, false, "start");
    expect_start(&fails, taken, "pick-name create-link release-name", "release");
}

/* Facts 1a: the bit is released after RTM_DELLINK; the descriptor goes before that.  It is QEMU's
 * by the time that the link is set up. */
static void
a_start_that_fails_late_leaves_its_link_to_the_clean_up(void **unused)
{
    static const struct surprise gone[] = {{OP_EXEC, 1, {.error = ENOLINK}}, {.op = OP_NONE}};
    static const struct surprise down[] = {{OP_LINK_UP, 1, {.error = ENODEV}}, {.op = OP_NONE}};
    static const char *const policies[] = {"libvirt-6.6", "libvirt-6.6,clean-up=created",
                                           "libvirt-6.6,clean-up=created-link"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = links_under(policies[i]);

        add_macvtap(&world, false, "start");
        expect_start(&world, gone, "pick-name create-link exec close-tap", "delete-link release");
        expect_start(&world, down, "pick-name create-link exec link-up",
                     "kill delete-link release");
    }
}

/* rhbz 2166235: the name is the user's, and the device somebody else's. */
static void
a_clean_up_by_name_deletes_what_it_never_made(void **unused)
{
    static const struct surprise taken[] = {{OP_CREATE_LINK, 1, {.error = EEXIST}},
                                            {.op = OP_NONE}};
    static const struct {
        const char *policy, *macvtap, *veth;
    } expected[] = {
        {"libvirt-9.0", "delete-link release", "remove-filter delete-link release"},
        {"libvirt-11.3", "release", "remove-filter delete-link release"},
        {"libvirt-9.0,clean-up=created", "release", "release"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = links_under(expected[i].policy), other = world;

        add_macvtap(&world, false, "start");
        world.nic[A].name = FIXED;
        expect_start(&world, taken, "create-link", expected[i].macvtap);
        add_veth(&other, false, "start");
        expect_start(&other, taken, "create-link", expected[i].veth);
    }
}

/* ---- who numbers what ---- */

static void
kinds_share_a_counter_or_have_their_own(void **unused)
{
    (void)unused;
    for (unsigned kind = 0; kind < 2; kind++) {
        struct world world = links_under(kind ? "counter,name-pool=kind" : "counter");
        struct state state;

        add_guest(&world, BR0, true, "");
        add_macvtap(&world, true, "");
        add_guest(&world, BR0, true, "");
        add_veth(&world, false, "start");
        state = initial_of(&world);
        assert_int_equal(state.network.tap[A], VNET0);
        assert_int_equal(state.network.tap[B], kind ? MACVTAP0 : MACVTAP1);
        assert_int_equal(state.network.tap[C], kind ? VNET1 : VNET2);
    }
}

static void
the_list_is_of_macvtaps_alone(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct context tap = world_context(&world, A), macvtap = world_context(&world, B);
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "");
    add_macvtap(&world, true, "");
    assert_int_equal(daemon_strategy(&tap), NAME_KERNEL);
    assert_int_equal(daemon_on_taken(&tap), ON_TAKEN_FAIL);
    assert_int_equal(daemon_strategy(&macvtap), NAME_LOWEST_FREE);
    assert_int_equal(daemon_on_taken(&macvtap), ON_TAKEN_RETRY);
    world.policy.name = NAME_COUNTER;
    assert_int_equal(daemon_strategy(&macvtap), NAME_COUNTER);
    assert_int_equal(daemon_on_taken(&macvtap), ON_TAKEN_FAIL);
    world.policy.name = NAME_KERNEL;
    state = initial_of(&world);
    assert_int_equal(state.control.daemon.allocator[0].held[VNET0], NAME_FREE);
    assert_int_equal(state.control.daemon.allocator[0].held[MACVTAP0], NAME_RESERVED);
}

/* ---- in the kernel ---- */

static void
a_link_needs_no_descriptor(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct state state;
    uint8_t name = IFNAME_NONE;

    (void)unused;
    add_macvtap(&world, true, "stop");
    state = initial_of(&world);
    assert_int_equal(state.network.device[MACVTAP0].mac, A + 1);
    assert_int_equal(state.network.filter[MACVTAP0], 0);
    assert_int_equal(oracle_judge_state(&world, &state), 0); /* which is no violation */
    play(&world, &state, "aA"); /* its process has closed its descriptor */
    assert_int_equal(state.network.device[MACVTAP0].kind, DEVICE_MACVTAP);
    assert_int_equal(state.network.device[MACVTAP0].holders, 0);
    /* Facts 4: EEXIST whatever has the name, EINVAL of TUNSETIFF, and %d goes round it. */
    assert_int_equal(kernel_create_link(&world, &state, MACVTAP0, B + 1, DEVICE_MACVTAP, 0),
                     EEXIST);
    assert_int_equal(kernel_create(&world, &state, MACVTAP0, B + 1, false), EINVAL);
    assert_int_equal(kernel_create_template(&world, &state, MACVTAP, B + 1, false, &name), 0);
    assert_int_equal(name, MACVTAP1);
    assert_int_equal(kernel_create_link(&world, &state, MACVTAP1, B + 1, DEVICE_VETH, 0), EEXIST);
    assert_int_equal(kernel_bridge_add(&world, &state, MACVTAP0, LB0), EBUSY);
    play(&world, &state, "Aa");
    assert_int_equal(state.network.device[MACVTAP0].kind, DEVICE_NONE);
}

/* A row that was left behind binds a macvtap on the netdev datapath only: it has an rx_handler. */
static void
a_macvtap_is_no_port_of_the_kernels_datapath(void **unused)
{
    (void)unused;
    for (unsigned datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        struct world world = links_under("libvirt-6.6");
        struct state state;

        add_macvtap(&world, true, "");
        world.datapath[BR0 - 1] = (uint8_t)datapath;
        state = initial_of(&world);
        state.network.row[MACVTAP0] = (struct row){.bridge = BR0, .uuid = 1, .owner = 1};
        assert_int_equal(ovs_vswitchd_is_behind(&world, &state), datapath == DATAPATH_NETDEV);
        ovs_vswitchd_run(&world, &state);
        assert_int_equal(state.network.port[MACVTAP0].life,
                         datapath == DATAPATH_NETDEV ? PORT_LIVE : PORT_NONE);
    }
}

/* Deleted under its user, or before QEMU has it. */
static void
a_deleted_link_is_missed(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    add_macvtap(&world, true, "");
    add_macvtap(&world, false, "start");
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){.commands = 2,
                                                .command = {THIRD_PARTY_DELETE, THIRD_PARTY_DELETE},
                                                .name = {MACVTAP0, MACVTAP1}};
    state = initial_of(&world);
    event = play(&world, &state, "o");
    assert_int_equal(event.violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(event.devices, UINT32_C(1) << (MACVTAP0 - 1));
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    /* Its name is still reserved. */
    event = play(&world, &state, "b");
    assert_int_equal(event.outcome.value, MACVTAP1);
    event = play(&world, &state, "bob");
    assert_int_equal(event.op.kind, OP_EXEC);
    assert_int_equal(event.outcome.error, ENOLINK);
    event = play(&world, &state, "bb");
    assert_int_equal(event.op.kind, OP_DELETE_LINK);
    assert_int_equal(event.outcome.error, ENODEV);
    assert_int_equal(event.violated, 0);
}

static void
a_deletion_of_anothers_link_is_foreign(void **unused)
{
    struct world world = links_under("libvirt-9.0");
    struct state state;
    struct event event;

    (void)unused;
    add_macvtap(&world, true, "");
    add_macvtap(&world, false, "start");
    world.nic[A].name = world.nic[B].name = FIXED;
    state = initial_of(&world);
    event = play(&world, &state, "bb");
    assert_int_equal(event.op.kind, OP_DELETE_LINK);
    assert_int_equal(event.violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(event.devices, UINT32_C(1) << (FIXED - 1));
    assert_true((oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0);
    assert_int_equal(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_LEAKED_TAP), 0);
}

/* ---- packed ---- */

static void
look(const struct world *world, const struct state *state, void *layout)
{
    uint64_t words[LAYOUT_MAX_WORDS];
    struct state again;

    (void)world;
    layout_pack(layout, state, words);
    layout_unpack(layout, words, &again);
    assert_memory_equal(&again, state, sizeof again);
}

static void
links_are_packed_without_loss(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6,xml-names=keep", "libvirt-7.0",
                                           "counter,name-pool=kind", "fin-wait",
                                           "libvirt-6.6,clean-up=created-link"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = links_under(policies[i]);
        struct layout layout;

        add_macvtap(&world, true, "stop start");
        add_macvtap(&world, false, "start stop");
        world.nic[B].carried = MACVTAP2;
        world.third_party_device[MACVTAP2] = DEVICE_MACVTAP;
        add_veth(&world, false, "start");
        layout_make(&layout, &world);
        assert_true(walk(&world, look, &layout) > 100);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_made_and_deleted),
        cmocka_unit_test(an_unplugged_macvtap_goes_down_first),
        cmocka_unit_test(a_veth_is_on_its_bridge),
        cmocka_unit_test(a_taken_name_is_passed_over),
        cmocka_unit_test(a_start_that_fails_late_leaves_its_link_to_the_clean_up),
        cmocka_unit_test(a_clean_up_by_name_deletes_what_it_never_made),
        cmocka_unit_test(kinds_share_a_counter_or_have_their_own),
        cmocka_unit_test(the_list_is_of_macvtaps_alone),
        cmocka_unit_test(a_link_needs_no_descriptor),
        cmocka_unit_test(a_macvtap_is_no_port_of_the_kernels_datapath),
        cmocka_unit_test(a_deleted_link_is_missed),
        cmocka_unit_test(a_deletion_of_anothers_link_is_foreign),
        cmocka_unit_test(links_are_packed_without_loss),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
