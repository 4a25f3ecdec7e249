/* Packed states: exact for every state that a world can reach, so that no field is too narrow. */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"

static void
every_named_policy(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i += NEXT_POLICY) {
        struct world world = reported_race(named->name);

        assert_true(walk_round_trips(&world) > 50);
        world.nic[B].bridge = LB0;
        world.nic[A].bridge = BR1;
        assert_true(walk_round_trips(&world) > 50);
        world.datapath[BR1 - 1] = DATAPATH_NETDEV;
        assert_true(walk_round_trips(&world) > 50);
    }
}

/* What is rare: other software's devices, leaked descriptors, crashes, fixed names, retries up to
 * the end of a family, a hold of nine seconds, signals ignored, each kind of fault. */
static void
everything_at_once(void **unused)
{
    static const char *const policies[] = {
        "libvirt-6.6",
        "counter",
        "fin-wait,hold=9",
        "lowest-free-after-cleanup,guard-lock=create,name-check=yes",
        "owner-delete,attach=reattach,clean-up=created",
        "libvirt-6.6,port-guard=port-owner",
        "libvirt-6.6,filter-key=name-mac",
        "libvirt-6.6,filter-key=binding",
        "mac-check,stop-order=port-first,kill-fails=fail"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = world_under(policies[i]);

        add_guest(&world, NO_BRIDGE, true, "crash start");
        add_guest(&world, BR0, false, "start stop");
        world.leaked[A] = world.helper_closes[A] = 1;
        world.ignores_sigterm[B] = 1;
        world.ignores_sigkill[B] = i >= 6;
        world.faults[i % FAULT_COUNT] = 1;
        world.faults[FAULT_VSWITCHD_RESTART] = i == 1;
        world.datapath[BR0 - 1] = i == 1 ? DATAPATH_NETDEV : DATAPATH_SYSTEM;
        world.faults[FAULT_DAEMON_RESTART] = i == 2;
        world.faults[FAULT_OVS_ORPHAN] = i == 3;
        world.third_party_device[VNET1] = DEVICE_VETH;
        world.third_party_device[VNET2] = world.third_party_device[VNET3] = DEVICE_TAP;
        world.third_parties = i == 1 || i == 2 ? 1 : 2; /* a hold, or a switch, has many states */
        world.third_party[0] =
            (struct third_party){.commands = 2,
                                 .command = {THIRD_PARTY_DELETE, THIRD_PARTY_CREATE},
                                 .name = {VNET0, VNET0}};
        world.third_party[1] =
            (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET2}};
        assert_true(walk_round_trips(&world) > 1000);
    }
}

static void
many_guests_and_names(void **unused)
{
    struct world world = world_under("lowest-free,user-template=honour");

    (void)unused;
    assert_true(ifname_add_family(&world.names, "tap", IFNAME_MAX_NAMES - NAMES) >= 0);
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        add_guest(&world, guest < 2 ? BR0 : LB0, guest == 0,
                  guest < 3 ? (guest == 0 ? "stop" : "start") : "");
        world.nic[guest].family = 3; /* behind the single name */
    }
    world.running[MAX_GUESTS - 1] = 1;
    assert_int_equal(world.names.names, IFNAME_MAX_NAMES);
    assert_true(walk_round_trips(&world) > 1000);
}

/* Fields straddle the words' boundaries: set one field at a time to all its bits. */
static void
each_field_is_alone_in_its_bits(void **unused)
{
    struct world world = reported_race("fin-wait");
    struct layout layout;

    (void)unused;
    world.third_parties = 1;
    world.third_party[0].commands = MAX_COMMANDS;
    layout_make(&layout, &world);
    for (unsigned i = 0; i < layout.fields; i++) {
        struct state state = {0};
        unsigned bits = layout.field[i].bits;

        assert_in_range(bits, 1, 8);
        ((uint8_t *)&state)[layout.field[i].offset] = (uint8_t)((1u << bits) - 1);
        expect_round_trip(&layout, &state);
    }
}

/* Nothing is written behind the last word if it is full. */
static void
words_may_be_full(void **unused)
{
    struct layout layout = {.fields = 16, .bits = 128, .words = 2};
    struct state state = {0};

    (void)unused;
    for (unsigned i = 0; i < layout.fields; i++) {
        layout.field[i] = (struct layout_field){(uint16_t)i, 8};
        ((uint8_t *)&state)[i] = (uint8_t)(0xff - i);
    }
    expect_round_trip(&layout, &state);
}

static void
expect_what_does_not_fit(const struct layout *layout, struct state state)
{
    assert_true(layout_fits(layout, &state));
    for (size_t offset = 0; offset < sizeof state; offset++) {
        uint8_t *byte = (uint8_t *)&state + offset, kept = *byte;
        const uint8_t mask = ((const uint8_t *)&layout->masks)[offset];

        *byte = mask;
        assert_true(layout_fits(layout, &state));
        if (mask < UINT8_MAX) {
            *byte = (uint8_t)(mask + 1);
            assert_false(layout_fits(layout, &state));
        }
        *byte = kept;
    }
}

/* A byte that holds more than its bits, or has none, is noticed, whichever it is, and however many
 * bytes are looked at in one. */
