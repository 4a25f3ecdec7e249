/* An order that is wrong about a state is noticed (sim/order_audit.h). */
#include "tests/unit/search.h"

#include "sim/order_audit.h"

enum { EVERYTHING = (1 << ORACLE_COUNT) - 1 };

struct audited {
    struct world world;
    struct state state;
    struct order order;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
};

/* Behind that schedule, with all oracles decided, nothing is wrong.  From here on a test puts
 * something wrong into the order. */
static void
begin(struct audited *audited, const char *policy, const char *commands_of_b, const char *schedule)
{
    audited->world = world_under(policy);
    add_guest(&audited->world, BR0, true, "stop");
    add_guest(&audited->world, BR0, false, commands_of_b);
    audited->world.nic[A].unfiltered = audited->world.nic[B].unfiltered = 1;
    audited->state = initial_of(&audited->world);
    play(&audited->world, &audited->state, schedule);
    audited->actors = actor_all(&audited->world, audited->actor);
    order_open(&audited->order, &audited->world, EVERYTHING);
    assert_false(audited->order.none);
    assert_int_equal(
        order_audit(&audited->order, audited->actor, audited->actors, &audited->state).kind,
        MISTAKE_NONE);
}

static void
expect_mistake(const struct audited *audited, enum mistake_kind kind, char actor, char other)
{
    const struct order_mistake mistake =
        order_audit(&audited->order, audited->actor, audited->actors, &audited->state);

    assert_int_equal(mistake.kind, kind);
    assert_int_equal(mistake.actor, actor_of(&audited->world, actor));
    assert_int_equal(mistake.other, actor_of(&audited->world, other));
}

/* The kernel closes a's tap, and b takes the lowest name that is free: which one, depends. */
static void
two_steps_come_to_different_states(void **unused)
{
    struct audited audited;

    (void)unused;
    begin(&audited, "libvirt-6.6", "start", "a");
    audited.order.alone[OP_CREATE_TAP] = true;
    expect_mistake(&audited, MISTAKE_DEPENDENT, 'b', 'A');
}

/* a deletes the port of its name, which is b's if b has added one. */
static void
an_oracle_says_something_else(void **unused)
{
    struct audited audited;

    (void)unused;
    begin(&audited, "libvirt-6.6", "start", "aAAbb");
    audited.order.alone[OP_ADD_PORT] = true;
    expect_mistake(&audited, MISTAKE_DEPENDENT, 'a', 'b');
}

/* Both wait for one mutex. */
static void
one_step_makes_the_other_impossible(void **unused)
{
    struct audited audited;

    (void)unused;
    begin(&audited, "libvirt-6.6,port-guard=exists,guard-lock=create", "start", "aAA");
    audited.order.alone[OP_LOCK] = true;
    expect_mistake(&audited, MISTAKE_DEPENDENT, 'a', 'b');
}

/* b sets its tap's MAC, as if two actors did: behind the one's step, the other one adds the port,
 * and may not go alone any more. */
static void
a_step_is_not_alone_behind_another_one(void **unused)
{
    struct audited audited;
    struct order_mistake mistake;

    (void)unused;
    begin(&audited, "libvirt-6.6", "start", "b");
    audited.actor[audited.actors++] = audited.actor[actor_of(&audited.world, 'b')];
    mistake = order_audit(&audited.order, audited.actor, audited.actors, &audited.state);
    assert_int_equal(mistake.kind, MISTAKE_UNSTABLE);
    assert_int_equal(mistake.actor, actor_of(&audited.world, 'b'));
    assert_int_equal(mistake.other, audited.actors - 1);
}

/* Since a has deleted b's port, b has lost its attachment, until it is killed. */
static void
a_step_ends_a_violation(void **unused)
{
    struct audited audited;

    (void)unused;
    begin(&audited, "libvirt-6.6", "start stop", "aAbbbAavabb");
    assert_true(oracle_judge_state(&audited.world, &audited.state) &
                ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    audited.order.violable = 0;
    expect_mistake(&audited, MISTAKE_HIDES, 'b', 'b');
}

static void
an_order_that_says_nothing_is_not_wrong(void **unused)
{
    struct audited audited;

    (void)unused;
    begin(&audited, "libvirt-6.6", "start", "a");
    audited.order.alone[OP_CREATE_TAP] = true;
    audited.order.none = true;
    assert_int_equal(
        order_audit(&audited.order, audited.actor, audited.actors, &audited.state).kind,
        MISTAKE_NONE);
}

static void
each_mistake_has_a_text(void **unused)
{
    (void)unused;
    assert_string_equal(order_mistake_text(MISTAKE_NONE), "");
    for (enum mistake_kind kind = MISTAKE_DEPENDENT; kind <= MISTAKE_HIDES; kind++) {
        assert_true(strlen(order_mistake_text(kind)) > 0);
        assert_string_not_equal(order_mistake_text(kind), order_mistake_text(kind - 1));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_steps_come_to_different_states),
        cmocka_unit_test(an_oracle_says_something_else),
        cmocka_unit_test(one_step_makes_the_other_impossible),
        cmocka_unit_test(a_step_is_not_alone_behind_another_one),
        cmocka_unit_test(a_step_ends_a_violation),
        cmocka_unit_test(an_order_that_says_nothing_is_not_wrong),
        cmocka_unit_test(each_mistake_has_a_text),
    };

    return cmocka_run_group_tests_name("order audit", tests, NULL, NULL);
}
