/* Which rows a deletion spares that asks for more than a name: facts 3, and docs/model-ovs.md. */
#include "tests/unit/fixture.h"

#include "sim/carry_out.h"
#include "sim/ovs.h"

#include <errno.h>

static const struct world anybody = {.guests = 2, .names.names = VNET0};

/* Guest a has started and has its row on br0. */
static struct state
row_of_a(void)
{
    struct state state = {0};

    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    return state;
}

static struct outcome
outcome_in(const struct world *world, struct state *state, unsigned nic, struct operation op)
{
    struct event event = {0};

    op.name = VNET0;
    return carry_out(world, state, nic, op, &event);
}

/* The outcome of an operation of guest a's, on that name. */
static struct outcome
outcome_of(struct state *state, struct operation op)
{
    return outcome_in(&anybody, state, A, op);
}

static void
deletion_is_by_name_or_by_uuid(void **unused)
{
    struct state state = row_of_a(), before = state;
    struct operation remove_port = {.kind = OP_REMOVE_PORT, .row = B + 1};

    (void)unused;
    assert_int_equal(outcome_of(&state, remove_port).waits, WAIT_NONE);
    assert_memory_equal(&state, &before, sizeof state);
    remove_port.row = A + 1;
    assert_int_equal(outcome_of(&state, remove_port).waits, WAIT_VSWITCHD);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    remove_port.row = 0; /* no row is no row's UUID */
    assert_int_equal(outcome_of(&state, remove_port).waits, WAIT_NONE);

    state = before;
    assert_true(ovs_del_port(&anybody, &state, VNET0)); /* facts 1f: no bridge, no owner */
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_false(ovs_del_port(&anybody, &state, VNET0));
}

/* Facts 3: `del-port BR P` errors if P is on another bridge; --if-exists is about the name. */
static void
deletion_from_a_bridge_spares_the_others(void **unused)
{
    struct state state = row_of_a(), before = state;
    struct operation from_br0 = {.kind = OP_DEL_PORT, .bridge = BR0}, from_br1 = from_br0;

    (void)unused;
    from_br1.bridge = BR1;
    assert_int_equal(outcome_of(&state, from_br1).error, EINVAL);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(outcome_of(&state, from_br0).waits, WAIT_VSWITCHD);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(outcome_of(&state, from_br1).error, 0);
    assert_int_equal(outcome_of(&state, from_br1).waits, WAIT_NONE);
}

/* Facts 3: external ids with an incarnation of one's own; those of the guest are equal across its
 * restarts. */
static void
deletion_by_owner_asks_for_the_start(void **unused)
{
    struct state state = row_of_a(), before;
    struct operation first = {.kind = OP_REMOVE_OWN, .start_number = 1}, second = first;

    (void)unused;
    second.start_number = 2;
    state.network.row[VNET0].start_number = 2;
    before = state;
    assert_int_equal(outcome_of(&state, first).waits, WAIT_NONE);
    assert_memory_equal(&state, &before, sizeof state);
    state.network.row[VNET0].owner = B + 1;
    assert_int_equal(outcome_of(&state, second).waits, WAIT_NONE);
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    state = before;
    assert_int_equal(outcome_of(&state, second).waits, WAIT_VSWITCHD);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(outcome_of(&state, second).waits, WAIT_NONE);
}

/* docs/model.md, "Lives of one VM": they have one vm-id, and each start still is one of its own. */
static void
deletion_by_vm_takes_another_life_for_its_own(void **unused)
{
    static const struct world lives = {.guests = 3, .names.names = VNET0, .vm = {[B] = 1 + A}};
    static const struct {
        unsigned nic;
        uint8_t says_start;
        enum wait waits;
    } expected[] = {
        {A, 0, WAIT_VSWITCHD}, {B, 0, WAIT_VSWITCHD}, {C, 0, WAIT_NONE},
        {A, 1, WAIT_VSWITCHD}, {B, 1, WAIT_NONE},     {C, 1, WAIT_NONE},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct operation op = {.kind = OP_REMOVE_OWN, .says_start = expected[i].says_start};
        struct state state = row_of_a();

        assert_int_equal(outcome_in(&lives, &state, expected[i].nic, op).waits, expected[i].waits);
        assert_int_equal(state.network.row[VNET0].bridge, expected[i].waits == WAIT_NONE ? BR0 : 0);
    }
}

/* To write the same external ids again changes nothing. */
static void
adoption_by_another_life_changes_nothing(void **unused)
{
    static const struct world lives = {.guests = 3, .names.names = VNET0, .vm = {[B] = 1 + A}};
    static const struct {
        unsigned nic;
        uint8_t says_start;
        enum wait waits;
    } expected[] = {
        {A, 0, WAIT_NONE}, {B, 0, WAIT_NONE},     {C, 0, WAIT_VSWITCHD},
        {A, 1, WAIT_NONE}, {B, 1, WAIT_VSWITCHD}, {C, 1, WAIT_VSWITCHD},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct operation op = {.kind = OP_ADD_PORT,
                                     .bridge = BR0,
                                     .add = OVS_ADD_MAY_EXIST,
                                     .says_start = expected[i].says_start};
        struct state state = row_of_a();

        assert_int_equal(outcome_in(&lives, &state, expected[i].nic, op).waits, expected[i].waits);
        assert_int_equal(state.network.row[VNET0].owner, expected[i].nic + 1);
    }
}

/* A guest has one life for each start, and one more if it runs from the beginning. */
static void
each_start_is_an_incarnation(void **unused)
{
    static const uint8_t command[] = {COMMAND_STOP, COMMAND_START, COMMAND_CRASH, COMMAND_START};
    const struct program program = {command, sizeof command, sizeof command};
    static const struct {
        uint8_t command;
        enum machine_kind kind;
        uint8_t incarnation;
    } expected[] = {
        {0, MACHINE_STOP, 0}, {1, MACHINE_START, 2}, {1, MACHINE_CLEAN_UP, 2}, {2, MACHINE_IDLE, 2},
        {2, MACHINE_STOP, 2}, {3, MACHINE_START, 4}, {3, MACHINE_CLEAN_UP, 4}, {4, MACHINE_IDLE, 4},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct thread thread = {.command = expected[i].command,
                                .machine.kind = (uint8_t)expected[i].kind};

        assert_int_equal(thread_incarnation(&thread, program), expected[i].incarnation);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deletion_is_by_name_or_by_uuid),
        cmocka_unit_test(deletion_from_a_bridge_spares_the_others),
        cmocka_unit_test(deletion_by_owner_asks_for_the_start),
        cmocka_unit_test(deletion_by_vm_takes_another_life_for_its_own),
        cmocka_unit_test(adoption_by_another_life_changes_nothing),
        cmocka_unit_test(each_start_is_an_incarnation),
    };

    return cmocka_run_group_tests_name("ovs-delete", tests, NULL, NULL);
}
