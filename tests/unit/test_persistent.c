/* Taps that outlive their descriptors (docs/model-kernel.md, "Persistent taps"; docs/model.md,
 * "Hot-unplug"): who may open one, what it keeps, and who deletes it.  Errnos and lives as facts 4
 * has them. */
#include "tests/unit/script.h"

#include "sim/kernel.h"
#include "sim/oracle.h"

/* A stopped guest of that name, on no bridge, and an administrator's tap of the same name. */
static struct world
precreated(const char *policy, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, NO_BRIDGE, false, commands);
    world.nic[A].name = FIXED;
    world.preset[FIXED] = (struct preset){.present = 1};
    return world;
}

static bool
ends_in(const struct world *world, const struct state *state, enum oracle oracle)
{
    return (oracle_judge_end(world, state) & ORACLE_BIT(oracle)) != 0;
}

/* Its MAC, its flags and its master stay while it is open to nobody; opened, it is the same. */
static void
a_persistent_tap_keeps_what_it_has(void **unused)
{
    struct world world = precreated("libvirt-6.6", "");
    struct state state;
    struct device before;

    (void)unused;
    world.preset[FIXED].bridge = LB0;
    state = initial_of(&world);
    state.network.device[FIXED].mac = B + 1;
    before = state.network.device[FIXED];
    assert_int_equal(before.up, 1);
    assert_int_equal(before.master, LB0);
    assert_int_equal(kernel_create(&world, &state, FIXED, A + 1, false), 0);
    assert_int_equal(state.network.device[FIXED].owner, A + 1);
    assert_int_equal(device_incarnation(&state.network.device[FIXED]), ADMINISTRATOR);
    assert_int_equal(kernel_bridge_add(&world, &state, FIXED, LB0), EBUSY);
    kernel_close_opened(&world, &state, A);
    before.owner = A + 1;
    assert_memory_equal(&state.network.device[FIXED], &before, sizeof before);
    /* Clearing deletes only at the last close. */
    assert_int_equal(kernel_create(&world, &state, FIXED, A + 1, false), 0);
    state.network.device[FIXED].persist = 0;
    assert_int_equal(state.network.device[FIXED].kind, DEVICE_TAP);
    kernel_close_opened(&world, &state, A);
    assert_int_equal(state.network.device[FIXED].kind, DEVICE_NONE);
}

static void
a_tap_of_one_queue_is_open_once(void **unused)
{
    struct world world = precreated("libvirt-6.6", "");
    struct state state = initial_of(&world);

    (void)unused;
    add_guest(&world, NO_BRIDGE, false, "");
    assert_int_equal(kernel_create(&world, &state, FIXED, A + 1, false), 0);
    assert_int_equal(kernel_create(&world, &state, FIXED, B + 1, false), EBUSY);
    kernel_close_opened(&world, &state, A);
    assert_int_equal(kernel_create(&world, &state, FIXED, B + 1, false), 0);
    assert_int_equal(state.network.device[FIXED].owner, B + 1);
    /* Without the flag there is nothing to open: other software has it in use. */
    assert_int_equal(kernel_create_other(&world, &state, VNET0), 0);
    assert_int_equal(kernel_create(&world, &state, VNET0, A + 1, false), EBUSY);
}

/* "MULTI_QUEUE bit differs->EINVAL", "another MQ queue (even another process's live tap)". */
static void
a_tap_of_several_queues_is_open_to_all_who_ask_for_several(void **unused)
{
    struct world world = precreated("libvirt-6.6", "");
    struct state state = initial_of(&world);

    (void)unused;
    add_guest(&world, NO_BRIDGE, false, "");
    assert_int_equal(kernel_create(&world, &state, FIXED, A + 1, true), EINVAL);
    assert_int_equal(kernel_create(&world, &state, VNET0, A + 1, true), 0);
    assert_int_equal(kernel_create(&world, &state, VNET0, B + 1, false), EINVAL);
    assert_int_equal(kernel_create(&world, &state, VNET0, B + 1, true), 0);
    assert_int_equal(state.network.device[VNET0].owner, A + 1); /* it is in use: it is still a's */
    kernel_close_opened(&world, &state, A);
    assert_int_equal(state.network.device[VNET0].holders, HOLDER_DAEMON);
    assert_int_equal(state.network.opened[B], VNET0);
    kernel_close_opened(&world, &state, B);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
}

