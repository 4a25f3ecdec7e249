/* What is read off a world (core/world.h): whose a nic is, which of its guests, nics and other
 * software make something possible at all.  `make mutants` makes each condition of it wrong. */
#include "tests/unit/fixture.h"

#include "core/control.h"

#include <stddef.h>

/* Guests a and b, each with a second nic; the last one of all is b's. */
static struct world
two_nics_each(const char *policy)
{
    struct world world = reported_race(policy);

    add_second_nics(&world);
    return world;
}

enum { LAST_NIC = 3 };

static void
a_nic_is_one_guests(void **unused)
{
    struct world world = two_nics_each("libvirt-6.6");

    (void)unused;
    assert_int_equal(world_nics(&world), 4);
    assert_int_equal(world_guest(&world, A), A);
    assert_int_equal(world_guest(&world, B), B);
    assert_int_equal(world_guest(&world, 2), A);
    assert_int_equal(world_guest(&world, LAST_NIC), B);
    assert_false(world_owns(&world, A, 0)); /* nobody */
    assert_true(world_owns(&world, A, 1 + A) && world_owns(&world, A, 1 + 2));
    assert_false(world_owns(&world, A, 1 + B) || world_owns(&world, A, 1 + LAST_NIC));
    assert_true(world_owns(&world, B, 1 + LAST_NIC));
    assert_false(world_owns(&world, B, THIRD_PARTY));
}

/* Before a world is prepared, and of a copy, it is the same. */
static void
a_context_has_its_guests_nics(void **unused)
{
    struct world world = two_nics_each("libvirt-6.6"), copy;

    (void)unused;
    world.daemon[B] = 1;
    world.ignores_sigkill[B] = 1;
    for (unsigned prepared = 0; prepared < 2; prepared++) {
        for (unsigned nic = 0; nic < 4; nic++) {
            const struct context context = world_context(&world, nic);
            const uint8_t guest = nic % 2;

            assert_int_equal(context.guest, guest);
            assert_int_equal(context.at_hand, nic);
            assert_int_equal(context.nics, 2);
            assert_int_equal(context.nic_at[0], guest);
            assert_int_equal(context.nic_at[1], 2 + guest);
            assert_int_equal(context.daemon, guest);
            assert_int_equal(context.ignores_sigkill, guest);
            assert_ptr_equal(context.nic, world.nic);
        }
        world_prepare(&world);
    }
    world.context[A].nics = 1; /* what has been prepared is what is used */
    assert_int_equal(world_context(&world, A).nics, 1);
    copy = world;
    assert_int_equal(world_context(&copy, A).nics, 2);
    assert_ptr_equal(world_context(&copy, A).nic, copy.nic);
}

