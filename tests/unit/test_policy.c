/* The table of choices, and the named policies: each is what its mail or source says it is. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <stdio.h>

static void
every_byte_of_a_policy_is_one_choice(void **unused)
{
    bool seen[sizeof(struct policy)] = {false};
    const struct policy_choice *choice;
    unsigned choices = 0;

    (void)unused;
    for (; (choice = policy_choice(choices)) != NULL; choices++) {
        struct policy policy = {0};

        assert_true(choice->offset < sizeof policy && !seen[choice->offset]);
        seen[choice->offset] = true;
        assert_ptr_equal(policy_find_choice(choice->name), choice);
        assert_true(choice->count >= 2 && choice->text[0] != '\0');
        for (uint8_t value = 0; value < choice->count; value++) {
            policy_set(&policy, choice, value);
            for (unsigned byte = 0; byte < sizeof policy; byte++) {
                assert_int_equal(((uint8_t *)&policy)[byte], byte == choice->offset ? value : 0);
            }
            assert_int_equal(policy_get(&policy, choice), value);
        }
    }
    assert_int_equal(choices, sizeof(struct policy));
    assert_null(policy_choice(choices + 1));
    assert_null(policy_find_choice("nome"));
    assert_null(policy_find_choice(""));
}

static void
values_are_found_by_their_text(void **unused)
{
    const struct policy_choice *choice;
    char text[16];

    (void)unused;
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        for (int value = 0; value < choice->count; value++) {
            snprintf(text, sizeof text, "%d", value);
            assert_int_equal(
                policy_find_value(choice, choice->values ? choice->values[value] : text), value);
            assert_true(choice->texts == NULL || choice->texts[value][0] != '\0');
        }
        assert_true((choice->texts == NULL) == (choice->values == NULL));
        assert_int_equal(policy_find_value(choice, ""), -1);
        assert_int_equal(policy_find_value(choice, "unheard-of"), -1);
        assert_int_equal(policy_find_value(choice, "-1"), -1);
    }
    choice = policy_find_choice("hold");
    assert_int_equal(choice->count, POLICY_HOLD_MAX + 1);
    assert_int_equal(policy_find_value(choice, "10"), -1);
    assert_int_equal(policy_find_value(choice, "3s"), -1);
    assert_int_equal(policy_find_value(choice, ":"), -1); /* what comes after '9' */
}

