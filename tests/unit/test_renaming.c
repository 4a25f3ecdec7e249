/* Guests and names by other names: a network does the same then (sim/renaming.h). */
#include "tests/unit/fixture.h"

#include "sim/carry_out.h"
#include "sim/renaming.h"

static struct world
alike(const char *policy, unsigned guests)
{
    struct world world = world_under(policy);

    for (unsigned i = 0; i < guests; i++) {
        add_guest(&world, BR0, true, "stop start");
    }
    return world;
}

static unsigned
renamings_of(const struct world *world)
{
    static struct renaming all[MAX_RENAMINGS];

    return renaming_of_guests(world, all);
}

/* ---- which guests are alike ---- */

static void
guests_with_one_description_are_alike(void **unused)
{
    struct world one = alike("libvirt-6.6", 1), two = alike("libvirt-6.6", 2),
                 three = alike("libvirt-6.6", 3), five = alike("libvirt-6.6", 5),
                 six = alike("libvirt-6.6", 6), none = world_under("libvirt-6.6"),
                 race = reported_race("libvirt-6.6"); /* what they are to do is nothing to it */

    (void)unused;
    assert_int_equal(renamings_of(&none), 1);
    assert_int_equal(renamings_of(&one), 1);
    assert_int_equal(renamings_of(&two), 2);
    assert_int_equal(renamings_of(&race), 2);
    assert_int_equal(renamings_of(&three), 6);
    assert_int_equal(renamings_of(&five), 120);
    assert_int_equal(renamings_of(&six), 1); /* 720 are too many */
    three.nic[B].bridge = LB0;
    assert_int_equal(renamings_of(&three), 2);
}

/* Whatever a network sees of a guest tells it from others. */
static void
what_a_network_sees_tells_them_apart(void **unused)
{
    const struct world two = alike("libvirt-6.6", 2);
    struct world world;

    (void)unused;
#define EXPECT(change) \
    world = two;       \
    world.change;      \
    assert_int_equal(renamings_of(&world), 1)
    EXPECT(nic[B].bridge = BR1);
    EXPECT(nic[B].kind = NIC_MACVTAP);
    EXPECT(nic[B].network = 1);
    EXPECT(nic[B].vlan = 1);
    EXPECT(nic[B].multi_queue = 1);
    EXPECT(nic[B].unmanaged = 1);
    EXPECT(nic[B].unfiltered = 1);
    EXPECT(nic[B].mac = 1);
    EXPECT(nic[B].mac = 3);
    EXPECT(leaked[B] = 1);
    EXPECT(ignores_sigterm[B] = 1);
    EXPECT(ignores_sigkill[B] = 1);
    EXPECT(daemon[B] = 1);
    EXPECT(vm[B] = 1 + A);
    EXPECT(more = 1);
#define X(id, member, key, text, oracle) EXPECT(nic[B].member = 1);
    NIC_PROPERTIES(X)
#undef X
#undef EXPECT
}

static void
nics_go_with_their_guests(void **unused)
{
    static struct renaming all[MAX_RENAMINGS];
    struct world world = alike("libvirt-6.6", 2);

    (void)unused;
    add_second_nics(&world);
    assert_int_equal(renaming_of_guests(&world, all), 2);
    assert_int_equal(all[0].nic[2], 2);
    assert_int_equal(all[1].guest[A], B);
    assert_int_equal(all[1].nic[0], 1);
    assert_int_equal(all[1].nic[2], 3);
    assert_int_equal(all[1].nic[3], 2);
    world.nic[3].bridge = BR0;
    assert_int_equal(renamings_of(&world), 1);
}

/* ---- a step and a renaming, in either order ---- */

struct checked {
    struct renaming_bytes bytes;
    struct renaming all[MAX_RENAMINGS];
    unsigned renamings;
    uint64_t steps, operations;
};

static unsigned
renamed_actor(const struct world *world, const struct renaming *renaming, unsigned number)
{
    struct actor actor = actor_at(world, number);

    return actor_kind_number(actor.kind) == ACTOR_EACH_GUEST
               ? number - actor.index + renaming->guest[actor.index]
               : number;
}

static void
expect_same(const struct state *one, const struct state *other)
{
    unsigned index;
    const struct field *field = field_difference(one, other, &index);

    if (field != NULL) {
        fail_msg("%s [%u]", field->name, index);
    }
}

/* Guests that are alike and have the same to do: all of a state steps as it is renamed. */
static void
step_renamed(const struct world *world, const struct state *state, unsigned actor,
             struct checked *checked)
{
    struct state after = *state, renamed, expected;
    const oracle_set objection = actor_step(world, &after, actor, NULL);

