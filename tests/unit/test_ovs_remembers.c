/* What ovs-vswitchd remembers of a port's device, and writes to whatever has its name when the port
 * goes (docs/facts.md, "Found by conform"; docs/model-ovs.md). */
#include "tests/unit/fixture.h"

#include "sim/kernel.h"
#include "sim/ovs.h"

/* Guest a stops and guest b starts on a Linux bridge: scenarios/taken-down.yaml. */
static struct world
world_of(enum datapath datapath)
{
    struct world world = reported_race("libvirt-6.6");

    world.datapath[BR0 - 1] = world.datapath[BR1 - 1] = (uint8_t)datapath;
    world.nic[B].bridge = LB0;
    return world;
}

/* Nothing but a row on br0 and its port, and a device of the name if the port is live. */
static struct state
row_and_port(enum port_life life, enum remembered remembered)
{
    struct state state = {0};

    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.port[VNET0] = (struct port){.bridge = BR0,
                                              .life = (uint8_t)life,
                                              .last_event = life == PORT_STALE ? REMEMBERS_DOWN : 0,
                                              .remembered = (uint8_t)remembered};
    if (life == PORT_LIVE) {
        state.network.device[VNET0] = (struct device){.kind = DEVICE_TAP, .owner = A + 1};
    }
    return state;
}

/* Whether a run is needed to get there, and whether one is enough. */
static void
expect_run(const struct world *world, struct state *state, enum remembered after)
{
    bool behind = state->network.port[VNET0].remembered != after;

    assert_int_equal(ovs_vswitchd_is_behind(world, state), behind);
    ovs_vswitchd_run(world, state);
    assert_int_equal(state->network.port[VNET0].remembered, after);
    assert_false(ovs_vswitchd_is_behind(world, state));
}

static void
a_port_from_the_beginning_is_remembered_up(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state;

    (void)unused;
    world.running[B] = 1; /* on the Linux bridge: it has no port */
    state = initial_of(&world);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_UP);
    assert_int_equal(state.network.port[VNET1].remembered, REMEMBERS_NOTHING);
    assert_false(can_step(&world, &state, 'v'));
    world = world_of(DATAPATH_SYSTEM);
    state = initial_of(&world);
    assert_int_equal(state.network.port[VNET0].remembered, REMEMBERS_NOTHING);
    assert_false(can_step(&world, &state, 'v'));
}

/* Of a live port: whether its device is up, whatever was remembered before. */
static void
a_live_port_follows_its_device(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (int before = REMEMBERS_NOTHING; before <= REMEMBERS_UP; before++) {
        struct state state = row_and_port(PORT_LIVE, (enum remembered)before);

        expect_run(&world, &state, REMEMBERS_DOWN);
        state.network.device[VNET0].up = 1;
        expect_run(&world, &state, REMEMBERS_UP);
        state.network.device[VNET0].up = 0;
        expect_run(&world, &state, REMEMBERS_DOWN);
    }
}

/* The run that binds a device reads its link events, too. */
static void
a_new_port_is_remembered_at_once(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (uint8_t up = 0; up <= 1; up++) {
        struct state state = row_and_port(PORT_LIVE, REMEMBERS_NOTHING);

        state.network.port[VNET0] = (struct port){0};
        state.network.device[VNET0].up = up;
        ovs_vswitchd_run(&world, &state);
        assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
        expect_run(&world, &state, up ? REMEMBERS_UP : REMEMBERS_DOWN);
    }
}

/* The last link event of a device says that it is down, and nothing else is heard of its name. */
static void
a_stale_port_is_remembered_down(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (int before = REMEMBERS_NOTHING; before <= REMEMBERS_UP; before++) {
        struct state state = row_and_port(PORT_STALE, (enum remembered)before);

        expect_run(&world, &state, REMEMBERS_DOWN);
    }
}

static void
create_by_name(const struct world *world, struct state *state)
{
    assert_int_equal(kernel_create(world, state, VNET0, B + 1, false), 0);
}

