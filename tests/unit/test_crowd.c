/* Any number of guests (sim/crowd.h): the views that are found have all that two guests out of
 * three, four or five come to, and what any of these violate. */
#include "tests/unit/views.h"

#include "sim/crowd.h"
#include "sim/found.h"

enum { MANY = 9 /* names, and of each guest's own family fewer */ };

/* Guests that are given these commands for ever. */
static struct world
again_and_again(const char *commands, const char *policy, unsigned guests, uint8_t bridge)
{
    return world_for_ever(commands, policy, guests, bridge, MANY, 3);
}

static struct world
for_ever(const char *policy, unsigned guests, uint8_t bridge)
{
    return again_and_again("start stop", policy, guests, bridge);
}

static void
search(struct crowd *crowd, const struct world *world)
{
    static const struct crowd_limits limits = {.max_memory = (size_t)1 << 30};

    assert_null(view_refuses(world));
    assert_null(view_refuses_policy(world));
    assert_int_equal(crowd_search(crowd, world, &limits), CROWD_CLOSED);
}

/* ---- against all states of so many guests ---- */

/* A search of a bounded number of guests, one state for all that exchanges lead to. */
struct walk {
    const struct crowd *crowd;
    struct found found;
    struct view_bytes bytes;
    struct actor actor[MAX_ACTORS];
    unsigned actors;
    oracle_set violated, lasting;
    uint64_t left_behind; /* states in which something is under a name that is nobody's */
};

static void
see_guests(const struct walk *walk, const struct state *state, const uint8_t *member,
           unsigned members)
{
    uint32_t id;

    assert_int_equal(
        crowd_find(walk->crowd, &walk->found.world, &walk->bytes, state, member, members, &id),
        VIEW_SEEN);
    assert_true(id != CROWD_NOT_FOUND);
}

static void
see_state(struct walk *walk, const struct state *state)
{
    const struct world *world = &walk->found.world;
    struct view_names names;

    for (uint8_t a = 0; a < world->guests; a++) {
        for (uint8_t b = (uint8_t)(a + 1); b < world->guests; b++) {
            see_guests(walk, state, (const uint8_t[]){a, b, 0}, VIEW_GUESTS);
            for (uint8_t c = (uint8_t)(b + 1); c < world->guests; c++) {
                see_guests(walk, state, (const uint8_t[]){a, b, c}, VIEW_MEMBERS);
            }
        }
    }
    assert_true(
        orphans_have(&walk->crowd->orphans, &walk->crowd->space, world, &walk->bytes, state));
    view_names(&walk->bytes, state, &names);
    for (unsigned name = 1; name <= world->names.names; name++) {
        walk->left_behind += names.used[name] && names.guests[name] == 0;
    }
}

static void
expand(struct walk *walk, uint32_t id)
{
    struct found *found = &walk->found;
    oracle_set violated;
    struct state state;
    bool may_end = true;

    found_unpack(found, store_get(&found->store, id), &state);
    see_state(walk, &state);
    violated = oracle_judge_state(&found->world, &state);
    walk->violated |= violated;
    for (unsigned i = 0; i < walk->actors; i++) {
        uint64_t packed[LAYOUT_MAX_WORDS];
        struct state next = state;
        uint32_t to;

        if (!actor_may_step(&found->world, &state, walk->actor[i])) {
            continue;
        }
        may_end = may_end && actor_begins_round(&found->world, &state, walk->actor[i]);
        walk->violated |= actor_take_step(&found->world, &next, walk->actor[i], NULL);
        found_pack(found, &next, packed);
        assert_true(store_add(&found->store, packed, &to) != STORE_FULL);
    }
    walk->lasting |= may_end ? violated & ORACLES_THAT_LAST : 0;
    walk->violated |= may_end ? oracle_judge_end(&found->world, &state) : 0;
}

/* Returns how many states there are. */
static uint64_t
compare(const struct crowd *crowd, const struct world *world, struct walk *walk)
{
    uint64_t packed[LAYOUT_MAX_WORDS], states;
    struct state state;
    uint32_t id;

    *walk = (struct walk){.crowd = crowd};
    found_open(&walk->found, world, (size_t)1 << 30, true);
    view_bytes(&walk->found.world, &walk->bytes);
    walk->actors = actor_all(&walk->found.world, walk->actor);
    state = initial_of(world);
    found_pack(&walk->found, &state, packed);
    assert_int_equal(store_add(&walk->found.store, packed, &id), STORE_NEW);
    for (id = 0; id < walk->found.store.states; id++) {
        expand(walk, id);
    }
    states = walk->found.store.states;
    found_close(&walk->found);
    assert_int_equal(walk->violated & ~crowd->violated, 0);
    assert_int_equal(walk->lasting & ~crowd->lasting, 0);
    return states;
}