static void
what_does_not_fit_is_noticed(void **unused)
{
    const struct world world = reported_race("libvirt-9.0");
    struct layout layout;

    (void)unused;
    layout_make(&layout, &world);
    expect_what_does_not_fit(&layout, initial_of(&world));
    layout.wide = false;
    expect_what_does_not_fit(&layout, initial_of(&world));
}

/* "Equal packed words, equal states" needs every byte that can change to have a field, once. */
static void
a_byte_has_one_field(void **unused)
{
    struct world world = reported_race("counter");
    bool seen[sizeof(struct state)] = {false};
    struct layout layout;

    (void)unused;
    layout_make(&layout, &world);
    for (unsigned i = 0; i < layout.fields; i++) {
        assert_true(layout.field[i].offset < sizeof(struct state));
        assert_false(seen[layout.field[i].offset]);
        seen[layout.field[i].offset] = true;
    }
}

/* Other software's device may have any name, the last one too. */
static void
foreign_devices_have_an_owner(void **unused)
{
    (void)unused;
    for (unsigned name = 1; name <= NAMES; name++) {
        struct world world = reported_race("libvirt-6.6");

        world.third_party_device[name] = DEVICE_VETH;
        walk_round_trips(&world);
    }
}

/* layout.h: a field that is always 0 takes no bits.  Here, the kernel does the naming. */
static void
an_unused_allocator_takes_no_bits(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct layout layout;

    (void)unused;
    layout_make(&layout, &world);
    for (unsigned i = 0; i < layout.fields; i++) {
        assert_true(layout.field[i].offset >= sizeof(struct allocator));
    }
}

/* The bits of a byte of the state, 0 if it has no field. */
static unsigned
bits_of(const struct layout *layout, size_t offset)
{
    for (unsigned i = 0; i < layout->fields; i++) {
        if (layout->field[i].offset == offset) {
            return layout->field[i].bits;
        }
    }
    return 0;
}

/* docs/model-ovs.md: three things can be remembered, and only of ports of netdev bridges. */
static void
only_netdev_bridges_have_anything_to_remember(void **unused)
{
    static const struct {
        uint8_t kind, datapath;
        unsigned remembered, said;
    } expected[] = {
        {BRIDGE_OVS, DATAPATH_SYSTEM, 0, 0},
        {BRIDGE_OVS, DATAPATH_NETDEV, 2, 1},
        {BRIDGE_LINUX, DATAPATH_NETDEV, 0, 0}, /* a Linux bridge has no datapath */
    };

    (void)unused;
    for (uint8_t bridge = BR0; bridge <= LB1; bridge++) {
        for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
            struct world world = reported_race("libvirt-6.6");
            struct layout layout;

            world.bridge_kind[bridge - 1] = expected[i].kind;
            world.datapath[bridge - 1] = expected[i].datapath;
            layout_make(&layout, &world);
            for (unsigned name = 1; name <= NAMES; name++) {
                assert_int_equal(
                    bits_of(&layout, offsetof(struct state, network.port[name].remembered)),
                    expected[i].remembered);
                assert_int_equal(
                    bits_of(&layout, offsetof(struct state, network.port[name].last_event)),
                    expected[i].said);
            }
        }
    }
}

/* What a world does not have takes no room. */
static void
a_smaller_world_is_packed_smaller(void **unused)
{
    struct world small = reported_race("libvirt-6.6"), large = reported_race("fin-wait");
    struct layout one, other;

    (void)unused;
    for (unsigned guest = 2; guest < MAX_GUESTS; guest++) {
        add_guest(&large, BR0, false, "start stop");
    }
    layout_make(&one, &small);
    layout_make(&other, &large);
    assert_true(one.fields < other.fields && one.words < other.words);
}

/* Nor does a budget that a world does not have. */
static void
a_budget_takes_the_bits_it_needs(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct layout without, with;
    unsigned added = 0;

    (void)unused;
    layout_make(&without, &world);
    world.faults[FAULT_OVS_TIMEOUT] = FAULT_MAX_BUDGET;
    layout_make(&with, &world);
    assert_int_equal(with.fields, without.fields + 1);
    while (added < without.fields && with.field[added].offset == without.field[added].offset) {
        added++;
    }
    assert_int_equal(with.field[added].offset,
                     offsetof(struct state, control.faults[FAULT_OVS_TIMEOUT]));
    assert_int_equal(with.field[added].bits, 4); /* 0 to 9 */
    /* All others are as they were. */
    assert_memory_equal(with.field, without.field, added * sizeof *without.field);
    assert_memory_equal(with.field + added + 1, without.field + added,
                        (without.fields - added) * sizeof *without.field);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_named_policy),
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(many_guests_and_names),
        cmocka_unit_test(each_field_is_alone_in_its_bits),
        cmocka_unit_test(words_may_be_full),
        cmocka_unit_test(a_byte_has_one_field),
        cmocka_unit_test(what_does_not_fit_is_noticed),
        cmocka_unit_test(foreign_devices_have_an_owner),
        cmocka_unit_test(an_unused_allocator_takes_no_bits),
        cmocka_unit_test(only_netdev_bridges_have_anything_to_remember),
        cmocka_unit_test(a_smaller_world_is_packed_smaller),
        cmocka_unit_test(a_budget_takes_the_bits_it_needs),
    };

    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
