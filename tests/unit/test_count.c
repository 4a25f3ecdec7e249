/* Exact counts: of graphs drawn by hand, of worlds whose interleavings a formula gives, and against
 * a naive enumeration that takes every step of every run. */
#include "tests/unit/search.h"

#include "sim/count.h"

#include <stdio.h>

/* ---- graphs drawn by hand ---- */

enum { MAX_EDGES = 8 };

struct drawing {
    unsigned states, edges;
    uint8_t from[MAX_EDGES], to[MAX_EDGES]; /* in the order of `from` */
    oracle_set objection[MAX_EDGES];
    oracle_set violated[MAX_EDGES]; /* by state */
};

/* 0 -> 1 -> 3 and 0 -> 2 -> 3, where two actors lead from 2 to 3. */
static const struct drawing diamond = {
    .states = 4, .edges = 5, .from = {0, 0, 1, 2, 2}, .to = {1, 2, 3, 3, 3}};

static void
draw(struct graph *graph, struct allowance *allowance, const struct drawing *drawing)
{
    unsigned edge = 0;

    *graph = (struct graph){0};
    for (unsigned id = 0; id < drawing->states; id++) {
        assert_true(graph_add_state(graph, allowance, 0, 0, drawing->violated[id]));
    }
    for (unsigned id = 0; id < drawing->states; id++) {
        graph->state[id].first_edge = graph->edges;
        for (; edge < drawing->edges && drawing->from[edge] == id; edge++) {
            assert_true(
                graph_add_edge(graph, allowance, drawing->to[edge], drawing->objection[edge]));
        }
    }
    graph->state[drawing->states].first_edge = graph->edges;
}

/* The runs of the drawing to which nothing in `set` objects; or whose last state something in it
 * objects to. */
static unsigned long
count_of(const struct drawing *drawing, oracle_set set, bool ending)
{
    const struct count_wanted wanted = {.without = ending ? 0 : set, .ending = ending ? set : 0};
    const struct count_wanted others[] = {wanted, {0}, wanted, {.without = 1}, {0}, wanted};
    enum { KINDS = sizeof others / sizeof *others }; /* more than fit side by side */
    struct allowance allowance = {SIZE_MAX};
    struct counter counter;
    struct graph graph;
    unsigned long number;
    mpz_t counted[KINDS], *runs[KINDS];

    draw(&graph, &allowance, drawing);
    for (unsigned i = 0; i < KINDS; i++) {
        mpz_init(counted[i]);
        runs[i] = &counted[i];
    }
    assert_int_equal(counter_open(&counter, &graph, &allowance, NULL), COUNT_OK);
    assert_int_equal(counter_count(&counter, others, KINDS, runs, NULL), COUNT_OK);
    assert_true(mpz_fits_ulong_p(counted[0]));
    number = mpz_get_ui(counted[0]);
    assert_int_equal(mpz_cmp(counted[0], counted[2]), 0);
    assert_int_equal(mpz_cmp(counted[0], counted[5]), 0);
    assert_int_equal(mpz_cmp(counted[1], counted[4]), 0);
    assert_int_equal(counter_count(&counter, &wanted, 1, &runs[1], NULL), COUNT_OK); /* by itself */
    assert_int_equal(mpz_cmp(counted[0], counted[1]), 0);
    counter_close(&counter);
    graph_close(&graph);
    for (unsigned i = 0; i < KINDS; i++) {
        mpz_clear(counted[i]);
    }
    return number;
}

static unsigned long
runs_of(const struct drawing *drawing, oracle_set without)
{
    return count_of(drawing, without, false);
}

static void
runs_are_paths(void **unused)
{
    struct drawing one = {.states = 1}, drawing = diamond;

    (void)unused;
    assert_int_equal(runs_of(&one, 0), 1); /* nobody can step: one run, of no steps */
    assert_int_equal(runs_of(&drawing, 0), 3);
    drawing.states = 5; /* 1 is an end now, and 3 goes on to 4 */
    drawing.from[2] = 2;
    drawing.from[4] = 3;
    drawing.to[4] = 4;
    assert_int_equal(runs_of(&drawing, 0), 3);
}