struct comparison {
    const char *policy;
    uint8_t bridge;
    bool netdev;
    unsigned most;     /* guests that all states are walked of */
    bool left_behind;  /* something is, under names that are nobody's */
    oracle_set claims; /* these are never violated */
    bool slow;
};

static void
hold(const struct comparison *comparison)
{
    struct world world = for_ever(comparison->policy, 2, comparison->bridge);
    static struct crowd a_crowd;
    struct crowd *crowd = &a_crowd;
    static struct walk a_walk;
    struct walk *walk = &a_walk;
    uint64_t left_behind = 0;

    world.datapath[0] = comparison->netdev ? DATAPATH_NETDEV : DATAPATH_SYSTEM;
    search(crowd, &world);
    assert_int_equal(crowd->violated & comparison->claims, 0);
    for (unsigned guests = 3; guests <= comparison->most; guests++) {
        struct world more = for_ever(comparison->policy, guests, comparison->bridge);

        more.datapath[0] = world.datapath[0];
        assert_true(compare(crowd, &more, walk) > 100);
        left_behind += walk->left_behind;
    }
    assert_int_equal(left_behind > 0, comparison->left_behind);
    crowd_free(crowd);
}

/* make test and the sanitizers leave what is slow to make unit. */
static bool
walks_all(void)
{
    return NEXT_POLICY == 1 && getenv("TAPWEAVE_ONE_IN") == NULL;
}

static void
hold_all(const struct comparison *comparison, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (walks_all() || !comparison[i].slow) {
            hold(&comparison[i]);
        }
    }
}

#define NEVER_LOST ORACLE_BIT(ORACLE_LOST_ATTACHMENT)
#define NEVER_STALE (NEVER_LOST | ORACLE_BIT(ORACLE_STALE_PORT) | ORACLE_BIT(ORACLE_DEADLOCK))

static void
policies_that_lose_nothing(void **unused)
{
    static const struct comparison comparisons[] = {
        {.policy = "counter", .bridge = BR0, .most = 4, .claims = UINT16_MAX},
        {.policy = "libvirt-11.3", .bridge = BR0, .most = 4, .claims = UINT16_MAX},
        {.policy = "lowest-free-after-cleanup", .bridge = BR0, .most = 4, .claims = UINT16_MAX},
        {.policy = "per-guest-names", .bridge = BR0, .most = 3, .claims = UINT16_MAX},
        {.policy = "owner-delete", .bridge = BR0, .most = 4, .claims = NEVER_STALE, .slow = true},
        {.policy = "atomic", .bridge = BR0, .most = 3, .claims = NEVER_STALE, .slow = true},
    };

    (void)unused;
    hold_all(comparisons, sizeof comparisons / sizeof *comparisons);
}

static void
other_networks(void **unused)
{
    static const struct comparison comparisons[] = {
        {.policy = "libvirt-6.6", .bridge = LB0, .most = 4},
        {.policy = "lowest-free", .bridge = LB0, .most = 3},
        {.policy = "counter", .bridge = BR0, .netdev = true, .most = 3, .claims = NEVER_LOST},
        {.policy = "per-guest-names", .bridge = NO_BRIDGE, .most = 3, .claims = NEVER_LOST},
        {.policy = "libvirt-6.6", .bridge = BR0, .most = 3, .slow = true},
    };

    (void)unused;
    hold_all(comparisons, sizeof comparisons / sizeof *comparisons);
}

static void
what_is_left_behind(void **unused)
{
    static const struct comparison comparisons[] = {
        {.policy = "port-first,ovs-add=plain,port-guard=exists",
         .bridge = BR0,
         .most = 3,
         .left_behind = true,
         .slow = true},
    };

    (void)unused;
    hold_all(comparisons, sizeof comparisons / sizeof *comparisons);
}

/* ---- what is found ---- */

static void
a_violation_is_shown(void **unused)
{
    static struct crowd_step step[CROWD_MAX_STEPS];
    struct world world = for_ever("libvirt-6.6", 2, LB0);
    static struct crowd a_crowd;
    struct crowd *crowd = &a_crowd;
    unsigned steps;
    struct state state;

    (void)unused;
    search(crowd, &world);
    assert_true((crowd->violated & ORACLE_BIT(ORACLE_DUPLICATE_NAME)) != 0);
    steps = crowd_trace(crowd, ORACLE_DUPLICATE_NAME, step);
    assert_true(steps > 2 && steps < CROWD_MAX_STEPS);
    state = initial_of(&crowd->space.world);
    assert_memory_equal(&step[0].before, &state, sizeof state);
    assert_true((oracle_judge_state(&crowd->space.world, &step[steps - 1].after) &
                 ORACLE_BIT(ORACLE_DUPLICATE_NAME)) != 0);
    crowd_free(crowd);
}

