/* An ovs-vsctl that outlives its daemon (docs/model-faults.md, `ovs-orphan`): when it can, what it
 * leaves of the guest, and what it does when it runs. */
#include "tests/unit/fixture.h"

#include "sim/delayed.h"

#include <errno.h>

static struct world
orphaned_race(const char *policy)
{
    struct world world = reported_race(policy);

    world.faults[FAULT_OVS_ORPHAN] = 2;
    return world;
}

static unsigned
call_of(const struct world *world, unsigned guest)
{
    unsigned number = 0;

    while (actor_at(world, number).kind != ACTOR_CALL || actor_at(world, number).index != guest) {
        number++;
    }
    return number;
}

static struct event
run(const struct world *world, struct state *state, unsigned guest)
{
    struct event event;

    assert_true(actor_enabled(world, state, call_of(world, guest)));
    actor_step(world, state, call_of(world, guest), &event);
    assert_int_equal(event.kind, EVENT_RUN);
    assert_false(actor_enabled(world, state, call_of(world, guest)));
    return event;
}

static void
it_looks_when_it_runs(void **unused)
{
    struct world world = orphaned_race("libvirt-9.0");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAa");
    assert_int_equal(strike(&world, &state, FAULT_OVS_ORPHAN, A).op.kind, OP_DEL_PORT);
    assert_int_equal(state.network.row[VNET0].owner, A + 1); /* it has done nothing */
    assert_int_equal(state.control.thread[A].waits, WAIT_NONE);
    play(&world, &state, "bbbbb"); /* b has vnet0, and adopts its row */
    assert_int_equal(state.network.row[VNET0].owner, B + 1);
    assert_int_equal(run(&world, &state, A).violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(state.network.row[VNET0].bridge, 0);
}

static void
an_addition_adds_what_nobody_uses(void **unused)
{
    struct world world = orphaned_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bb");
    assert_int_equal(strike(&world, &state, FAULT_OVS_ORPHAN, B).op.kind, OP_ADD_PORT);
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE); /* the daemon had it open */
    assert_int_equal(state.control.thread[B].command, 1);            /* its start is over */
    assert_int_equal(run(&world, &state, B).outcome.error, 0);
    assert_int_equal(state.network.row[VNET1].owner, B + 1);
}

static void
it_can_come_too_late(void **unused)
{
    struct world world = orphaned_race("libvirt-6.6,ovs-add=plain");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "bb");
    strike(&world, &state, FAULT_OVS_ORPHAN, B);
    state.network.row[VNET1] = (struct row){.bridge = BR0, .uuid = ROW_LEFTOVER};
    assert_int_equal(run(&world, &state, B).outcome.error, EEXIST);
    assert_int_equal(state.network.row[VNET1].owner, 0);
}

/* Its command line has a UUID, and not a name. */
static void
a_removal_is_of_that_row(void **unused)
{
    struct world world = world_under("owner-delete");
    struct state state;

    (void)unused;
    add_guest(&world, BR0, true, "stop start");
    world.faults[FAULT_OVS_ORPHAN] = 1;
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    assert_int_equal(strike(&world, &state, FAULT_OVS_ORPHAN, A).op.kind, OP_REMOVE_PORT);
    play(&world, &state, "aaaa"); /* it is taken back, its stop ends, and it is started */
    play(&world, &state, "aaa");
    assert_int_equal(state.network.row[VNET0].uuid, A + 1);
    assert_int_equal(run(&world, &state, A).violated, 0);
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
}

static void
it_is_an_ovs_vsctl_of_the_daemon_that_is_killed(void **unused)
{
    struct world world = orphaned_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_strike(&world, &state, FAULT_OVS_ORPHAN, A)); /* a signal is no program */
    play(&world, &state, "aAAa");
    assert_true(can_strike(&world, &state, FAULT_OVS_ORPHAN, A));
    state.network.row[VNET0] = (struct row){0};
    assert_true(can_strike(&world, &state, FAULT_OVS_ORPHAN, A)); /* there may be one by then */
    world.daemon[A] = 1;
    assert_false(can_strike(&world, &state, FAULT_OVS_ORPHAN, A));
    world = orphaned_race("libvirt-6.6,port-guard=port-owner");
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    assert_int_equal(control_want(&world, &state.control, A).kind, OP_REMOVE_OWN);
    assert_false(can_strike(&world, &state, FAULT_OVS_ORPHAN, A));
}

static void
one_at_a_time(void **unused)
{
    struct world world = orphaned_race("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVS_ORPHAN, A);
    play(&world, &state, "aaa"); /* taken back, it has gone, and is stopped */
    assert_int_equal(control_want(&world, &state.control, A).kind, OP_DEL_PORT);
    assert_false(can_strike(&world, &state, FAULT_OVS_ORPHAN, A));
    run(&world, &state, A);
    assert_true(can_strike(&world, &state, FAULT_OVS_ORPHAN, A));
}

/* One that is late is the same daemon's still, and the switch's turn; one that is left, nobody's.
 */
static void
it_is_no_late_one(void **unused)
{
    struct world world = orphaned_race("libvirt-6.6");
    struct state state, late;

    (void)unused;
    world.faults[FAULT_OVS_LATE] = 1;
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    late = state;
    strike(&world, &state, FAULT_OVS_ORPHAN, A);
    assert_true(delayed_orphan_enabled(&world, &state, A));
    assert_false(delayed_enabled(&world, &state, A));
    strike(&world, &late, FAULT_OVS_LATE, A);
    assert_false(delayed_orphan_enabled(&world, &late, A));
    assert_true(delayed_enabled(&world, &late, A));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_when_it_runs),
        cmocka_unit_test(an_addition_adds_what_nobody_uses),
        cmocka_unit_test(it_can_come_too_late),
        cmocka_unit_test(a_removal_is_of_that_row),
        cmocka_unit_test(it_is_an_ovs_vsctl_of_the_daemon_that_is_killed),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(it_is_no_late_one),
    };

    return cmocka_run_group_tests_name("fault-orphan", tests, NULL, NULL);
}
