/* The milestones of runs (sim/milestone.h): where each stage begins and ends, and what is none. */
#include "tests/unit/fixture.h"

#include "sim/milestone.h"

/* A run, and its milestones so far as words: of a stage "NAME<" and "NAME>", and what kind an actor
 * is that is one by itself. */
struct run {
    struct world world;
    struct state state;
    stages in;
    char said[300];
};

static struct run
begin(const struct world *world)
{
    return (struct run){.world = *world, .state = initial_of(world)};
}

static void
step(struct run *run, unsigned number)
{
    const struct actor actor = actor_at(&run->world, number);
    const struct state before = run->state;
    milestone found[MILESTONES_OF_A_STEP];
    struct event event;
    unsigned count;

    assert_true(actor_may_step(&run->world, &before, actor));
    actor_take_step(&run->world, &run->state, actor, &event);
    count = milestones_of(&run->world, &before, actor, &event, &run->state, &run->in, found);
    for (unsigned i = 0; i < count; i++) {
        const struct milestone_is is = milestone_is(found[i]);
        const bool staged = is.stage != STAGE_NONE;

        strcat(strcat(run->said, *run->said == '\0' ? "" : " "),
               staged ? stage_name(is.stage) : actor_kind_name(is.actor.kind));
        strcat(run->said, !staged ? "" : is.ends ? ">" : "<");
        assert_int_equal(is.actor.index, actor.index);
    }
}

static void
steps(struct run *run, const char *schedule)
{
    for (; *schedule != '\0'; schedule++) {
        step(run, actor_of(&run->world, *schedule));
    }
}

static void
hits(struct run *run, enum fault fault)
{
    step(run, actor_of_fault(&run->world, fault, A));
}

static struct run
begin_under(const char *policy, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, false, commands);
    world.nic[A].vlan = 1;
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        world.faults[fault] = 1;
    }
    return begin(&world);
}

/* A run of ovs-vswitchd is none, nor is the end of an exit. */
static void
a_start_and_a_stop(void **unused)
{
    struct run run = begin_under("libvirt-6.6", "start stop");

    (void)unused;
    steps(&run, "aaavaaa");
    assert_string_equal(run.said, "tap< tap> attach< attach> filter< filter>");
    *run.said = '\0';
    steps(&run, "aAAaava");
    assert_string_equal(run.said, "kill< kill> kernel unfilter< unfilter> port< port>");
}

/* A start that deletes a port first is not done with that. */
static void
a_stage_of_two_operations(void **unused)
{
    struct run run = begin_under("libvirt-6.6,ovs-add=del-wait-add", "start stop");

    (void)unused;
    steps(&run, "aaa");
    assert_string_equal(run.said, "tap< tap> attach<");
    steps(&run, "va");
    assert_string_equal(run.said, "tap< tap> attach< attach>");
}

/* Which goes on when the first one has run out of time (facts 1e). */
static void
a_stage_whose_first_operation_times_out(void **unused)
{
    struct run run = begin_under("libvirt-6.6,ovs-add=del-wait-add", "start stop");

    (void)unused;
    steps(&run, "aaa");
    *run.said = '\0';
    steps(&run, "1");
    assert_string_equal(run.said, "timeout");
    steps(&run, "a");
    assert_string_equal(run.said, "timeout attach>");
}

/* Whatever that is. */
static void
a_stage_that_is_not_gone_on_with(void **unused)
{
    struct run run = begin_under("libvirt-6.6", "start stop");

    (void)unused;
    steps(&run, "aa");
    *run.said = '\0';
    run.in = STAGE_FILTER;
    steps(&run, "a");
    assert_string_equal(run.said, "filter> attach< attach>");
}

/* Nothing ends then: the daemon is another one, and knows nothing of the start. */
static void
a_stage_whose_daemon_dies(void **unused)
{
    static const enum fault faults[] = {FAULT_DAEMON_RESTART, FAULT_OVS_ORPHAN};
    static const char *const expected[] = {"restart/daemon tap< tap>", "orphan tap< tap>"};

    (void)unused;
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct run run = begin_under("reattach", "start stop start");

        steps(&run, "aaa");
        assert_string_equal(run.said, "tap< tap> attach<");
        *run.said = '\0';
        hits(&run, faults[i]);
        steps(&run, "a");
        assert_string_equal(run.said, expected[i]);
    }
}

/* It asks where its device is, and has nothing to do: the stage ends with its last step. */
static void
a_reconnection_that_only_asks(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct run run;

    (void)unused;
    add_guest(&world, BR0, true, "");
    world.nic[A].unfiltered = 1;
    world.faults[FAULT_DAEMON_RESTART] = 1;
    run = begin(&world);
    hits(&run, FAULT_DAEMON_RESTART);
    steps(&run, "aa");
    assert_string_equal(run.said, "restart/daemon attach< attach>");
    assert_int_equal(run.state.control.thread[A].machine.kind, MACHINE_IDLE);
}

/* A fault that takes the place of an operation begins its stage. */
static void
an_operation_that_a_fault_takes_the_place_of(void **unused)
{
    static const enum fault faults[] = {FAULT_START_FAILS, FAULT_OVS_LIE, FAULT_OVS_LATE};
    static const char *const expected[] = {"fail attach< attach>", "lie port< port>",
                                           "late port< port>"};

    (void)unused;
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct run run = begin_under("libvirt-6.6", "start stop");

        steps(&run, i == 0 ? "aa" : "aaavaaaaAAa");
        *run.said = '\0';
        hits(&run, faults[i]);
        assert_string_equal(run.said, expected[i]);
    }
}

/* The clock and an agent come as often as they like. */
static void
what_is_none(void **unused)
{
    struct run held = begin_under("fin-wait", "start stop");
    struct run tagged = begin_under("libvirt-6.6,vlan-by=agent", "start stop");

    (void)unused;
    while (!can_step(&held.world, &held.state, 't')) {
        steps(&held, can_step(&held.world, &held.state, 'a')   ? "a"
                     : can_step(&held.world, &held.state, 'v') ? "v"
                                                               : "A");
    }
    *held.said = '\0';
    steps(&held, "t");
    assert_string_equal(held.said, "");
    steps(&tagged, "aaa");
    *tagged.said = '\0';
    steps(&tagged, "g");
    assert_string_equal(tagged.said, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_and_a_stop),
        cmocka_unit_test(a_stage_of_two_operations),
        cmocka_unit_test(a_stage_whose_first_operation_times_out),
        cmocka_unit_test(a_stage_that_is_not_gone_on_with),
        cmocka_unit_test(a_stage_whose_daemon_dies),
        cmocka_unit_test(a_reconnection_that_only_asks),
        cmocka_unit_test(an_operation_that_a_fault_takes_the_place_of),
        cmocka_unit_test(what_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
