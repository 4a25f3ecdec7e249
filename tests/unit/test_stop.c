/* The stop machine, driven by hand (facts 1b).  The clean-up of a start is in test_start.c. */
#include "tests/unit/script.h"

/* What the daemon knows of a guest that runs; `name` is 0 unless the user fixed one. */
static struct nic_record
running_record(const struct world *world, uint8_t bridge, uint8_t name)
{
    bool ovs = bridge == BR0 || bridge == BR1;
    bool reserves = allocator_reserves((enum name_strategy)world->policy.name);

    return (struct nic_record){
        .name = name != 0 ? name : VNET1,
        .tap = A + 1,
        .port = ovs ? A + 1 : 0,
        .made = (uint8_t)(MADE_TAP | MADE_FILTER | (ovs ? MADE_PORT : 0)),
        .reserved = name == 0 && reserves,
        .running = 1,
    };
}

static void
expect_stop(const char *policy, uint8_t bridge, uint8_t name, const struct surprise *surprises,
            const char *stop)
{
    struct world world = world_under(policy);
    struct nic_record record = running_record(&world, bridge, name), nothing = {0};
    struct context context = world_context(&world, A);
    char text[SCRIPT_TEXT];

    add_guest(&world, bridge, true, "stop");
    world.nic[A].name = name;
    run_machine(MACHINE_STOP, &context, &record, surprises, text);
    if (strcmp(text, stop) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", policy, text, stop);
    }
    assert_memory_equal(&record, &nothing, sizeof record);
}

/* The same when the guard finds a device of the name: LOOKUP's token, or GET_MAC's MAC. */
static void
expect_found(const char *policy, enum op_kind op, uint8_t found, const char *stop)
{
    const struct surprise device[] = {{op, 1, {.value = found}}, {.op = OP_NONE}};

    expect_stop(policy, BR0, 0, device, stop);
}

/* Facts 1b: kill; 2 the filter; 10 per nic: ethernet's tap is opened and so deleted, an Open
 * vSwitch port is deleted by name, nothing on a Linux bridge; the network port is released. */
static void
libvirt_6_6_stops_in_this_order(void **unused)
{
    (void)unused;
    for (uint8_t name = 0; name <= FIXED; name += FIXED) {
        expect_stop("libvirt-6.6", BR0, name, NULL, "kill remove-filter del-port release");
        expect_stop("libvirt-6.6", LB0, name, NULL, "kill remove-filter release");
        expect_stop("libvirt-6.6", NO_BRIDGE, name, NULL,
                    "kill remove-filter open-tap set-persist close-tap release");
    }
}

static void
expect_guest_on_br0(const char *policy, const char *operations)
{
    expect_stop(policy, BR0, 0, NULL, operations);
}

/* What a stop does more, or less, than libvirt 6.6 under every single other choice. */
static void
each_choice_changes_only_its_operations(void **unused)
{
    static const struct difference differs[] = {
        {"name=lowest-free", "kill release-name remove-filter del-port release"},
        {"name=quarantine", "kill release-name remove-filter del-port release"},
        {"port-guard=mac", "kill remove-filter get-mac del-port release"},
        {"port-guard=quiet-mac", "kill remove-filter get-mac del-port release"},
        {"port-guard=exists", "kill remove-filter lookup del-port release"},
        {"port-guard=incarnation", "kill remove-filter lookup del-port release"},
        {"port-guard=port-uuid", "kill remove-filter remove-port release"},
        {"port-guard=port-owner", "kill remove-filter remove-own release"},
        {"port-guard=vm-id", "kill remove-filter remove-own release"},
        {"guard-lock=create", "kill remove-filter lock del-port unlock release"},
        {"stop-order=port-first", "remove-filter del-port kill release"},
        {"tap-delete=all", "kill remove-filter open-tap set-persist close-tap del-port release"},
        {"tap-delete=restore",
         "kill remove-filter open-tap set-persist close-tap del-port release"},
        {NULL, NULL},
    };

    (void)unused;
    expect_differences(differs, "kill remove-filter del-port release", expect_guest_on_br0);
}

