/* Chance, and what strategies make of it: known numbers, and schedules as often as they are to be.
 */
#include "tests/unit/fixture.h"

#include "sim/strategy.h"

enum { WALKS = 12000, SPACE = 150 /* four deviations of a number that is expected 2000 times */ };

/* ---- chance ---- */

/* As the authors' code prints them: of xoshiro256** behind the words 1, 2, 3, 4, and of splitmix64
 * behind 1234567. */
static void
the_generators_are_the_published_ones(void **unused)
{
    static const uint64_t xoshiro[] = {11520u,
                                       0u,
                                       1509978240u,
                                       1215971899390074240u,
                                       1216172134540287360u,
                                       607988272756665600u,
                                       16172922978634559625u,
                                       8476171486693032832u};
    static const uint64_t split[] = {6457827717110365317u, 3203168211198807973u,
                                     9817491932198370423u, 4593380528125082431u};
    struct chance chance = {{1, 2, 3, 4}};

    (void)unused;
    for (size_t i = 0; i < sizeof xoshiro / sizeof *xoshiro; i++) {
        assert_true(chance_next(&chance) == xoshiro[i]);
    }
    /* The stream is added to the seed's first number: so it begins at 1234567 again. */
    chance_begin(&chance, 1234567, 1234567 - split[0]);
    assert_memory_equal(chance.word, split, sizeof split);
}

static void
numbers_below_a_limit_are_equally_likely(void **unused)
{
    const uint64_t wide = UINT64_C(3) << 62; /* of which a quarter of all numbers is left over */
    unsigned often[6] = {0}, low = 0;
    struct chance chance;

    (void)unused;
    chance_begin(&chance, 7, 0);
    for (unsigned i = 0; i < WALKS; i++) {
        uint64_t number = chance_below(&chance, 6);

        assert_true(number < 6);
        often[number]++;
        assert_int_equal(chance_below(&chance, 1), 0);
        number = chance_below(&chance, wide);
        assert_true(number < wide);
        low += number < wide / 6;
    }
    for (unsigned i = 0; i < 6; i++) {
        assert_in_range(often[i], WALKS / 6 - SPACE, WALKS / 6 + SPACE);
    }
    assert_in_range(low, WALKS / 6 - SPACE, WALKS / 6 + SPACE);
}

static void
orders_are_equally_likely(void **unused)
{
    unsigned often[27] = {0}, orders = 0;
    struct chance chance;

    (void)unused;
    chance_begin(&chance, 8, 0);
    for (unsigned i = 0; i < WALKS; i++) {
        unsigned order[3] = {0, 1, 2};

        chance_shuffle(&chance, order, 3);
        often[order[0] + 3 * order[1] + 9 * order[2]]++;
    }
    for (unsigned i = 0; i < 27; i++) {
        orders += often[i] > 0;
        if (often[i] > 0) {
            assert_in_range(often[i], WALKS / 6 - SPACE, WALKS / 6 + SPACE);
        }
    }
    assert_int_equal(orders, 6);
}

/* ---- strategies ---- */

/* Two actors, of three steps each, which nothing holds up.  Counts how often each schedule comes
 * up: a bit for each step, the first one the highest, 1 for the second actor. */
static void
count_schedules(const struct strategy *strategy, unsigned often[64])
{
    for (unsigned number = 0; number < WALKS; number++) {
        unsigned left[2] = {3, 3}, schedule = 0;
        struct course course;

        course_begin(&course, strategy, 1, number);
        while (left[0] + left[1] > 0) {
            unsigned enabled[2], count = 0, actor;

            for (unsigned i = 0; i < 2; i++) {
                if (left[i] > 0) {
                    enabled[count++] = i;
                }
            }
            actor = course_choose(&course, enabled, count);
            assert_true(left[actor]-- > 0);
            schedule = schedule << 1 | actor;
        }
        often[schedule]++;
    }
}

/* `often` of 12 is how often a schedule comes up; and the same with the actors exchanged. */
static void
expect(unsigned often[64], unsigned schedule, unsigned of_12)
{
    const unsigned wanted = WALKS / 12 * of_12;

    assert_in_range(often[schedule], wanted - SPACE, wanted + SPACE);
    assert_in_range(often[63 - schedule], wanted - SPACE, wanted + SPACE);
    often[schedule] = often[63 - schedule] = 0;
}

static void
expect_no_other(const unsigned often[64])
{
    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(often[i], 0);
    }
}

/* One of two has the higher priority.  At the one place out of six it falls: before its first step
 * (then the other one is as if it was the higher), before the second, the third; or it has taken
 * all of its steps by then, and nothing changes. */
