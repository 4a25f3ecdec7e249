/* The oracles of what hangs on a device but its bridge: its packet filter's key, and its limit
 * (docs/model.md, "Oracles"). */
#include "tests/unit/fixture.h"

#include "sim/carry_out.h"
#include "sim/oracle.h"

#include <errno.h>

static struct world
one_running(uint8_t bridge)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, bridge, true, "");
    add_guest(&world, BR0, false, "");
    return world;
}

static bool
objects(enum oracle oracle, const struct world *world, const struct state *state)
{
    return (oracle_judge_state(world, state) & ORACLE_BIT(oracle)) != 0;
}

/* Facts 1a, S10: tc by name. */
static void
lost_limit_is_of_a_guest_that_is_to_have_one(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(objects(ORACLE_LOST_QOS, &world, &state));
    world.nic[A].limited = 1;
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
            state.network.filter[VNET0] = world_filter(&world, B);
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
    static const struct operation add = {.kind = OP_ADD_FILTER, .name = VNET0},
                                  removal = {.kind = OP_REMOVE_FILTER, .name = VNET0};
    struct world world = one_running(BR0);

    (void)unused;
    for (uint8_t key = FILTER_KEY_NAME; key <= FILTER_KEY_BINDING; key++) {
        for (uint8_t kind = MACHINE_START; kind <= MACHINE_RECONNECT; kind++) {
            struct outcome outcome = {0};
            enum wait waits = WAIT_NONE;
            struct state state;
            bool refused = key == FILTER_KEY_BINDING && kind != MACHINE_RECONNECT;

            world.policy.filter_key = key;
            state = initial_of(&world);
            state.control.thread[B].machine.kind = kind;
            operate(&world, &state, B, add, &outcome, &waits);
            assert_int_equal(outcome.error, refused ? EEXIST : 0);
            operate(&world, &state, B, removal, &outcome, &waits);
            outcome.error = 0;
            operate(&world, &state, B, add, &outcome, &waits);
            assert_int_equal(outcome.error, 0);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_limit_is_of_a_guest_that_is_to_have_one),
        cmocka_unit_test(lost_filter_is_of_the_key_of_a_filter),
        cmocka_unit_test(a_name_has_one_binding),
    };

    return cmocka_run_group_tests_name("oracle-device", tests, NULL, NULL);
}