static void
create_by_template(const struct world *world, struct state *state)
{
    uint8_t name;

    assert_int_equal(kernel_create_template(world, state, VNET, B + 1, false, &name), 0);
    assert_int_equal(name, VNET0);
}

static void
create_by_others(const struct world *world, struct state *state)
{
    assert_int_equal(kernel_create_other(world, state, VNET0), 0);
}

/* Whoever has the name next: nothing, from the next run on, even when that device is gone again. */
static void
a_reused_stale_port_is_remembered_no_more(void **unused)
{
    static void (*const create[])(const struct world *, struct state *) = {
        create_by_name, create_by_template, create_by_others};
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (size_t i = 0; i < sizeof create / sizeof *create; i++) {
        for (int before = REMEMBERS_DOWN; before <= REMEMBERS_UP; before++) {
            struct state state = row_and_port(PORT_STALE, (enum remembered)before), gone;

            create[i](&world, &state);
            assert_int_equal(state.network.port[VNET0].remembered, before); /* not read yet */
            gone = state;
            expect_run(&world, &state, REMEMBERS_NOTHING);
            assert_int_equal(state.network.port[VNET0].life, PORT_STALE);
            assert_int_equal(kernel_delete(&world, &state, VNET0), 0);
            expect_run(&world, &state, REMEMBERS_NOTHING);
            assert_int_equal(kernel_delete(&world, &gone, VNET0), 0); /* gone before it is read */
            expect_run(&world, &gone, REMEMBERS_NOTHING);
        }
    }
}

/* A device of another name is another port's business; a port made anew begins anew. */
static void
reuse_is_of_one_name_and_one_port(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state = row_and_port(PORT_STALE, REMEMBERS_DOWN);

    (void)unused;
    assert_int_equal(kernel_create(&world, &state, VNET1, B + 1, false), 0);
    expect_run(&world, &state, REMEMBERS_DOWN);

    create_by_name(&world, &state);
    state.network.row[VNET0].bridge = BR1; /* the stale port goes, the device gets one of its own */
    ovs_vswitchd_run(&world, &state);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_int_equal(kernel_delete(&world, &state, VNET0), 0);
    expect_run(&world, &state, REMEMBERS_DOWN);
}

/* A port of a system bridge has nothing to remember, and takes nothing back. */
static void
a_system_port_remembers_nothing(void **unused)
{
    struct world world = world_of(DATAPATH_SYSTEM);

    (void)unused;
    for (int life = PORT_LIVE; life <= PORT_STALE; life++) {
        for (uint8_t up = 0; up <= 1; up++) {
            struct state state = row_and_port((enum port_life)life, REMEMBERS_NOTHING);

            if (life == PORT_STALE) {
                create_by_name(&world, &state);
            }
            state.network.device[VNET0].up = up;
            expect_run(&world, &state, REMEMBERS_NOTHING);
            state.network.row[VNET0] = (struct row){0};
            ovs_vswitchd_run(&world, &state);
            assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
            assert_int_equal(state.network.device[VNET0].up, up);
        }
    }
}

/* What a removal writes, to a device that is down or up, the port's own or another's; and what is
 * remembered of a port on the row's new bridge is what was written. */
