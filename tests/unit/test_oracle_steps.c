/* The oracles that judge steps: each objects to a step made to violate it, and not to the same step
 * where one thing is different (docs/oracles.md). */
#include "tests/unit/fixture.h"

#include "sim/carry_out.h"

#include <errno.h>

static bool
objects(enum oracle oracle, struct event event)
{
    return (event.violated & ORACLE_BIT(oracle)) != 0;
}

/* The reported race, up to the point where a's stop is about to delete "its" port, and b has added
 * its own under the same name. */
static struct state
about_to_delete(const struct world *world)
{
    struct state state = initial_of(world);

    play(world, &state, "aAAabbbv");
    assert_int_equal(state.network.row[VNET0].owner, B + 1);
    assert_int_equal(state.network.device[VNET0].owner, B + 1);
    return state;
}

/* Somebody else's row, while a device of the row's name created for its owner exists. */
static void
foreign_delete_of_a_port(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = about_to_delete(&world), other = state;
    struct event event = play(&world, &state, "a");

    (void)unused;
    assert_int_equal(event.op.kind, OP_DEL_PORT);
    assert_true(objects(ORACLE_FOREIGN_DELETE, event));
    state = other;
    state.network.row[VNET0].owner = A + 1;
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "a")));
    state = other;
    state.network.device[VNET0] = (struct device){0}; /* it deletes the port of nobody */
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "a")));
    state = other;
    state.network.device[VNET0].owner = A + 1; /* a device of another owner than the row's */
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "a")));
    state = other;
    state.network.row[VNET0] = (struct row){0};
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "a")));
}

/* Facts 3: UUID identity is void if b adopts the row, and whole if b's start made a new one. */
static void
foreign_delete_by_uuid(void **unused)
{
    struct world world = reported_race("owner-delete");
    struct state state = about_to_delete(&world);
    struct event event = play(&world, &state, "a");

    (void)unused;
    assert_int_equal(event.op.kind, OP_REMOVE_PORT);
    assert_false(objects(ORACLE_FOREIGN_DELETE, event));
    assert_int_equal(state.network.row[VNET0].bridge, BR0);

    world = reported_race("owner-delete,ovs-add=may-exist");
    state = about_to_delete(&world);
    assert_true(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "a")));
    assert_int_equal(state.network.row[VNET0].bridge, 0);
}

/* A UUID is never used again: b, which adopted a's first row, does not mean the row that a's second
 * start inserted when that one had been removed. */
static void
a_uuid_is_of_one_row_only(void **unused)
{
    struct world world = world_under("owner-delete,ovs-add=may-exist,filter-key=name");
    struct state state;
    struct event event;

    (void)unused;
    add_guest(&world, BR0, true, "stop start");
    add_guest(&world, BR0, false, "start stop");
    state = initial_of(&world);
    play(&world, &state, "aAAbbbvbbb"); /* b runs on the row that it adopted */
    assert_int_equal(play(&world, &state, "aa").op.kind, OP_REMOVE_PORT);
    play(&world, &state, "vabB"); /* and loses it; a's stop ends, b's tap goes */
    assert_int_equal(play(&world, &state, "a").outcome.value, VNET0);
    assert_int_equal(play(&world, &state, "aa").op.kind, OP_ADD_PORT);
    event = play(&world, &state, "vBbb");
    assert_int_equal(event.op.kind, OP_REMOVE_PORT);
    assert_false(objects(ORACLE_FOREIGN_DELETE, event));
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
}

/* Replaced counts as deleted; adopted does not. */
static void
foreign_delete_by_replacement(void **unused)
{
    static const struct {
        enum ovs_add add;
        bool objects;
    } expected[] = {{OVS_ADD_PLAIN, false}, {OVS_ADD_DEL_ADD, true}, {OVS_ADD_MAY_EXIST, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race("libvirt-6.6");
        struct state state = initial_of(&world);
        struct operation op = {
            .kind = OP_ADD_PORT, .name = VNET0, .bridge = BR0, .add = (uint8_t)expected[i].add};
        struct event event = {0};
        struct outcome outcome = carry_out(&world, &state, B, op, &event);

        assert_int_equal((event.violated & ORACLE_BIT(ORACLE_FOREIGN_DELETE)) != 0,
                         expected[i].objects);
        assert_int_equal(outcome.error, expected[i].add == OVS_ADD_PLAIN ? EEXIST : 0);
    }
}

static void
foreign_delete_of_a_device(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    world.third_parties = 1;
    world.third_party_device[VNET1] = DEVICE_TAP;
    world.third_party[0] = (struct third_party){
        .commands = 4,
        .command = {THIRD_PARTY_DELETE, THIRD_PARTY_DELETE, THIRD_PARTY_CREATE, THIRD_PARTY_DELETE},
        .name = {VNET0, VNET1, VNET1, VNET1}};
    state = initial_of(&world);
    event = play(&world, &state, "o");
    assert_int_equal(event.kind, EVENT_DELETE);
    assert_true(objects(ORACLE_FOREIGN_DELETE, event));
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "o"))); /* its own kind's */
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "o")));
    assert_false(objects(ORACLE_FOREIGN_DELETE, play(&world, &state, "o")));
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE);
}

