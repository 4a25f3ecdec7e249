/* The oracles that judge states: each objects to a state built to violate it, and not to the
 * nearest one that does not.  The definitions are those of docs/oracles.md.  Those that
 * judge steps are in test_oracle_steps.c. */
#include "tests/unit/objects.h"

static void
oracles_have_names(void **unused)
{
    static const char *const expected[] = {
        "lost-attachment",  "wrong-network",  "foreign-delete", "start-failed", "duplicate-name",
        "shared-tap",       "lost-filter",    "lost-qos",       "stale-port",   "leaked-tap",
        "lost-persistence", "spurious-error", "deadlock"};

    (void)unused;
    assert_int_equal(ORACLE_COUNT, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < ORACLE_COUNT; i++) {
        enum oracle oracle = (enum oracle)i;

        assert_string_equal(oracle_name(oracle), expected[i]);
        assert_true(oracle_text(oracle)[0] != '\0' && oracle_when(oracle)[0] != '\0');
    }
}

/* A world at peace is good, on whatever bridge its guest is. */
static void
a_running_guest_is_no_violation(void **unused)
{
    (void)unused;
    for (uint8_t bridge = NO_BRIDGE; bridge <= LB1; bridge++) {
        struct world world = one_running(bridge);
        struct state state = initial_of(&world);

        assert_int_equal(oracle_judge_state(&world, &state), 0);
        assert_int_equal(oracle_judge_end(&world, &state), 0);
    }
}

/* A live port on its bridge; or a row, and only ovs-vswitchd has to step. */
static void
lost_attachment_of_open_vswitch(void **unused)
{
    static const struct {
        uint8_t row, port, life, master;
        enum datapath datapath;
        bool lost;
    } expected[] = {
        {BR0, BR0, PORT_LIVE, 0, DATAPATH_SYSTEM, false},
        {0, BR0, PORT_LIVE, 0, DATAPATH_SYSTEM, false}, /* its row has just gone: it still is */
        {BR0, 0, PORT_NONE, 0, DATAPATH_SYSTEM, false}, /* ovs-vswitchd will bind it */
        {0, 0, PORT_NONE, 0, DATAPATH_SYSTEM, true},    /* seed 1: the tap, and no port */
        {BR1, 0, PORT_NONE, 0, DATAPATH_SYSTEM, true},
        {BR1, BR1, PORT_LIVE, 0, DATAPATH_SYSTEM, true},
        {BR0, BR1, PORT_LIVE, 0, DATAPATH_SYSTEM, false},  /* ovs-vswitchd will move it */
        {BR0, BR0, PORT_STALE, 0, DATAPATH_NETDEV, true},  /* facts 3b: it is not heard */
        {BR0, BR1, PORT_STALE, 0, DATAPATH_NETDEV, false}, /* a run removes that one */
        {BR0, 0, PORT_NONE, LB0, DATAPATH_SYSTEM, true},   /* it cannot be bound */
        {BR0, 0, PORT_NONE, LB0, DATAPATH_NETDEV, false},  /* facts 3d: it can */
        {BR0, BR0, PORT_LIVE, 0, DATAPATH_NETDEV, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = one_running(BR0);
        struct state state = initial_of(&world);

        world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)expected[i].datapath;
        state.network.row[VNET0].bridge = expected[i].row;
        state.network.port[VNET0] =
            (struct port){.bridge = expected[i].port, .life = expected[i].life};
        state.network.device[VNET0].master = expected[i].master;
        if (objects(ORACLE_LOST_ATTACHMENT, &world, &state) != expected[i].lost) {
            fail_msg("line %zu of the table", i + 1);
        }
    }
}

/* Facts 3b: a stale port of the netdev datapath sends to whatever has the name, if it is up; what
 * it sends itself is not heard. */
static void
a_half_dead_port_is_reached(void **unused)
{
    static const struct {
        uint8_t row, port, life, up;
        enum datapath datapath;
        bool attached, reached;
    } expected[] = {
        {BR0, BR0, PORT_LIVE, 1, DATAPATH_NETDEV, true, true},
        {BR0, BR0, PORT_STALE, 1, DATAPATH_NETDEV, false, true},
        {BR0, BR0, PORT_STALE, 0, DATAPATH_NETDEV, false, false}, /* it is down */
        {0, BR1, PORT_STALE, 1, DATAPATH_NETDEV, false, false},   /* another bridge's frames */
        {0, 0, PORT_NONE, 1, DATAPATH_NETDEV, false, false},
        {BR0, BR0, PORT_LIVE, 0, DATAPATH_NETDEV, false, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = one_running(BR0);
        struct state state = initial_of(&world);

        world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)expected[i].datapath;
        state.network.row[VNET0].bridge = expected[i].row;
        state.network.port[VNET0] =
            (struct port){.bridge = expected[i].port, .life = expected[i].life};
        state.network.device[VNET0].up = expected[i].up;
        if (oracle_attached(&world, &state, A) != expected[i].attached ||
            oracle_reached(&world, &state, A) != expected[i].reached) {
            fail_msg("line %zu of the table", i + 1);
        }
    }
}

