/* The reconnect machine, driven by hand: facts 1e and docs/model-faults.md, "Daemon restart" say
 * which operation follows which. */
#include "tests/unit/script.h"

/* One operation that fails; and a bridge that the tap is found on.  Valid until the next one. */
static const struct surprise *
surprised(enum op_kind op, struct outcome outcome)
{
    static struct surprise surprises[2];

    surprises[0] = (struct surprise){op, 1, outcome};
    return surprises;
}

static const struct surprise *
fails(enum op_kind op)
{
    return surprised(op, (struct outcome){.error = EIO});
}

static const struct surprise *
on_bridge(uint8_t bridge)
{
    return surprised(OP_GET_MASTER, (struct outcome){.value = bridge});
}

/* What the daemon knows of a guest from its status file. */
static struct nic_record
status_file(uint8_t name)
{
    return (struct nic_record){.name = name, .made = MADE_TAP | MADE_PORT | MADE_FILTER};
}

/* Runs it for guest a and returns what the daemon then knows. */
static struct nic_record
reconnect(const char *policy, struct nic nic, const struct surprise *surprises,
          const char *operations)
{
    struct world world = world_under(policy);
    struct nic_record record = status_file(nic.name != 0         ? nic.name
                                           : nic.family == MYTAP ? MYTAP0
                                                                 : VNET1);
    struct context context;
    char text[SCRIPT_TEXT];

    add_guest(&world, nic.bridge, true, "");
    world.nic[A] = nic;
    context = world_context(&world, A);
    run_machine(MACHINE_RECONNECT, &context, &record, surprises, text);
    assert_string_equal(text, operations);
    return record;
}

static const struct nic on_br0 = {.bridge = BR0, .mac = 1}, on_lb0 = {.bridge = LB0, .mac = 1},
                        ethernet = {.mac = 1};

/* Facts 1e: the monitor; the name; the bridge, as TapReattachBridge has it; the filter. */
static void
libvirt_takes_a_guest_back_in_this_order(void **unused)
{
    (void)unused;
    reconnect("libvirt-6.6", on_br0, NULL, "connect get-master add-port add-filter");
    reconnect("libvirt-6.6", on_lb0, NULL, "connect get-master add-if add-filter");
    reconnect("libvirt-6.6", ethernet, NULL, "connect add-filter");
    for (int i = 0; i < 3; i++) {
        static const char *const later[] = {"libvirt-7.0", "libvirt-9.0", "libvirt-11.3"};

        reconnect(later[i], on_br0, NULL, "connect reserve-name get-master add-port add-filter");
        reconnect(later[i], ethernet, NULL, "connect reserve-name add-filter");
    }
}

static void
expect_reconnect(const char *policy, const char *operations)
{
    reconnect(policy, on_br0, NULL, operations);
}

static void
each_choice_changes_only_its_operations(void **unused)
{
    static const char reserved[] = "connect reserve-name get-master add-port add-filter";
    static const struct difference differs[] = {
        {"name=lowest-free", reserved},
        {"name=counter", reserved},
        {"name=quarantine", reserved},
        {NULL, NULL},
    };

    (void)unused;
    expect_differences(differs, "connect get-master add-port add-filter", expect_reconnect);
    expect_reconnect("libvirt-11.3,reserve-again=first", "connect get-master add-port add-filter");
}

/* Facts 2: Reserve is for the prefix vnet alone; and a name of the user's is nobody's to reserve.
 */
static void
only_names_of_libvirts_own_family_are_reserved(void **unused)
{
    static const char as_it_is[] = "connect get-master add-port add-filter";
    struct nic mytap = on_br0, fixed = on_br0;

    (void)unused;
    mytap.template = 1;
    mytap.family = MYTAP;
    fixed.name = FIXED;
    reconnect("libvirt-11.3", mytap, NULL, as_it_is);
    reconnect("libvirt-11.3", fixed, NULL, as_it_is);
    mytap.family = VNET;
    reconnect("libvirt-11.3", mytap, NULL, "connect reserve-name get-master add-port add-filter");
}

/* TapReattachBridge: on its bridge, nothing; on another one, it is taken from there first. */
static void
it_is_attached_where_it_belongs(void **unused)
{
    (void)unused;
    reconnect("libvirt-6.6", on_br0, on_bridge(BR0), "connect get-master add-filter");
    reconnect("libvirt-6.6", on_br0, on_bridge(BR1),
              "connect get-master del-port add-port add-filter");
    reconnect("libvirt-6.6", on_br0, on_bridge(LB0),
              "connect get-master del-if add-port add-filter");
    reconnect("libvirt-6.6,ovs-add=del-wait-add", on_br0, on_bridge(LB0),
              "connect get-master del-if add-port add-filter");
    reconnect("libvirt-6.6", on_lb0, on_bridge(LB0), "connect get-master add-filter");
    reconnect("libvirt-6.6", on_lb0, on_bridge(LB1), "connect get-master del-if add-if add-filter");
    reconnect("libvirt-6.6", on_lb0, on_bridge(BR0),
              "connect get-master del-port add-if add-filter");
}