/* Guests that run between two rounds may stay cut off.  Of those that stop, none is left. */
static void
what_lasts(void **unused)
{
    struct world running = again_and_again("start stop start", "lowest-free", 2, BR0);
    struct world stopped = for_ever("lowest-free", 2, BR0);
    static struct crowd a_crowd;
    struct crowd *crowd = &a_crowd;

    (void)unused;
    if (walks_all()) {
        search(crowd, &running);
        assert_int_equal(crowd->lasting, ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
        crowd_free(crowd);
    }
    search(crowd, &stopped);
    assert_true((crowd->violated & ORACLE_BIT(ORACLE_LOST_ATTACHMENT)) != 0);
    assert_int_equal(crowd->lasting, 0);
    crowd_free(crowd);
}

static void
bounds_are_reported(void **unused)
{
    struct world world = for_ever("owner-delete", 2, BR0);
    struct crowd_limits limits = {.max_memory = (size_t)1 << 30, .max_states = 1000};
    static struct crowd a_crowd;
    struct crowd *crowd = &a_crowd;

    (void)unused;
    assert_int_equal(crowd_search(crowd, &world, &limits), CROWD_MAX_STATES);
    crowd_free(crowd);
    limits = (struct crowd_limits){.max_memory = (size_t)1 << 19};
    assert_int_equal(crowd_search(crowd, &world, &limits), CROWD_MAX_MEMORY);
    crowd_free(crowd);
}

static void
other_worlds_are_refused(void **unused)
{
    struct world good = for_ever("libvirt-6.6", 2, BR0), world;
    struct world held = for_ever("fin-wait", 2, BR0), few = for_ever("counter", 2, BR0);
    struct world tagged = for_ever("libvirt-6.6,vlan-by=agent", 2, BR0);

    (void)unused;
    assert_null(view_refuses(&good));
    assert_null(view_refuses(&held)); /* but for its policy */
    assert_non_null(view_refuses_policy(&held));
    assert_null(view_refuses_policy(&few));
    few.names.limit = MANY;
    assert_non_null(view_refuses_policy(&few));
    assert_null(view_refuses_policy(&tagged)); /* nobody has a VLAN */
    tagged.nic[0].vlan = tagged.nic[1].vlan = 1;
    assert_non_null(view_refuses_policy(&tagged));
#define REFUSED(change) \
    world = good;       \
    world.change;       \
    assert_non_null(view_refuses(&world))
    REFUSED(unbounded = 0);
    REFUSED(faults[FAULT_QEMU_CRASH] = 1);
    REFUSED(third_parties = 1);
    REFUSED(leftover[1].bridge = BR0);
    REFUSED(nic[1].bridge = LB0);
    REFUSED(nic[1].kind = NIC_MACVTAP);
    REFUSED(running[1] = 1);
    REFUSED(ordered = 1);
    REFUSED(command[1][1] = COMMAND_CRASH);
    REFUSED(nic[0].unfiltered = world.nic[1].unfiltered = 0);
    REFUSED(nic[0].limit = world.nic[1].limit = 1);
    REFUSED(nic[0].multi_queue = world.nic[1].multi_queue = 1);
    REFUSED(ignores_sigkill[0] = world.ignores_sigkill[1] = 1);
    REFUSED(platform = PLATFORM_FREEBSD);
    REFUSED(guests = 0);
    REFUSED(third_party_device[1] = DEVICE_TAP);
    REFUSED(preset[1].present = 1);
    REFUSED(next_number = 1);
    REFUSED(more = 1);
    REFUSED(commands[0] = world.commands[1] = MAX_COMMANDS);
    REFUSED(running[0] = world.running[1] = 1);
    REFUSED(nic[0].kind = world.nic[1].kind = NIC_MACVTAP);
    REFUSED(nic[0].name = world.nic[1].name = 1);
    REFUSED(nic[0].carried = world.nic[1].carried = 1);
    REFUSED(nic[0].template = world.nic[1].template = 1);
    REFUSED(nic[0].unmanaged = world.nic[1].unmanaged = 1);
    REFUSED(leaked[0] = world.leaked[1] = 1);
    REFUSED(qemu_commands[0] = world.qemu_commands[1] = 1);
#undef REFUSED
}

/* With an argument, those tests alone. */
int
main(int arguments, char **argument)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_that_lose_nothing),
        cmocka_unit_test(other_networks),
        cmocka_unit_test(what_is_left_behind),
        cmocka_unit_test(a_violation_is_shown),
        cmocka_unit_test(what_lasts),
        cmocka_unit_test(bounds_are_reported),
        cmocka_unit_test(other_worlds_are_refused),
    };

    cmocka_set_test_filter(arguments > 1 ? argument[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