static const struct {
    const char *choice, *value;
    int number;
} value_numbers[] = {
    {"name", "kernel", NAME_KERNEL},
    {"name", "lowest-free", NAME_LOWEST_FREE},
    {"name", "counter", NAME_COUNTER},
    {"name", "quarantine", NAME_QUARANTINE},
    {"release", "device-death", RELEASE_DEVICE_DEATH},
    {"release", "clean-up-end", RELEASE_CLEAN_UP_END},
    {"name-check", "no", NAME_CHECK_NO},
    {"name-check", "yes", NAME_CHECK_YES},
    {"on-taken", "fail", ON_TAKEN_FAIL},
    {"on-taken", "retry", ON_TAKEN_RETRY},
    {"user-template", "replace", USER_TEMPLATE_REPLACE},
    {"user-template", "kernel", USER_TEMPLATE_KERNEL},
    {"user-template", "honour", USER_TEMPLATE_HONOUR},
    {"port-guard", "none", PORT_GUARD_NONE},
    {"port-guard", "mac", PORT_GUARD_MAC},
    {"port-guard", "quiet-mac", PORT_GUARD_QUIET_MAC},
    {"port-guard", "exists", PORT_GUARD_EXISTS},
    {"port-guard", "incarnation", PORT_GUARD_INCARNATION},
    {"port-guard", "port-uuid", PORT_GUARD_PORT_UUID},
    {"port-guard", "bridge", PORT_GUARD_BRIDGE},
    {"port-guard", "port-owner", PORT_GUARD_PORT_OWNER},
    {"port-guard", "vm-id", PORT_GUARD_VM_ID},
    {"guard-lock", "none", GUARD_LOCK_NONE},
    {"guard-lock", "create", GUARD_LOCK_CREATE},
    {"ovs-add", "plain", OVS_ADD_PLAIN},
    {"ovs-add", "del-add", OVS_ADD_DEL_ADD},
    {"ovs-add", "may-exist", OVS_ADD_MAY_EXIST},
    {"ovs-add", "may-exist-set", OVS_ADD_MAY_EXIST_SET},
    {"ovs-add", "may-exist-tag", OVS_ADD_MAY_EXIST_TAG},
    {"ovs-add", "del-wait-add", OVS_ADD_DEL_WAIT_ADD},
    {"vlan-by", "add", VLAN_BY_ADD},
    {"vlan-by", "agent", VLAN_BY_AGENT},
    {"vlan-by", "parked", VLAN_BY_PARKED},
    {"attach", "add", ATTACH_ADD},
    {"attach", "reattach", ATTACH_REATTACH},
    {"clean-up", "by-name", CLEAN_UP_BY_NAME},
    {"clean-up", "created", CLEAN_UP_CREATED},
    {"clean-up", "created-link", CLEAN_UP_CREATED_LINK},
    {"xml-names", "direct", XML_NAMES_DIRECT},
    {"xml-names", "keep", XML_NAMES_KEEP},
    {"xml-names", "drop", XML_NAMES_DROP},
    {"xml-names", "all", XML_NAMES_ALL},
    {"name-pool", "one", NAME_POOL_ONE},
    {"name-pool", "kind", NAME_POOL_KIND},
    {"stop-order", "kill-first", STOP_ORDER_KILL_FIRST},
    {"stop-order", "port-first", STOP_ORDER_PORT_FIRST},
    {"on-gone", "go-on", ON_GONE_GO_ON},
    {"on-gone", "give-up", ON_GONE_GIVE_UP},
    {"tap-delete", "ethernet", TAP_DELETE_ETHERNET},
    {"tap-delete", "never", TAP_DELETE_NEVER},
    {"tap-delete", "required", TAP_DELETE_REQUIRED},
    {"tap-delete", "all", TAP_DELETE_ALL},
    {"tap-delete", "restore", TAP_DELETE_RESTORE},
    {"unplug", "keep", UNPLUG_KEEP},
    {"unplug", "delete", UNPLUG_DELETE},
    {"explicit-name", "open", EXPLICIT_NAME_OPEN},
    {"explicit-name", "refuse", EXPLICIT_NAME_REFUSE},
    {"reserve-again", "reconnect", RESERVE_AGAIN_RECONNECT},
    {"reserve-again", "first", RESERVE_AGAIN_FIRST},
    {"stop-status", "kept", STOP_STATUS_KEPT},
    {"stop-status", "spoilt", STOP_STATUS_SPOILT},
    {"link-delete", "plain", LINK_DELETE_PLAIN},
    {"link-delete", "bulk", LINK_DELETE_BULK},
    {"kill-fails", "go-on", KILL_FAILS_GO_ON},
    {"kill-fails", "fail", KILL_FAILS_FAIL},
    {"root-qdisc", "none", ROOT_QDISC_NONE},
    {"root-qdisc", "not-ovs", ROOT_QDISC_NOT_OVS},
    {"root-qdisc", "all", ROOT_QDISC_ALL},
    {"limit-by", "tc", LIMIT_BY_TC},
    {"limit-by", "qos-left", LIMIT_BY_QOS_LEFT},
    {"limit-by", "qos", LIMIT_BY_QOS},
    {"start-unfilters", "first", START_UNFILTERS_FIRST},
    {"start-unfilters", "last", START_UNFILTERS_LAST},
    {"filter-key", "name", FILTER_KEY_NAME},
    {"filter-key", "name-mac", FILTER_KEY_NAME_MAC},
    {"filter-key", "binding", FILTER_KEY_BINDING},
    {"name-family", "shared", NAME_FAMILY_SHARED},
    {"name-family", "own", NAME_FAMILY_OWN},
};