/* mail 000: delete if the device does not exist, or if its MAC address is unchanged. */
static void
a_mac_check_keeps_the_port_of_another_mac(void **unused)
{
    static const char deletes[] = "kill remove-filter get-mac del-port release";
    static const char keeps[] = "kill remove-filter get-mac release";

    (void)unused;
    expect_found("mac-check", OP_GET_MAC, A + 1, deletes);
    expect_found("mac-check", OP_GET_MAC, B + 1, keeps);
    expect_found("mac-check", OP_GET_MAC, 0, keeps); /* nobody's yet */
    expect_found("libvirt-6.6,port-guard=quiet-mac", OP_GET_MAC, A + 1, deletes);
    expect_found("libvirt-6.6,port-guard=quiet-mac", OP_GET_MAC, B + 1, keeps);
}

static void
only_the_quiet_mac_check_is_quiet(void **unused)
{
    static const char *const policies[] = {"mac-check", "libvirt-6.6,port-guard=quiet-mac"};

    (void)unused;
    for (uint8_t quiet = 0; quiet < 2; quiet++) {
        struct world world = reported_race(policies[quiet]);
        struct state state = initial_of(&world);
        struct event event = play(&world, &state, "aAAaa");

        assert_int_equal(event.op.kind, OP_GET_MAC);
        assert_int_equal(event.op.quiet, quiet);
    }
}

/* mail 000, option B: if it exists, skip the removal.  The token tells incarnations apart. */
static void
an_existence_check_keeps_the_port_of_any_device(void **unused)
{
    static const char deletes[] = "kill remove-filter lookup del-port release";
    static const char keeps[] = "kill remove-filter lookup release";

    (void)unused;
    expect_found("exists-check", OP_LOOKUP, A + 1, keeps);
    expect_found("exists-check", OP_LOOKUP, B + 1, keeps);
    expect_found("libvirt-6.6,port-guard=incarnation", OP_LOOKUP, A + 1, deletes);
    expect_found("libvirt-6.6,port-guard=incarnation", OP_LOOKUP, B + 1, keeps);
    /* mail 000, option C: check and delete under the mutex, which is given back either way. */
    expect_found("atomic", OP_LOOKUP, B + 1, "kill remove-filter lock lookup unlock release");
    expect_stop("atomic", BR0, 0, NULL, "kill remove-filter lock lookup del-port unlock release");
}

static void
a_port_is_removed_by_the_uuid_it_was_told(void **unused)
{
    struct world world = reported_race("owner-delete");
    struct context context = world_context(&world, A);
    struct nic_record record = running_record(&world, BR0, 0);
    struct machine machine = machine_begin(MACHINE_STOP, &context, &record);
    struct operation op;

    (void)unused;
    record.port = 5;
    machine_done(&machine, &context, &record, (struct outcome){0});
    machine_done(&machine, &context, &record, (struct outcome){0});
    op = machine_want(&machine, &context, &record);
    assert_int_equal(op.kind, OP_REMOVE_PORT);
    assert_int_equal(op.row, 5);
    assert_int_equal(op.name, VNET1);
}

