/* Midonet ports, which are bound and unbound by their interface ids (mail 000, the quoted patch;
 * facts 1a, S5; 1b, step 10). */
#include "tests/unit/fixture.h"
#include "tests/unit/round_trip.h"
#include "tests/unit/script.h"

#include <errno.h>

enum { M0 = LB1 };

/* The race of mail 000 on a Midonet network. */
static struct world
midonet(const char *policy)
{
    struct world world = reported_race(policy);

    world.bridge_kind[M0 - 1] = BRIDGE_MIDONET;
    world.nic[A].bridge = world.nic[B].bridge = M0;
    return world;
}

static void
expect_machine(const char *policy, enum machine_kind kind, struct nic_record record,
               const struct surprise *surprises, const char *expected)
{
    struct world world = midonet(policy);
    struct context context = world_context(&world, A);
    char text[SCRIPT_TEXT];

    run_machine(kind, &context, &record, surprises, text);
    assert_string_equal(text, expected);
}

static const struct nic_record off,
    running = {.name = VNET0, .tap = A + 1, .made = 7, .running = 1};

static void
a_start_binds_where_others_attach(void **unused)
{
    (void)unused;
    expect_machine("libvirt-6.6", MACHINE_START, off, NULL,
                   "create-tap set-mac bind-port link-up add-filter exec");
    expect_machine("reattach", MACHINE_START, off, NULL,
                   "create-tap set-mac get-master bind-port link-up add-filter exec");
}

static void
a_stop_unbinds_where_others_delete(void **unused)
{
    static const char *const guards[] = {"mac-check", "exists-check", "atomic", "owner-delete"};

    (void)unused;
    expect_machine("libvirt-6.6", MACHINE_STOP, running, NULL,
                   "kill remove-filter unbind-port release");
    expect_machine("port-first", MACHINE_STOP, running, NULL,
                   "remove-filter unbind-port kill release");
    /* No guard is asked: nothing of another guest's is in danger. */
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        expect_machine(guards[i], MACHINE_STOP, running, NULL,
                       "kill remove-filter unbind-port release");
    }
}

/* "by vport interfaceID, not name": a start that has forgotten its name unbinds all the same. */
/* What a start has bound, its clean-up knows of, and what it could not bind, too. */
static void
a_start_remembers_what_it_has_bound(void **unused)
{
    static const struct surprise up_fails[] = {{OP_LINK_UP, 1, {.error = EIO}}, {0}},
                                 bind_fails[] = {{OP_BIND_PORT, 1, {.error = EIO}}, {0}};
    const struct surprise *const surprises[] = {up_fails, bind_fails};

    (void)unused;
    for (int i = 0; i < 2; i++) {
        struct world world = midonet("libvirt-6.6,clean-up=created");
        struct context context = world_context(&world, A);
        struct nic_record record = {0};
        char text[SCRIPT_TEXT];

        run_machine(MACHINE_START, &context, &record, surprises[i], text);
        assert_int_equal(record.made & MADE_PORT, i == 0 ? MADE_PORT : 0);
    }
}

static void
a_clean_up_needs_no_name(void **unused)
{
    struct nic_record forgotten = {.made = MADE_PORT};

    (void)unused;
    expect_machine("libvirt-6.6", MACHINE_CLEAN_UP, forgotten, NULL, "unbind-port release");
    expect_machine("libvirt-6.6", MACHINE_CLEAN_UP, off, NULL, "unbind-port release");
    expect_machine("libvirt-6.6,clean-up=created", MACHINE_CLEAN_UP, off, NULL, "release");
    expect_machine("libvirt-6.6,clean-up=created", MACHINE_CLEAN_UP, forgotten, NULL,
                   "unbind-port release");
}

/* B has A's name, and its own port. */
static void
a_port_is_its_guests(void **unused)
{
    struct world world = midonet("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(state.network.binding[A], VNET0);
    assert_int_equal(state.network.device[VNET0].master, 0);
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    play(&world, &state, "aAbbb"); /* B is bound to vnet0, and A still is */
    assert_int_equal(state.network.binding[A], VNET0);
    assert_int_equal(state.network.binding[B], VNET0);
    play(&world, &state, "Aaa"); /* remove-filter, unbind-port */
    assert_int_equal(state.network.binding[A], IFNAME_NONE);
    assert_int_equal(state.network.binding[B], VNET0);
    play(&world, &state, "bbba");
    assert_true(state_running(&state, B));
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    assert_int_equal(oracle_judge_end(&world, &state), 0);
}

static void
oracles_look_at_the_binding(void **unused)
{
    struct world world = midonet("libvirt-6.6");
    struct state state = initial_of(&world);

    (void)unused;
    state.network.binding[A] = VNET1;
    assert_true(oracle_judge_state(&world, &state) & ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    state.network.binding[A] = VNET0;
    assert_false(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT));
    state.control.daemon.record[A].running = 0;
    assert_true(oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT));
}

static void
only_midonet_takes_room(void **unused)
{
    struct world world = midonet("libvirt-6.6");
    struct layout with, without;

    (void)unused;
    layout_make(&with, &world);
    assert_true(walk_round_trips(&world) > 50);
    world.bridge_kind[M0 - 1] = BRIDGE_LINUX;
    layout_make(&without, &world);
    assert_int_equal(with.fields - without.fields, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_binds_where_others_attach),
        cmocka_unit_test(a_stop_unbinds_where_others_delete),
        cmocka_unit_test(a_start_remembers_what_it_has_bound),
        cmocka_unit_test(a_clean_up_needs_no_name),
        cmocka_unit_test(a_port_is_its_guests),
        cmocka_unit_test(oracles_look_at_the_binding),
        cmocka_unit_test(only_midonet_takes_room),
    };

    return cmocka_run_group_tests_name("midonet", tests, NULL, NULL);
}