static void
lost_attachment_of_other_guests(void **unused)
{
    struct world world = one_running(LB0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.device[VNET0].master = LB1;
    assert_true(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
    state.network.device[VNET0].master = 0;
    assert_true(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
    state.control.daemon.record[A].running = 0; /* its stop has begun: it does not run any more */
    assert_false(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
    state.control.daemon.record[A].running = 1;
    state.control.phase[A] = PROCESS_EXITING;
    assert_false(objects(ORACLE_LOST_ATTACHMENT, &world, &state));

    /* A guest without a bridge is attached nowhere, but it has to have a device. */
    world = one_running(NO_BRIDGE);
    state = initial_of(&world);
    assert_false(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
    state.network.tap[A] = IFNAME_NONE;
    state.network.device[VNET0] = (struct device){0};
    assert_true(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
}

/* Wherever it is attached, no frame passes a device that is down. */
static void
lost_attachment_of_a_device_that_is_down(void **unused)
{
    (void)unused;
    for (int datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
        for (uint8_t bridge = NO_BRIDGE; bridge <= LB1; bridge++) {
            struct world world = one_running(bridge);
            struct state state;

            world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)datapath;
            state = initial_of(&world);
            assert_true(oracle_attached(&world, &state, A));
            state.network.device[VNET0].up = 0;
            assert_false(oracle_attached(&world, &state, A));
            assert_true(objects(ORACLE_LOST_ATTACHMENT, &world, &state));
            state.network.device[VNET0].up = 1;
            state.network.device[VNET1] = state.network.device[VNET0];
            state.network.device[VNET1].up = 0; /* another device's flags are not its own */
            assert_true(oracle_attached(&world, &state, A));
        }
    }
}

/* A device has a Linux bridge, or a live port on a bridge, that is not its guest's. */
static void
wrong_network_is_any_other_bridge(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.port[VNET0].bridge = BR1;
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.port[VNET0] = (struct port){0};
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state)); /* on none is not on a wrong one */
    state.network.device[VNET0].master = LB0;
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));

    world = one_running(LB0);
    state = initial_of(&world);
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.device[VNET0].master = LB1;
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));

    /* The last name counts like the first. */
    state.network.device[FIXED] = state.network.device[VNET0];
    state.network.device[VNET0].master = 0;
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.device[FIXED] = (struct device){0};
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));

    /* It does not have to run, or to be anybody's. */
    state.network.device[VNET0] = (struct device){.kind = DEVICE_VETH, .owner = THIRD_PARTY};
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.port[VNET0] = (struct port){.bridge = BR0, .life = PORT_LIVE};
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
}

/* Facts 3b: a dead port of the netdev datapath sends to whatever has its name now. */
static void
wrong_network_by_a_stale_port(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.port[VNET0] = (struct port){.bridge = BR1, .life = PORT_STALE};
    world.datapath[BR1 - 1] = DATAPATH_NETDEV;
    assert_true(objects(ORACLE_WRONG_NETWORK, &world, &state));
    state.network.device[VNET0] = (struct device){0};
    assert_false(objects(ORACLE_WRONG_NETWORK, &world, &state)); /* nor to nobody */
    state = initial_of(&world);
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state.network.port[VNET0].life = PORT_STALE;
    assert_false(
        objects(ORACLE_WRONG_NETWORK, &world, &state)); /* its own bridge is not a wrong one */
}

static void
duplicate_name_is_in_the_daemons_memory(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.control.daemon.record[B].name = VNET0;
    assert_true(objects(ORACLE_DUPLICATE_NAME, &world, &state));
    state.control.daemon.record[B].name = VNET1;
    assert_false(objects(ORACLE_DUPLICATE_NAME, &world, &state));
    state.control.daemon.record[A].name = state.control.daemon.record[B].name = IFNAME_NONE;
    assert_false(objects(ORACLE_DUPLICATE_NAME, &world, &state));
}

