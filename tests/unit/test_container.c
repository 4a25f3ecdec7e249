/* The end of a container (docs/model.md, "Links"; docs/facts.md, "Found of containers"): its veth
 * outlives its processes, and goes by itself. */
#include "tests/unit/links.h"
#include "tests/unit/round_trip.h"

#include "sim/kernel.h"

enum { VETH = 3 }; /* its family, where links_under has the macvtaps' */

/* Two containers on lb0, of which the first one runs. */
static struct world
containers(const char *policy, const char *first, const char *second)
{
    struct world world = world_under(policy);

    add_veth(&world, true, first);
    add_veth(&world, false, second);
    return world;
}

/* The same with veth0, veth1, ... */
static struct world
named_containers(const char *policy, const char *first, const char *second)
{
    struct world world = containers(policy, first, second);

    assert_int_equal(ifname_add_family(&world.names, "veth", 4), VETH);
    for (unsigned guest = 0; guest < world.guests; guest++) {
        world.nic[guest].name = IFNAME_NONE;
        world.nic[guest].family = VETH;
    }
    return world;
}

static unsigned
netns_of(const struct world *world, unsigned guest)
{
    for (unsigned number = 0; number < actor_count(world); number++) {
        struct actor actor = actor_at(world, number);

        if (actor.kind == ACTOR_NETNS && actor.index == guest) {
            return number;
        }
    }
    fail_msg("no namespace");
    return 0;
}

static bool
can_go(const struct world *world, const struct state *state)
{
    return actor_enabled(world, state, netns_of(world, A));
}

static struct event
let_go(const struct world *world, struct state *state)
{
    struct event event;

    assert_true(can_go(world, state));
    actor_step(world, state, netns_of(world, A), &event);
    assert_int_equal(event.kind, EVENT_CLEAN_NETNS);
    assert_false(can_go(world, state));
    return event;
}

