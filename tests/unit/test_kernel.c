/* The simulated kernel: errnos and lives of devices as facts 4 has them. */
#include "tests/unit/fixture.h"

#include "sim/kernel.h"

#include <errno.h>

static struct world
empty_world(void)
{
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, BR0, false, "");
    add_guest(&world, LB0, false, "");
    return world;
}

/* A tap that guest a's start has made and still holds. */
static void
make_tap(const struct world *world, struct state *state, uint8_t name)
{
    assert_int_equal(kernel_create(world, state, name, A + 1, false), 0);
}

/* TUNSETIFF on an existing name: EBUSY for a tap in use, EINVAL for a device that is no tap. */
static void
creation_by_name_respects_what_is_there(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world), before;

    (void)unused;
    make_tap(&world, &state, VNET0);
    state.network.device[VNET1] = (struct device){.kind = DEVICE_VETH, .owner = THIRD_PARTY};
    state.network.device[VNET2] = (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY};
    before = state;
    assert_int_equal(kernel_create(&world, &state, VNET0, B + 1, false), EBUSY);
    assert_int_equal(kernel_create(&world, &state, VNET0, A + 1, false), EBUSY); /* its own, too */
    assert_int_equal(kernel_create(&world, &state, VNET1, B + 1, false), EINVAL);
    assert_int_equal(kernel_create(&world, &state, VNET2, B + 1, false), EBUSY);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(kernel_create(&world, &state, VNET3, B + 1, false), 0);
    assert_int_equal(state.network.device[VNET3].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET3].owner, B + 1);
    assert_int_equal(state.network.device[VNET3].holders, HOLDER_DAEMON);
    /* Facts 1a, S4: it is not up, and its MAC is nobody's yet. */
    assert_int_equal(state.network.device[VNET3].mac, 0);
}

/* docs/model-kernel.md: other software's `create` does nothing if the name is taken, by whatever
 * device. */
static void
other_software_creates_what_is_free(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world), before;

    (void)unused;
    make_tap(&world, &state, VNET0);
    state.network.device[VNET1] = (struct device){.kind = DEVICE_VETH, .owner = THIRD_PARTY};
    before = state;
    assert_int_equal(kernel_create_other(&world, &state, VNET0), EEXIST);
    assert_int_equal(kernel_create_other(&world, &state, VNET1), EEXIST);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(kernel_create_other(&world, &state, VNET2), 0);
    before.network.device[VNET2] =
        (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY}; /* down */
    assert_memory_equal(&state, &before, sizeof state);
}

/* %d: the lowest free number over all names, whatever kind of device has them. */
static void
templates_take_the_lowest_free_number(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world);
    uint8_t name;

    (void)unused;
    state.network.device[VNET1] = (struct device){.kind = DEVICE_VETH, .owner = THIRD_PARTY};
    assert_int_equal(kernel_create_template(&world, &state, VNET, A + 1, false, &name), 0);
    assert_int_equal(name, VNET0);
    assert_int_equal(kernel_create_template(&world, &state, VNET, A + 1, false, &name), 0);
    assert_int_equal(name, VNET2);
    assert_int_equal(kernel_create_template(&world, &state, MYTAP, A + 1, false, &name), 0);
    assert_int_equal(name, MYTAP0);
    kernel_close(&world, &state, VNET0, HOLDER_DAEMON);
    assert_int_equal(kernel_create_template(&world, &state, VNET, B + 1, false, &name), 0);
    assert_int_equal(name, VNET0); /* mail 001: "the kernel reuses tap device names" */
    assert_int_equal(kernel_create_template(&world, &state, VNET, B + 1, false, &name), 0);
    assert_int_equal(kernel_create_template(&world, &state, VNET, B + 1, false, &name), ENFILE);
}

/* "vnet01" does not occupy 1. */
static void
a_padded_number_is_another_name(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    uint8_t padded = ifname_add_single(&world.names, "vnet01"), name;
    struct state state;

    (void)unused;
    add_guest(&world, BR0, false, "");
    world.third_party_device[padded] = DEVICE_TAP;
    world.third_party_device[VNET0] = DEVICE_TAP;
    state = initial_of(&world);
    assert_int_equal(kernel_create_template(&world, &state, VNET, A + 1, false, &name), 0);
    assert_int_equal(name, VNET1);
}

static void
a_bridge_takes_a_device_once(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), ENODEV);
    make_tap(&world, &state, VNET0);
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), 0);
    assert_int_equal(state.network.device[VNET0].master, LB0);
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB1), EBUSY);
    /* Even the same bridge. */
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), EBUSY);
    assert_int_equal(kernel_bridge_del(&state, VNET0, LB1), EINVAL);
    assert_int_equal(state.network.device[VNET0].master, LB0);
    assert_int_equal(kernel_bridge_del(&state, VNET0, LB0), 0);
    assert_int_equal(state.network.device[VNET0].master, 0);
    assert_int_equal(kernel_bridge_del(&state, VNET0, LB0), EINVAL);
    assert_int_equal(kernel_bridge_del(&state, VNET1, LB0), ENODEV);
}