    for (unsigned i = 0; i < checked->renamings; i++) {
        const struct renaming *renaming = &checked->all[i];
        unsigned number = renamed_actor(world, renaming, actor);

        renaming_state(&checked->bytes, renaming, state, &renamed);
        renaming_state(&checked->bytes, renaming, &after, &expected);
        assert_true(actor_enabled(world, &renamed, number));
        assert_int_equal(actor_step(world, &renamed, number, NULL), objection);
        expect_same(&renamed, &expected);
        checked->steps++;
    }
}

/* Other guests, if there are such, and all names in the reverse order. */
static struct renaming
reverse(const struct checked *checked)
{
    struct renaming renaming = checked->all[checked->renamings - 1];

    for (unsigned name = 1; name <= NAMES; name++) {
        renaming.name[name] = (uint8_t)(NAMES + 1 - name);
    }
    return renaming;
}

/* The network alone: the daemons have other names in mind, in another order. */
static void
expect_network(const struct checked *checked, const struct renaming *renaming,
               const struct state *after, struct state *renamed)
{
    struct state expected;

    renaming_state(&checked->bytes, renaming, after, &expected);
    renamed->control = expected.control;
    memcpy(renamed->excused, expected.excused, sizeof renamed->excused);
    expect_same(renamed, &expected);
}

/* An operation does the same to a network by other names, unless the kernel is to choose one. */
static void
carry_out_renamed(const struct world *world, const struct state *state, unsigned guest,
                  struct checked *checked)
{
    struct operation op = control_want(world, &state->control, guest);
    unsigned nic = control_nic(world, &state->control, guest);
    struct renaming renaming = reverse(checked);
    struct state after = *state, renamed;
    struct event event = {0};

    if (op.name == IFNAME_NONE && (op.kind == OP_CREATE_TAP || op.kind == OP_CREATE_LINK)) {
        return;
    }
    renaming_state(&checked->bytes, &renaming, state, &renamed);
    carry_out(world, &after, nic, op, &event);
    carry_out(world, &renamed, renaming.nic[nic], renaming_operation(&renaming, op), &event);
    expect_network(checked, &renaming, &after, &renamed);
    checked->operations++;
}

/* And so do the kernel, ovs-vswitchd and the others, who read no policy. */
static void
act_renamed(const struct world *world, const struct state *state, unsigned actor,
            struct checked *checked)
{
    struct renaming renaming = reverse(checked);
    unsigned number = renamed_actor(world, &renaming, actor);
    struct state after = *state, renamed;

    renaming_state(&checked->bytes, &renaming, state, &renamed);
    actor_step(world, &after, actor, NULL);
    assert_true(actor_enabled(world, &renamed, number));
    actor_step(world, &renamed, number, NULL);
    expect_network(checked, &renaming, &after, &renamed);
}

/* What oracles say of a state, or would say of it as a last one, does not depend on who is who. */
static void
judge_renamed(const struct world *world, const struct state *state, const struct checked *checked)
{
    for (unsigned i = 1; i < checked->renamings; i++) {
        struct state renamed;

        renaming_state(&checked->bytes, &checked->all[i], state, &renamed);
        assert_int_equal(oracle_judge_state(world, &renamed), oracle_judge_state(world, state));
        assert_int_equal(oracle_judge_end(world, &renamed), oracle_judge_end(world, state));
    }
}

static void
check_state(const struct world *world, const struct state *state, void *checked)
{
    unsigned actors = actor_count(world);

    judge_renamed(world, state, checked);
    for (unsigned actor = 0; actor < actors; actor++) {
        enum actor_kind kind = actor_at(world, actor).kind;

        if (!actor_enabled(world, state, actor)) {
            continue;
        }
        step_renamed(world, state, actor, checked);
        if (kind != ACTOR_THREAD && kind != ACTOR_THIRD_PARTY &&
            actor_kind_fault(kind) == FAULT_COUNT) {
            act_renamed(world, state, actor, checked);
        }
        if (kind == ACTOR_THREAD &&
            !operation_is_daemons((enum op_kind)control_want(world, &state->control, actor).kind)) {
            carry_out_renamed(world, state, actor, checked);
        }
    }
}

static void
expect_renamed_steps(const struct world *world)
{
    static struct checked checked;

    checked = (struct checked){0};
    renaming_bytes(world, &checked.bytes);
    checked.renamings = renaming_of_guests(world, checked.all);
    assert_true(checked.renamings > 1);
    walk(world, check_state, &checked);
    assert_true(checked.steps > 50 && checked.operations > 5);
}