static void
pct_has_its_schedules(void **unused)
{
    struct strategy strategy = {STRATEGY_PCT, 2, STRATEGY_FREE, 2, 6};
    unsigned often[64] = {0};

    (void)unused;
    count_schedules(&strategy, often);
    expect(often, 007, 4); /* aaabbb: 3 + 1 of 12 */
    expect(often, 034, 1); /* abbbaa */
    expect(often, 016, 1); /* aabbba */
    expect_no_other(often);
    strategy.depth = 1;
    count_schedules(&strategy, often);
    expect(often, 007, 6);
    expect_no_other(often);
}

/* One place out of six: at the first one nobody has begun, and from the fourth on only one of the
 * two has a step. */
static void
a_walk_with_one_preemption_has_its_schedules(void **unused)
{
    struct strategy strategy = {STRATEGY_RANDOM, 0, 1, 2, 6};
    unsigned often[64] = {0};

    (void)unused;
    count_schedules(&strategy, often);
    expect(often, 007, 4);
    expect(often, 034, 1);
    expect(often, 016, 1);
    expect_no_other(often);
    strategy.preemptions = 0;
    count_schedules(&strategy, often);
    expect(often, 007, 6);
    expect_no_other(often);
}

/* Two steps of each: every choice is one of two until one of them has no more. */
static void
a_random_walk_has_all_schedules(void **unused)
{
    const struct strategy strategy = {STRATEGY_RANDOM, 0, STRATEGY_FREE, 2, 6};
    unsigned often[64] = {0}, schedules = 0;

    (void)unused;
    count_schedules(&strategy, often);
    assert_in_range(often[007], WALKS / 8 - SPACE, WALKS / 8 + SPACE);   /* aaa */
    assert_in_range(often[013], WALKS / 16 - SPACE, WALKS / 16 + SPACE); /* aaba */
    assert_in_range(often[025], WALKS / 32 - SPACE, WALKS / 32 + SPACE); /* ababa */
    for (unsigned i = 0; i < 64; i++) {
        schedules += often[i] > 0;
    }
    assert_int_equal(schedules, 20); /* 6 over 3 */
}

/* A preemption: the actor of the last step still has one, and another actor steps. */
static void
no_walk_has_more_preemptions_than_it_may(void **unused)
{
    struct world world = reported_race("fin-wait");
    unsigned most = 0, actors = actor_count(&world);

    (void)unused;
    for (int bound = 0; bound <= 3; bound++) {
        const struct strategy strategy = {STRATEGY_RANDOM, 0, bound, actors, 14};

        for (unsigned number = 0; number < 500; number++) {
            struct state state = initial_of(&world);
            unsigned preemptions = 0, enabled[MAX_ACTORS], count;
            struct course course;

            course_begin(&course, &strategy, 3, number);
            for (unsigned last = MAX_ACTORS;;) {
                unsigned actor;

                count = 0;
                for (unsigned i = 0; i < actors; i++) {
                    if (actor_enabled(&world, &state, i)) {
                        enabled[count++] = i;
                    }
                }
                if (count == 0) {
                    break;
                }
                actor = course_choose(&course, enabled, count);
                preemptions +=
                    last < actors && actor != last && actor_enabled(&world, &state, last);
                actor_step(&world, &state, actor, NULL);
                last = actor;
            }
            assert_true(preemptions <= (unsigned)bound);
            assert_int_equal(course.preempted, preemptions);
            most = preemptions > most ? preemptions : most;
        }
    }
    assert_int_equal(most, 3);
}

/* A walk of few steps has no more places than that. */
static void
each_step_is_a_place_at_the_most(void **unused)
{
    const struct strategy strategy = {
        .kind = STRATEGY_RANDOM, .preemptions = 5, .actors = 2, .steps = 3};
    struct course course;

    (void)unused;
    course_begin(&course, &strategy, 1, 1);
    assert_int_equal(course.changes, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(course.place[i], i);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generators_are_the_published_ones),
        cmocka_unit_test(numbers_below_a_limit_are_equally_likely),
        cmocka_unit_test(orders_are_equally_likely),
        cmocka_unit_test(pct_has_its_schedules),
        cmocka_unit_test(a_walk_with_one_preemption_has_its_schedules),
        cmocka_unit_test(a_random_walk_has_all_schedules),
        cmocka_unit_test(no_walk_has_more_preemptions_than_it_may),
        cmocka_unit_test(each_step_is_a_place_at_the_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
