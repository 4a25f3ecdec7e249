/* What a world has, and what faults strike at, in footprints (sim/footprint.h), and which steps of
 * a schedule depend on each other by them (sim/dependence.h).  sim/order_audit.h holds the tables
 * to states. */
#include "tests/unit/fixture.h"

#include "sim/dependence.h"
#include "sim/footprint.h"

static struct footprint
of_operation(const struct world *world, unsigned guest, enum op_kind kind)
{
    return footprint_of_operation(world, guest, (struct operation){.kind = (uint8_t)kind});
}

static bool
conflict(const struct world *world, enum op_kind of_a, enum op_kind of_b)
{
    const struct footprint a = of_operation(world, A, of_a), b = of_operation(world, B, of_b);

    assert_int_equal(footprint_conflicts(&a, &b), footprint_conflicts(&b, &a));
    return footprint_conflicts(&a, &b);
}

/* The thread's step and the actor's. */
static bool
conflict_with(const struct world *world, enum op_kind of_a, struct actor actor)
{
    const struct footprint a = of_operation(world, A, of_a), b = footprint_of_actor(world, actor);

    return footprint_conflicts(&a, &b);
}

static void
threads_do_not_look_at_each_other_but_where_some_wait(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_false(conflict(&world, OP_CONNECT, OP_KILL));
    world.ordered = 1;
    assert_true(conflict(&world, OP_CONNECT, OP_KILL));
    world.ordered = 0;
    world.landmarks = 1;
    assert_true(conflict(&world, OP_CONNECT, OP_KILL));
}

static part_set
all_of(struct footprint footprint)
{
    return footprint.reads | footprint.writes | footprint.own_reads | footprint.own_writes;
}

static void
without_open_vswitch_there_is_nothing_of_it(void **unused)
{
    const part_set its = PART_BIT(ROWS) | PART_BIT(QOS) | PART_BIT(PORTS) | PART_BIT(WAITS);
    struct world world = reported_race("libvirt-6.6");
    part_set with = 0, without = 0;

    (void)unused;
    for (enum op_kind kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        with |= all_of(of_operation(&world, A, kind));
    }
    assert_int_equal(with & its, its);
    world.bridges = 2;
    world.bridge_kind[0] = BRIDGE_LINUX;
    for (enum op_kind kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        without |= all_of(of_operation(&world, A, kind));
    }
    assert_int_equal(without & its, 0);
    assert_false(all_of(footprint_of_actor(&world, (struct actor){ACTOR_VSWITCHD, 0})) & its);
}

/* Only these faults have transactions that nobody waits for. */
static void
a_transaction_may_be_late(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_false(of_operation(&world, A, OP_ADD_PORT).writes & PART_BIT(LATE));
    world.faults[FAULT_OVS_LATE] = 1;
    assert_true(of_operation(&world, A, OP_ADD_PORT).writes & PART_BIT(LATE));
    world.faults[FAULT_OVS_LATE] = 0;
    world.faults[FAULT_OVS_ORPHAN] = 1;
    assert_true(of_operation(&world, A, OP_ADD_PORT).writes & PART_BIT(LATE));
}

/* What they do depends on where threads are: kill touches nothing but its own thread. */
static void
an_outage_and_the_clock_may_wait_for_threads(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_false(conflict_with(&world, OP_KILL, (struct actor){ACTOR_STOP_OVSDB, 0}));
    world.aim[FAULT_OVSDB_OUTAGE].at = OP_KILL;
    assert_true(conflict_with(&world, OP_KILL, (struct actor){ACTOR_STOP_OVSDB, 0}));
    assert_false(conflict_with(&world, OP_KILL, (struct actor){ACTOR_CLOCK, 0}));
    world.clean_up_seconds = 2;
    assert_true(conflict_with(&world, OP_KILL, (struct actor){ACTOR_CLOCK, 0}));
    assert_false(conflict_with(&world, OP_KILL, (struct actor){ACTOR_FAIL, B}));
    world.aim[FAULT_START_FAILS].at = OP_KILL; /* of one guest, and no other one's */
    assert_false(conflict_with(&world, OP_KILL, (struct actor){ACTOR_FAIL, B}));
    assert_true(conflict_with(&world, OP_KILL, (struct actor){ACTOR_FAIL, A}));
}

static struct footprint
of_step(const struct world *world, const char *schedule, char letter)
{
    struct state state = initial_of(world);
    struct actor actor = actor_at(world, actor_of(world, letter));

    play(world, &state, schedule);
    assert_true(actor_may_step(world, &state, actor));
    return footprint_of_step(world, &state, actor, 0);
}

/* A QEMU that is to die by itself does so: nobody's operation. */
static void
a_crash_is_no_operation(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_int_equal(of_step(&world, "", 'a').op, OP_KILL);
    world.command[A][0] = COMMAND_CRASH;
    assert_int_equal(of_step(&world, "", 'a').op, OP_NONE);
    assert_int_equal(of_step(&world, "", 'a').own_writes, PART_BIT(THREAD));
}

/* What has gone needs no run, if one is awaited in any case; on the netdev datapath the run is what
 * takes its port away. */
static void
an_awaited_run_looks_at_what_has_gone_only_with_netdev(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_false(of_step(&world, "bbb", 'v').reads & PART_BIT(GONE));
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    assert_true(of_step(&world, "bbb", 'v').reads & PART_BIT(GONE));
}

/* In a schedule of two guests' steps, whether the second one depends on the first one. */
static enum dependence_how
depends(const struct world *world)
{
    const uint8_t schedule[] = {(uint8_t)actor_of(world, 'b'), (uint8_t)actor_of(world, 'a')};
    struct dependence dependence;
    enum dependence_how how;

    assert_true(dependence_open(&dependence, world, schedule, 2));
    how = dependence_of(&dependence, 0, 1);
    dependence_close(&dependence);
    return how;
}

/* Where others are at a guest's devices, nothing is its own, and whatever touches what may be one's
 * own depends on it: b creates its tap, and a kills its QEMU. */
static void
where_nothing_is_ones_own_more_depends(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_int_equal(depends(&world), DEPENDENCE_NONE);
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET3}};
    assert_false(footprint_knows_own(&world));
    assert_int_equal(depends(&world), DEPENDENCE_NEXT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_look_at_each_other_but_where_some_wait),
        cmocka_unit_test(without_open_vswitch_there_is_nothing_of_it),
        cmocka_unit_test(a_transaction_may_be_late),
        cmocka_unit_test(an_outage_and_the_clock_may_wait_for_threads),
        cmocka_unit_test(a_crash_is_no_operation),
        cmocka_unit_test(an_awaited_run_looks_at_what_has_gone_only_with_netdev),
        cmocka_unit_test(where_nothing_is_ones_own_more_depends),
    };

    return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