static void
a_policy_is_a_daemons(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    world.daemon[B] = 1;
    world.own[1] = policy_of("counter");
    assert_false(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
    world.has_own[1] = 1;
    assert_true(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
    assert_true(WORLD_HAS_POLICY(&world, name, NAME_KERNEL));
    assert_false(WORLD_HAS_POLICY(&world, name, NAME_QUARANTINE));
    assert_ptr_equal(world_policy(&world, A), &world.policy);
    assert_ptr_equal(world_policy(&world, B), &world.own[1]);
    world.daemon[A] = 1;
    world.daemon[B] = 0;
    assert_true(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
    world.guests = 0;
    assert_false(WORLD_HAS_POLICY(&world, name, NAME_COUNTER));
}

static void
a_program_is_a_guests(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start stop");
    add_guest(&world, BR0, true, "stop start stop");
    assert_ptr_equal(world_program(&world, B).command, world.command[B]);
    assert_int_equal(world_program(&world, B).commands, 3);
    assert_int_equal(world_program(&world, B).given, 3);
    assert_int_equal(world_program(&world, A).commands, 2);
}

/* Two starts in a row, of whichever guest. */
static void
a_start_is_tried_again(void **unused)
{
    static const struct {
        const char *a, *b;
        bool retries;
    } expected[] = {
        {"start start", "", true},      {"", "start start", true},
        {"stop start start", "", true}, {"start stop start start", "", true},
        {"start", "start", false},      {"start stop start", "", false},
        {"stop stop", "start", false},  {"", "", false},
        {"stop start", "", false},      {"start stop", "", false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_under("libvirt-6.6");

        add_guest(&world, BR0, false, expected[i].a);
        add_guest(&world, BR0, false, expected[i].b);
        /* What stands behind a guest's commands, or its guests, is none. */
        world.command[A][world.commands[A]] = world.command[B][world.commands[B]] = COMMAND_START;
        world.command[C][0] = world.command[C][1] = COMMAND_START;
        world.commands[C] = 2;
        assert_int_equal(world_retries(&world), expected[i].retries);
    }
}

/* What external ids say of rounds: of those without a bound, under that guard. */
static void
rounds_are_numbered_where_rows_say_them(void **unused)
{
    struct world world = reported_race("libvirt-6.6,port-guard=port-owner");

    (void)unused;
    assert_int_equal(world_most_rounds(&world), 0);
    world.unbounded = 1;
    assert_int_equal(world_most_rounds(&world), NAMES + 4);
    world.policy = policy_of("libvirt-6.6");
    assert_int_equal(world_most_rounds(&world), 0);
}

static void
vlans_are_somebodys(void **unused)
{
    const struct world none = two_nics_each("libvirt-6.6");
    struct world world = none;

    (void)unused;
    assert_false(world_has_vlans(&world));
    for (unsigned nic = 0; nic <= LAST_NIC; nic++) {
        world = none;
        world.nic[nic].vlan = 1;
        assert_true(world_has_vlans(&world));
        world.nic[nic].vlan = VLAN_NONE;
        world.nic[LAST_NIC + 1].vlan = 1; /* which is nobody's */
        assert_false(world_has_vlans(&world));
    }
    for (unsigned name = VNET0; name <= NAMES; name += NAMES - VNET0) {
        world = none;
        world.leftover[name].vlan = 1;
        assert_true(world_has_vlans(&world));
        world = none;
        world.preset[name].vlan = 1;
        assert_true(world_has_vlans(&world));
    }
    world = none;
    world.leftover[NAMES + 1].vlan = world.leftover[IFNAME_NONE].vlan = 1;
    assert_false(world_has_vlans(&world));
}

static void
an_agent_sets_tags_that_no_add_port_sets(void **unused)
{
    struct world world = two_nics_each("libvirt-6.6,vlan-by=agent");

    (void)unused;
    assert_false(world_has_agent(&world));
    for (unsigned nic = 0; nic <= LAST_NIC; nic++) {
        world.nic[nic].vlan = 1;
        assert_true(world_agent_tags(&world, nic));
        assert_true(world_has_agent(&world));
        world.policy.vlan_by = VLAN_BY_ADD;
        assert_false(world_agent_tags(&world, nic));
        assert_false(world_has_agent(&world));
        world.policy = policy_of("libvirt-6.6,vlan-by=agent");
        world.nic[nic].vlan = VLAN_NONE;
        assert_false(world_agent_tags(&world, nic));
    }
    world.nic[LAST_NIC + 1].vlan = 1; /* which is nobody's */
    assert_false(world_has_agent(&world));
}

/* Other software's last command counts, and a command of nobody's does not. */
static void
a_name_is_contested(void **unused)
{
    const struct world none = two_nics_each("libvirt-6.6");
    struct world world = none;

    (void)unused;
    world.third_party[0] = (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}};
    assert_false(world_contests(&world, A) || world_renames(&world)); /* there is no third party */
    world.third_party[0].commands = 0;
    world.third_parties = 2;
    assert_false(world_contests(&world, A));
    world.third_party[1].commands = 2;
    world.third_party[1].command[0] = THIRD_PARTY_CREATE;
    world.third_party[1].command[1] = THIRD_PARTY_DELETE_PORT;
    world.third_party[1].command[2] = THIRD_PARTY_DELETE;
    assert_false(world_contests(&world, A) || world_renames(&world));
    world.third_party[1].command[1] = THIRD_PARTY_DELETE;
    assert_true(world_contests(&world, A));
    assert_false(world_renames(&world));
    world.third_party[1].command[1] = THIRD_PARTY_RENAME;
    assert_true(world_contests(&world, A) && world_renames(&world));
    world.third_party[1] = (struct third_party){0};
    world.third_party[0] = (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}};
    assert_true(world_contests(&world, A));

    /* A link of another guest's is deleted by its name. */
    for (unsigned nic = 0; nic <= LAST_NIC; nic++) {
        world = none;
        world.nic[nic].kind = NIC_VETH;
        assert_int_equal(world_contests(&world, A), nic % 2 == B);
        assert_int_equal(world_contests(&world, LAST_NIC), nic % 2 == A);
    }
    world = none;
    world.nic[LAST_NIC + 1].kind = NIC_VETH;
    world.nic_guest[LAST_NIC + 1] = B;
    assert_false(world_contests(&world, A));
}

/* By another nic's limit, whose index is the first, or the last one. */
static void
a_nic_is_exposed(void **unused)
{
    struct world world = two_nics_each("libvirt-7.0");

    (void)unused;
    world.nic[B].multi_queue = 1;
    assert_false(world_exposes(&world, B));
    for (unsigned other = 0; other <= LAST_NIC + 1; other++) {
        world.nic[other].limit = 1;
        assert_int_equal(world_exposes(&world, B), other != B && other <= LAST_NIC);
        assert_false(world_exposes(&world, A));
        world.nic[other].limit = 0;
    }
}

static void
promiscuity_matters_where_it_is_asked_for_again(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    assert_false(world_tracks_promiscuous(&world));
    world.faults[FAULT_VSWITCHD_RESTART] = 1;
    assert_true(world_tracks_promiscuous(&world));
    world.faults[FAULT_VSWITCHD_RESTART] = 0;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){.commands = 1, .command = {THIRD_PARTY_RENAME}};
    assert_true(world_tracks_promiscuous(&world));
}

static void
a_daemon_starts_again(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        bool restarts = fault == FAULT_DAEMON_RESTART || fault == FAULT_OVS_ORPHAN;

        world.faults[fault] = 1;
        assert_int_equal(world_restarts(&world), restarts);
        assert_int_equal(world_context(&world, A).restarts, restarts);
        world.faults[fault] = 0;
    }
}

