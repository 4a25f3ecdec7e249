/* A Linux bridge is told the index of a device, which was looked up before (docs/facts.md, "Found
 * of indexes"). */
#include "tests/unit/links.h"

#include "sim/kernel.h"

#include <errno.h>

/* br_ioctl.c, add_del_if: EINVAL if the device of that index has gone, whatever has its name by
 * now; and a device is the same one under another name. */
static void
a_bridge_takes_the_device_of_an_index(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state, before;

    (void)unused;
    world.nic[B].bridge = LB0;
    world.nic[B].contested = 1;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){
        .commands = 2, .command = {THIRD_PARTY_DELETE, THIRD_PARTY_CREATE}, .name = {VNET1, VNET1}};
    state = initial_of(&world);
    assert_int_equal(kernel_index(&state, B, VNET1), ENODEV);
    assert_int_equal(play(&world, &state, "bbb").op.kind, OP_GET_INDEX);
    before = state;
    assert_int_equal(play(&world, &state, "oob").outcome.error, EINVAL);
    assert_int_equal(state.network.device[VNET1].master, 0);
    assert_int_equal(play(&world, &state, "b").op.kind, OP_CLOSE_TAP);
    state = before;
    world.third_party[0].command[0] = THIRD_PARTY_RENAME;
    world.third_party[0].to[0] = FIXED;
    assert_int_equal(play(&world, &state, "ob").outcome.error, 0);
    assert_int_equal(state.network.device[FIXED].master, LB0);
    assert_int_equal(play(&world, &state, "b").outcome.error, ENODEV); /* link-up is by name */
    state = before;
    state.network.bridge_gone[LB0 - 1] = 1;
    assert_int_equal(play(&world, &state, "b").outcome.error, ENODEV);
    state = before;
    play(&world, &state, "o");
    state.network.bridge_gone[LB0 - 1] = 1;
    assert_int_equal(play(&world, &state, "b").outcome.error,
                     ENODEV); /* its name is looked up first */
}

/* By other software, or by the name of another guest's link. */
static void
a_device_is_contested_if_others_may_delete_it(void **unused)
{
    static const enum third_party_command deletes[] = {THIRD_PARTY_DELETE, THIRD_PARTY_RENAME};
    static const enum third_party_command others[] = {THIRD_PARTY_CREATE, THIRD_PARTY_DELETE_PORT,
                                                      THIRD_PARTY_DELETE_BRIDGE};
    struct world world = reported_race("libvirt-6.6"), links = links_under("libvirt-6.6");

    (void)unused;
    assert_false(world_contests(&world, A));
    world.third_parties = 1;
    for (size_t i = 0; i < sizeof deletes / sizeof *deletes; i++) {
        world.third_party[0] =
            (struct third_party){.commands = 1, .command = {(uint8_t)deletes[i]}};
        assert_true(world_contests(&world, A));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        world.third_party[0] = (struct third_party){.commands = 1, .command = {(uint8_t)others[i]}};
        assert_false(world_contests(&world, A));
    }
    add_veth(&links, false, "start");
    assert_false(world_contests(&links, A)); /* by its own guest alone */
    add_guest(&links, LB0, false, "start");
    assert_true(world_contests(&links, B));
    assert_false(world_contests(&links, A));
}

/* A bridge that is gone is missed before anybody looks at the index. */
static void
who_has_no_index_has_no_device_to_add(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    const struct operation add = {.kind = OP_ADD_IF, .name = VNET0, .bridge = LB0, .by_index = 1};
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(kernel_add_if(&world, &state, A, add), EINVAL);
    state.network.bridge_gone[LB0 - 1] = 1;
    assert_int_equal(kernel_add_if(&world, &state, A, add), ENODEV);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bridge_takes_the_device_of_an_index),
        cmocka_unit_test(a_device_is_contested_if_others_may_delete_it),
        cmocka_unit_test(who_has_no_index_has_no_device_to_add),
    };

    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