/* A descriptor of a device that others have made, and that is gone, is of no later one. */
static void
an_incarnation_that_is_gone_is_not_mistaken(void **unused)
{
    struct world world = precreated("libvirt-6.6", "start");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "a");
    assert_int_equal(state.control.daemon.record[A].tap, ADMINISTRATOR);
    assert_int_equal(kernel_delete(&world, &state, FIXED), 0);
    assert_int_equal(state.network.opened[A], IFNAME_NONE);
    assert_int_equal(state.control.daemon.record[A].tap, TAP_GONE);
}

/* qemu/GUEST comes last, and is there only if it has anything to do. */
static void
qemu_acts_while_it_has_its_tap(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world);
    unsigned last = actor_count(&world), qemu = last;
    struct event event;

    (void)unused;
    world.qemu_commands[A] = 2;
    world.qemu_command[A][0] = QEMU_PERSIST;
    world.qemu_command[A][1] = QEMU_UNPERSIST;
    assert_int_equal(actor_count(&world), last + 2);
    assert_int_equal(actor_at(&world, qemu).kind, ACTOR_QEMU);
    assert_int_equal(actor_at(&world, qemu).index, A);
    assert_true(actor_enabled(&world, &state, qemu));
    assert_false(actor_enabled(&world, &state, qemu + 1)); /* b has no QEMU */
    actor_step(&world, &state, qemu, &event);
    assert_int_equal(event.kind, EVENT_PERSIST);
    assert_int_equal(event.op.name, VNET0);
    assert_int_equal(state.network.device[VNET0].persist, 1);
    play(&world, &state, "a");
    assert_false(actor_enabled(&world, &state, qemu)); /* it is dying */
    play(&world, &state, "AA");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET0].holders, 0);
    assert_true(ends_in(&world, &state, ORACLE_LEAKED_TAP));
}

static void
lost_persistence_is_of_what_the_administrator_made(void **unused)
{
    struct world world = precreated("libvirt-6.6", "");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    assert_false(ends_in(&world, &state, ORACLE_LEAKED_TAP));
    state.network.device[FIXED].owner = A + 1; /* a has had it, and has given it back */
    assert_false(ends_in(&world, &state, ORACLE_LEAKED_TAP));
    assert_false(device_is_guests(&state.network.device[FIXED]));
    state.network.device[FIXED].persist = 0;
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    /* Another one of the same name, as persistent as it may be. */
    state.network.device[FIXED] = (struct device){.kind = DEVICE_TAP, .owner = A + 1, .persist = 1};
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
    assert_true(ends_in(&world, &state, ORACLE_LEAKED_TAP));
    state.network.device[FIXED] = (struct device){0};
    assert_true(ends_in(&world, &state, ORACLE_LOST_PERSISTENCE));
}

/* A tap of several queues that two guests have: each one's helper holds a descriptor of its own. */
static void
each_guest_has_a_helper(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, NO_BRIDGE, true, "stop");
    add_guest(&world, NO_BRIDGE, false, "start");
    world.nic[A].name = world.nic[B].name = FIXED;
    world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
    world.faults[FAULT_FD_LEAK] = 2;
    world.helper_closes[A] = 1;
    world.policy.tap_delete = TAP_DELETE_NEVER;
    state = initial_of(&world);
    strike(&world, &state, FAULT_FD_LEAK, A);
    play(&world, &state, "b");
    assert_true(can_strike(&world, &state, FAULT_FD_LEAK, B));
    strike(&world, &state, FAULT_FD_LEAK, B);
    assert_int_equal(state.network.leaked[A], FIXED);
    assert_int_equal(state.network.leaked[B], FIXED);
    play(&world, &state, "h");
    assert_int_equal(state.network.leaked[A], IFNAME_NONE);
    assert_int_equal(state.network.device[FIXED].holders,
                     HOLDER_DAEMON | HOLDER_QEMU | HOLDER_HELPER);
    assert_false(can_step(&world, &state, 'h'));
    assert_int_equal(kernel_delete(&world, &state, FIXED), 0);
    assert_int_equal(state.network.leaked[B], IFNAME_NONE);
}

/* It belongs where it has been put, and where the guest belongs that has it open. */
static void
wrong_network_knows_where_it_was_put(void **unused)
{
    struct world world = precreated("libvirt-6.6", "");
    struct state state;

    (void)unused;
    world.preset[FIXED].bridge = LB0;
    state = initial_of(&world);
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    state.network.device[FIXED].master = LB1;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_WRONG_NETWORK));
    world.nic[A].bridge = LB1;
    state.network.device[FIXED].owner = A + 1;
    assert_int_equal(oracle_judge_state(&world, &state), 0);
}

