/* What the machines' operations say, under every value of every choice: a world reads neither the
 * policy nor the machine, so what an operation does not say is lost (core/operation.h). */
#include "tests/unit/sayings.h"

/* A new field needs its expectations here. */
static void
an_operation_is_all_bytes(void **unused)
{
    struct operation op = {.kind = 1,
                           .name = 1,
                           .family = 1,
                           .preferred = 1,
                           .from_first = 1,
                           .release_name = 1,
                           .bridge = 1,
                           .mac = 1,
                           .multi_queue = 1,
                           .persist = 1,
                           .quiet = 1,
                           .add = 1,
                           .vlan = 1,
                           .says_start = 1,
                           .start_number = 1,
                           .always_waits = 1,
                           .row = 1,
                           .filter_found = 1,
                           .by_index = 1,
                           .bulk = 1,
                           .asked = 1};
    unsigned char ones[sizeof op];

    (void)unused;
    memset(ones, 1, sizeof ones);
    assert_memory_equal(&op, ones, sizeof op);
}

/* Of all nics. */
static const struct saying of_all[] = {
    {NULL, KIND(START), {.kind = OP_LINK_UP}},
    {NULL, KIND(START), {.kind = OP_EXEC}},
    {NULL, KIND(RECONNECT), {.kind = OP_CONNECT}},
    {NULL, KIND(RECONNECT), {.kind = OP_RESERVE_NAME}},
    {NULL, KIND(STOP), {.kind = OP_KILL}},
    {NULL, KIND(UNPLUG), {.kind = OP_UNPLUG}},
    END,
};

/* Of all taps, wherever they are attached.  This one has a user's template, several queues and a
 * limit. */
static const struct saying of_taps[] = {
    {NULL, KIND(START), {.kind = OP_LOCK}},
    {NULL, KIND(START), {.kind = OP_UNLOCK}},
    /* Facts 1a, S2: the template is replaced. */
    {NULL, KIND(START), {.kind = OP_PICK_NAME, .family = VNET + 1}},
    {NULL, KIND(START), {.kind = OP_CREATE_TAP, .family = VNET + 1, .multi_queue = 1}},
    {"user-template=kernel",
     KIND(START),
     {.kind = OP_CREATE_TAP, .family = MYTAP + 1, .multi_queue = 1}},
    {"user-template=honour",
     KIND(START),
     {.kind = OP_CREATE_TAP, .family = MYTAP + 1, .multi_queue = 1}},
    {"name-family=own", KIND(START), {.kind = OP_CREATE_TAP, .family = OWN + 1, .multi_queue = 1}},
    /* The daemon has chosen the name: there is none left to be taken from a family. */
    {"name=lowest-free", KIND(START), {.kind = OP_CREATE_TAP, .multi_queue = 1}},
    {"name=counter", KIND(START), {.kind = OP_CREATE_TAP, .multi_queue = 1}},
    {"name=quarantine", KIND(START), {.kind = OP_CREATE_TAP, .multi_queue = 1}},
    {NULL, KIND(START), {.kind = OP_SET_MAC, .mac = MAC}},
    {"filter-key=name", ADDS, {.kind = OP_ADD_FILTER, .filter_found = FILTER_BESIDE}},
    {"filter-key=name-mac",
     ADDS,
     {.kind = OP_ADD_FILTER, .filter_found = FILTER_BESIDE, .mac = MAC}},
    /* Facts, "Found of packet filters": a start is refused, a reconnection finds its own. */
    {NULL, KIND(START), {.kind = OP_ADD_FILTER, .filter_found = FILTER_REFUSE}},
    {NULL, KIND(RECONNECT), {.kind = OP_ADD_FILTER, .filter_found = FILTER_KEEP}},
    {NULL, KIND(START), {.kind = OP_SET_LIMIT}},
    {NULL, KIND(START), {.kind = OP_GET_PERSIST}},
    {NULL, RUNNING, {.kind = OP_RELEASE_NAME}},
    {NULL, STOPS, {.kind = OP_CLEAR_LIMIT}},
    {NULL, STOPS, {.kind = OP_REMOVE_FILTER}},
    {"filter-key=name-mac", STOPS, {.kind = OP_REMOVE_FILTER, .mac = MAC}},
    /* Facts 1b: virNetDevTapDelete never asks for several queues, and clears IFF_PERSIST. */
    {NULL, STOPS, {.kind = OP_OPEN_TAP}},
    {"tap-delete=restore", RUNNING, {.kind = OP_OPEN_TAP, .multi_queue = 1}},
    {NULL, STOPS, {.kind = OP_SET_PERSIST}},
    {"tap-delete=restore", RUNNING, {.kind = OP_SET_PERSIST, .persist = 1}},
    {NULL, STOPS, {.kind = OP_CLOSE_TAP}},
    /* The name is given back once: release-name has come before, or not. */
    {NULL, RUNNING, {.kind = OP_RELEASE}},
    {"release=clean-up-end", RUNNING, {.kind = OP_RELEASE, .release_name = 1}},
    {NULL, KIND(CLEAN_UP), {.kind = OP_RELEASE, .release_name = 1}},
    END,
};

