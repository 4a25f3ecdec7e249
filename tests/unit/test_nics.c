/* Guests with several nics: what the machines do for each of them and in which order, and what the
 * world has for each (docs/model.md, "Several nics"). */
#include "tests/unit/script.h"

#include "sim/carry_out.h"
#include "sim/oracle.h"

#include <stdio.h>

enum { A2 = 2 }; /* guest a's second nic, in a world of two guests */

/* Guest a has a nic on br0 and one on lb0; guest b has one. */
static struct world
world_of(const char *policy, bool running, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, running, commands);
    add_guest(&world, BR0, false, "start");
    world.more = 1;
    world.nic_guest[A2] = A;
    world.nic[A2] = (struct nic){.bridge = LB0, .mac = 3};
    return world;
}

/* As run_machine, with the place of the nic at hand behind each operation. */
static void
run_nics(enum machine_kind kind, const struct world *world, struct nic_record *records,
         struct surprise surprise, unsigned nic, char text[SCRIPT_TEXT])
{
    struct context context = world_context(world, A);
    struct machine machine = machine_begin(kind, &context, records);

    text[0] = '\0';
    while (!machine_ended(&machine)) {
        struct operation op = machine_want(&machine, &context, records);
        struct outcome outcome = usual_outcome(&context, op);
        size_t used = strlen(text);

        if (op.kind == surprise.op && machine.nic == nic) {
            outcome = surprise.outcome;
        }
        assert_true(used + 20 < SCRIPT_TEXT);
        snprintf(text + used, SCRIPT_TEXT - used, "%s%s%u", used == 0 ? "" : " ",
                 operation_name((enum op_kind)op.kind), machine.nic + 1u);
        machine_done(&machine, &context, records, outcome);
    }
}

static void
expect_start(const struct world *world, struct surprise surprise, unsigned nic, const char *start,
             const char *clean_up)
{
    struct nic_record records[MAX_NICS] = {{0}}, nothing[MAX_NICS] = {{0}};
    char text[SCRIPT_TEXT];

    run_nics(MACHINE_START, world, records, surprise, nic, text);
    assert_string_equal(text, start);
    assert_int_equal(records[A].running, clean_up == NULL);
    assert_int_equal(records[A2].running, clean_up == NULL);
    if (clean_up != NULL) {
        run_nics(MACHINE_CLEAN_UP, world, records, (struct surprise){.op = OP_NONE}, 0, text);
        assert_string_equal(text, clean_up);
        assert_memory_equal(records, nothing, sizeof records);
    }
}

#define USUAL ((struct surprise){.op = OP_NONE})
#define FAILING(operation, number) \
    ((struct surprise){.op = (operation), .outcome = {.error = (number)}})
#define FIRST "create-tap1 set-mac1 add-port1 link-up1 add-filter1"

/* Facts 1a: one nic after the other, when the command line is built. */
static void
a_start_connects_each_nic_and_runs_qemu_once(void **unused)
{
    struct world world = world_of("libvirt-6.6", false, "start");

    (void)unused;
    expect_start(&world, USUAL, 0, FIRST " create-tap2 set-mac2 add-if2 link-up2 add-filter2 exec1",
                 NULL);
    world.policy = policy_of("atomic,name=lowest-free");
    expect_start(&world, USUAL, 0,
                 "lock1 pick-name1 create-tap1 unlock1 set-mac1 add-port1 link-up1 add-filter1 "
                 "lock2 pick-name2 create-tap2 unlock2 set-mac2 add-if2 link-up2 add-filter2 exec1",
                 NULL);
    world.nic[A2] = (struct nic){.kind = NIC_MACVTAP, .family = MYTAP, .mac = 3};
    world.policy = policy_of("libvirt-6.6");
    expect_start(&world, USUAL, 0, FIRST " pick-name2 create-link2 exec1 link-up2", NULL);
}

