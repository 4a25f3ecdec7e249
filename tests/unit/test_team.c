/* Threads that do parts of one piece of work (sim/team.h), and runs that they count (sim/count.h).
 * `make threads` runs this under ThreadSanitizer. */
#include "tests/unit/fixture.h"

#include "sim/count.h"

#include <assert.h>

/* ---- parts ---- */

struct tally {
    unsigned parts;
    unsigned done[TEAM_MOST + 1]; /* how often, by part */
};

static void
tally_part(void *context, unsigned part, unsigned parts)
{
    struct tally *tally = context;

    assert(parts == tally->parts && part < parts);
    tally->done[part]++;
}

/* Each part once, before team_do returns; in whichever thread. */
static void
every_part_is_done_once(void **unused)
{
    (void)unused;
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct tally tally = {.parts = threads};
        struct team team;

        team_open(&team, threads);
        assert_int_equal(team.threads, threads - 1);
        for (unsigned time = 1; time <= 500; time++) {
            team_do(&team, tally_part, &tally);
            for (unsigned part = 0; part < threads; part++) {
                assert_int_equal(tally.done[part], time);
            }
        }
        team_close(&team);
    }
}

static void
nothing_need_be_done(void **unused)
{
    struct team team;

    (void)unused;
    for (unsigned threads = 1; threads <= 4; threads++) {
        team_open(&team, threads);
        team_close(&team);
    }
}

/* ---- runs ---- */

/* A first state leads to every state of the first layer.  From each state every layer leads to two
 * of the next one, and from those of the second half to a third one, which is objected to.  All
 * that a state leads to is of its own half. */
enum { LAYERS = 90, HALF = 700, WIDTH = 2 * HALF };

static uint32_t
place(unsigned layer, unsigned half, unsigned n)
{
    return 1 + layer * WIDTH + half * HALF + n % HALF;
}

static void
draw_state(struct graph *graph, struct allowance *allowance, unsigned layer, unsigned half,
           unsigned n)
{
    graph->state[place(layer, half, n)].first_edge = graph->edges;
    for (unsigned k = 0; k < 2 + half && layer + 1 < LAYERS; k++) {
        assert_true(graph_add_edge(graph, allowance, place(layer + 1, half, n + 61 * k),
                                   k == 2 ? ORACLE_BIT(0) : 0));
    }
}

static void
draw_layers(struct graph *graph, struct allowance *allowance)
{
    *graph = (struct graph){0};
    for (unsigned id = 0; id <= LAYERS * WIDTH; id++) {
        assert_true(graph_add_state(graph, allowance, 0, 0, 0));
    }
    for (unsigned n = 0; n < WIDTH; n++) {
        assert_true(graph_add_edge(graph, allowance, place(0, n / HALF, n), 0));
    }
    for (unsigned layer = 0; layer < LAYERS; layer++) {
        for (unsigned n = 0; n < WIDTH; n++) {
            draw_state(graph, allowance, layer, n / HALF, n);
        }
    }
    graph->state[graph->states].first_edge = graph->edges;
}

/* Adds the runs from so many states of the first layer: each next step is one of `steps`. */
static void
add_runs(mpz_t sum, unsigned states, unsigned steps)
{
    mpz_t runs;

    mpz_init(runs);
    mpz_ui_pow_ui(runs, steps, LAYERS - 1);
    mpz_addmul_ui(sum, runs, states);
    mpz_clear(runs);
}

/* 2^89 and 3^89 runs from a state: some numbers of a layer need more limbs, and others do not. */
static void
threads_count_what_a_formula_gives(void **unused)
{
    static const unsigned threads[] = {1, 2, 5};
    static const struct count_wanted wanted[] = {
        {0}, {.without = ORACLE_BIT(0)}, {.without = ORACLE_BIT(1)}, {.ending = ORACLE_BIT(0)}};
    enum { KINDS = sizeof wanted / sizeof *wanted };
    struct allowance allowance = {SIZE_MAX};
    struct graph graph;
    struct counter counter;
    mpz_t all, good, counted[KINDS], *runs[KINDS];

    (void)unused;
    mpz_inits(all, good, NULL);
    add_runs(all, HALF, 2);
    add_runs(all, HALF, 3);
    add_runs(good, WIDTH, 2);
    draw_layers(&graph, &allowance);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct team team;

        team_open(&team, threads[i]);
        assert_int_equal(counter_open(&counter, &graph, &allowance, NULL), COUNT_OK);
        assert_int_equal(counter.waves, 1 + LAYERS + 1); /* the first state, and the end */
        for (unsigned kind = 0; kind < KINDS; kind++) {
            mpz_init(counted[kind]);
            runs[kind] = &counted[kind];
        }
        assert_int_equal(counter_count(&counter, wanted, KINDS, runs, &team), COUNT_OK);
        assert_int_equal(counter.limbs, 3);
        assert_int_equal(mpz_cmp(counted[0], all), 0);
        assert_int_equal(mpz_cmp(counted[1], good), 0);
        assert_int_equal(mpz_cmp(counted[2], all), 0);
        assert_int_equal(mpz_sgn(counted[3]), 0);
        for (unsigned kind = 0; kind < KINDS; kind++) {
            mpz_clear(counted[kind]);
        }
        counter_close(&counter);
        team_close(&team);
    }
    mpz_clears(all, good, NULL);
    graph_close(&graph);
}

static bool
stop_some_time(void *context)
{
    unsigned *left = context;

    return --*left > 0;
}

/* It is asked in every wave; threads that are at work are waited for. */
static void
threads_stop_when_they_are_to(void **unused)
{
    const struct count_wanted every = {0};
    struct allowance allowance = {SIZE_MAX};
    struct counter counter;
    struct graph graph;
    struct team team;
    mpz_t number, *runs = &number;

    (void)unused;
    mpz_init(number);
    draw_layers(&graph, &allowance);
    team_open(&team, 3);
    assert_int_equal(counter_open(&counter, &graph, &allowance, NULL), COUNT_OK);
    for (unsigned looks = 1; looks <= LAYERS; looks += 13) {
        unsigned left = looks;
        const struct count_pace pace = {stop_some_time, &left};

        counter.pace = &pace;
        assert_int_equal(counter_count(&counter, &every, 1, &runs, &team), COUNT_STOPPED);
        assert_int_equal(left, 0);
    }
    counter_close(&counter);
    team_close(&team);
    graph_close(&graph);
    mpz_clear(number);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_done_once),
        cmocka_unit_test(nothing_need_be_done),
        cmocka_unit_test(threads_count_what_a_formula_gives),
        cmocka_unit_test(threads_stop_when_they_are_to),
    };

    return cmocka_run_group_tests_name("team", tests, NULL, NULL);
}