/* Of any guest's policy: one that holds nothing back is none. */
static void
names_are_held_back(void **unused)
{
    for (unsigned guest = A; guest <= B; guest++) {
        struct world world = reported_race("libvirt-6.6,hold=3");

        world.daemon[guest] = 1;
        world.has_own[1] = 1;
        world.own[1] = policy_of("libvirt-6.6,hold=3"); /* of no name that is released */
        assert_false(world_holds_names(&world));
        world.own[1] = policy_of("fin-wait,hold=1");
        assert_true(world_holds_names(&world));
        world.own[1].hold = 0;
        assert_false(world_holds_names(&world));
        world.guests = 0;
        world.policy = policy_of("fin-wait");
        assert_false(world_holds_names(&world));
    }
    (void)unused;
}

/* One nic is enough, be it the first or the last one. */
static void
one_nic_brings_filters_or_qos(void **unused)
{
    (void)unused;
    for (unsigned nic = 0; nic <= LAST_NIC; nic++) {
        struct world world = two_nics_each("libvirt-6.6,filter-key=binding,limit-by=qos");

        for (unsigned other = 0; other <= LAST_NIC; other++) {
            world.nic[other].unfiltered = 1;
        }
        assert_false(world_has_filters(&world) || world_looks_at_filters(&world));
        assert_false(world_has_qos(&world));
        world.nic[nic].unfiltered = 0;
        world.nic[nic].limit = 1;
        assert_true(world_has_filters(&world) && world_looks_at_filters(&world));
        assert_true(world_has_qos(&world));
        world.policy.filter_key = FILTER_KEY_NAME;
        assert_true(world_has_filters(&world));
        assert_false(world_looks_at_filters(&world));
        world.nic[nic].bridge = LB0; /* which has no QoS rows */
        assert_false(world_has_qos(&world));
        world.guests = world.more = 0;
        assert_false(world_has_filters(&world));
    }
}

static void
a_preset_tap_has_a_port_on_a_switch(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    for (unsigned name = VNET0; name <= NAMES; name += NAMES - VNET0) {
        assert_int_equal(world_preset_port(&world, (uint8_t)name), 0);
        for (unsigned bridge = BR0; bridge <= LB1; bridge++) {
            world.preset[name].bridge = (uint8_t)bridge;
            assert_int_equal(world_preset_port(&world, (uint8_t)name),
                             bridge == BR0 || bridge == BR1 ? bridge : 0);
        }
    }
}

/* Bridges of the kernel's have none, whatever stands in their place. */
static void
a_datapath_is_a_switchs(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    world.datapath[BR1 - 1] = world.datapath[LB1 - 1] = DATAPATH_NETDEV;
    memset(&world.nic[MAX_NICS - 1], BRIDGE_OVS, sizeof *world.nic); /* a nic that is none */
    for (unsigned bridge = NO_BRIDGE; bridge <= LB1; bridge++) {
        const uint8_t of = (uint8_t)bridge;

        assert_int_equal(world_datapath(&world, of, DATAPATH_SYSTEM), bridge == BR0);
        assert_int_equal(world_datapath(&world, of, DATAPATH_NETDEV), bridge == BR1);
    }
    assert_true(world_has_system_datapath(&world)); /* its first one */
    world.datapath[BR1 - 1] = DATAPATH_SYSTEM;
    world.datapath[BR0 - 1] = DATAPATH_NETDEV;
    world.bridges = BR1;
    assert_true(world_has_system_datapath(&world)); /* its last one */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nic_is_one_guests),
        cmocka_unit_test(a_context_has_its_guests_nics),
        cmocka_unit_test(a_policy_is_a_daemons),
        cmocka_unit_test(a_program_is_a_guests),
        cmocka_unit_test(a_start_is_tried_again),
        cmocka_unit_test(rounds_are_numbered_where_rows_say_them),
        cmocka_unit_test(vlans_are_somebodys),
        cmocka_unit_test(an_agent_sets_tags_that_no_add_port_sets),
        cmocka_unit_test(a_name_is_contested),
        cmocka_unit_test(a_nic_is_exposed),
        cmocka_unit_test(promiscuity_matters_where_it_is_asked_for_again),
        cmocka_unit_test(a_daemon_starts_again),
        cmocka_unit_test(names_are_held_back),
        cmocka_unit_test(one_nic_brings_filters_or_qos),
        cmocka_unit_test(a_preset_tap_has_a_port_on_a_switch),
        cmocka_unit_test(a_datapath_is_a_switchs),
    };

    return cmocka_run_group_tests_name("world asks", tests, NULL, NULL);
}
