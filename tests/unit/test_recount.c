/* Numbers that nothing has any more are left out (sim/recount.h): the state without them has the
 * same future as the one with them. */
#include "tests/unit/fixture.h"

#include "sim/recount.h"
#include "sim/spare.h"

enum { MANY = 28 /* names */ };

/* Guests that stop and start for ever, or start and stop. */
static struct world
for_ever(const char *policy, unsigned guests, bool running)
{
    struct world world = world_under(policy);

    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", MANY), VNET);
    world.unbounded = 1;
    for (unsigned i = 0; i < guests; i++) {
        add_guest(&world, BR0, running, running ? "stop start" : "start stop");
    }
    return world;
}

/* ---- side by side ---- */

struct pair {
    const struct world *world;
    struct recount recount;
    struct state whole, left;  /* with all numbers, and without those that nothing has any more */
    unsigned differed, rounds; /* how often the two were not the same */
};

static bool
same(const struct pair *pair, const struct state *whole, const struct state *left)
{
    struct state settled = *whole;

    recount_numbers(&pair->recount, &settled);
    return memcmp(&settled, left, sizeof settled) == 0;
}

/* Whatever the actor does in one of the two, it does in the other. */
static void
compare_step(const struct pair *pair, unsigned actor)
{
    struct state whole = pair->whole, left = pair->left;
    bool may = actor_enabled(pair->world, &whole, actor);

    assert_int_equal(actor_enabled(pair->world, &left, actor), may);
    if (may) {
        assert_int_equal(actor_step(pair->world, &whole, actor, NULL),
                         actor_step(pair->world, &left, actor, NULL));
        recount_numbers(&pair->recount, &left);
        assert_true(same(pair, &whole, &left));
    }
}

static void
compare(struct pair *pair)
{
    assert_true(same(pair, &pair->whole, &pair->left));
    assert_true(same(pair, &pair->left, &pair->left));
    assert_int_equal(oracle_judge_state(pair->world, &pair->whole),
                     oracle_judge_state(pair->world, &pair->left));
    assert_int_equal(oracle_judge_end(pair->world, &pair->whole),
                     oracle_judge_end(pair->world, &pair->left));
    for (unsigned actor = 0; actor < actor_count(pair->world); actor++) {
        compare_step(pair, actor);
    }
    pair->differed += memcmp(&pair->whole, &pair->left, sizeof pair->left) != 0;
}

/* Takes a step of some actor's in both. */
static void
take_some_step(struct pair *pair, uint32_t *chance)
{
    unsigned actor;

    do {
        *chance = *chance * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        actor = (*chance >> 16) % actor_count(pair->world);
    } while (!actor_enabled(pair->world, &pair->whole, actor));
    pair->rounds += actor_begins_round(pair->world, &pair->whole, actor_at(pair->world, actor));
    actor_step(pair->world, &pair->whole, actor, NULL);
    actor_step(pair->world, &pair->left, actor, NULL);
    recount_numbers(&pair->recount, &pair->left);
}

/* Walks by chance, until the names are used up or a number has to be written in more than a byte.
 */
static void
walk_by_chance(struct pair *pair, uint32_t chance)
{
    enum { STEPS = 800, ROUNDS = 60 };
    struct spare spare;

    spare_open(&spare, pair->world);
    initial_state(pair->world, &pair->whole);
    pair->left = pair->whole;
    pair->rounds = 0;
    for (unsigned step = 0; step < STEPS && pair->rounds < ROUNDS; step++) {
        if (spare_lacking(&spare, pair->world, &pair->whole) >= 0) {
            break;
        }
        compare(pair);
        take_some_step(pair, &chance);
    }
}

static void
walk_often(const struct world *world, bool names, bool rounds)
{
    struct pair pair = {.world = world};

    recount_open(&pair.recount, world);
    assert_int_equal(pair.recount.names, names);
    assert_int_equal(pair.recount.rounds, rounds);
    assert_int_equal(recount_changes(&pair.recount), names || rounds);
    for (uint32_t chance = 1; chance <= 12 / NEXT_POLICY; chance++) {
        walk_by_chance(&pair, chance);
    }
    assert_int_equal(pair.differed > 0, names || rounds);
}

static void
names_of_a_counter(void **unused)
{
    static const char *const policies[] = {"counter", "libvirt-9.0", "libvirt-11.3",
                                           "libvirt-6.6,name=counter,on-taken=retry"};

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world two = for_ever(policies[i], 2, false),
                     running = for_ever(policies[i], 3, true);

        walk_often(&two, true, false);
        walk_often(&running, true, false);
    }
}

/* Taps and a macvtap, or two daemons: each counter is for names of its own, and goes its own way.
 */