static void
a_removal_writes_what_is_remembered(void **unused)
{
    static const struct {
        enum remembered remembered;
        uint8_t before, after;
    } expected[] = {
        {REMEMBERS_NOTHING, 0, 0}, {REMEMBERS_NOTHING, 1, 1}, {REMEMBERS_DOWN, 0, 0},
        {REMEMBERS_DOWN, 1, 0},    {REMEMBERS_UP, 0, 1},      {REMEMBERS_UP, 1, 1},
    };
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        for (int life = PORT_LIVE; life <= PORT_STALE; life++) {
            struct state state = row_and_port((enum port_life)life, expected[i].remembered), moved;

            state.network.device[VNET0] = state.network.device[VNET1] = (struct device){
                .kind = DEVICE_TAP, .owner = B + 1, .master = LB0, .up = expected[i].before};
            moved = state;
            state.network.row[VNET0] = (struct row){0};
            ovs_vswitchd_run(&world, &state);
            assert_int_equal(state.network.device[VNET0].up, expected[i].after);
            assert_int_equal(state.network.device[VNET1].up, expected[i].before); /* another name */
            expect_run(&world, &state, REMEMBERS_NOTHING);

            moved.network.row[VNET0].bridge = BR1;
            ovs_vswitchd_run(&world, &moved);
            assert_int_equal(moved.network.device[VNET0].up, expected[i].after);
            expect_run(&world, &moved, expected[i].after ? REMEMBERS_UP : REMEMBERS_DOWN);
        }
    }
}

static void
a_removal_makes_no_device(void **unused)
{
    static const struct device none;
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (int before = REMEMBERS_NOTHING; before <= REMEMBERS_UP; before++) {
        struct state state = row_and_port(PORT_STALE, (enum remembered)before);

        state.network.row[VNET0] = (struct row){0};
        ovs_vswitchd_run(&world, &state);
        assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
        assert_memory_equal(&state.network.device[VNET0], &none, sizeof none);
    }
}

/* "ovs-vswitchd also has a step": nobody waits for it, and no row asks for anything. */
static void
link_events_alone_are_a_step(void **unused)
{
    struct world world = world_of(DATAPATH_NETDEV);
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_step(&world, &state, 'v'));
    play(&world, &state, "aA");
    assert_true(can_step(&world, &state, 'v'));
    play(&world, &state, "vAb");
    assert_true(can_step(&world, &state, 'v')); /* the name has been taken */
    play(&world, &state, "v");
    assert_false(can_step(&world, &state, 'v'));
    play(&world, &state, "bbb"); /* on its bridge and up: no port, nothing to read */
    assert_int_equal(state.network.device[VNET0].up, 1);
    assert_false(can_step(&world, &state, 'v'));
}

/* A guest that has nothing to do with the switch: its tap is taken down if ovs-vswitchd last heard
 * that a's went, set up if it has heard nothing, and left alone if it has heard of this one. */
static void
the_database_comes_before_the_links(void **unused)
{
    static const struct {
        const char *schedule;
        uint8_t before, after;
    } expected[] = {
        {"aAvAabbbba", 1, 0}, {"aAAabbbba", 1, 1},   {"aAAabbba", 0, 1},
        {"aAvAabbba", 0, 0},  {"aAvAabbvbba", 1, 1},
    };
    struct world world = world_of(DATAPATH_NETDEV);

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct state state = initial_of(&world);

        assert_int_equal(play(&world, &state, expected[i].schedule).op.kind, OP_DEL_PORT);
        assert_int_equal(state.network.device[VNET0].owner, B + 1);
        assert_int_equal(state.network.device[VNET0].up, expected[i].before);
        play(&world, &state, "v");
        assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
        assert_int_equal(state.network.device[VNET0].up, expected[i].after);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_from_the_beginning_is_remembered_up),
        cmocka_unit_test(a_live_port_follows_its_device),
        cmocka_unit_test(a_new_port_is_remembered_at_once),
        cmocka_unit_test(a_stale_port_is_remembered_down),
        cmocka_unit_test(a_reused_stale_port_is_remembered_no_more),
        cmocka_unit_test(reuse_is_of_one_name_and_one_port),
        cmocka_unit_test(a_system_port_remembers_nothing),
        cmocka_unit_test(a_removal_writes_what_is_remembered),
        cmocka_unit_test(a_removal_makes_no_device),
        cmocka_unit_test(link_events_alone_are_a_step),
        cmocka_unit_test(the_database_comes_before_the_links),
    };

    return cmocka_run_group_tests_name("ovs-remembers", tests, NULL, NULL);
}
