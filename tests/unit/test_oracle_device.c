/* The oracles of what hangs on a device but its bridge: whose it is, its packet filter's key, and
 * its limit (docs/oracles.md). */
#include "tests/unit/objects.h"
#include "tests/unit/script.h"

#include "sim/carry_out.h"
#include "sim/oracle.h"

/* What the guest's packet filter is, among those of its device's name. */
static uint8_t
filter_of(const struct world *world, unsigned guest)
{
    struct context context = world_context(world, guest);

    return state_filter_bit(world, daemon_filter_mac(&context));
}

/* Facts 4: "another MQ queue". */
static void
shared_tap_is_of_two_guests_that_run(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, NO_BRIDGE, true, "");
    state = initial_of(&world);
    assert_false(objects(ORACLE_SHARED_TAP, &world, &state));
    state.network.tap[B] = state.network.tap[A];
    assert_true(objects(ORACLE_SHARED_TAP, &world, &state));
    state.control.phase[B] = PROCESS_EXITING; /* one of them is about to let go of it */
    assert_false(objects(ORACLE_SHARED_TAP, &world, &state));
    state.control.phase[B] = PROCESS_RUNNING;
    state.network.tap[A] = state.network.tap[B] = IFNAME_NONE; /* others have deleted it */
    assert_false(objects(ORACLE_SHARED_TAP, &world, &state));
    state.network.opened[A] = state.network.tap[B] = VNET1; /* a start is no guest that runs yet */
    assert_false(objects(ORACLE_SHARED_TAP, &world, &state));
}

/* Facts 1a, S10: tc by name. */
static void
lost_qos_is_of_a_guest_that_is_to_have_one(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
    world.nic[A].limit = 1;
    assert_true(objects(ORACLE_LOST_QOS, &world, &state));
    state = initial_of(&world);
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
    state.network.device[VNET0].limit = 0;
    assert_true(objects(ORACLE_LOST_QOS, &world, &state));
    state.control.phase[A] = PROCESS_EXITING;
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
    state.control.phase[A] = PROCESS_RUNNING;
    state.network.tap[A] = IFNAME_NONE; /* it has lost its device */
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
}

/* Filed under name and MAC (facts 1b, step 3), another guest's is no help; but equal MACs are one.
 */
static void
lost_filter_is_of_the_key_of_a_filter(void **unused)
{
    struct world world = one_running(BR0);
    struct state state;

    (void)unused;
    for (uint8_t key = FILTER_KEY_NAME; key <= FILTER_KEY_BINDING; key++) {
        for (uint8_t equal = 0; equal < 2; equal++) {
            world.policy.filter_key = key;
            world.nic[B].mac = equal ? world.nic[A].mac : (uint8_t)(B + 1);
            state = initial_of(&world);
            state.network.filter[VNET0] = filter_of(&world, B);
            assert_int_equal(objects(ORACLE_LOST_FILTER, &world, &state),
                             key == FILTER_KEY_NAME_MAC && !equal);
        }
    }
}

/* A name has one binding: another start is refused, a guest that is taken back finds it, and
 * whoever removes it by name removes it (facts, "Found of packet filters"). */
static void
a_name_has_one_binding(void **unused)
{
    static const enum machine_kind adds[] = {MACHINE_START, MACHINE_RECONNECT};
    struct world world = one_running(BR0);

    (void)unused;
    for (uint8_t key = FILTER_KEY_NAME; key <= FILTER_KEY_BINDING; key++) {
        for (size_t i = 0; i < sizeof adds / sizeof *adds; i++) {
            bool refused = key == FILTER_KEY_BINDING && adds[i] != MACHINE_RECONNECT;
            struct nic_record records[MAX_NICS] = {[B] = {.name = VNET0, .made = MADE_TAP}};
            struct context context = world_context(&world, B);
            struct operation add, removal;
            struct state state;
            struct event event = {0};

            world.policy.filter_key = key;
            state = initial_of(&world);
            add = want_of(adds[i], &context, records, OP_ADD_FILTER);
            removal = want_of(MACHINE_STOP, &context, records, OP_REMOVE_FILTER);
            assert_int_equal(add.name, VNET0);
            assert_int_equal(carry_out(&world, &state, B, add, &event).error, refused ? EEXIST : 0);
            carry_out(&world, &state, B, removal, &event);
            assert_int_equal(carry_out(&world, &state, B, add, &event).error, 0);
            assert_int_equal(event.violated, 0);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_tap_is_of_two_guests_that_run),
        cmocka_unit_test(lost_qos_is_of_a_guest_that_is_to_have_one),
        cmocka_unit_test(lost_filter_is_of_the_key_of_a_filter),
        cmocka_unit_test(a_name_has_one_binding),
    };

    return cmocka_run_group_tests_name("oracle-device", tests, NULL, NULL);
}
