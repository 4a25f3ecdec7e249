/* What the oracles ask of a state: who runs, whose a row is, where a device belongs
 * (docs/oracles.md).  `make mutants` makes each condition of it wrong. */
#include "tests/unit/fixture.h"

#include "sim/carry_out.h"
#include "sim/guest_thread.h"

/* A guest runs until its stop, or its unplug, has begun: that waits in its first step.  A daemon
 * that waits while it reconnects stops nobody. */
static void
a_guest_runs_while_only_a_reconnection_waits(void **unused)
{
    static const struct {
        enum machine_kind kind;
        bool runs;
    } expected[] = {{MACHINE_RECONNECT, true}, {MACHINE_STOP, false}, {MACHINE_UNPLUG, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race("libvirt-6.6");
        struct state state = initial_of(&world);

        state.control.thread[A].machine.kind = (uint8_t)expected[i].kind;
        assert_true(state_running(&state, A));
        state.control.thread[A].waits = WAIT_VSWITCHD;
        assert_int_equal(state_running(&state, A), expected[i].runs);
    }
}

/* A device of the row's name that was created for its owner, or the one that its port still has. */
static void
a_row_is_used_by_its_owners_device(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_true(state_row_is_used(&state, VNET0));
    state.network.device[FIXED] = state.network.device[VNET0];
    state.network.device[VNET0] = (struct device){0};
    assert_false(state_row_is_used(&state, VNET0));
    state.network.port[VNET0].life = PORT_AWAY;
    state.network.port[VNET0].receives_from = FIXED;
    assert_true(state_row_is_used(&state, VNET0));
    state.network.device[FIXED].owner = B + 1;
    assert_false(state_row_is_used(&state, VNET0));
    state.network.port[VNET0] = (struct port){0};
    state.network.row[VNET0].owner = 0; /* left over, and there is no device */
    assert_false(state_row_is_used(&state, VNET0));
}

/* Other software's devices belong on no bridge and have no tag, whatever else there is. */
static void
other_softwares_devices_belong_nowhere(void **unused)
{
    const struct device device = {.kind = DEVICE_TAP, .owner = THIRD_PARTY};
    struct world world;
    struct state state = {0};

    (void)unused;
    memset(&world, 1, sizeof world);
    assert_int_equal(device_wanted_bridge(&world, &device), 0);
    assert_int_equal(device_wanted_vlan(&world, &device), VLAN_NONE);
    state.network.row[VNET0] = (struct row){.bridge = BR0, .owner = A + 1};
    assert_false(state_miswired(&world, &state, VNET0, THIRD_PARTY));
}

static void
a_row_wires_a_device_of_its_bridge(void **unused)
{
    struct world world;
    struct state state = {0};

    (void)unused;
    memset(&world, 1, sizeof world); /* whose bridges are wired by rows */
    world.nic[A].bridge = BR0;
    world.nic[B].bridge = BR1;
    state.network.row[VNET0] = (struct row){.bridge = BR0, .owner = B + 1};
    assert_true(state_miswired(&world, &state, VNET0, A + 1));
    assert_false(state_miswired(&world, &state, VNET0, B + 1)); /* its own */
    state.network.row[VNET0].owner = 0;
    assert_false(state_miswired(&world, &state, VNET0, B + 1)); /* on another bridge */
    state.network.row[VNET0] = (struct row){0};
    world.nic[A].bridge = NO_BRIDGE;
    assert_false(state_miswired(&world, &state, VNET0, A + 1)); /* there is none */
}

/* A row that no start has written is nobody's, but that of a preset tap (docs/oracles.md,
 * "foreign-delete"). */
static void
a_row_of_nobodys_is_deleted_by_anybody(void **unused)
{
    const struct operation op = {.kind = OP_DEL_PORT, .name = FIXED};
    struct world world = reported_race("libvirt-6.6");
    struct event event = {0};
    struct state state, before;

    (void)unused;
    world.preset[FIXED] = (struct preset){.present = 1, .bridge = BR0};
    state = before = initial_of(&world);
    carry_out(&world, &state, B, op, &event);
    assert_int_equal(event.violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(event.ports, UINT32_C(1) << (FIXED - 1));
    assert_int_equal(event.devices, 0);
    event = (struct event){0};
    state = before;
    state.network.row[FIXED] = (struct row){0}; /* there is no row */
    carry_out(&world, &state, B, op, &event);
    assert_int_equal(event.violated, 0);
    state = before;
    state.network.device[FIXED].maker = 0; /* another device has the name by now */
    state.network.device[FIXED].owner = A + 1;
    carry_out(&world, &state, B, op, &event);
    assert_int_equal(event.violated, 0);
}

/* What has excused the failing of a start is over when that start is. */
static void
an_excuse_ends_with_its_start(void **unused)
{
    static const struct {
        enum machine_kind kind;
        uint8_t flag;
        bool excused;
    } expected[] = {{MACHINE_START, MACHINE_FAILED, true},
                    {MACHINE_START, 0, false},
                    {MACHINE_STOP, MACHINE_FAILED, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race("libvirt-6.6");
        struct state state = initial_of(&world);

        state.control.thread[B].machine.kind = (uint8_t)expected[i].kind;
        state.control.thread[B].machine.flag = expected[i].flag;
        state.excused[B] = 1;
        state.excused[C] = 1; /* nobody's: there are two guests */
        guest_thread_expire_excuses(&world, &state);
        assert_int_equal(state.excused[B], expected[i].excused);
        assert_int_equal(state.excused[C], 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_runs_while_only_a_reconnection_waits),
        cmocka_unit_test(a_row_is_used_by_its_owners_device),
        cmocka_unit_test(other_softwares_devices_belong_nowhere),
        cmocka_unit_test(a_row_wires_a_device_of_its_bridge),
        cmocka_unit_test(a_row_of_nobodys_is_deleted_by_anybody),
        cmocka_unit_test(an_excuse_ends_with_its_start),
    };

    return cmocka_run_group_tests_name("what oracles ask", tests, NULL, NULL);
}