/* Facts 1a: the device of a guest with managed='no' must exist, and is not touched; of another
 * guest it must not, from 9.0.0 on (facts 2, a2ae3d299). */
static void
a_name_of_the_users_is_looked_up(void **unused)
{
    struct world world = precreated("libvirt-9.0", "start");
    struct state state = initial_of(&world);
    struct event event = play(&world, &state, "a");

    (void)unused;
    assert_int_equal(event.op.kind, OP_LOOKUP);
    assert_true((event.violated & ORACLE_BIT(ORACLE_START_FAILED)) != 0);
    world.nic[A].unmanaged = 1;
    state = initial_of(&world);
    play(&world, &state, "aa");
    assert_int_equal(state.network.opened[A], FIXED);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_ADD_FILTER); /* no MAC, not up */
    assert_int_equal(play(&world, &state, "a").op.kind, OP_EXEC);
    world.policy = policy_of("libvirt-6.6");
    world.preset[FIXED].present = 0;
    state = initial_of(&world);
    event = play(&world, &state, "aa");
    assert_true((event.violated & ORACLE_BIT(ORACLE_START_FAILED)) != 0);
}

/* Facts 1d: the nic goes, QEMU stays, and can be stopped. */
static void
a_nic_is_unplugged_from_a_guest_that_runs(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_guest(&world, LB0, true, "stop");
    world.command[A][world.commands[A]++] = COMMAND_UNPLUG;
    world.command[A][0] = COMMAND_UNPLUG;
    world.command[A][1] = COMMAND_STOP;
    state = initial_of(&world);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_UNPLUG);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_int_equal(state.control.phase[A], PROCESS_RUNNING);
    assert_false(state_running(&state, A));
    assert_int_equal(play(&world, &state, "a").op.kind, OP_REMOVE_FILTER);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_RELEASE);
    assert_int_equal(play(&world, &state, "a").op.kind, OP_KILL);
    play(&world, &state, "AAa");
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* No tap goes by itself, and no name that is taken is opened; the stop destroys it by name. */
static void
freebsd_deletes_none(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;

    (void)unused;
    world.platform = PLATFORM_FREEBSD;
    add_guest(&world, LB0, true, "stop");
    add_guest(&world, LB0, false, "");
    state = initial_of(&world);
    play(&world, &state, "aAA");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_TAP);
    assert_int_equal(state.network.device[VNET0].holders, 0);
    assert_int_equal(kernel_create(&world, &state, VNET0, B + 1, false), EEXIST);
    play(&world, &state, "a");
    assert_int_equal(play(&world, &state, "a").op.kind, OP_DELETE_LINK);
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    world.policy = policy_of("libvirt-6.6,tap-delete=never");
    state = initial_of(&world);
    play(&world, &state, "aAAaa");
    assert_true(ends_in(&world, &state, ORACLE_LEAKED_TAP));
}

/* Nothing is deleted in bulk where there is no netlink. */
static void
freebsd_has_no_netlink(void **unused)
{
    struct world world = world_under("libvirt-6.6,link-delete=bulk,tap-delete=all");
    struct nic_record record = {.name = VNET0, .made = MADE_TAP};
    struct context context;

    (void)unused;
    add_guest(&world, LB0, true, "stop");
    for (unsigned veth = 0; veth < 2; veth++) {
        world.platform = PLATFORM_FREEBSD;
        world.nic[A].kind = veth ? NIC_VETH : NIC_TAP;
        context = world_context(&world, A);
        assert_int_equal(want_of(MACHINE_STOP, &context, &record, OP_DELETE_LINK).bulk, veth);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_persistent_tap_keeps_what_it_has),
        cmocka_unit_test(a_tap_of_one_queue_is_open_once),
        cmocka_unit_test(a_tap_of_several_queues_is_open_to_all_who_ask_for_several),
        cmocka_unit_test(an_incarnation_that_is_gone_is_not_mistaken),
        cmocka_unit_test(qemu_acts_while_it_has_its_tap),
        cmocka_unit_test(lost_persistence_is_of_what_the_administrator_made),
        cmocka_unit_test(each_guest_has_a_helper),
        cmocka_unit_test(wrong_network_knows_where_it_was_put),
        cmocka_unit_test(a_name_of_the_users_is_looked_up),
        cmocka_unit_test(a_nic_is_unplugged_from_a_guest_that_runs),
        cmocka_unit_test(freebsd_deletes_none),
        cmocka_unit_test(freebsd_has_no_netlink),
    };

    return cmocka_run_group_tests_name("persistent", tests, NULL, NULL);
}
