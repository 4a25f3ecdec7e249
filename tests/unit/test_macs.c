/* Macvtaps of one parent: which MACs the kernel lets them have (docs/facts.md, "Found of MACs"). */
#include "tests/unit/links.h"

#include "sim/kernel.h"

/* Two macvtaps with guest a's MAC, the first of them up, and one with guest b's. */
static struct state
three_macvtaps(const struct world *world)
{
    struct state state = initial_of(world);

    assert_int_equal(
        kernel_create_link(world, &state, MACVTAP0, A + 1, DEVICE_MACVTAP, world->nic[A].mac), 0);
    assert_int_equal(
        kernel_create_link(world, &state, MACVTAP1, A + 1, DEVICE_MACVTAP, world->nic[A].mac), 0);
    assert_int_equal(
        kernel_create_link(world, &state, MACVTAP2, B + 1, DEVICE_MACVTAP, world->nic[B].mac), 0);
    assert_int_equal(kernel_set_up(&state, MACVTAP0), 0);
    return state;
}

static struct world
two_guests(void)
{
    struct world world = links_under("libvirt-6.6");

    add_macvtap(&world, false, "");
    add_macvtap(&world, false, "");
    return world;
}

static void
of_two_with_one_mac_one_is_up(void **unused)
{
    struct world world = two_guests();
    struct state state = three_macvtaps(&world), before = state;

    (void)unused;
    assert_int_equal(kernel_set_up(&state, MACVTAP1), EADDRINUSE);
    assert_memory_equal(&state, &before, sizeof state);
    assert_int_equal(kernel_set_up(&state, MACVTAP0), 0); /* it is up already */
    assert_int_equal(kernel_set_up(&state, MACVTAP2), 0);
    state.network.device[MACVTAP0].up = 0;
    assert_int_equal(kernel_set_up(&state, MACVTAP1), 0);
    assert_int_equal(kernel_set_up(&state, MACVTAP0), EADDRINUSE);
    assert_int_equal(kernel_delete(&world, &state, MACVTAP1), 0);
    assert_int_equal(kernel_set_up(&state, MACVTAP0), 0);
}

/* Of a tap or a veth the kernel does not ask, nor of the MAC that other software's was born with.
 */
static void
no_other_device_is_in_the_way(void **unused)
{
    struct world world = two_guests();
    struct state state = three_macvtaps(&world);

    (void)unused;
    state.network.device[VNET0] =
        (struct device){.kind = DEVICE_TAP, .mac = world.nic[B].mac, .up = 1};
    state.network.device[VNET1] = (struct device){.kind = DEVICE_TAP, .mac = world.nic[A].mac};
    assert_int_equal(kernel_set_up(&state, MACVTAP2), 0);
    assert_int_equal(kernel_set_up(&state, VNET1), 0);
    state.network.device[MACVTAP0].mac = state.network.device[MACVTAP1].mac = 0;
    assert_int_equal(kernel_set_up(&state, MACVTAP1), 0);
}

/* macvlan_set_mac_address: whether the device itself is up or down; its own MAC is no change. */
static void
a_mac_in_use_is_not_given(void **unused)
{
    struct world world = two_guests();

    (void)unused;
    for (uint8_t up = 0; up <= 1; up++) {
        struct state state = three_macvtaps(&world), before;

        state.network.device[MACVTAP2].up = up;
        before = state;
        assert_int_equal(kernel_set_mac(&state, MACVTAP2, world.nic[A].mac), EADDRINUSE);
        assert_int_equal(kernel_set_mac(&state, MACVTAP1, world.nic[A].mac), 0);
        assert_int_equal(kernel_set_mac(&state, MACVTAP0, world.nic[A].mac), 0);
        assert_memory_equal(&state, &before, sizeof state);
        state.network.device[MACVTAP0].up = 0;
        assert_int_equal(kernel_set_mac(&state, MACVTAP2, world.nic[A].mac), 0);
        assert_int_equal(state.network.device[MACVTAP2].mac, world.nic[A].mac);
    }
}

/* One that is set down is in nobody's way any more. */
static void
one_that_is_down_is_in_nobodys_way(void **unused)
{
    struct world world = two_guests();
    struct state state = three_macvtaps(&world);

    (void)unused;
    assert_int_equal(kernel_set_up(&state, MACVTAP1), EADDRINUSE);
    assert_int_equal(kernel_set_down(&state, MACVTAP0), 0);
    assert_int_equal(state.network.device[MACVTAP0].up, 0);
    assert_int_equal(kernel_set_down(&state, MACVTAP0), 0);
    assert_int_equal(kernel_set_up(&state, MACVTAP1), 0);
    assert_int_equal(kernel_set_down(&state, VNET1), ENODEV);
}

/* The flags that ovs-vswitchd gives back cannot set it up, either. */
static void
nor_is_it_set_up_by_ovs_vswitchd(void **unused)
{
    struct world world = two_guests();
    struct state state = three_macvtaps(&world);

    (void)unused;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    for (uint8_t name = MACVTAP1; name <= MACVTAP2; name++) {
        state.network.port[name] =
            (struct port){.bridge = BR0, .life = PORT_STALE, .remembered = REMEMBERS_UP};
    }
    ovs_vswitchd_run(&world, &state);
    assert_int_equal(state.network.device[MACVTAP1].up, 0);
    assert_int_equal(state.network.device[MACVTAP2].up, 1);
}

/* lxc/incus#983: a macvtap is left by a start that was cut off, and the next one has its MAC. */
static void
a_start_fails_beside_a_macvtap_of_its_own(void **unused)
{
    static const struct surprise in_use[] = {{OP_LINK_UP, 1, {.error = EADDRINUSE}},
                                             {.op = OP_NONE}};
    struct world world = links_under("libvirt-11.3");

    (void)unused;
    add_macvtap(&world, false, "start");
    expect_start(&world, in_use, "pick-name lookup create-link exec link-up",
                 "kill delete-link release");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_two_with_one_mac_one_is_up),
        cmocka_unit_test(no_other_device_is_in_the_way),
        cmocka_unit_test(a_mac_in_use_is_not_given),
        cmocka_unit_test(one_that_is_down_is_in_nobodys_way),
        cmocka_unit_test(nor_is_it_set_up_by_ovs_vswitchd),
        cmocka_unit_test(a_start_fails_beside_a_macvtap_of_its_own),
    };

    return cmocka_run_group_tests_name("macs", tests, NULL, NULL);
}