static bool
has_number(const char *choice, const char *value)
{
    for (size_t i = 0; i < sizeof value_numbers / sizeof *value_numbers; i++) {
        if (strcmp(value_numbers[i].choice, choice) == 0 &&
            strcmp(value_numbers[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}

/* What each value is called decides what a scenario means. */
static void
values_stand_for_the_enums(void **unused)
{
    const struct policy_choice *choice;

    (void)unused;
    for (size_t i = 0; i < sizeof value_numbers / sizeof *value_numbers; i++) {
        choice = policy_find_choice(value_numbers[i].choice);
        assert_non_null(choice);
        assert_int_equal(policy_find_value(choice, value_numbers[i].value),
                         value_numbers[i].number);
    }
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        for (uint8_t value = 0; choice->values != NULL && value < choice->count; value++) {
            if (!has_number(choice->name, choice->values[value])) {
                fail_msg("%s=%s has no row in value_numbers", choice->name, choice->values[value]);
            }
        }
    }
}

static void
named_policies_are_what_was_proposed(void **unused)
{
    static const struct {
        const char *name;
        const char *spelled;
    } expected[] = {
        /* mail 000: the patch, then Laine's A, B and C. */
        {"mac-check", "libvirt-6.6,port-guard=mac"},
        {"reattach", "libvirt-6.6,attach=reattach"},
        {"exists-check", "libvirt-6.6,port-guard=exists"},
        {"exists-reattach", "libvirt-6.6,port-guard=exists,attach=reattach"},
        {"atomic", "libvirt-6.6,port-guard=exists,guard-lock=create"},
        /* mail 001: "iterate on this", "already be used, and retry", "someone to specify mytap%d".
         */
        {"counter", "libvirt-6.6,name=counter,name-check=yes,on-taken=retry,user-template=honour"},
        {"lowest-free", "libvirt-6.6,name=lowest-free,release=device-death,on-taken=retry,"
                        "user-template=honour"},
        {"lowest-free-after-cleanup", "lowest-free,release=clean-up-end"},
        {"fin-wait", "lowest-free,name=quarantine,hold=3"},
        /* facts 3, "Compare-and-delete that works". */
        {"owner-delete", "libvirt-6.6,port-guard=port-uuid"},
        {"port-first", "libvirt-6.6,stop-order=port-first"},
        /* facts 3: os-vif's names, external ids, two transactions; and nothing by name alone. */
        {"per-guest-names", "lowest-free-after-cleanup,name-family=own,port-guard=port-owner,"
                            "ovs-add=del-wait-add,clean-up=created,filter-key=name-mac,"
                            "tap-delete=restore,unplug=delete,reserve-again=first"},
        /* facts 2: the names of 7.0.0, with a lookup and "No retry after EBUSY/EEXIST at creation";
         * a user's template "now honoured"; a counter for each type; mail 003 (6.7.0);
         * "between 7.0.0 and 9.0.0": --may-exist. */
        {"libvirt-7.0", "libvirt-6.6,name=counter,name-check=yes,on-taken=fail,"
                        "user-template=honour,xml-names=all,name-pool=kind,"
                        "root-qdisc=all,stop-status=spoilt"}, /* facts, "Found of libvirtd" */
        /* a2ae3d299; facts, "Found of limits" */
        {"libvirt-9.0", "libvirt-7.0,ovs-add=may-exist,explicit-name=refuse,limit-by=qos-left,"
                        "start-unfilters=last,root-qdisc=not-ovs"},
        /* 61d1b9e65; NEWS 10.3.0 and 9.1.0; facts, "Found in the sources" */
        {"libvirt-10.3", "libvirt-9.0,stop-status=kept,clean-up=created-link,"
                         "ovs-add=may-exist-set,limit-by=qos,kill-fails=fail,"
                         "start-unfilters=last"},
        {"libvirt-11.3", "libvirt-9.0,stop-status=kept,clean-up=created-link,"
                         "ovs-add=may-exist-set,limit-by=qos,kill-fails=fail,"
                         "start-unfilters=last"},
    };
    struct policy before = {0};

    (void)unused;
    /* Facts 1: the kernel names, one transaction deletes and adds, the stop deletes by name. */
    before.ovs_add = OVS_ADD_DEL_ADD;
    assert_memory_equal(&policy_find("libvirt-6.6")->policy, &before, sizeof before);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct policy spelled = policy_of(expected[i].spelled);

        assert_non_null(policy_find(expected[i].name));
        assert_memory_equal(&policy_find(expected[i].name)->policy, &spelled, sizeof spelled);
    }
}

static void
named_policies_have_a_name_of_their_own(void **unused)
{
    const struct policy_named *named;
    unsigned count = 0;

    (void)unused;
    for (; (named = policy_named(count)) != NULL; count++) {
        const struct policy_choice *choice;

        assert_ptr_equal(policy_find(named->name), named);
        assert_true(named->text[0] != '\0');
        for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
            assert_true(((const uint8_t *)&named->policy)[choice->offset] < choice->count);
        }
    }
    assert_null(policy_named(count + 1));
    assert_null(policy_find("libvirt-6.5"));
    assert_null(policy_find(""));
}

static void
operations_have_names_and_places(void **unused)
{
    static const enum op_kind daemons[] = {OP_LOCK,         OP_UNLOCK,  OP_PICK_NAME,
                                           OP_RELEASE_NAME, OP_RELEASE, OP_RESERVE_NAME};

    (void)unused;
    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        bool daemon = false;

        for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) {
            daemon = daemon || daemons[i] == (enum op_kind)kind;
        }
        assert_true(operation_name((enum op_kind)kind)[0] != '\0');
        assert_true(operation_text((enum op_kind)kind)[0] != '\0');
        assert_int_equal(operation_is_daemons((enum op_kind)kind), daemon);
    }
}

/* mail 000: virNetDevGetMAC logs an error if the device is not found, a "Quiet" version would not;
 * facts 1b: virNetDevTapDelete of a tap that is another's; facts 3: `del-port BR P` errors if P is
 * on another bridge.  Nothing else that fails is normal. */
static void
three_failures_are_logged(void **unused)
{
    struct outcome failed = {.error = ENODEV};

    (void)unused;
    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        struct operation op = {.kind = (uint8_t)kind};

        assert_false(operation_logs_error(op, (struct outcome){0}));
        assert_int_equal(operation_logs_error(op, failed),
                         kind == OP_GET_MAC || kind == OP_OPEN_TAP);
    }
    assert_false(operation_logs_error((struct operation){.kind = OP_GET_MAC, .quiet = 1}, failed));
    assert_true(
        operation_logs_error((struct operation){.kind = OP_DEL_PORT, .bridge = BR0}, failed));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_of_a_policy_is_one_choice),
        cmocka_unit_test(values_are_found_by_their_text),
        cmocka_unit_test(values_stand_for_the_enums),
        cmocka_unit_test(named_policies_are_what_was_proposed),
        cmocka_unit_test(named_policies_have_a_name_of_their_own),
        cmocka_unit_test(operations_have_names_and_places),
        cmocka_unit_test(three_failures_are_logged),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