/* Facts 1a: the name of the nic in hand is forgotten, and that of the other is not. */
static void
a_nic_that_fails_takes_the_others_with_it(void **unused)
{
    struct world world = world_of("libvirt-6.6", false, "start");

    (void)unused;
    expect_start(&world, FAILING(OP_ADD_IF, EBUSY), 1,
                 FIRST " create-tap2 set-mac2 add-if2 close-tap2 remove-filter1 close-tap1",
                 "remove-filter1 del-port1 release1 release2");
    expect_start(&world, FAILING(OP_CREATE_TAP, EBUSY), 1,
                 FIRST " create-tap2 remove-filter1 close-tap1",
                 "remove-filter1 del-port1 release1 release2");
    expect_start(&world, FAILING(OP_ADD_PORT, EEXIST), 0,
                 "create-tap1 set-mac1 add-port1 close-tap1", "release1 release2");
    world.policy = policy_of("libvirt-6.6,name=lowest-free,clean-up=created");
    expect_start(&world, FAILING(OP_ADD_IF, EBUSY), 1,
                 "pick-name1 " FIRST " pick-name2 create-tap2 set-mac2 add-if2 close-tap2 "
                 "remove-filter1 close-tap1",
                 "del-port1 release1 release2");
    world.policy = policy_of("atomic");
    expect_start(&world, FAILING(OP_CREATE_TAP, EBUSY), 1,
                 "lock1 create-tap1 unlock1 set-mac1 add-port1 link-up1 add-filter1 "
                 "lock2 create-tap2 unlock2 remove-filter1 close-tap1",
                 "remove-filter1 lock1 lookup1 del-port1 unlock1 release1 release2");
}

/* Facts 1a, S10. */
static void
a_qemu_that_does_not_run_keeps_all_names(void **unused)
{
    struct world world = world_of("libvirt-6.6", false, "start");

    (void)unused;
    expect_start(&world, FAILING(OP_EXEC, EBADFD), 0,
                 FIRST " create-tap2 set-mac2 add-if2 link-up2 add-filter2 exec1 close-tap1 "
                       "close-tap2",
                 "remove-filter1 remove-filter2 del-port1 release1 release2");
}

/* Facts 1c, "over ALL def->nets incl. those never created": by the names that the definition has.
 */
static void
a_clean_up_goes_over_nics_that_were_never_begun(void **unused)
{
    static const char *const start = "create-tap1 set-mac1 close-tap1";
    struct world world = world_of("libvirt-6.6", false, "start");

    (void)unused;
    world.nic[A2].name = FIXED;
    expect_start(&world, FAILING(OP_SET_MAC, ENODEV), 0, start, "remove-filter2 release1 release2");
    world.nic[A2] = (struct nic){
        .kind = NIC_MACVTAP, .family = MYTAP, .mac = 3, .carried = MYTAP1, .network = 1};
    expect_start(&world, FAILING(OP_SET_MAC, ENODEV), 0, start, "release1 delete-link2 release2");
    world.policy = policy_of("libvirt-6.6,clean-up=created-link");
    expect_start(&world, FAILING(OP_SET_MAC, ENODEV), 0, start, "release1 release2");
    world.policy = policy_of("libvirt-6.6,xml-names=all");
    expect_start(&world, FAILING(OP_SET_MAC, ENODEV), 0, start, "release1 release2");
}

static void
expect_stop(const char *policy, struct surprise surprise, const char *operations)
{
    struct world world = world_of(policy, true, "stop");
    struct state state = initial_of(&world);
    char text[SCRIPT_TEXT];

    run_nics(MACHINE_STOP, &world, state.control.daemon.record, surprise, 0, text);
    assert_string_equal(text, operations);
    assert_int_equal(state.control.daemon.record[A].name, IFNAME_NONE);
    assert_int_equal(state.control.daemon.record[A2].name, IFNAME_NONE);
}