/* Facts 3: os-vif deletes with the bridge; who leaves a bridge by name has none to give. */
static void
only_the_guards_that_ask_for_a_bridge_name_one(void **unused)
{
    static const struct {
        const char *policy;
        enum op_kind op;
        uint8_t bridge;
    } expected[] = {
        {"libvirt-6.6", OP_DEL_PORT, NO_BRIDGE},
        {"libvirt-6.6,port-guard=bridge", OP_DEL_PORT, BR0},
        {"libvirt-6.6,port-guard=port-owner", OP_REMOVE_OWN, BR0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = reported_race(expected[i].policy);
        struct context context = world_context(&world, A);
        struct nic_record record = running_record(&world, BR0, 0);
        struct machine machine = machine_begin(MACHINE_STOP, &context, &record);
        struct operation op;

        machine_done(&machine, &context, &record, (struct outcome){0});
        machine_done(&machine, &context, &record, (struct outcome){0});
        op = machine_want(&machine, &context, &record);
        assert_int_equal(op.kind, expected[i].op);
        assert_int_equal(op.bridge, expected[i].bridge);
        assert_int_equal(op.name, VNET1);
    }
}

/* It fails before it has a port, so that there is no UUID to remove; whether it takes the mutex for
 * that is its own affair. */
static void
clean_up_without_a_port(void)
{
    struct world world = reported_race("owner-delete,guard-lock=create");
    struct context context = world_context(&world, B);
    const struct surprise taken[] = {{OP_CREATE_TAP, 1, {.error = EBUSY}}, {.op = OP_NONE}};
    struct nic_record records[] = {[A] = {0}, [B] = {0}};
    char text[SCRIPT_TEXT];

    world.nic[B].name = FIXED;
    run_machine(MACHINE_START, &context, records, taken, text);
    run_machine(MACHINE_CLEAN_UP, &context, records, NULL, text);
    _exit(strcmp(text, "remove-filter lock unlock release") == 0 ||
                  strcmp(text, "remove-filter release") == 0
              ? 0
              : 1);
}

static void
a_failed_start_without_a_port_is_cleaned_up(void **unused)
{
    (void)unused;
    assert_true(survives(clean_up_without_a_port));
}

/* A reserved name goes back when QEMU is gone, or when nothing is keyed by it any more. */
static void
names_go_back_when_the_policy_says(void **unused)
{
    (void)unused;
    expect_stop("lowest-free-after-cleanup", BR0, 0, NULL, "kill remove-filter del-port release");
    expect_stop("lowest-free", LB0, 0, NULL, "kill release-name remove-filter release");
    expect_stop("lowest-free", NO_BRIDGE, 0, NULL,
                "kill release-name remove-filter open-tap set-persist close-tap release");
    /* Nobody reserved these. */
    expect_stop("counter", BR0, 0, NULL, "kill remove-filter del-port release");
    expect_stop("lowest-free", BR0, FIXED, NULL, "kill remove-filter del-port release");
}

static void
the_last_step_releases_what_is_reserved_still(void **unused)
{
    static const struct {
        const char *policy;
        uint8_t name, release_name;
    } expected[] = {
        {"lowest-free-after-cleanup", 0, 1},
        {"lowest-free", 0, 0},
        {"fin-wait", 0, 0},
        {"counter", 0, 0},
        {"lowest-free-after-cleanup", FIXED, 0},
        {"libvirt-6.6", 0, 0},
        {"fin-wait,release=clean-up-end", 0, 1},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct world world = world_under(expected[i].policy);
        struct context context = world_context(&world, A);
        struct nic_record record = running_record(&world, BR0, expected[i].name);
        struct machine machine;
        struct operation op;

        add_guest(&world, BR0, true, "stop");
        world.nic[A].name = expected[i].name;
        machine = machine_begin(MACHINE_STOP, &context, &record);
        while ((op = machine_want(&machine, &context, &record)).kind != OP_RELEASE) {
            machine_done(&machine, &context, &record, usual_outcome(&context, op));
        }
        assert_int_equal(op.release_name, expected[i].release_name);
        assert_int_equal(op.name, record.name);
    }
}

/* The reverse of a start; but a device is deleted only when nobody uses it any more. */
static void
port_first_kills_in_the_middle(void **unused)
{
    (void)unused;
    expect_stop("port-first", LB0, 0, NULL, "remove-filter kill release");
    expect_stop("port-first", NO_BRIDGE, 0, NULL,
                "remove-filter kill open-tap set-persist close-tap release");
    expect_stop("port-first,guard-lock=create,port-guard=exists", BR0, 0, NULL,
                "remove-filter lock lookup del-port unlock kill release");
    expect_stop("lowest-free,stop-order=port-first", BR0, 0, NULL,
                "remove-filter del-port kill release-name release");
    expect_stop("lowest-free,stop-order=port-first", NO_BRIDGE, 0, NULL,
                "remove-filter kill release-name open-tap set-persist close-tap release");
}

/* Facts 1b: return IGNORED; facts 1f: a del-port's result is ignored. */
static void
a_stop_ends_whatever_fails(void **unused)
{
    static const enum op_kind ignored[] = {OP_KILL, OP_REMOVE_FILTER, OP_DEL_PORT, OP_CLOSE_TAP};
    const struct surprise busy[] = {{OP_OPEN_TAP, 1, {.error = EBUSY}}, {.op = OP_NONE}};

    (void)unused;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        const struct surprise fails[] = {{ignored[i], 1, {.error = EIO}}, {.op = OP_NONE}};

        expect_stop("libvirt-6.6", BR0, 0, fails, "kill remove-filter del-port release");
        expect_stop("libvirt-6.6", NO_BRIDGE, 0, fails,
                    "kill remove-filter open-tap set-persist close-tap release");
    }
    /* docs/model.md: close-tap only if it could be opened. */
    expect_stop("libvirt-6.6", NO_BRIDGE, 0, busy, "kill remove-filter open-tap release");
}