/* A start whose fixed name is taken fails when it has removed its filter itself. */
static void
start_failed_by_a_name_that_is_taken(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    add_guest(&world, LB0, false, "start");
    world.nic[A].name = FIXED;
    state = initial_of(&world);
    for (unsigned step = 0; step < 6; step++) {
        assert_false(objects(ORACLE_START_FAILED, play(&world, &state, "a")));
    }
    assert_true(state_running(&state, A));

    world.third_party_device[FIXED] = DEVICE_TAP;
    state = initial_of(&world);
    event = play(&world, &state, "a");
    assert_int_equal(event.outcome.error, EBUSY);
    assert_false(objects(ORACLE_START_FAILED, event));
    event = play(&world, &state, "a");
    assert_int_equal(event.op.kind, OP_REMOVE_FILTER);
    assert_true(objects(ORACLE_START_FAILED, event));
    /* The clean-up is another step. */
    assert_false(objects(ORACLE_START_FAILED, play(&world, &state, "a")));
    play(&world, &state, "a");
    assert_false(can_step(&world, &state, 'a'));
}

/* It fails where the daemon has closed what it had, not where the operation failed. */
static void
start_failed_at_the_end_of_the_start(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    world.nic[B].bridge = LB0;
    state = initial_of(&world);
    event = play(&world, &state, "aAAbvbb"); /* ovs-vswitchd takes b's tap: mail 000, problem 2 */
    assert_int_equal(event.op.kind, OP_ADD_IF);
    assert_int_equal(event.outcome.error, EBUSY);
    assert_false(objects(ORACLE_START_FAILED, event));
    event = play(&world, &state, "b");
    assert_int_equal(event.op.kind, OP_CLOSE_TAP);
    assert_true(objects(ORACLE_START_FAILED, event));
}

/* mail 000: virNetDevGetMAC() will actually *log* an error if the device is not found. */
static void
spurious_error_of_a_mac_check(void **unused)
{
    struct world loud = reported_race("mac-check");
    struct world quiet = reported_race("mac-check,port-guard=quiet-mac");
    struct state state = initial_of(&loud);
    struct event event = play(&loud, &state, "aAAaa");

    (void)unused;
    assert_int_equal(event.op.kind, OP_GET_MAC);
    assert_int_equal(event.outcome.error, ENODEV);
    assert_true(objects(ORACLE_SPURIOUS_ERROR, event));
    state = initial_of(&quiet);
    event = play(&quiet, &state, "aAAaa");
    assert_int_equal(event.outcome.error, ENODEV);
    assert_false(objects(ORACLE_SPURIOUS_ERROR, event));
    state = initial_of(&loud);
    event = play(&loud, &state, "aAAaba"); /* b's device is there to be asked */
    assert_int_equal(event.op.kind, OP_GET_MAC);
    assert_int_equal(event.outcome.error, 0);
    assert_false(objects(ORACLE_SPURIOUS_ERROR, event));
}

/* Facts 1b: virNetDevTapDelete of a name that is another's by now. */
static void
spurious_error_of_a_tap_that_is_anothers(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;
    struct event event;

    (void)unused;
    world.nic[A].bridge = NO_BRIDGE;
    state = initial_of(&world);
    event = play(&world, &state, "aAAaa");
    assert_int_equal(event.op.kind, OP_OPEN_TAP);
    assert_int_equal(event.outcome.error, 0); /* it makes the missing one */
    assert_int_equal(state.network.device[VNET0].owner, A + 1);
    assert_false(objects(ORACLE_SPURIOUS_ERROR, event));
    play(&world, &state, "aa");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    state = initial_of(&world);
    event = play(&world, &state, "aAAaba");
    assert_int_equal(event.outcome.error, EBUSY);
    assert_true(objects(ORACLE_SPURIOUS_ERROR, event));
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_delete_of_a_port),
        cmocka_unit_test(foreign_delete_by_uuid),
        cmocka_unit_test(a_uuid_is_of_one_row_only),
        cmocka_unit_test(foreign_delete_by_replacement),
        cmocka_unit_test(foreign_delete_of_a_device),
        cmocka_unit_test(start_failed_by_a_name_that_is_taken),
        cmocka_unit_test(start_failed_at_the_end_of_the_start),
        cmocka_unit_test(spurious_error_of_a_mac_check),
        cmocka_unit_test(spurious_error_of_a_tap_that_is_anothers),
    };

    return cmocka_run_group_tests_name("oracle-steps", tests, NULL, NULL);
}