/* Two guests of one fixed name are their user's duplicate (docs/oracles.md). */
static void
duplicate_name_is_of_the_daemons_giving(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    world.nic[A].name = world.nic[B].name = FIXED;
    state.control.daemon.record[A].name = state.control.daemon.record[B].name = FIXED;
    assert_false(objects(ORACLE_DUPLICATE_NAME, &world, &state));
    /* mytap%d beside a mytap0 that the user fixed: one of the two is the user's. */
    world.nic[A].name = MYTAP0;
    world.nic[B] = (struct nic){.bridge = BR0, .family = MYTAP, .template = 1};
    state.control.daemon.record[A].name = state.control.daemon.record[B].name = MYTAP0;
    assert_false(objects(ORACLE_DUPLICATE_NAME, &world, &state));
    world.nic[A] = world.nic[B];
    assert_true(objects(ORACLE_DUPLICATE_NAME, &world, &state));
}

static void
lost_filter_is_of_a_running_guests_device(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.filter[VNET0] = 0;
    assert_true(objects(ORACLE_LOST_FILTER, &world, &state));
    state.network.filter[VNET1] = 0xff; /* another name's is no help */
    assert_true(objects(ORACLE_LOST_FILTER, &world, &state));
    state.control.phase[A] = PROCESS_EXITING;
    assert_false(objects(ORACLE_LOST_FILTER, &world, &state));
    state.control.phase[A] = PROCESS_RUNNING;
    state.network.tap[A] = IFNAME_NONE; /* it has lost its device */
    assert_false(objects(ORACLE_LOST_FILTER, &world, &state));
}

static void
stale_port_is_a_row_nobody_runs_on(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.row[VNET0].bridge = BR1;
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    state.network.row[VNET0] = (struct row){0};
    assert_false(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    state.network.row[VNET1] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    state = initial_of(&world);
    state.control.daemon.record[A].running = 0;
    assert_true(objects_at_end(ORACLE_STALE_PORT, &world, &state));
    assert_false(objects(ORACLE_STALE_PORT, &world, &state)); /* only at the end */
}

static void
leaked_tap_was_created_for_a_guest(void **unused)
{
    struct world world = one_running(BR0);
    struct state state = initial_of(&world);

    (void)unused;
    state.network.device[VNET1] =
        (struct device){.kind = DEVICE_TAP, .owner = B + 1, .holders = HOLDER_HELPER};
    assert_true(objects_at_end(ORACLE_LEAKED_TAP, &world, &state));
    state.network.device[VNET1].owner = THIRD_PARTY;
    assert_false(objects_at_end(ORACLE_LEAKED_TAP, &world, &state));
    state.control.daemon.record[A].running = 0;
    assert_true(objects_at_end(ORACLE_LEAKED_TAP, &world, &state));
}

/* The mutex is held by a guest whose thread has nothing left to do: nobody will give it back. */
static void
deadlock_is_a_command_that_cannot_end(void **unused)
{
    struct world world = reported_race("atomic");
    struct state state;

    (void)unused;
    world.commands[A] = 0;
    state = initial_of(&world);
    assert_true(can_step(&world, &state, 'b'));
    state.control.daemon.lock[0] = A + 1;
    for (unsigned actor = 0; actor < actor_count(&world); actor++) {
        assert_false(actor_enabled(&world, &state, actor));
    }
    assert_true(objects_at_end(ORACLE_DEADLOCK, &world, &state));
    state.control.daemon.lock[0] = 0;
    play(&world, &state, "bbbbbvbbb");
    for (unsigned actor = 0; actor < actor_count(&world); actor++) {
        assert_false(actor_enabled(&world, &state, actor));
    }
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracles_have_names),
        cmocka_unit_test(a_running_guest_is_no_violation),
        cmocka_unit_test(lost_attachment_of_open_vswitch),
        cmocka_unit_test(a_half_dead_port_is_reached),
        cmocka_unit_test(lost_attachment_of_other_guests),
        cmocka_unit_test(lost_attachment_of_a_device_that_is_down),
        cmocka_unit_test(wrong_network_is_any_other_bridge),
        cmocka_unit_test(wrong_network_by_a_stale_port),
        cmocka_unit_test(duplicate_name_is_in_the_daemons_memory),
        cmocka_unit_test(duplicate_name_is_of_the_daemons_giving),
        cmocka_unit_test(lost_filter_is_of_a_running_guests_device),
        cmocka_unit_test(stale_port_is_a_row_nobody_runs_on),
        cmocka_unit_test(leaked_tap_was_created_for_a_guest),
        cmocka_unit_test(deadlock_is_a_command_that_cannot_end),
    };

    return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
