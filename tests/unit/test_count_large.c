/* Counts too large to be enumerated, some of them beyond 64 bits: against a sum over the runs,
 * memoised by whole states, that shares nothing with the explorer's graph, packing and sorting. */
#include "tests/unit/search.h"

#include <gmp.h>

enum { WORDS = (sizeof(struct state) + 7) / 8 };

/* The runs from each state to which nothing in `without` objects. */
struct memo {
    const struct world *world;
    oracle_set without;
    struct store store;
    mpz_t *runs; /* by the store's id */
    uint64_t capacity;
};

static uint32_t
sum(struct memo *memo, const struct state *state)
{
    uint64_t whole[WORDS] = {0};
    bool end = true;
    uint32_t id;

    memcpy(whole, state, sizeof *state);
    if (store_add(&memo->store, whole, &id) == STORE_OLD) {
        return id;
    }
    if (id == memo->capacity) {
        memo->capacity = memo->capacity == 0 ? 1024 : 2 * memo->capacity;
        memo->runs = realloc(memo->runs, memo->capacity * sizeof *memo->runs);
        assert_non_null(memo->runs);
    }
    mpz_init(memo->runs[id]);
    if ((judge(memo->world, state) & memo->without) != 0) {
        return id;
    }
    for (unsigned actor = 0; actor < actor_count(memo->world); actor++) {
        if (actor_enabled(memo->world, state, actor)) {
            struct state next = *state;

            end = false;
            if ((actor_step(memo->world, &next, actor, NULL) & memo->without) == 0) {
                uint32_t successor = sum(memo, &next);

                mpz_add(memo->runs[id], memo->runs[id], memo->runs[successor]);
            }
        }
    }
    if (end) {
        mpz_set_ui(memo->runs[id], 1);
    }
    return id;
}

/* Counts the runs to which nothing in `without` objects; returns how many states they have. */
static uint64_t
runs_of(const struct world *world, oracle_set without, mpz_t runs)
{
    struct allowance allowance = {SIZE_MAX};
    struct memo memo = {.world = world, .without = without};
    struct state state = initial_of(world);
    uint64_t states;
    uint32_t initial;

    store_open(&memo.store, &allowance, WORDS);
    initial = sum(&memo, &state);
    mpz_set(runs, memo.runs[initial]);
    states = memo.store.states;
    for (uint64_t id = 0; id < states; id++) {
        mpz_clear(memo.runs[id]);
    }
    free(memo.runs);
    store_close(&memo.store);
    return states;
}

/* Compares everything that is counted, and that all interleavings need at least `bits` bits.  The
 * oracles that are never violated are so together: without any of them all runs are left. */
static void
expect_sums(const struct world *world, size_t bits)
{
    struct explore_result result;
    oracle_set never = 0;
    mpz_t all, bad;

    mpz_inits(all, bad, NULL);
    search(world, &result);
    assert_int_equal(runs_of(world, 0, all), result.states);
    assert_true(mpz_sizeinbase(all, 2) >= bits);
    assert_int_equal(mpz_cmp(all, result.interleavings), 0);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (!result.verdict[oracle].violated) {
            assert_int_equal(mpz_sgn(result.verdict[oracle].bad), 0);
            never |= ORACLE_BIT(oracle);
            continue;
        }
        runs_of(world, ORACLE_BIT(oracle), bad);
        mpz_sub(bad, all, bad);
        assert_int_equal(mpz_cmp(bad, result.verdict[oracle].bad), 0);
        assert_true(mpz_sgn(bad) > 0);
    }
    runs_of(world, never, bad);
    assert_int_equal(mpz_cmp(bad, all), 0);
    explore_free(&result);
    mpz_clears(all, bad, NULL);
}

static void
every_named_policy_in_the_reported_race(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i += NEXT_POLICY) {
        struct world world = reported_race(named->name);

        world.clean_up_seconds = 2;
        expect_sums(&world, 1);
        world.nic[B].bridge = LB0;
        expect_sums(&world, 1);
        world.datapath[BR0 - 1] = DATAPATH_NETDEV;
        expect_sums(&world, 1);
    }
}

/* A crash, a leaked descriptor, and other software that deletes the tap of whoever has it. */
static void
everything_that_can_happen_to_a_tap(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "lowest-free", "reattach,ovs-add=plain"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        struct world world = world_under(policies[i]);

        add_guest(&world, NO_BRIDGE, true, "crash");
        add_guest(&world, LB0, false, "start");
        world.leaked[A] = world.helper_closes[A] = 1;
        world.third_parties = 1;
        world.third_party[0] =
            (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
        expect_sums(&world, 20);
        world.nic[A].bridge = BR0;
        world.datapath[BR0 - 1] = DATAPATH_NETDEV;
        expect_sums(&world, 20);
    }
}

/* Three guests, two rounds of stop and start: on a Linux bridge each round is 11 steps, so that
 * there are about 66!/(22!)^3 interleavings, 96 bits; names and their reuse make them differ from
 * guest to guest. */
static void
three_guests_two_rounds(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, LB0, true, "stop start stop start");
    }
    expect_sums(&world, 65);
}

static void
two_guests_three_rounds_on_open_vswitch(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, true, "stop start stop start stop start");
    add_guest(&world, BR1, true, "stop start stop start stop start");
    expect_sums(&world, 65);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_named_policy_in_the_reported_race),
        cmocka_unit_test(everything_that_can_happen_to_a_tap),
        cmocka_unit_test(three_guests_two_rounds),
        cmocka_unit_test(two_guests_three_rounds_on_open_vswitch),
    };

    return cmocka_run_group_tests_name("count-large", tests, NULL, NULL);
}