/* Facts 5, urunc#408: "kill returns ESRCH => cleanup skipped".  What is reserved goes back. */
static void
a_stop_gives_up_only_if_it_is_told_to(void **unused)
{
    const struct surprise gone[] = {{OP_KILL, 1, {.error = ESRCH}}, {.op = OP_NONE}};
    const struct surprise failed[] = {{OP_KILL, 1, {.error = EPERM}}, {.op = OP_NONE}};
    static const char all[] = "kill remove-filter del-port release";

    (void)unused;
    expect_stop("libvirt-6.6", BR0, 0, gone, all);
    expect_stop("libvirt-6.6,on-gone=give-up", BR0, 0, NULL, all);
    expect_stop("libvirt-6.6,on-gone=give-up", BR0, 0, failed, all);
    expect_stop("libvirt-6.6,on-gone=give-up", BR0, 0, gone, "kill release");
    expect_stop("libvirt-6.6,on-gone=give-up", NO_BRIDGE, FIXED, gone, "kill release");
    expect_stop("lowest-free,on-gone=give-up", BR0, 0, gone, "kill release");
    expect_stop("port-first,on-gone=give-up", BR0, 0, gone, "remove-filter del-port kill release");
}

static void
what_a_stop_that_gives_up_has_reserved_goes_back(void **unused)
{
    struct world world = world_under("lowest-free,on-gone=give-up");
    struct context context = world_context(&world, A);
    struct nic_record record = running_record(&world, BR0, 0);
    struct machine machine = machine_begin(MACHINE_STOP, &context, &record);
    struct operation op;

    (void)unused;
    machine_done(&machine, &context, &record, (struct outcome){.error = ESRCH});
    op = machine_want(&machine, &context, &record);
    assert_int_equal(op.kind, OP_RELEASE);
    assert_int_equal(op.name, record.name);
    assert_int_equal(op.release_name, 1);
}

static void
a_guest_does_not_run_once_its_stop_has_begun(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "port-first"};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct world world = reported_race(policies[i]);
        struct state state = initial_of(&world);

        assert_true(state_running(&state, A));
        play(&world, &state, "a");
        assert_false(state_running(&state, A));
    }
}

/* There are as many places as rows (core/stop.c says so), and no row has two. */
static void
an_order_has_every_row_once(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "port-first"};
    static const enum machine_kind kinds[] = {MACHINE_STOP, MACHINE_UNPLUG};
    const struct machine_table *table = machine_table(MACHINE_STOP);

    (void)unused;
    for (size_t i = 0; i < 4; i++) {
        struct world world = world_under(policies[i / 2]);
        struct context context = world_context(&world, A);
        const struct machine machine = {.kind = (uint8_t)kinds[i % 2]};
        const uint8_t *order = table->order(&machine, &context);
        for (uint8_t row = 0; row < table->states; row++) {
            if (memchr(order, row, table->states) == NULL) {
                fail_msg("order %zu of a stop has no %s", i, table->state[row].name);
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_has_every_row_once),
        cmocka_unit_test(libvirt_6_6_stops_in_this_order),
        cmocka_unit_test(each_choice_changes_only_its_operations),
        cmocka_unit_test(a_mac_check_keeps_the_port_of_another_mac),
        cmocka_unit_test(only_the_quiet_mac_check_is_quiet),
        cmocka_unit_test(an_existence_check_keeps_the_port_of_any_device),
        cmocka_unit_test(a_port_is_removed_by_the_uuid_it_was_told),
        cmocka_unit_test(only_the_guards_that_ask_for_a_bridge_name_one),
        cmocka_unit_test(a_failed_start_without_a_port_is_cleaned_up),
        cmocka_unit_test(names_go_back_when_the_policy_says),
        cmocka_unit_test(the_last_step_releases_what_is_reserved_still),
        cmocka_unit_test(port_first_kills_in_the_middle),
        cmocka_unit_test(a_stop_ends_whatever_fails),
        cmocka_unit_test(a_stop_gives_up_only_if_it_is_told_to),
        cmocka_unit_test(what_a_stop_that_gives_up_has_reserved_goes_back),
        cmocka_unit_test(a_guest_does_not_run_once_its_stop_has_begun),
    };

    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