static void
objections_take_runs_away(void **unused)
{
    struct drawing drawing = diamond;

    (void)unused;
    drawing.objection[4] = 2;
    drawing.violated[1] = 4;
    drawing.violated[3] = 8;
    assert_int_equal(runs_of(&drawing, 0), 3);
    assert_int_equal(runs_of(&drawing, 1), 3);
    assert_int_equal(runs_of(&drawing, 2), 2);
    assert_int_equal(runs_of(&drawing, 4), 2);
    assert_int_equal(runs_of(&drawing, 2 | 4), 1);
    assert_int_equal(runs_of(&drawing, 8), 0);
}

/* Only the state that a run ends in counts, and none on its way. */
static void
a_violation_lasts_to_the_last_state(void **unused)
{
    struct drawing drawing = diamond;

    (void)unused;
    drawing.violated[2] = 2;
    assert_int_equal(count_of(&drawing, 2, true), 0); /* it has healed in 3 */
    drawing.violated[3] = 2;
    assert_int_equal(count_of(&drawing, 2, true), 3);
    assert_int_equal(count_of(&drawing, 4, true), 0); /* another oracle */
    drawing.states = 5;                               /* 1 leads to an end of its own, 4 */
    drawing.to[2] = 4;
    assert_int_equal(count_of(&drawing, 2, true), 2);
    drawing.objection[3] = 4; /* what a step violates is over with it */
    assert_int_equal(count_of(&drawing, 4, true), 0);
}

static void
a_cycle_is_no_number(void **unused)
{
    static const struct drawing drawing = {
        .states = 3, .edges = 3, .from = {0, 1, 2}, .to = {1, 2, 1}};
    struct allowance allowance = {SIZE_MAX};
    struct counter counter;
    struct graph graph;

    (void)unused;
    draw(&graph, &allowance, &drawing);
    assert_int_equal(counter_open(&counter, &graph, &allowance, NULL), COUNT_CYCLE);
    graph_close(&graph);
}

static void
no_memory_is_no_number(void **unused)
{
    struct allowance allowance = {SIZE_MAX}, none = {0};
    struct counter counter;
    struct graph graph;
    const struct count_wanted every = {0};
    mpz_t number, *runs = &number;

    (void)unused;
    mpz_init(number);
    draw(&graph, &allowance, &diamond);
    assert_int_equal(counter_open(&counter, &graph, &none, NULL), COUNT_NO_MEMORY);
    assert_int_equal(counter_open(&counter, &graph, &allowance, NULL), COUNT_OK);
    counter.allowance = &none;
    assert_int_equal(counter_count(&counter, &every, 1, &runs, NULL), COUNT_NO_MEMORY);
    counter_close(&counter);
    graph_close(&graph);
    mpz_clear(number);
}

/* ---- a formula ---- */

/* Guests with names of their own on a Linux bridge do not meet: n guests of s steps each have
 * (ns)!/(s!)^n interleavings, (s+1)^n states and ns(s+1)^(n-1) transitions.  A stop is 5 steps
 * (kill, two of the kernel, remove-filter, release), a start 6 (create-tap, set-mac, add-if,
 * link-up, add-filter, exec). */