static struct nic
tap_on(uint8_t bridge, uint8_t vlan)
{
    return (struct nic){.bridge = bridge,
                        .mac = MAC,
                        .family = MYTAP,
                        .template = 1,
                        .own = OWN,
                        .vlan = vlan,
                        .multi_queue = 1,
                        .limit = 1};
}

static void
on_an_open_vswitch_bridge(void **unused)
{
    static const struct saying on_it[] = {
        {NULL, ADDS, {.kind = OP_GET_MASTER}},
        {NULL, KIND(START), {.kind = OP_SET_QOS}},
        /* A tap that has no qdisc from the daemon has not been asked for before. */
        {"limit-by=qos", KIND(START), {.kind = OP_EXEC, .asked = 1}},
        {"limit-by=qos-left", KIND(START), {.kind = OP_EXEC, .asked = 1}},
        {NULL, STOPS, {.kind = OP_CLEAR_QOS}},
        {NULL, KIND(START), {.kind = OP_DEL_PORT, .always_waits = 1}}, /* ovs-add=del-wait-add */
        {NULL, ADDS, {.kind = OP_ADD_PORT, .add = OVS_ADD_DEL_ADD, .bridge = BR1, .vlan = TAG}},
        {"ovs-add=plain",
         ADDS,
         {.kind = OP_ADD_PORT, .add = OVS_ADD_PLAIN, .bridge = BR1, .vlan = TAG}},
        {"ovs-add=may-exist",
         ADDS,
         {.kind = OP_ADD_PORT, .add = OVS_ADD_MAY_EXIST, .bridge = BR1, .vlan = TAG}},
        {"ovs-add=may-exist-set",
         ADDS,
         {.kind = OP_ADD_PORT, .add = OVS_ADD_MAY_EXIST_SET, .bridge = BR1, .vlan = TAG}},
        {"ovs-add=may-exist-tag",
         ADDS,
         {.kind = OP_ADD_PORT, .add = OVS_ADD_MAY_EXIST_TAG, .bridge = BR1, .vlan = TAG}},
        {"vlan-by=agent", ADDS, {.kind = OP_ADD_PORT, .add = OVS_ADD_DEL_ADD, .bridge = BR1}},
        {"vlan-by=parked",
         ADDS,
         {.kind = OP_ADD_PORT, .add = OVS_ADD_DEL_ADD, .bridge = BR1, .vlan = VLAN_PARKED}},
        {"port-guard=port-owner",
         ADDS,
         {.kind = OP_ADD_PORT,
          .add = OVS_ADD_DEL_ADD,
          .bridge = BR1,
          .vlan = TAG,
          .says_start = 1,
          .start_number = START_NUMBER}},
        {NULL, STOPS, {.kind = OP_LOCK}},
        {NULL, STOPS, {.kind = OP_UNLOCK}},
        {NULL, STOPS, {.kind = OP_LOOKUP}},
        {NULL, STOPS, {.kind = OP_GET_MAC}},
        {"port-guard=quiet-mac", STOPS, {.kind = OP_GET_MAC, .quiet = 1}},
        {NULL, STOPS, {.kind = OP_DEL_PORT}},
        {"port-guard=bridge", STOPS, {.kind = OP_DEL_PORT, .bridge = BR1}},
        {NULL, STOPS, {.kind = OP_REMOVE_PORT, .row = UUID}},
        {"port-guard=port-owner",
         STOPS,
         {.kind = OP_REMOVE_OWN, .bridge = BR1, .says_start = 1, .start_number = START_NUMBER}},
        {"port-guard=vm-id", STOPS, {.kind = OP_REMOVE_OWN, .bridge = BR1}},
        END,
    };
    const struct example example = {BASE, tap_on(BR1, TAG), BRIDGE_OVS, {of_all, of_taps, on_it}};

    (void)unused;
    expect_sayings(&example);
}

static void
on_a_linux_bridge(void **unused)
{
    static const struct saying on_it[] = {
        {NULL, ADDS, {.kind = OP_GET_MASTER}},
        {NULL, ADDS, {.kind = OP_ADD_IF, .bridge = LB1}},
        END,
    };
    const struct example example = {
        BASE, tap_on(LB1, VLAN_NONE), BRIDGE_LINUX, {of_all, of_taps, on_it}};

    (void)unused;
    expect_sayings(&example);
}

/* Others may delete or rename its device: the look-up of its index is a step of its own.  One that
 * runs is attached by its name. */
static void
on_a_linux_bridge_where_others_delete(void **unused)
{
    static const struct saying on_it[] = {
        {NULL, ADDS, {.kind = OP_GET_MASTER}},
        {NULL, KIND(START), {.kind = OP_GET_INDEX}},
        {NULL, KIND(START), {.kind = OP_ADD_IF, .bridge = LB1, .by_index = 1}},
        {NULL, KIND(RECONNECT), {.kind = OP_ADD_IF, .bridge = LB1}},
        END,
    };
    struct nic nic = tap_on(LB1, VLAN_NONE);
    struct example example = {BASE, nic, BRIDGE_LINUX, {of_all, of_taps, on_it}};

    (void)unused;
    example.nic.contested = 1;
    expect_sayings(&example);
}

