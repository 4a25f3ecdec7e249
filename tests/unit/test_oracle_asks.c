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

/* What an administrator has made is a guest's while somebody holds it. */
static void
a_device_is_a_guests(void **unused)
{
    static const struct {
        struct device device;
        bool guests;
    } expected[] = {
        {{.kind = DEVICE_TAP, .owner = A + 1}, true},
        {{.kind = DEVICE_TAP, .owner = A + 1, .maker = B + 1}, true},
        {{.kind = DEVICE_TAP, .owner = A + 1, .maker = ADMINISTRATOR}, false},
        {{.kind = DEVICE_TAP, .owner = A + 1, .maker = ADMINISTRATOR, .holders = HOLDER_QEMU},
         true},
        {{.kind = DEVICE_TAP, .owner = THIRD_PARTY}, false},
        {{.kind = DEVICE_NONE}, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(device_is_guests(&expected[i].device), expected[i].guests);
    }
}

/* Who has no tap neither sends nor receives. */
static void
a_guest_that_is_off_has_no_network(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_true(oracle_reached(&world, &state, A));
    assert_true(oracle_heard(&world, &state, A));
    assert_false(oracle_reached(&world, &state, B));
    assert_false(oracle_heard(&world, &state, B));
}

static bool
passes(const struct world *world, const struct state *state, uint8_t name)
{
    bool there = ovs_passes(world, state, name, BR0, VLAN_NONE, false);

    assert_int_equal(ovs_passes(world, state, name, BR0, VLAN_NONE, true), there);
    return there;
}

/* A port under any name, the last one, too.  Whether its own row is wired to another guest, who
 * asks for a device's attachment asks besides. */
static void
a_port_passes_its_devices_frames(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.wired[BR0 - 1] = 1;
    world.nic[A].name = FIXED;
    state = initial_of(&world);
    assert_true(passes(&world, &state, FIXED));
    assert_false(passes(&world, &state, VNET0));
    assert_true(oracle_attached(&world, &state, A));
    state.network.row[FIXED].owner = B + 1;
    assert_true(passes(&world, &state, FIXED));
    assert_false(oracle_attached(&world, &state, A));
}

/* What ovs-vswitchd has still to do: it gives a port that is there the tag of its row, and keeps
 * one of the userspace datapath whose device has died or was renamed. */
static void
a_device_will_be_attached(void **unused)
{
    static const struct {
        enum datapath datapath;
        struct port port;
        bool attached;
    } expected[] = {
        {DATAPATH_NETDEV, {.life = PORT_NONE}, true},
        {DATAPATH_NETDEV, {.bridge = BR0, .life = PORT_LIVE, .vlan = 1}, true},
        {DATAPATH_SYSTEM, {.bridge = BR0, .life = PORT_LIVE, .vlan = 1}, true},
        {DATAPATH_NETDEV, {.bridge = BR0, .life = PORT_STALE}, false},
        {DATAPATH_NETDEV, {.bridge = BR1, .life = PORT_STALE}, true}, /* it goes, by its row */
        {DATAPATH_NETDEV, {.bridge = BR0, .life = PORT_AWAY, .receives_from = VNET1}, false},
        {DATAPATH_SYSTEM, {.bridge = BR0, .life = PORT_AWAY, .receives_from = VNET1}, true},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race("libvirt-6.6");
        struct state state;

        world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)expected[i].datapath;
        state = initial_of(&world);
        state.network.device[VNET1] = state.network.device[VNET0];
        state.network.port[VNET0] = expected[i].port;
        assert_int_equal(ovs_attached(&world, &state, VNET0, BR0, VLAN_NONE), expected[i].attached);
        ovs_vswitchd_run(&world, &state); /* and so it is */
        assert_int_equal(ovs_attached(&world, &state, VNET0, BR0, VLAN_NONE), expected[i].attached);
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
        cmocka_unit_test(a_device_is_a_guests),
        cmocka_unit_test(a_guest_that_is_off_has_no_network),
        cmocka_unit_test(a_port_passes_its_devices_frames),
        cmocka_unit_test(a_device_will_be_attached),
    };

    return cmocka_run_group_tests_name("what oracles ask", tests, NULL, NULL);
}