static void
names_of_two_counters(void **unused)
{
    struct world kinds = for_ever("libvirt-9.0", 2, false),
                 daemons = for_ever("libvirt-9.0", 2, false);

    (void)unused;
    kinds.names = daemons.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&kinds.names, "vnet", MANY / 2), VNET);
    assert_int_equal(ifname_add_family(&kinds.names, "macvtap", MANY / 2), MYTAP);
    kinds.nic[B] = (struct nic){.kind = NIC_MACVTAP, .family = MYTAP, .mac = 2};
    walk_often(&kinds, true, false);
    assert_int_equal(ifname_add_family(&daemons.names, "vnet", MANY / 2), VNET);
    assert_int_equal(ifname_add_family(&daemons.names, "mytap", MANY / 2), MYTAP);
    daemons.policy.user_template = USER_TEMPLATE_HONOUR;
    daemons.nic[B].template = 1;
    daemons.nic[B].family = MYTAP;
    daemons.daemon[B] = 1;
    walk_often(&daemons, true, false);
}

static void
names_and_faults(void **unused)
{
    static const enum fault faults[] = {FAULT_QEMU_CRASH,  FAULT_START_FAILS,      FAULT_FD_LEAK,
                                        FAULT_OVS_TIMEOUT, FAULT_VSWITCHD_RESTART, FAULT_OVS_LATE};

    (void)unused;
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct world world = for_ever("libvirt-9.0", 2, false);

        world.faults[faults[i]] = 2;
        walk_often(&world, true, false);
    }
}

static void
numbers_of_starts(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6,port-guard=port-owner",
                                           "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist"};

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world two = for_ever(policies[i], 2, false),
                     running = for_ever(policies[i], 2, true);

        two.faults[FAULT_OVS_TIMEOUT] = 2; /* rows stay behind */
        walk_often(&two, false, true);
        running.faults[FAULT_DAEMON_RESTART] = 2;
        walk_often(&running, false, true);
        two.commands[A] = 3; /* the second start is passed over: a life keeps its number */
        two.command[A][1] = COMMAND_START;
        two.command[A][2] = COMMAND_STOP;
        walk_often(&two, false, true);
    }
}

static void
both(void **unused)
{
    struct world world = for_ever("libvirt-9.0,port-guard=port-owner", 2, false);

    (void)unused;
    world.faults[FAULT_OVS_TIMEOUT] = 1;
    walk_often(&world, true, true);
}

/* ---- where numbers stay ---- */

static struct recount
opened(const struct world *world)
{
    struct recount recount;

    recount_open(&recount, world);
    return recount;
}

static void
nothing_is_left_out(void **unused)
{
    struct world bounded = for_ever("counter", 2, false),
                 kernel = for_ever("libvirt-6.6", 2, false), wraps = for_ever("counter", 2, false),
                 goes_back = for_ever("counter", 2, false);
    struct recount recount;

    (void)unused;
    bounded.unbounded = 0;
    wraps.names.limit = 4;
    goes_back.faults[FAULT_DAEMON_RESTART] = 1;
    recount = opened(&bounded);
    assert_false(recount_changes(&recount));
    recount = opened(&kernel);
    assert_false(recount_changes(&recount));
    recount = opened(&wraps);
    assert_false(recount_changes(&recount));
    recount = opened(&goes_back);
    assert_false(recount_changes(&recount));
}

/* Where there would be no end of states, or one of the numbers. */
static void
where_names_have_no_end(void **unused)
{
    struct world fixed = for_ever("counter", 1, false), mixed = for_ever("counter", 2, false),
                 goes_back = for_ever("counter", 2, false), shared = for_ever("counter", 2, false),
                 idle = for_ever("counter", 2, false), few = for_ever("counter", 1, false),
                 wraps = for_ever("counter", 2, false);

    (void)unused;
    fixed.nic[A].name = VNET0;
    assert_int_equal(opened(&fixed).end, RECOUNT_FINITE);
    assert_false(opened(&fixed).names);
    shared.daemon[B] = idle.daemon[B] = wraps.daemon[B] = mixed.daemon[B] = 1;
    mixed.has_own[1] = 1;
    mixed.own[1] = mixed.policy;
    mixed.own[1].name = NAME_KERNEL;
    assert_int_equal(opened(&mixed).end, RECOUNT_MIXED);
    mixed.commands[B] = 0; /* so it chooses no name */
    assert_int_equal(opened(&mixed).end, RECOUNT_FINITE);
    goes_back.faults[FAULT_DAEMON_RESTART] = 1;
    assert_int_equal(opened(&goes_back).end, RECOUNT_MIXED);
    assert_int_equal(opened(&shared).end, RECOUNT_SHARED);
    wraps.names.limit = 4;
    assert_int_equal(opened(&wraps).end, RECOUNT_FINITE);
    idle.commands[B] = 0; /* its counter hands out nothing */
    assert_int_equal(opened(&idle).end, RECOUNT_FINITE);
    assert_true(opened(&idle).names);
    few.policy.user_template = USER_TEMPLATE_HONOUR;
    few.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&few.names, "vnet", 4), VNET);
    assert_int_equal(ifname_add_family(&few.names, "fourteen-bytes", 4), MYTAP);
    few.nic[A].template = 1;
    few.nic[A].family = MYTAP;
    assert_int_equal(opened(&few).end, RECOUNT_FEW);
    few.policy.user_template = USER_TEMPLATE_REPLACE;
    assert_int_equal(opened(&few).end, RECOUNT_FINITE);
}

