/* Which rows a deletion spares that asks for more than a name: facts 3, and docs/model-ovs.md. */
#include "tests/unit/fixture.h"

#include "sim/ovs.h"

#include <errno.h>

static const struct world anybody = {.guests = 2};

/* Guest a has started and has its row on br0. */
static struct state
row_of_a(void)
{
    struct state state = {0};

    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    return state;
}

/* Facts 3: `del-port BR P` errors if P is on another bridge; --if-exists is about the name. */
static void
deletion_from_a_bridge_spares_the_others(void **unused)
{
    struct state state = row_of_a(), before = state;
    bool waits = true;

    (void)unused;
    assert_int_equal(ovs_del_port_from(&anybody, &state, VNET0, BR1, &waits), EINVAL);
    assert_false(waits);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(ovs_del_port_from(&anybody, &state, VNET0, BR0, &waits), 0);
    assert_true(waits);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    assert_int_equal(ovs_del_port_from(&anybody, &state, VNET0, BR1, &waits), 0);
    assert_false(waits);
}

/* Facts 3: external ids with an incarnation of one's own; those of the guest are equal across its
 * restarts. */
static void
deletion_by_owner_asks_for_the_start(void **unused)
{
    struct state state = row_of_a(), before;
    bool waits = true;

    (void)unused;
    state.network.row[VNET0].start_number = 2;
    before = state;
    ovs_remove_own(&anybody, &state, VNET0, B + 1, 2, &waits);
    assert_false(waits);
    ovs_remove_own(&anybody, &state, VNET0, A + 1, 1, &waits);
    assert_false(waits);
    assert_memory_equal(&state, &before, sizeof state);
    ovs_remove_own(&anybody, &state, VNET0, A + 1, 2, &waits);
    assert_true(waits);
    assert_int_equal(state.network.row[VNET0].bridge, 0);
    ovs_remove_own(&anybody, &state, VNET0, A + 1, 2, &waits);
    assert_false(waits);
}

/* A guest has one life for each start, and one more if it runs from the beginning. */
static void
each_start_is_an_incarnation(void **unused)
{
    static const uint8_t command[] = {COMMAND_STOP, COMMAND_START, COMMAND_CRASH, COMMAND_START};
    const struct program program = {command, sizeof command};
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
        cmocka_unit_test(deletion_from_a_bridge_spares_the_others),
        cmocka_unit_test(deletion_by_owner_asks_for_the_start),
        cmocka_unit_test(each_start_is_an_incarnation),
    };

    return cmocka_run_group_tests_name("ovs-delete", tests, NULL, NULL);
}