/* Facts 7: a tap on ovs-system gets EBUSY; facts 3d: the netdev datapath has no rx_handler. */
static void
ovs_system_is_a_master_and_netdev_is_not(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world);

    (void)unused;
    make_tap(&world, &state, VNET0);
    state.network.port[VNET0] = (struct port){.bridge = BR0, .life = PORT_LIVE};
    assert_true(kernel_on_ovs_system(&world, &state, VNET0));
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), EBUSY);
    state.network.port[VNET0].life =
        PORT_STALE; /* another device's: it does not enslave this one */
    assert_false(kernel_on_ovs_system(&world, &state, VNET0));
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), 0);

    state.network.device[VNET0].master = 0;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    state.network.port[VNET0].life = PORT_LIVE;
    assert_false(kernel_on_ovs_system(&world, &state, VNET0));
    assert_int_equal(kernel_bridge_add(&world, &state, VNET0, LB0), 0);
}

static void
calls_on_a_missing_device_are_enodev(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world), before = state;

    (void)unused;
    assert_int_equal(kernel_set_mac(&state, VNET0, 1), ENODEV);
    assert_int_equal(kernel_set_up(&state, VNET0), ENODEV);
    assert_int_equal(kernel_delete(&world, &state, VNET0), ENODEV);
    assert_memory_equal(&state, &before, sizeof state);
    make_tap(&world, &state, VNET0);
    assert_int_equal(kernel_set_mac(&state, VNET0, 1), 0);
    assert_int_equal(kernel_set_up(&state, VNET0), 0);
    assert_int_equal(state.network.device[VNET0].mac, 1);
    assert_int_equal(state.network.device[VNET0].up, 1);
}

/* A tap without PERSIST goes with its last descriptor, whoever has it. */
static void
the_last_descriptor_takes_the_tap_along(void **unused)
{
    struct world world = empty_world();
    struct state state = initial_of(&world);

    (void)unused;
    make_tap(&world, &state, VNET0);
    state.network.device[VNET0].holders = HOLDER_DAEMON | HOLDER_QEMU | HOLDER_HELPER;
    state.network.device[VNET0].master = LB0;
    kernel_close(&world, &state, VNET0, HOLDER_QEMU);
    kernel_close(&world, &state, VNET0, HOLDER_DAEMON);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET0].master, LB0);
    kernel_close(&world, &state, VNET0, HOLDER_HELPER);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_int_equal(state.network.device[VNET0].master, 0);
}

/* Facts 4: the name is reusable before the exit returns; do_exit closes files first. */
static void
a_name_is_free_before_its_process_is_gone(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);
    struct event event;

    (void)unused;
    play(&world, &state, "a");
    assert_int_equal(state.control.phase[A], PROCESS_EXITING);
    assert_int_equal(state.network.device[VNET0].owner, A + 1);
    event = play(&world, &state, "A");
    assert_int_equal(event.kind, EVENT_CLOSE);
    assert_int_equal(event.op.name, VNET0);
    assert_int_equal(state.control.phase[A], PROCESS_CLOSED);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_false(can_step(&world, &state, 'a')); /* the kill waits for the process to be gone */
    event = play(&world, &state, "b");
    assert_int_equal(event.outcome.value, VNET0);
    assert_int_equal(state.network.device[VNET0].owner, B + 1);
    assert_int_equal(state.control.phase[A], PROCESS_CLOSED);
    event = play(&world, &state, "A");
    assert_int_equal(event.kind, EVENT_EXIT);
    assert_int_equal(state.control.phase[A], PROCESS_NONE);
    assert_false(can_step(&world, &state, 'A'));
    assert_true(can_step(&world, &state, 'a'));
    assert_int_equal(state.network.device[VNET0].owner, B + 1); /* the exit does nothing to it */
}

/* Before the close, the name is not free. */
static void
a_name_is_taken_until_its_process_closes_it(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(play(&world, &state, "ab").outcome.value, VNET1);
}

/* Facts 4: a dup'd descriptor makes the device outlive waitpid. */
static void
another_descriptor_keeps_the_tap(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.leaked[A] = 1;
    state = initial_of(&world);
    assert_false(can_step(&world, &state, 'h'));
    play(&world, &state, "aAA");
    assert_int_equal(state.control.phase[A], PROCESS_NONE);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_HELPER);
    assert_int_equal(state.network.port[VNET0].life, PORT_LIVE);
    assert_false(can_step(&world, &state, 'h'));
    world.helper_closes[A] = 1;
    assert_int_equal(play(&world, &state, "h").kind, EVENT_HELPER_CLOSE);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    /* docs/model-kernel.md: its vport goes with it. */
    assert_int_equal(state.network.port[VNET0].life, PORT_NONE);
    assert_false(can_step(&world, &state, 'h'));
}