static void
expect_formula(unsigned guests, unsigned rounds)
{
    static const uint8_t names[] = {MYTAP0, MYTAP1, FIXED};
    struct world world = world_under("libvirt-6.6");
    unsigned steps = rounds * (5 + 6);
    uint64_t others = 1;
    struct explore_result result;
    mpz_t expected, each;

    for (unsigned guest = 0; guest < guests; guest++) {
        add_guest(&world, LB0, true, "");
        world.nic[guest].name = names[guest];
        for (unsigned round = 0; round < rounds; round++) {
            world.command[guest][world.commands[guest]++] = COMMAND_STOP;
            world.command[guest][world.commands[guest]++] = COMMAND_START;
        }
        others *= guest > 0 ? steps + 1 : 1;
    }
    mpz_inits(expected, each, NULL);
    mpz_fac_ui(expected, guests * steps);
    mpz_fac_ui(each, steps);
    for (unsigned guest = 0; guest < guests; guest++) {
        mpz_divexact(expected, expected, each);
    }
    search(&world, &result);
    assert_int_equal(mpz_cmp(result.interleavings, expected), 0);
    assert_int_equal(result.states, others * (steps + 1));
    assert_int_equal(result.transitions, others * steps * guests);
    assert_int_equal(result.depth, guests * steps);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_false(result.verdict[oracle].violated);
        assert_int_equal(mpz_sgn(result.verdict[oracle].bad), 0);
    }
    explore_free(&result);
    mpz_clears(expected, each, NULL);
}

static void
guests_that_do_not_meet_follow_the_formula(void **unused)
{
    (void)unused;
    expect_formula(1, 1);
    expect_formula(2, 1);
    expect_formula(2, 2);
    expect_formula(3, 1);
    expect_formula(3, 2); /* 96 bits */
    expect_formula(3, 3); /* 150 bits */
}

/* ---- every run of a small world, one by one ---- */

struct tally {
    uint64_t runs;
    uint64_t bad[ORACLE_COUNT];
};

static void
enumerate(const struct world *world, const struct state *state, oracle_set seen,
          struct tally *tally)
{
    bool end = true;

    seen |= judge(world, state);
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        if (actor_enabled(world, state, actor)) {
            struct state next = *state;
            oracle_set objection = actor_step(world, &next, actor, NULL);

            end = false;
            enumerate(world, &next, seen | objection, tally);
        }
    }
    if (end) {
        tally->runs++;
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            tally->bad[oracle] += seen >> oracle & 1;
        }
    }
}

static void
expect_enumeration(const struct world *world)
{
    struct state state = initial_of(world);
    struct explore_result result;
    struct tally tally = {0};

    enumerate(world, &state, 0, &tally);
    search(world, &result);
    assert_int_equal(mpz_cmp_ui(result.interleavings, tally.runs), 0);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_int_equal(mpz_cmp_ui(result.verdict[oracle].bad, tally.bad[oracle]), 0);
        assert_int_equal(result.verdict[oracle].violated, tally.bad[oracle] > 0);
    }
    explore_free(&result);
}

static void
the_reported_race_is_counted_run_by_run(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "mac-check",    "reattach",  "counter",
                                           "lowest-free", "owner-delete", "port-first"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        struct world world = reported_race(policies[i]);

        expect_enumeration(&world);
        world.nic[B].bridge = LB0;
        expect_enumeration(&world);
    }
}

static void
other_small_worlds_are_counted_run_by_run(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "lowest-free", "reattach,ovs-add=plain"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        struct world world = world_under(policies[i]);

        add_guest(&world, NO_BRIDGE, true, "crash");
        world.leaked[A] = world.helper_closes[A] = 1;
        world.third_parties = 1;
        world.third_party[0] =
            (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
        expect_enumeration(&world);
        world.leaked[A] = world.third_parties = 0;
        world.nic[A].bridge = BR0;
        world.datapath[BR0 - 1] = DATAPATH_NETDEV;
        add_guest(&world, LB0, false, "start");
        expect_enumeration(&world);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_paths),
        cmocka_unit_test(objections_take_runs_away),
        cmocka_unit_test(a_violation_lasts_to_the_last_state),
        cmocka_unit_test(a_cycle_is_no_number),
        cmocka_unit_test(no_memory_is_no_number),
        cmocka_unit_test(guests_that_do_not_meet_follow_the_formula),
        cmocka_unit_test(the_reported_race_is_counted_run_by_run),
        cmocka_unit_test(other_small_worlds_are_counted_run_by_run),
    };

    return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
