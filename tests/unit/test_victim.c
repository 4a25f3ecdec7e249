/* Whose violations are (docs/oracles.md): the one that has lost it, and not the one whose step it
 * is. */
#include "tests/unit/fixture.h"

static struct victims
victims_at(const struct world *world, const struct state *state, bool last)
{
    struct victims victims = {0};
    oracle_set violated = oracle_name_victims(world, state, last, &victims), named = 0;
    oracle_set judged = oracle_judge_state(world, state);

    judged |= last ? oracle_judge_end(world, state) : 0;
    for (unsigned i = 0; i < victims.count; i++) {
        named |= ORACLE_BIT(victims.victim[i].oracle);
    }
    assert_int_equal(violated, judged);
    assert_int_equal(named, judged); /* each violation has a victim, and no other oracle has one */
    return victims;
}

/* The only one of the oracle. */
static struct victim
victim_of(const struct victims *victims, enum oracle oracle)
{
    struct victim found = {0};
    unsigned count = 0;

    for (unsigned i = 0; i < victims->count; i++) {
        if (victims->victim[i].oracle == oracle) {
            found = victims->victim[i];
            count++;
        }
    }
    assert_int_equal(count, 1);
    return found;
}

static void
assert_victim(const struct victims *victims, struct victim expected)
{
    struct victim found = victim_of(victims, (enum oracle)expected.oracle);

    assert_memory_equal(&found, &expected, sizeof expected);
}

/* Two guests that run; what one of them has lost is not the other's. */
static void
a_nic_is_the_victim_of_what_it_has_lost(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state, other;
    struct victims victims;

    (void)unused;
    add_guest(&world, BR0, true, "");
    add_guest(&world, BR0, true, "");
    state = other = initial_of(&world);
    assert_int_equal(victims_at(&world, &state, true).count, 0);
    state.network.row[VNET1] = (struct row){0};
    state.network.port[VNET1] = (struct port){0};
    state.network.filter[VNET0] = 0;
    victims = victims_at(&world, &state, false);
    assert_victim(&victims,
                  (struct victim){ORACLE_LOST_ATTACHMENT, VICTIM_DEVICE, B + 1, 0, VNET1});
    assert_victim(&victims, (struct victim){ORACLE_LOST_FILTER, VICTIM_DEVICE, A + 1, 0, VNET0});
    state.network.tap[B] = IFNAME_NONE;
    victims = victims_at(&world, &state, false);
    assert_victim(&victims,
                  (struct victim){ORACLE_LOST_ATTACHMENT, VICTIM_GUEST, B + 1, 0, IFNAME_NONE});
    other.network.port[VNET1].bridge = BR1;
    other.network.row[VNET1].bridge = BR1;
    victims = victims_at(&world, &other, false);
    assert_victim(&victims, (struct victim){ORACLE_WRONG_NETWORK, VICTIM_DEVICE, B + 1, 0, VNET1});
    other.network.device[VNET1].owner = THIRD_PARTY;
    other.network.tap[B] = IFNAME_NONE;
    victims = victims_at(&world, &other, false);
    assert_victim(&victims,
                  (struct victim){ORACLE_WRONG_NETWORK, VICTIM_DEVICE, THIRD_PARTY, 0, VNET1});
}

static void
two_nics_are_the_victims_of_what_they_share(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct victims victims;

    (void)unused;
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, NO_BRIDGE, true, "");
    state = initial_of(&world);
    state.network.tap[C] = VNET1;
    state.control.daemon.record[C].name = VNET1;
    victims = victims_at(&world, &state, false);
    assert_victim(&victims, (struct victim){ORACLE_SHARED_TAP, VICTIM_DEVICE, B + 1, C + 1, VNET1});
    assert_victim(&victims,
                  (struct victim){ORACLE_DUPLICATE_NAME, VICTIM_NAME, B + 1, C + 1, VNET1});
}

static void
what_is_left_is_its_owners(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct victims victims;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, false, "");
    state = initial_of(&world);
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = B + 1, .owner = B + 1};
    state.network.device[VNET1] =
        (struct device){.kind = DEVICE_TAP, .owner = B + 1, .holders = HOLDER_HELPER};
    victims = victims_at(&world, &state, true); /* a has not been started */
    assert_victim(&victims, (struct victim){ORACLE_STALE_PORT, VICTIM_PORT, B + 1, 0, VNET0});
    assert_victim(&victims, (struct victim){ORACLE_LEAKED_TAP, VICTIM_DEVICE, B + 1, 0, VNET1});
    assert_victim(&victims, (struct victim){ORACLE_DEADLOCK, VICTIM_GUEST, A + 1, 0, IFNAME_NONE});
    assert_int_equal(victims_at(&world, &state, false).count, 0);
}