static void
steps_are_the_same_by_other_names(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        struct world world = alike(named->name, 2);

        expect_renamed_steps(&world);
        world.datapath[BR0 - 1] = DATAPATH_NETDEV;
        world.nic[A].limit = world.nic[B].limit = 1;
        world.nic[A].vlan = world.nic[B].vlan = 2;
        expect_renamed_steps(&world);
        world = alike(named->name, 2);
        world.nic[A].bridge = world.nic[B].bridge = LB0;
        world.nic[A].unfiltered = world.nic[B].unfiltered = 1;
        world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
        world.ignores_sigterm[A] = world.ignores_sigterm[B] = 1;
        expect_renamed_steps(&world);
        world.nic[A].multi_queue = world.nic[B].multi_queue = 0;
        world.nic[A].kind = world.nic[B].kind = NIC_MACVTAP;
        world.nic[A].bridge = world.nic[B].bridge = NO_BRIDGE;
        expect_renamed_steps(&world);
    }
}

/* What only faults, or other software, make other than 0. */
static void
faults_make_no_difference(void **unused)
{
    static const char *const policies[] = {"libvirt-9.0", "libvirt-6.6", "owner-delete", "atomic"};

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
        for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
            struct world world = alike(policies[i], 2);

            world.faults[fault] = 1;
            world.helper_closes[A] = world.helper_closes[B] = 1;
            world.nic[A].unfiltered = world.nic[B].unfiltered = 1;
            expect_renamed_steps(&world);
        }
    }
}

static void
nor_does_other_software(void **unused)
{
    struct world world;

    (void)unused;
    for (unsigned bridge = BR0; bridge <= LB0; bridge++) {
        for (enum datapath datapath = DATAPATH_SYSTEM; datapath <= DATAPATH_NETDEV; datapath++) {
            world = alike("libvirt-9.0", 2);
            world.nic[A].bridge = world.nic[B].bridge = (uint8_t)bridge;
            world.datapath[BR0 - 1] = datapath;
            world.third_parties = 1;
            world.third_party[0] =
                (struct third_party){.commands = 2,
                                     .command = {THIRD_PARTY_RENAME, THIRD_PARTY_CREATE},
                                     .name = {VNET0, VNET0},
                                     .to = {FIXED}};
            world.nic[A].contested = world.nic[B].contested = bridge == LB0;
            expect_renamed_steps(&world);
        }
    }
    world = alike("libvirt-9.0", 3);
    world.commands[A] = 0;
    world.commands[B] = world.commands[C] = 1;
    world.daemon[B] = world.daemon[C] = 1;
    world.policy = policy_of("atomic");
    expect_renamed_steps(&world);
    world = alike("libvirt-6.6", 2);
    world.nic[A].name = world.nic[B].name = FIXED;
    world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
    world.running[A] = 0;
    world.qemu_commands[A] = world.qemu_commands[B] = 1; /* to make its tap persistent */
    expect_renamed_steps(&world);
    world = alike("libvirt-6.6", 2);
    world.bridge_kind[BR0 - 1] = BRIDGE_MIDONET;
    expect_renamed_steps(&world);
}

/* Bytes that stand for somebody do for the other one then; 0 is nobody. */
static void
each_kind_of_byte_is_renamed(void **unused)
{
    static const struct {
        enum field_means means;
        uint8_t value, renamed;
    } expected[] = {
        {MEANS_PLAIN, 1, 1},
        {MEANS_NAME, IFNAME_NONE, IFNAME_NONE},
        {MEANS_NAME, 1, 2},
        {MEANS_GUEST, 0, 0},
        {MEANS_GUEST, A + 1, B + 1},
        {MEANS_NIC, 0, 0},
        {MEANS_NIC, B + 1, A + 1},
        {MEANS_NIC, THIRD_PARTY, THIRD_PARTY},
        {MEANS_GUESTS, 1u << A, 1u << B},
        {MEANS_GUESTS, 1u << C, 1u << C},
    };
    const struct renaming renaming = {.name = {0, 2, 1}, .guest = {B, A, C}, .nic = {B, A, C}};

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(renaming_value(&renaming, expected[i].means, expected[i].value),
                         expected[i].renamed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_with_one_description_are_alike),
        cmocka_unit_test(what_a_network_sees_tells_them_apart),
        cmocka_unit_test(nics_go_with_their_guests),
        cmocka_unit_test(steps_are_the_same_by_other_names),
        cmocka_unit_test(faults_make_no_difference),
        cmocka_unit_test(nor_does_other_software),
        cmocka_unit_test(each_kind_of_byte_is_renamed),
    };

    return cmocka_run_group_tests_name("renaming", tests, NULL, NULL);
}