/* Facts 1b: the filters of all nics, and then "for each net" the rest. */
static void
a_stop_goes_over_the_nics_more_than_once(void **unused)
{
    (void)unused;
    expect_stop("libvirt-6.6", USUAL,
                "kill1 remove-filter1 remove-filter2 del-port1 release1 release2");
    expect_stop("libvirt-6.6,tap-delete=all", USUAL,
                "kill1 remove-filter1 remove-filter2 open-tap1 set-persist1 close-tap1 del-port1 "
                "release1 open-tap2 set-persist2 close-tap2 release2");
    expect_stop("port-first,name=lowest-free,release=device-death", USUAL,
                "remove-filter1 remove-filter2 del-port1 kill1 release-name1 release-name2 "
                "release1 release2");
    expect_stop("libvirt-6.6,on-gone=give-up", FAILING(OP_KILL, ESRCH), "kill1 release1 release2");
    expect_stop("port-first,on-gone=give-up", FAILING(OP_KILL, ESRCH),
                "remove-filter1 remove-filter2 del-port1 kill1 release1 release2");
}

/* Facts 1e: names and bridges of all, then filters. */
static void
a_restarted_daemon_takes_all_nics_back(void **unused)
{
    struct world world = world_of("libvirt-11.3", true, "stop");
    struct state state = initial_of(&world);
    char text[SCRIPT_TEXT];

    (void)unused;
    run_nics(MACHINE_RECONNECT, &world, state.control.daemon.record, USUAL, 0, text);
    assert_string_equal(text, "connect1 reserve-name1 get-master1 add-port1 reserve-name2 "
                              "get-master2 add-if2 add-filter1 add-filter2");
}

static void
a_process_that_exits_loses_all_its_devices(void **unused)
{
    struct world world = world_of("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(state.network.tap[A], VNET0);
    assert_int_equal(state.network.tap[A2], VNET1);
    play(&world, &state, "aA");
    assert_int_equal(state.network.device[VNET0].kind, DEVICE_NONE);
    assert_int_equal(state.network.device[VNET1].kind, DEVICE_NONE);
    assert_int_equal(state.network.tap[A2], IFNAME_NONE);
}

/* Each nic of a running guest is looked at. */
static void
a_second_nic_can_be_lost_alone(void **unused)
{
    struct world world = world_of("libvirt-6.6", true, "stop");
    struct state state = initial_of(&world);

    (void)unused;
    assert_int_equal(oracle_judge_state(&world, &state), 0);
    state.network.device[VNET1].master = 0;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    state.network.device[VNET1].master = LB1;
    assert_int_equal(oracle_judge_state(&world, &state),
                     ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_WRONG_NETWORK));
    state.network.device[VNET1].master = LB0;
    state.network.filter[VNET1] = 0;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_LOST_FILTER));
    state.network.filter[VNET1] = state.network.filter[VNET0];
    state.control.daemon.record[A2].name = VNET0;
    assert_int_equal(oracle_judge_state(&world, &state), ORACLE_BIT(ORACLE_DUPLICATE_NAME));
}

/* A guest's thread deletes what is another nic's of its own, and what is another guest's. */
static void
what_is_done_to_the_same_guest_is_not_foreign(void **unused)
{
    struct world world = world_of("libvirt-6.6", true, "stop");
    struct operation del_port = {.kind = OP_DEL_PORT, .name = VNET1};
    struct state state;
    struct event event = {0};

    (void)unused;
    world.nic[A2].bridge = BR0;
    state = initial_of(&world);
    assert_int_equal(carry_out(&world, &state, A, del_port, &event).waits, WAIT_VSWITCHD);
    assert_int_equal(event.violated, 0);
    state = initial_of(&world);
    carry_out(&world, &state, B, del_port, &event);
    assert_int_equal(event.violated, ORACLE_BIT(ORACLE_FOREIGN_DELETE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_connects_each_nic_and_runs_qemu_once),
        cmocka_unit_test(a_nic_that_fails_takes_the_others_with_it),
        cmocka_unit_test(a_qemu_that_does_not_run_keeps_all_names),
        cmocka_unit_test(a_clean_up_goes_over_nics_that_were_never_begun),
        cmocka_unit_test(a_stop_goes_over_the_nics_more_than_once),
        cmocka_unit_test(a_restarted_daemon_takes_all_nics_back),
        cmocka_unit_test(a_process_that_exits_loses_all_its_devices),
        cmocka_unit_test(a_second_nic_can_be_lost_alone),
        cmocka_unit_test(what_is_done_to_the_same_guest_is_not_foreign),
    };

    return cmocka_run_group_tests_name("nics", tests, NULL, NULL);
}