/* docs/oracles.md: "the administrator's tap, by its name", whoever has taken it away. */
static void
a_tap_is_lost_by_its_administrator(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct victims victims;

    (void)unused;
    add_guest(&world, NO_BRIDGE, false, "");
    world.preset[FIXED] = (struct preset){.present = 1};
    state = initial_of(&world);
    assert_int_equal(victims_at(&world, &state, true).count, 0);
    state.network.device[FIXED] = (struct device){0};
    victims = victims_at(&world, &state, true);
    assert_victim(&victims,
                  (struct victim){ORACLE_LOST_PERSISTENCE, VICTIM_NAME, ADMINISTRATOR, 0, FIXED});
}

/* Of a step: the state before it says whose it was. */
static void
a_foreign_delete_is_of_the_owner(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world), before;
    struct victims victims = {0};
    struct event event;

    (void)unused;
    play(&world, &state, "aAAabbbv");
    before = state;
    event = play(&world, &state, "a"); /* a's del-port */
    assert_int_equal(state.network.row[VNET0].owner, 0);
    victims_of_step(&before, &event, &victims);
    assert_int_equal(victims.count, 1);
    assert_victim(&victims, (struct victim){ORACLE_FOREIGN_DELETE, VICTIM_PORT, B + 1, 0, VNET0});
}

/* Each bit of an event is a name's, or a guest's: from the first to the last.  A row that no start
 * has written is the administrator's. */
static void
each_bit_of_an_event_has_its_victim(void **unused)
{
    enum { FIRST = 1, LAST = IFNAME_MAX_NAMES };
    static const struct victim deleted[] = {
        {ORACLE_FOREIGN_DELETE, VICTIM_PORT, A + 1, 0, FIRST},
        {ORACLE_FOREIGN_DELETE, VICTIM_DEVICE, B + 1, 0, FIRST},
        {ORACLE_FOREIGN_DELETE, VICTIM_PORT, ADMINISTRATOR, 0, LAST},
        {ORACLE_FOREIGN_DELETE, VICTIM_DEVICE, A + 1, 0, LAST},
    };
    const uint32_t names = UINT32_C(1) << (FIRST - 1) | UINT32_C(1) << (LAST - 1);
    struct event event = {.ports = names, .devices = names};
    struct victims victims = {0};
    struct state before = {0};

    (void)unused;
    before.network.row[FIRST].owner = before.network.device[LAST].owner = A + 1;
    before.network.device[FIRST].owner = B + 1;
    victims_of_step(&before, &event, &victims);
    assert_int_equal(victims.count, 4);
    assert_memory_equal(victims.victim, deleted, sizeof deleted);

    /* Behind the last guest there is nobody. */
    event = (struct event){.failed = 0xaa, .erred = 0x55};
    victims = (struct victims){0};
    victims_of_step(&before, &event, &victims);
    assert_int_equal(victims.count, MAX_GUESTS);
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        const struct victim expected = {guest % 2 == 1 ? ORACLE_START_FAILED
                                                       : ORACLE_SPURIOUS_ERROR,
                                        VICTIM_GUEST, (uint8_t)(guest + 1), 0, IFNAME_NONE};

        assert_memory_equal(&victims.victim[guest], &expected, sizeof expected);
    }
}

static void
a_binding_that_is_left_is_its_guests(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state;
    struct victims victims;

    (void)unused;
    world.bridge_kind[LB1 - 1] = BRIDGE_MIDONET;
    add_guest(&world, LB1, true, "");
    add_guest(&world, LB1, false, "");
    state = initial_of(&world);
    assert_int_equal(victims_at(&world, &state, true).count, 0);
    state.network.binding[B] = VNET1;
    victims = victims_at(&world, &state, true);
    assert_victim(&victims, (struct victim){ORACLE_STALE_PORT, VICTIM_PORT, B + 1, 0, VNET1});
}

static void
a_failed_start_is_of_its_guest(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct state state, before;
    struct victims victims = {0};
    struct event event;

    (void)unused;
    add_guest(&world, NO_BRIDGE, true, "");
    add_guest(&world, NO_BRIDGE, false, "start");
    world.nic[A].name = world.nic[B].name = FIXED;
    state = initial_of(&world);
    play(&world, &state, "b"); /* create-tap: EBUSY */
    before = state;
    event = play(&world, &state, "b"); /* remove-filter, the end of the start */
    victims_of_step(&before, &event, &victims);
    assert_int_equal(victims.count, 1);
    assert_victim(&victims,
                  (struct victim){ORACLE_START_FAILED, VICTIM_GUEST, B + 1, 0, IFNAME_NONE});
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nic_is_the_victim_of_what_it_has_lost),
        cmocka_unit_test(two_nics_are_the_victims_of_what_they_share),
        cmocka_unit_test(what_is_left_is_its_owners),
        cmocka_unit_test(a_tap_is_lost_by_its_administrator),
        cmocka_unit_test(a_foreign_delete_is_of_the_owner),
        cmocka_unit_test(each_bit_of_an_event_has_its_victim),
        cmocka_unit_test(a_binding_that_is_left_is_its_guests),
        cmocka_unit_test(a_failed_start_is_of_its_guest),
    };

    return cmocka_run_group_tests_name("victim", tests, NULL, NULL);
}
