/* One state for all that exchanges of guests lead to each other (sim/symmetry.h): held to all
 * exchanges, one by one, as sim/renaming makes them.  That steps and exchanges go in either order
 * is tested in test_renaming. */
#include "tests/unit/search.h"

#include "harness/audit.h"
#include "sim/renaming.h"
#include "sim/symmetry.h"

/* Guests that are alike. */
static struct world
alike(const char *policy, unsigned guests, const char *commands)
{
    struct world world = world_under(policy);

    for (unsigned i = 0; i < guests; i++) {
        add_guest(&world, BR0, false, commands);
    }
    return world;
}

/* ---- every reachable state, against all exchanges ---- */

struct checked {
    struct symmetry symmetry;
    struct renaming_bytes bytes;
    struct renaming all[MAX_RENAMINGS];
    unsigned renamings;
    uint64_t seen, states, moved;
};

/* How many different ones there are of these states. */
static unsigned
count_different(const struct state *states, unsigned count)
{
    unsigned different = 0;

    for (unsigned i = 0; i < count; i++) {
        unsigned j = 0;

        while (j < i && memcmp(&states[i], &states[j], sizeof *states) != 0) {
            j++;
        }
        different += j == i;
    }
    return different;
}

static void
check_exchanges(const struct world *world, const struct state *state, struct checked *checked)
{
    static struct state exchanged[MAX_RENAMINGS];
    struct state settled = *state, applied;
    struct exchange exchange;
    unsigned alike = symmetry_settle(&checked->symmetry, &settled, &exchange);
    const struct renaming renaming = renaming_by_guests(world, exchange.to);

    renaming_state(&checked->bytes, &renaming, state, &applied);
    assert_true(memcmp(&applied, &settled, sizeof settled) == 0);
    for (unsigned i = 0; i < checked->renamings; i++) {
        struct state other;

        renaming_state(&checked->bytes, &checked->all[i], state, &exchanged[i]);
        other = exchanged[i];
        assert_int_equal(symmetry_settle(&checked->symmetry, &other, NULL), alike);
        assert_true(memcmp(&other, &settled, sizeof settled) == 0);
    }
    assert_int_equal(count_different(exchanged, checked->renamings), alike);
    checked->moved += memcmp(&settled, state, sizeof settled) != 0;
    checked->states++;
}

/* One state in five; fewer for the sanitizers. */
static void
check_state(const struct world *world, const struct state *state, void *context)
{
    struct checked *checked = context;

    if (checked->seen++ % (5 * NEXT_POLICY) == 0) {
        check_exchanges(world, state, checked);
    }
}

static void
begin(struct checked *checked, const struct world *world, unsigned exchanges)
{
    *checked = (struct checked){0};
    symmetry_open(&checked->symmetry, world);
    renaming_bytes(world, &checked->bytes);
    checked->renamings = renaming_of_guests(world, checked->all);
    assert_int_equal(checked->symmetry.exchanges, exchanges);
    assert_int_equal(checked->renamings, exchanges); /* a network sees no more exchanges in these */
}

static void
expect_settled(const struct world *world, unsigned exchanges)
{
    static struct checked checked;

    begin(&checked, world, exchanges);
    walk(world, check_state, &checked);
    assert_true(checked.moved > 0 && checked.moved < checked.states);
}

/* ---- whole searches, with exchanges and without ---- */

static void
expect_same_search(const struct world *world)
{
    struct explore_limits limits = {.max_memory = SIZE_MAX, .exchange = true};
    struct explore_result reduced, whole;
    char text[128] = "";

    explore(world, &limits, &reduced);
    search(world, &whole);
    assert_int_equal(reduced.end, EXPLORE_COMPLETE);
    assert_true(reduced.alike && !whole.alike);
    assert_true(whole.kept == whole.states && reduced.kept < reduced.states);
    if (!audit_compare(&reduced, &whole, text, sizeof text)) {
        fail_msg("%s", text);
    }
    explore_free(&reduced);
    explore_free(&whole);
}

static void
expect_both(const struct world *world, unsigned exchanges)
{
    expect_settled(world, exchanges);
    expect_same_search(world);
}

static void
two_guests_under_every_policy(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i += NEXT_POLICY) {
        struct world world = alike(named->name, 2, "start stop");

        expect_both(&world, 2);
        world.datapath[BR0 - 1] = DATAPATH_NETDEV;
        world.nic[A].limit = world.nic[B].limit = 1;
        expect_both(&world, 2);
        world = alike(named->name, 2, "start stop");
        world.nic[A].bridge = world.nic[B].bridge = LB0;
        world.nic[A].name = world.nic[B].name = FIXED;
        world.nic[A].multi_queue = world.nic[B].multi_queue = 1;
        expect_both(&world, 2);
    }
}

static void
every_fault(void **unused)
{
    static const char *const policies[] = {"libvirt-9.0", "libvirt-6.6", "owner-delete"};

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
            struct world world = alike(policies[i], 2, "start stop");

            world.faults[fault] = 1;
            world.helper_closes[A] = world.helper_closes[B] = 1;
            expect_both(&world, 2);
        }
    }
}