/* A number that one of them has no more names for goes all the same. */
static void
a_counter_of_families_of_two_sizes(void **unused)
{
    struct world world = for_ever("libvirt-9.0,name-pool=one", 2, false);
    struct recount recount;
    struct state state;

    (void)unused;
    world.names = (struct ifname_table){0};
    assert_int_equal(ifname_add_family(&world.names, "vnet", 2), VNET);
    assert_int_equal(ifname_add_family(&world.names, "macvtap", 4), MYTAP);
    world.nic[B] = (struct nic){.kind = NIC_MACVTAP, .family = MYTAP, .mac = 2};
    recount = opened(&world);
    initial_state(&world, &state);
    state.control.daemon.allocator[0].last[0] = 4;
    state.control.daemon.record[B].name = world.names.family[MYTAP].first; /* behind vnet1 */
    recount_numbers(&recount, &state);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 1); /* macvtap0 */
    assert_int_equal(state.control.daemon.record[B].name, world.names.family[MYTAP].first);
}

/* A name that the scenario speaks of is no other one's. */
static void
a_name_that_is_spoken_of_stays(void **unused)
{
    struct world world = for_ever("counter", 2, false);
    struct state state;
    struct recount recount;

    (void)unused;
    world.nic[B].name = VNET2;
    recount = opened(&world);
    assert_int_equal(recount.floor, 3); /* vnet0, vnet1, vnet2 */
    initial_state(&world, &state);
    state.control.daemon.allocator[0].last[0] = 5; /* vnet3 and vnet4 are nobody's */
    recount_numbers(&recount, &state);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 3);
    walk_often(&world, true, false);
}

/* A row of the guest's that runs from the beginning is not of its last start, even if nothing else
 * speaks of that one. */
static void
the_round_that_a_thread_is_still_at_stays(void **unused)
{
    struct world world = for_ever("libvirt-6.6,port-guard=port-owner", 1, true);
    struct recount recount = opened(&world);
    struct state state;
    struct thread *thread = &state.control.thread[A];

    (void)unused;
    initial_state(&world, &state);
    assert_int_equal(state.network.row[VNET0].start_number, 0);
    thread->round = 3; /* it is to stop what the start of round 2 has made */
    recount_numbers(&recount, &state);
    assert_int_equal(thread->round, 1);
    assert_int_equal(state.network.row[VNET0].start_number, 0);
    assert_int_equal(thread_incarnation(thread, world_program(&world, A)), 2);
}

/* Each stop of libvirt 9.0 leaves a QoS row behind (facts 1f): that is no end of names. */
static void
what_is_left_behind_goes_with_its_name(void **unused)
{
    struct world world = for_ever("libvirt-9.0", 1, false);
    struct recount recount;
    struct state state;

    (void)unused;
    world.nic[A].limit = 1;
    recount = opened(&world);
    initial_state(&world, &state);
    state.control.daemon.allocator[0].last[0] = 3;
    state.network.qos[VNET1] = 1;
    state.control.daemon.record[A].name = VNET2;
    state.network.qos[VNET2] = 1;
    recount_numbers(&recount, &state);
    assert_int_equal(state.control.daemon.allocator[0].last[0], 1);
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.network.qos[VNET0], 1);
    assert_int_equal(state.network.qos[VNET1] | state.network.qos[VNET2], 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_a_counter),
        cmocka_unit_test(names_of_two_counters),
        cmocka_unit_test(names_and_faults),
        cmocka_unit_test(numbers_of_starts),
        cmocka_unit_test(both),
        cmocka_unit_test(nothing_is_left_out),
        cmocka_unit_test(where_names_have_no_end),
        cmocka_unit_test(a_counter_of_families_of_two_sizes),
        cmocka_unit_test(a_name_that_is_spoken_of_stays),
        cmocka_unit_test(the_round_that_a_thread_is_still_at_stays),
        cmocka_unit_test(what_is_left_behind_goes_with_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