/* From the last process's end on, and not before; also when everybody has forgotten it. */
static void
its_veth_goes_when_the_kernel_likes(void **unused)
{
    struct world world = containers("libvirt-6.6", "crash stop", "");
    struct state state = initial_of(&world);

    (void)unused;
    assert_false(can_go(&world, &state));
    play(&world, &state, "a");
    assert_false(can_go(&world, &state));
    play(&world, &state, "A");
    assert_int_equal(state.network.device[FIXED].kind, DEVICE_VETH);
    assert_int_equal(state.network.device[FIXED].orphan, 1);
    assert_int_equal(state.network.device[FIXED].master, LB0);
    assert_true(can_go(&world, &state));
    play(&world, &state, "A");
    assert_false(actor_enabled(&world, &state, netns_of(&world, B)));
    assert_true(can_go(&world, &state)); /* who waits for the process does not wait for it */
    assert_int_equal(let_go(&world, &state).op.name, FIXED);
    assert_int_equal(state.network.device[FIXED].kind, DEVICE_NONE);
    play(&world, &state, "aa");
    assert_int_equal(play(&world, &state, "a").outcome.error, ENODEV); /* delete-link */
    play(&world, &state, "a");
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

/* Whoever deletes it first, there is nothing left for the other one. */
static void
its_stop_may_be_faster(void **unused)
{
    struct world world = containers("libvirt-6.6", "stop", "");
    struct state state = initial_of(&world);
    struct event event = play(&world, &state, "aAAaa");

    (void)unused;
    assert_int_equal(event.op.kind, OP_DELETE_LINK);
    assert_int_equal(event.outcome.error, 0);
    assert_int_equal(event.violated, 0);
    assert_false(can_go(&world, &state));
}

/* A tap's or a macvtap's descriptor keeps no namespace; a restart of the daemon kills nobody. */
static void
only_a_veth_is_orphaned(void **unused)
{
    struct world world = links_under("libvirt-6.6");
    struct state state;

    (void)unused;
    add_macvtap(&world, true, "stop");
    assert_int_equal(actor_count(&world), 4 * 1 + 1 + 1);
    add_veth(&world, true, "");
    assert_int_equal(actor_count(&world), 4 * 2 + 1 + 1); /* it does not end */
    world.commands[B] = 1;
    world.command[B][0] = COMMAND_START;
    assert_int_equal(actor_count(&world), 4 * 2 + 1 + 1);
    world.command[B][0] = COMMAND_STOP;
    assert_int_equal(actor_count(&world), 5 * 2 + 1 + 1);
    state = initial_of(&world);
    play(&world, &state, "aA");
    assert_int_equal(state.network.device[MACVTAP0].orphan, 0);
    world.commands[B] = 0;
    world.faults[FAULT_QEMU_CRASH] = 1;
    assert_int_equal(actor_at(&world, 5 * 2 + 1).kind, ACTOR_NETNS);
    state = initial_of(&world);
    strike(&world, &state, FAULT_QEMU_CRASH, B);
    play(&world, &state, "B");
    assert_int_equal(state.network.device[FIXED].orphan, 1);
}

/* The name is free before the stop deletes it: the veth of another one by then. */
static void
a_late_deletion_strikes_its_heir(void **unused)
{
    struct world world = named_containers("libvirt-6.6", "stop", "start");
    struct state state = initial_of(&world);
    struct event event;
    uint8_t veth0 = world.names.family[VETH].first;

    (void)unused;
    assert_int_equal(state.network.tap[A], veth0);
    play(&world, &state, "aAA");
    let_go(&world, &state);
    event = play(&world, &state, "b");
    assert_int_equal(event.op.kind, OP_CREATE_LINK);
    assert_int_equal(event.op.name, IFNAME_NONE);
    assert_int_equal(event.outcome.value, veth0);
    assert_int_equal(state.control.daemon.record[B].name, veth0);
    event = play(&world, &state, "aa");
    assert_int_equal(event.op.kind, OP_DELETE_LINK);
    assert_int_equal(event.violated & ORACLE_BIT(ORACLE_FOREIGN_DELETE),
                     ORACLE_BIT(ORACLE_FOREIGN_DELETE));
    assert_int_equal(state.network.device[veth0].kind, DEVICE_NONE);
}

/* A name that is reserved goes back behind the deletion (facts 1a). */
static void
a_reserved_name_is_not_given_out_before_that(void **unused)
{
    static const char *const policies[] = {"lowest-free", "counter", "per-guest-names"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = named_containers(policies[i], "stop", "start");
        struct state state = initial_of(&world);
        struct event event;

        play(&world, &state, "aAA");
        let_go(&world, &state);
        event = play(&world, &state, "b");
        assert_int_equal(event.op.kind, OP_PICK_NAME);
        assert_int_equal(event.outcome.value, world.names.family[VETH].first + 1);
    }
}

/* The lowest free number of all devices, and none if there is none. */
static void
a_template_is_expanded_by_what_is_there(void **unused)
{
    struct world world = named_containers("libvirt-6.6", "", "start");
    struct state state = initial_of(&world);
    uint8_t veth0 = world.names.family[VETH].first;

    (void)unused;
    state.network.device[veth0 + 1].kind = DEVICE_TAP;
    state.network.device[veth0 + 1].owner = THIRD_PARTY;
    assert_int_equal(kernel_lowest_free(&world, &state, VETH), veth0 + 2);
    assert_int_equal(play(&world, &state, "b").outcome.value, veth0 + 2);
    state = initial_of(&world);
    for (uint8_t number = 1; number < 4; number++) {
        state.network.device[veth0 + number].kind = DEVICE_TAP;
        state.network.device[veth0 + number].owner = THIRD_PARTY;
    }
    assert_int_equal(kernel_lowest_free(&world, &state, VETH), IFNAME_NONE);
    assert_int_equal(play(&world, &state, "b").outcome.error, ENFILE);
}

static void
its_states_are_packed(void **unused)
{
    struct world world = named_containers("libvirt-6.6", "stop start", "start stop");
    struct layout with, without;

    (void)unused;
    assert_true(walk_round_trips(&world) > 100);
    layout_make(&with, &world);
    world.commands[A] = world.commands[B] = 0;
    layout_make(&without, &world);
    assert_true(with.fields > without.fields + world.names.names - 1u);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_veth_goes_when_the_kernel_likes),
        cmocka_unit_test(its_stop_may_be_faster),
        cmocka_unit_test(only_a_veth_is_orphaned),
        cmocka_unit_test(a_late_deletion_strikes_its_heir),
        cmocka_unit_test(a_reserved_name_is_not_given_out_before_that),
        cmocka_unit_test(a_template_is_expanded_by_what_is_there),
        cmocka_unit_test(its_states_are_packed),
    };

    return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