/* Facts 1e: "Monitor connect fails => error: => qemuProcessStop", which is not this machine's. */
static void
without_a_monitor_it_ends_at_once(void **unused)
{
    (void)unused;
    assert_int_equal(reconnect("libvirt-11.3", on_br0, fails(OP_CONNECT), "connect").running, 0);
}

/* qemuProcessNotifyNets returns nothing. */
static void
what_fails_later_is_ignored(void **unused)
{
    static const enum op_kind late[] = {OP_RESERVE_NAME, OP_ADD_PORT, OP_ADD_FILTER};
    static const struct surprise stuck[] = {
        {OP_GET_MASTER, 1, {.value = LB1}}, {OP_DEL_IF, 1, {.error = EINVAL}}, {.op = OP_NONE}};

    (void)unused;
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        assert_int_equal(reconnect("libvirt-11.3", on_br0, fails(late[i]),
                                   "connect reserve-name get-master add-port add-filter")
                             .running,
                         1);
    }
    reconnect("libvirt-11.3", on_br0, fails(OP_GET_MASTER),
              "connect reserve-name get-master add-filter");
    reconnect("libvirt-6.6", on_lb0, fails(OP_ADD_IF), "connect get-master add-if add-filter");
    /* But from a bridge that it cannot leave it does not go to another one
       (virNetDevTapReattachBridge). */
    reconnect("libvirt-6.6", on_lb0, stuck, "connect get-master del-if add-filter");
}

/* The UUID is known again if there was an add-port that said it; the reservation, if there was one
 * to be had; the incarnation never. */
static void
it_learns_what_it_is_told(void **unused)
{
    (void)unused;
    assert_int_equal(
        reconnect("owner-delete", on_br0, NULL, "connect get-master add-port add-filter").port,
        A + 1);
    assert_int_equal(
        reconnect("owner-delete", on_br0, on_bridge(BR0), "connect get-master add-filter").port, 0);
    assert_int_equal(reconnect("owner-delete", on_br0, fails(OP_ADD_PORT),
                               "connect get-master add-port add-filter")
                         .port,
                     0);
    assert_int_equal(
        reconnect("lowest-free", ethernet, NULL, "connect reserve-name add-filter").reserved, 1);
    assert_int_equal(reconnect("lowest-free", ethernet, fails(OP_RESERVE_NAME),
                               "connect reserve-name add-filter")
                         .reserved,
                     0);
    assert_int_equal(
        reconnect("libvirt-11.3", ethernet, NULL, "connect reserve-name add-filter").reserved, 0);
    assert_int_equal(reconnect("libvirt-6.6", ethernet, NULL, "connect add-filter").tap, 0);
}

/* The allocator's side of it: facts 2, "Reserve: last=max(last,id)"; a list of names says no. */
static void
a_name_is_reserved_once(void **unused)
{
    struct world world = world_under("libvirt-11.3");
    struct context context;
    struct operation reserve = {.kind = OP_RESERVE_NAME, .name = VNET2},
                     pick = {.kind = OP_PICK_NAME, .family = VNET + 1};
    struct daemon daemon = {0};
    struct outcome outcome;

    (void)unused;
    add_guest(&world, BR0, true, "");
    context = world_context(&world, A);
    assert_true(daemon_do(&daemon, &context, reserve, &outcome));
    assert_int_equal(outcome.error, 0);
    reserve.name = VNET0; /* it does not go back */
    assert_true(daemon_do(&daemon, &context, reserve, &outcome));
    assert_true(daemon_do(&daemon, &context, pick, &outcome));
    assert_int_equal(outcome.value, VNET3);

    world.policy = policy_of("lowest-free");
    daemon = (struct daemon){0};
    assert_true(daemon_do(&daemon, &context, reserve, &outcome));
    assert_int_equal(outcome.error, 0);
    assert_true(daemon_do(&daemon, &context, reserve, &outcome));
    assert_int_equal(outcome.error, EEXIST);
    assert_true(daemon_do(&daemon, &context, pick, &outcome));
    assert_int_equal(outcome.value, VNET1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libvirt_takes_a_guest_back_in_this_order),
        cmocka_unit_test(each_choice_changes_only_its_operations),
        cmocka_unit_test(only_names_of_libvirts_own_family_are_reserved),
        cmocka_unit_test(it_is_attached_where_it_belongs),
        cmocka_unit_test(without_a_monitor_it_ends_at_once),
        cmocka_unit_test(what_fails_later_is_ignored),
        cmocka_unit_test(it_learns_what_it_is_told),
        cmocka_unit_test(a_name_is_reserved_once),
    };

    return cmocka_run_group_tests_name("reconnect", tests, NULL, NULL);
}
