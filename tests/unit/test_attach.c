/* The attachment, which a start and a reconnection share: which of its operations are due, what
 * they say, and what the answer to the first look means (core/attach.h; mail 000, option A). */
#include "tests/unit/fixture.h"

#include "core/attach.h"

enum { MN0 = BR1, TAG = 3 }; /* br1, as a Midonet bridge */

/* Guest a's nic belongs on that bridge. */
static struct world
on(uint8_t bridge, const char *policy)
{
    struct world world = world_under(policy);

    world.bridge_kind[MN0 - 1] = BRIDGE_MIDONET;
    add_guest(&world, bridge, false, "start");
    world.nic[A].vlan = TAG;
    return world;
}

/* Every combination of the bridge that it belongs on, and the one that it was found on. */
static void
what_is_due_depends_on_both_bridges(void **unused)
{
    static const struct {
        enum op_kind op;
        const char *due; /* for each own bridge in turn, and for each that it is on */
    } expected[] = {
        /*                 own: none br0  lb0  midonet; on: none br0 lb0, midonet */
        {OP_GET_MASTER, "---- xxxx xxxx xxxx"}, {OP_DEL_PORT, "-x-- -x-- -x-- -x--"},
        {OP_DEL_IF, "--x- --x- --x- --x-"},     {OP_ADD_PORT, "---- xxxx ---- ----"},
        {OP_ADD_IF, "---- ---- xxxx ----"},     {OP_BIND_PORT, "---- ---- ---- xxxx"},
    };
    static const uint8_t bridges[] = {NO_BRIDGE, BR0, LB0, MN0};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        for (size_t own = 0; own < sizeof bridges; own++) {
            for (size_t found = 0; found < sizeof bridges; found++) {
                struct world world = on(bridges[own], "reattach");
                struct context context = world_context(&world, A);
                struct machine machine = {.kind = MACHINE_START, .wrong_bridge = bridges[found]};

                assert_int_equal(attach_wants(expected[i].op, &machine, &context),
                                 expected[i].due[own * 5 + found] == 'x');
                /* Once it is there, nothing is. */
                machine.flag = MACHINE_ON_BRIDGE;
                assert_false(attach_wants(expected[i].op, &machine, &context));
            }
        }
    }
}

static void
an_answer_is_noted(void **unused)
{
    static const uint8_t bridges[] = {NO_BRIDGE, BR0, LB0, BR1, LB1};

    (void)unused;
    for (size_t own = 0; own < sizeof bridges; own++) {
        for (size_t found = 0; found < sizeof bridges; found++) {
            struct world world = on(bridges[own], "reattach");
            struct context context = world_context(&world, A);
            struct machine machine = {.kind = MACHINE_START, .flag = MACHINE_LOCKED};
            bool there = own == found;

            attach_note_master(&machine, &context, (struct outcome){.value = bridges[found]});
            assert_int_equal(machine.flag, MACHINE_LOCKED | (there ? MACHINE_ON_BRIDGE : 0));
            assert_int_equal(machine.wrong_bridge, there ? NO_BRIDGE : bridges[found]);
        }
    }
}

/* It is the nic at hand that is attached. */
static void
another_nic_has_its_own_bridge(void **unused)
{
    struct world world = on(BR0, "reattach");
    struct context context;
    struct machine machine = {.kind = MACHINE_START, .nic = 1};
    struct operation op = {.kind = OP_ADD_IF};

    (void)unused;
    world.more = 1;
    world.nic[1].bridge = LB1;
    context = world_context(&world, 1);
    assert_true(attach_wants(OP_ADD_IF, &machine, &context));
    assert_false(attach_wants(OP_ADD_PORT, &machine, &context));
    attach_fill(&op, &machine, &context);
    assert_int_equal(op.bridge, LB1);
}

/* Facts 3c: a deletion whose only purpose is a run of ovs-vswitchd, of a tap that is new alone. */
static void
only_a_start_waits_in_between(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t bridge, kind;
        bool waits;
    } expected[] = {
        {"libvirt-6.6,ovs-add=del-wait-add", BR0, MACHINE_START, true},
        {"libvirt-6.6,ovs-add=del-wait-add", BR0, MACHINE_RECONNECT, false},
        {"libvirt-6.6,ovs-add=del-wait-add", LB0, MACHINE_START, false},
        {"libvirt-6.6,ovs-add=del-wait-add", MN0, MACHINE_START, false},
        {"libvirt-6.6,ovs-add=del-wait-add", NO_BRIDGE, MACHINE_START, false},
        {"libvirt-6.6", BR0, MACHINE_START, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = on(expected[i].bridge, expected[i].policy);
        struct context context = world_context(&world, A);
        struct machine machine = {.kind = expected[i].kind};
        struct operation op = {.kind = OP_DEL_PORT, .name = VNET0};

        assert_int_equal(attach_waits_between(&machine, &context), expected[i].waits);
        assert_int_equal(attach_wants(OP_DEL_PORT, &machine, &context), expected[i].waits);
        attach_fill(&op, &machine, &context);
        assert_int_equal(op.always_waits, expected[i].waits);
        assert_int_equal(op.bridge, NO_BRIDGE); /* whichever it is on */
    }
}

/* A table of both machines is in test_operations.c: here is what only a wrong bridge shows. */
static void
the_wrong_bridge_is_left_by_its_number(void **unused)
{
    struct world world = on(BR0, "reattach");
    struct context context = world_context(&world, A);
    struct machine machine = {.kind = MACHINE_RECONNECT, .wrong_bridge = LB1};
    struct operation leave = {.kind = OP_DEL_IF, .name = VNET0}, join = {.kind = OP_ADD_PORT},
                     look = {.kind = OP_GET_MASTER, .name = VNET0}, before = look;

    (void)unused;
    attach_fill(&leave, &machine, &context);
    assert_int_equal(leave.bridge, LB1);
    attach_fill(&join, &machine, &context);
    assert_int_equal(join.bridge, BR0);
    assert_int_equal(join.vlan, TAG);
    attach_fill(&look, &machine, &context);
    assert_memory_equal(&look, &before, sizeof look);
}

static void
ask_for_another_operation(void)
{
    struct world world = on(BR0, "reattach");
    struct context context = world_context(&world, A);
    struct machine machine = {.kind = MACHINE_START};

    attach_wants(OP_LINK_UP, &machine, &context);
}

static void
it_knows_its_own_operations_alone(void **unused)
{
    (void)unused;
    assert_false(survives(ask_for_another_operation));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_depends_on_both_bridges),
        cmocka_unit_test(an_answer_is_noted),
        cmocka_unit_test(another_nic_has_its_own_bridge),
        cmocka_unit_test(only_a_start_waits_in_between),
        cmocka_unit_test(the_wrong_bridge_is_left_by_its_number),
        cmocka_unit_test(it_knows_its_own_operations_alone),
    };

    return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}