/* Its default qdisc may come upon another guest's limit. */
static void
where_another_is_limited(void **unused)
{
    static const struct saying on_it[] = {{NULL, KIND(START), {.kind = OP_SET_QDISC}}, END};
    struct example example = {
        BASE, tap_on(NO_BRIDGE, VLAN_NONE), BRIDGE_NONE, {of_all, of_taps, on_it}};

    (void)unused;
    example.nic.exposed = 1;
    expect_sayings(&example);
}

static void
on_no_bridge(void **unused)
{
    static const struct saying on_it[] = {END};
    const struct example example = {
        BASE, tap_on(NO_BRIDGE, VLAN_NONE), BRIDGE_NONE, {of_all, of_taps, on_it}};

    (void)unused;
    expect_sayings(&example);
}

static void
on_a_midonet_bridge(void **unused)
{
    static const struct saying on_it[] = {
        {NULL, ADDS, {.kind = OP_GET_MASTER}},
        {NULL, ADDS, {.kind = OP_BIND_PORT}},
        {NULL, STOPS, {.kind = OP_UNBIND_PORT}}, /* facts 1b, step 10: by interface id */
        END,
    };
    const struct example example = {
        BASE, tap_on(BR1, VLAN_NONE), BRIDGE_MIDONET, {of_all, of_taps, on_it}};

    (void)unused;
    expect_sayings(&example);
}

/* Its name is picked from its own family (facts 1a, "on EEXIST"), and stays reserved until the link
 * has been deleted. */
static void
of_a_macvtap(void **unused)
{
    static const struct saying of_links[] = {
        {NULL, KIND(START), {.kind = OP_PICK_NAME, .family = MACVTAP + 1}},
        /* mail 003: the names of type='direct' are dropped, but for a while they were kept. */
        {"xml-names=keep",
         KIND(START),
         {.kind = OP_PICK_NAME, .family = MACVTAP + 1, .preferred = MACVTAP2}},
        {NULL, KIND(START), {.kind = OP_LOOKUP}},
        {NULL, KIND(START), {.kind = OP_CREATE_LINK}},
        {"link-delete=bulk", STOPS, {.kind = OP_DELETE_LINK, .bulk = 1}},
        {NULL, STOPS, {.kind = OP_DELETE_LINK}},
        {NULL, KIND(UNPLUG), {.kind = OP_LINK_DOWN}},
        {NULL, STOPS, {.kind = OP_RELEASE, .release_name = 1}},
        END,
    };
    static const struct saying more[] = {END};
    const struct example example = {
        BASE,
        {.kind = NIC_MACVTAP, .mac = MAC, .family = MACVTAP, .carried = MACVTAP2},
        BRIDGE_NONE,
        {of_all, of_links, more}};

    (void)unused;
    expect_sayings(&example);
}

/* What was carried here is tried first.  If it is taken, the search begins at the lowest number;
 * and from then on behind the last choice. */
static void
a_carried_name_is_no_place_to_go_on_from(void **unused)
{
    struct world world = links_under("libvirt-6.6,xml-names=keep");
    struct context context = world_context(&world, A);
    struct nic_record record = {0};
    struct machine machine;

    (void)unused;
    add_macvtap(&world, false, "start");
    world.nic[A].carried = MACVTAP2;
    machine = machine_begin(MACHINE_START, &context, &record);
    for (uint8_t tries = 0; tries < 3; tries++) {
        uint8_t name = tries == 0 ? MACVTAP2 : (uint8_t)(MACVTAP0 + tries - 1);
        struct operation op = machine_want(&machine, &context, &record);

        assert_int_equal(op.kind, OP_PICK_NAME);
        assert_int_equal(op.family, MACVTAP + 1);
        assert_int_equal(op.preferred, tries == 0 ? MACVTAP2 : IFNAME_NONE);
        assert_int_equal(op.from_first, tries == 1);
        machine_done(&machine, &context, &record, (struct outcome){.value = name});
        assert_int_equal(machine_want(&machine, &context, &record).kind, OP_CREATE_LINK);
        machine_done(&machine, &context, &record, (struct outcome){.error = EEXIST});
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_is_all_bytes),
        cmocka_unit_test(on_an_open_vswitch_bridge),
        cmocka_unit_test(on_a_linux_bridge),
        cmocka_unit_test(on_a_linux_bridge_where_others_delete),
        cmocka_unit_test(where_another_is_limited),
        cmocka_unit_test(on_no_bridge),
        cmocka_unit_test(on_a_midonet_bridge),
        cmocka_unit_test(of_a_macvtap),
        cmocka_unit_test(a_carried_name_is_no_place_to_go_on_from),
    };

    return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
