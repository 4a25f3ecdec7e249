/* Who points at a device or at a row: no reference reaches a later incarnation (sim/reference.h,
 * sim/state.h). */
#include "tests/unit/fixture.h"

#include "sim/reference.h"

/* Three guests; an administrator renames a device, or not. */
static struct world
three_guests(bool renames)
{
    struct world world = world_under("libvirt-6.6");

    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, BR0, false, "start stop");
    }
    if (renames) {
        world.third_parties = 1;
        world.third_party[0] = (struct third_party){
            .commands = 1, .command = {THIRD_PARTY_RENAME}, .name = {VNET3}, .to = {FIXED}};
    }
    return world;
}

/* Guest a's tap vnet0, which it shares with b, as a multi-queue tap may be; c has vnet1. */
static struct state
pointing(const struct world *world)
{
    struct state state = initial_of(world);

    state.network.device[VNET0] = (struct device){.kind = DEVICE_TAP, .owner = A + 1};
    state.network.device[VNET1] = (struct device){.kind = DEVICE_TAP, .owner = C + 1};
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.row[VNET1] = (struct row){.bridge = BR0, .uuid = C + 1, .owner = C + 1};
    state.network.tap[A] = state.network.tap[B] = VNET0;
    state.network.opened[B] = state.network.leaked[A] = VNET0;
    state.network.tap[C] = state.network.opened[C] = state.network.leaked[C] = VNET1;
    return state;
}

static void
descriptors_are_counted_by_their_holders(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world);

    (void)unused;
    assert_int_equal(reference_descriptors(&world, &state, VNET0, HOLDER_QEMU), 2);
    assert_int_equal(reference_descriptors(&world, &state, VNET0, HOLDER_DAEMON), 1);
    assert_int_equal(reference_descriptors(&world, &state, VNET0, HOLDER_HELPER), 1);
    assert_int_equal(reference_descriptors(&world, &state, VNET1, HOLDER_QEMU), 1);
    for (int holder = HOLDER_DAEMON; holder <= HOLDER_HELPER; holder *= 2) {
        assert_int_equal(reference_descriptors(&world, &state, VNET2, (enum holder)holder), 0);
    }
}

static void
descriptors_end_with_their_device(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world), expected = state;

    (void)unused;
    reference_device_dies(&world, &state, VNET0);
    expected.network.tap[A] = expected.network.tap[B] = IFNAME_NONE;
    expected.network.opened[B] = expected.network.leaked[A] = IFNAME_NONE;
    assert_memory_equal(&state, &expected, sizeof state);
}

static void
descriptors_follow_their_device(void **unused)
{
    struct world world = three_guests(true);
    struct state state = pointing(&world), expected;

    (void)unused;
    state.control.daemon.record[A] = (struct nic_record){.name = VNET0, .tap = A + 1};
    expected = state; /* a daemon is not told of another name */
    reference_device_renamed(&world, &state, VNET0, FIXED);
    expected.network.tap[A] = expected.network.tap[B] = FIXED;
    expected.network.opened[B] = expected.network.leaked[A] = FIXED;
    assert_memory_equal(&state, &expected, sizeof state);
}

/* A token that a later device could have again is cut; one that nobody else can have need not be,
 * and is one state less. */
static void
a_token_of_anothers_device_is_cut(void **unused)
{
    static const struct {
        uint8_t guest; /* who remembers */
        uint8_t name, tap, persist;
        bool renames;
        uint8_t left;
    } expected[] = {
        {A, VNET0, A + 1, 0, false, A + 1},
        {A, VNET0, A + 1, 1, false, TAP_GONE},
        {A, VNET0, A + 1, 0, true, A + 1},
        {B, VNET0, A + 1, 0, false, TAP_GONE},
        {B, VNET0, B + 1, 0, false, B + 1},
        {B, VNET1, A + 1, 0, false, A + 1},
        {B, VNET1, A + 1, 0, true, TAP_GONE},
        {B, VNET0, 0, 0, false, 0},
        {B, VNET0, THIRD_PARTY, 0, false, THIRD_PARTY},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = three_guests(expected[i].renames);
        struct state state = pointing(&world);
        struct nic_record *record = &state.control.daemon.record[expected[i].guest];

        *record = (struct nic_record){
            .name = expected[i].name, .tap = expected[i].tap, .persist = expected[i].persist};
        reference_device_dies(&world, &state, VNET0);
        assert_int_equal(record->tap, expected[i].left);
        assert_int_equal(record->name, expected[i].name);
    }
}

static void
a_token_is_the_makers(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world);
    struct nic_record *records = state.control.daemon.record;

    (void)unused;
    state.network.device[VNET0].maker = ADMINISTRATOR;
    records[A] = records[B] = (struct nic_record){.name = VNET0, .tap = ADMINISTRATOR};
    records[C] = (struct nic_record){.name = VNET0, .tap = A + 1}; /* it has been opened by a */
    reference_device_dies(&world, &state, VNET0);
    assert_int_equal(records[A].tap, TAP_GONE);
    assert_int_equal(records[B].tap, TAP_GONE);
    assert_int_equal(records[C].tap, A + 1);
}

static void
a_row_is_known_by_its_name_and_uuid(void **unused)
{
    static const struct {
        uint8_t name, port, left;
    } expected[] = {
        {VNET0, A + 1, ROW_GONE},    {VNET1, A + 1, A + 1}, {VNET0, C + 1, C + 1}, {VNET0, 0, 0},
        {VNET0, ROW_GONE, ROW_GONE},
    };
    struct world world = three_guests(false);

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        for (unsigned guest = A; guest <= C; guest++) {
            struct state state = pointing(&world), before;

            state.control.daemon.record[guest] =
                (struct nic_record){.name = expected[i].name, .port = expected[i].port};
            before = state;
            reference_row_goes(&world, &state, VNET0);
            assert_int_equal(state.control.daemon.record[guest].port, expected[i].left);
            state.control.daemon.record[guest].port = expected[i].port;
            assert_memory_equal(&state, &before, sizeof state);
        }
    }
}