/* Facts 4: after an external delete, the old descriptor does not touch a new tap of the name. */
static void
a_descriptor_never_reaches_a_later_tap(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
    state = initial_of(&world);
    play(&world, &state, "o");
    assert_int_equal(state.control.phase[A], PROCESS_RUNNING);
    assert_int_equal(state.network.tap[A], IFNAME_NONE);
    assert_int_equal(play(&world, &state, "b").outcome.value, VNET0);
    play(&world, &state, "aAA");
    assert_int_equal(state.network.device[VNET0].owner, B + 1);

    /* Neither does the daemon's own, between create-tap and exec. */
    state = initial_of(&world);
    play(&world, &state, "aAb");
    assert_int_equal(state.network.device[VNET0].owner, B + 1);
    play(&world, &state, "o");
    state.network.device[VNET0] =
        (struct device){.kind = DEVICE_TAP, .owner = A + 1, .holders = HOLDER_DAEMON};
    play(&world, &state, "bbv");
    play(&world, &state, "bbb");
    assert_int_equal(state.network.tap[B], IFNAME_NONE);
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_DAEMON);
}

/* Calls by name on a tap that other software has deleted find none, and the start fails. */
static void
a_start_whose_tap_is_deleted_fails(void **unused)
{
    static const struct {
        const char *before;
        enum op_kind op;
    } calls[] = {{"b", OP_SET_MAC}, {"bb", OP_ADD_IF}, {"bbb", OP_LINK_UP}};

    (void)unused;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct world world = reported_race("libvirt-6.6");
        struct state state;
        struct event event;

        world.nic[B].bridge = LB0;
        world.third_parties = 1;
        world.third_party[0] =
            (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET1}};
        state = initial_of(&world);
        play(&world, &state, calls[i].before);
        event = play(&world, &state, "ob");
        assert_int_equal(event.op.kind, calls[i].op);
        assert_int_equal(event.outcome.error, ENODEV);
        assert_int_equal(play(&world, &state, "b").op.kind, OP_CLOSE_TAP);
        assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE);
    }
}

/* docs/model-kernel.md: a port of the system datapath goes with its device, and no other does; one
 * of netdev stays, and is stale. */
static void
a_vport_goes_with_its_device(void **unused)
{
    static const uint8_t bridges[] = {BR0, BR1};

    (void)unused;
    for (size_t i = 0; i < sizeof bridges / sizeof *bridges; i++) {
        struct world world = empty_world();
        struct state state = initial_of(&world);

        world.datapath[BR1 - 1] = DATAPATH_NETDEV;
        state.network.device[VNET0] =
            (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY, .holders = HOLDER_DAEMON};
        state.network.port[VNET0] = (struct port){.bridge = bridges[i], .life = PORT_LIVE};
        state.network.port[VNET1] = (struct port){.bridge = BR0, .life = PORT_LIVE};
        kernel_delete(&world, &state, VNET0);
        assert_int_equal(state.network.port[VNET0].life,
                         bridges[i] == BR0 ? PORT_NONE : PORT_STALE);
        assert_int_equal(state.network.port[VNET0].bridge, bridges[i] == BR0 ? 0 : BR1);
        assert_int_equal(state.network.port[VNET1].life, PORT_LIVE);
    }
}

/* docs/model.md: until set-mac, the tap's MAC is nobody's; mail 000: MACs do not have to be unique.
 */
static void
a_mac_is_a_guests_once_it_is_set(void **unused)
{
    struct world world = reported_race("mac-check");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(play(&world, &state, "aAAaba").outcome.value, 0);
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aAAabba").outcome.value, B + 1);
    world.nic[B].mac = world.nic[A].mac;
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "aAAabba").outcome.value, A + 1);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_DEL_PORT);
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    state.network.device[VNET0] =
        (struct device){.kind = DEVICE_TAP, .owner = THIRD_PARTY, .mac = 0};
    assert_int_equal(play(&world, &state, "a").outcome.value, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creation_by_name_respects_what_is_there),
        cmocka_unit_test(other_software_creates_what_is_free),
        cmocka_unit_test(templates_take_the_lowest_free_number),
        cmocka_unit_test(a_padded_number_is_another_name),
        cmocka_unit_test(a_bridge_takes_a_device_once),
        cmocka_unit_test(ovs_system_is_a_master_and_netdev_is_not),
        cmocka_unit_test(calls_on_a_missing_device_are_enodev),
        cmocka_unit_test(the_last_descriptor_takes_the_tap_along),
        cmocka_unit_test(a_name_is_free_before_its_process_is_gone),
        cmocka_unit_test(a_name_is_taken_until_its_process_closes_it),
        cmocka_unit_test(another_descriptor_keeps_the_tap),
        cmocka_unit_test(a_descriptor_never_reaches_a_later_tap),
        cmocka_unit_test(a_start_whose_tap_is_deleted_fails),
        cmocka_unit_test(a_vport_goes_with_its_device),
        cmocka_unit_test(a_mac_is_a_guests_once_it_is_set),
    };

    return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