/* Guests with several nics, guests of two kinds, and guests that share one name. */
static void
nics_and_classes(void **unused)
{
    struct world world = alike("libvirt-6.6", 2, "start");

    (void)unused;
    add_second_nics(&world);
    expect_both(&world, 2);
    for (unsigned nic = 0; nic < 4; nic++) { /* taps of several queues, which they share */
        world.nic[nic].name = nic < 2 ? FIXED : MYTAP0;
        world.nic[nic].multi_queue = 1;
        world.nic[nic].bridge = nic < 2 ? BR0 : LB0;
    }
    world.policy = policy_of("owner-delete");
    expect_both(&world, 2);
    world = alike("owner-delete", 4, "start");
    world.nic[B].bridge = world.nic[D].bridge = LB0;
    expect_both(&world, 4);
    world = alike("libvirt-9.0", 3, "start stop");
    expect_both(&world, 6);
    world.nic[A].name = world.nic[B].name = world.nic[C].name = FIXED;
    expect_both(&world, 6);
    world = alike("owner-delete", 3, "start");
    world.nic[A].name = world.nic[B].name = world.nic[C].name = FIXED;
    world.nic[A].multi_queue = world.nic[B].multi_queue = world.nic[C].multi_queue = 1;
    expect_both(&world, 6);
    world.policy = policy_of("libvirt-6.6");
    world.nic[B].bridge = NO_BRIDGE; /* between two that are alike */
    world.faults[FAULT_START_FAILS] = 1;
    expect_both(&world, 2);
}

/* An administrator renames a guest's device, and other software's, which is no guest's. */
static void
devices_that_are_renamed(void **unused)
{
    struct world world = alike("libvirt-6.6", 2, "start");

    (void)unused;
    world.third_party_device[VNET3] = DEVICE_TAP;
    world.third_parties = 1;
    world.third_party[0] = (struct third_party){
        .commands = 2,
        .command = {THIRD_PARTY_RENAME, THIRD_PARTY_RENAME},
        .name = {VNET0, VNET3},
        .to = {FIXED, MYTAP0},
    };
    expect_both(&world, 2);
}

/* ---- states that no run comes to ---- */

/* The initial state, with a field or two by chance: few, so that many guests remain equal. */
static struct state
any_state(const struct world *world, const struct field_limits *limits, unsigned *seed)
{
    struct state state = initial_of(world);
    unsigned rows = 0, changes = 1 + (unsigned)rand_r(seed) % 3;

    while (field_at(rows) != NULL) {
        rows++;
    }
    while (changes > 0) {
        const struct field *field = field_at((unsigned)rand_r(seed) % rows);
        unsigned largest = 0;

        for (unsigned i = 0; i < field_room(field); i++) {
            size_t offset = field->offset + (size_t)i * field->stride;

            largest |= limits->largest[offset];
            ((uint8_t *)&state)[offset] =
                (uint8_t)((unsigned)rand_r(seed) % (limits->largest[offset] + 1u));
        }
        changes -= largest > 0;
    }
    return state;
}

/* Where guests refer to each other in circles, or two to one that has nothing any more. */
static void
any_states(void **unused)
{
    static struct checked checked;
    struct field_limits limits;
    unsigned seed = 1;

    (void)unused;
    for (unsigned kind = 0; kind < 5; kind++) {
        struct world world =
            alike(kind < 2 ? "owner-delete" : "reattach,filter-key=name-mac", 4, "start stop");

        world.faults[FAULT_OVS_LATE] = 1;
        for (unsigned guest = 0; guest < 4; guest++) {
            world.nic[guest].limit = world.nic[guest].multi_queue = 1;
            world.nic[guest].bridge = guest % 2 == 0 && kind % 2 == 0 ? BR0 : LB0;
        }
        if (kind == 3) {
            world.guests = 3;
            world.more = 3;
            for (unsigned nic = 3; nic < 6; nic++) {
                world.nic_guest[nic] = (uint8_t)(nic - 3);
                world.nic[nic] = (struct nic){.bridge = BR1, .mac = (uint8_t)(nic + 1)};
            }
        }
        if (kind == 4) { /* and where names refer to names */
            world.third_parties = 1;
            world.third_party[0] = (struct third_party){
                .commands = 1, .command = {THIRD_PARTY_RENAME}, .name = {VNET0}, .to = {FIXED}};
        }
        begin(&checked, &world, kind == 3 ? 6 : kind % 2 == 0 ? 4 : 24);
        field_limits(&world, &limits);
        for (unsigned i = 0; i < 4000 / NEXT_POLICY; i++) {
            struct state state = any_state(&world, &limits, &seed);

            check_exchanges(&world, &state, &checked);
        }
        assert_true(checked.moved > 0 && checked.moved < checked.states);
    }
}

/* A search that is cut short has schedules all the same, of the guests as they are. */
static void
a_bound_leaves_a_schedule(void **unused)
{
    struct world world = alike("libvirt-6.6", 3, "start stop");
    unsigned violated = 0;

    (void)unused;
    for (uint64_t states = 100; states < 3000; states += 100) {
        struct explore_limits limits = {
            .max_states = states, .max_memory = SIZE_MAX, .exchange = true};
        struct explore_result result;

        explore(&world, &limits, &result);
        assert_int_equal(result.end, EXPLORE_MAX_STATES);
        assert_true(result.states <= states);
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            const struct explore_verdict *verdict = &result.verdict[oracle];
            struct state state = initial_of(&world);
            oracle_set seen = judge(&world, &state);

            for (unsigned step = 0; verdict->violated && step < verdict->length; step++) {
                seen = actor_step(&world, &state, verdict->trace[step], NULL);
                seen |= judge(&world, &state);
            }
            assert_true(!verdict->violated || (seen & ORACLE_BIT(oracle)) != 0);
            violated += verdict->violated;
        }
        explore_free(&result);
    }
    assert_true(violated > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_guests_under_every_policy),
        cmocka_unit_test(every_fault),
        cmocka_unit_test(nics_and_classes),
        cmocka_unit_test(devices_that_are_renamed),
        cmocka_unit_test(any_states),
        cmocka_unit_test(a_bound_leaves_a_schedule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