/* Nothing is known of no row: a name without one changes nothing. */
static void
no_row_is_nothing_to_forget(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world), before;

    (void)unused;
    state.control.daemon.record[A] = (struct nic_record){.name = VNET2};
    state.control.thread[A].waits = WAIT_VSWITCHD;
    before = state;
    reference_row_goes(&world, &state, VNET2);
    assert_memory_equal(&state, &before, sizeof state);
}

/* What an ovs-vsctl will answer is a reference, too. */
static void
an_answer_on_its_way_is_cut(void **unused)
{
    static const struct {
        uint8_t name, waits, answer, left;
    } expected[] = {
        {VNET0, WAIT_VSWITCHD, A + 1, ROW_GONE},
        {VNET0, WAIT_VSWITCHD, B + 1, B + 1},
        {VNET1, WAIT_VSWITCHD, A + 1, A + 1},
        {VNET0, WAIT_EXIT, A + 1, A + 1},
        {VNET0, WAIT_VSWITCHD, 0, 0},
    };
    struct world world = three_guests(false);

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct state state = pointing(&world);

        state.control.daemon.record[B] = (struct nic_record){.name = expected[i].name};
        state.control.thread[B].waits = expected[i].waits;
        state.control.thread[B].answer = expected[i].answer;
        reference_row_goes(&world, &state, VNET0);
        assert_int_equal(state.control.thread[B].answer, expected[i].left);
        assert_int_equal(state.control.thread[B].waits, expected[i].waits);
    }
}

/* It is the answer for the nic at hand. */
static void
an_answer_is_for_one_nic(void **unused)
{
    struct world world = three_guests(false);

    (void)unused;
    world.more = 1;
    world.nic_guest[D] = A;
    world.nic[D] = (struct nic){.bridge = BR0, .mac = D + 1};
    for (uint8_t nic = 0; nic < 2; nic++) {
        struct state state = pointing(&world);

        state.control.daemon.record[A] = (struct nic_record){.name = VNET0};
        state.control.daemon.record[D] = (struct nic_record){.name = VNET1};
        state.control.thread[A].machine.nic = nic;
        state.control.thread[A].waits = WAIT_VSWITCHD;
        state.control.thread[A].answer = A + 1;
        reference_row_goes(&world, &state, VNET0);
        assert_int_equal(state.control.thread[A].answer, nic == 0 ? ROW_GONE : A + 1);
    }
}

/* Facts, "Delayed transactions": one that depends on a row that has gone comes to nothing. */
static void
a_delayed_transaction_goes_with_its_rows(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world), expected;

    (void)unused;
    for (unsigned guest = A; guest <= C; guest++) {
        state.network.delayed[guest] =
            (struct delayed){.op = {.kind = OP_DEL_PORT, .name = VNET0}, .nic = (uint8_t)guest};
    }
    state.network.row[VNET0].dependents = 1 << A | 1 << C;
    state.network.row[VNET1].dependents = 1 << A | 1 << B;
    expected = state;
    reference_row_goes(&world, &state, VNET0);
    expected.network.delayed[A] = expected.network.delayed[C] = (struct delayed){0};
    expected.network.row[VNET0].dependents = 0;
    expected.network.row[VNET1].dependents = 1 << B;
    assert_memory_equal(&state, &expected, sizeof state);
    reference_drop_delayed(&world, &state, B);
    expected.network.delayed[B] = (struct delayed){0};
    expected.network.row[VNET1].dependents = 0;
    assert_memory_equal(&state, &expected, sizeof state);
}

/* An ovs-vsctl that is still to run knows the row by its UUID: another row of the name is not it.
 */
static void
an_orphan_knows_a_row_by_its_uuid(void **unused)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world);

    (void)unused;
    state.network.delayed[A] = (struct delayed){
        .op = {.kind = OP_REMOVE_PORT, .name = VNET0, .row = state.network.row[VNET0].uuid},
        .orphan = 1};
    state.network.delayed[B] = state.network.delayed[A];
    state.network.delayed[B].op.name = VNET1;
    reference_row_goes(&world, &state, VNET0);
    assert_int_equal(state.network.delayed[A].op.row, ROW_GONE);
    assert_int_not_equal(state.network.delayed[B].op.row, ROW_GONE);
}

static void
let_what_is_not_there_die(void)
{
    struct world world = three_guests(false);
    struct state state = pointing(&world);

    reference_device_dies(&world, &state, VNET2);
}

static void
only_a_device_can_die(void **unused)
{
    (void)unused;
    assert_false(survives(let_what_is_not_there_die));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_are_counted_by_their_holders),
        cmocka_unit_test(descriptors_end_with_their_device),
        cmocka_unit_test(descriptors_follow_their_device),
        cmocka_unit_test(a_token_of_anothers_device_is_cut),
        cmocka_unit_test(a_token_is_the_makers),
        cmocka_unit_test(a_row_is_known_by_its_name_and_uuid),
        cmocka_unit_test(no_row_is_nothing_to_forget),
        cmocka_unit_test(an_answer_on_its_way_is_cut),
        cmocka_unit_test(an_answer_is_for_one_nic),
        cmocka_unit_test(a_delayed_transaction_goes_with_its_rows),
        cmocka_unit_test(an_orphan_knows_a_row_by_its_uuid),
        cmocka_unit_test(only_a_device_can_die),
    };

    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
