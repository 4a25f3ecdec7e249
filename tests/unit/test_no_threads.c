/* Threads that cannot be had: the others do their work.  The program is linked so that its calls of
 * pthread_create come here (Makefile). */
#include "tests/unit/search.h"

#include "sim/team.h"

#include <errno.h>
#include <pthread.h>

static unsigned had; /* so many threads can be had from now on */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *context);

int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                      void *context)
{
    if (had == 0) {
        return EAGAIN;
    }
    had--;
    return __real_pthread_create(thread, attributes, work, context);
}

static void
note_part(void *context, unsigned part, unsigned parts)
{
    bool *done = context;

    assert_true(part < parts && !done[part]);
    done[part] = true;
}

static void
a_team_is_as_large_as_it_can_be(void **unused)
{
    (void)unused;
    for (unsigned threads = 0; threads <= 4; threads++) {
        bool done[TEAM_MOST + 1] = {false};
        struct team team;
        unsigned parts = threads < 3 ? threads + 1 : 4;

        had = threads;
        team_open(&team, 4);
        assert_int_equal(team.threads, parts - 1);
        team_do(&team, note_part, done);
        for (unsigned part = 0; part < TEAM_MOST + 1; part++) {
            assert_int_equal(done[part], part < parts);
        }
        team_close(&team);
    }
}

/* Three guests, of whose states enough wait for their turn. */
static void
a_search_says_the_same_with_fewer(void **unused)
{
    struct explore_limits limits = {.max_memory = SIZE_MAX, .threads = 4};
    struct world world = world_under("libvirt-6.6");
    struct explore_result all, few;

    (void)unused;
    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, BR0, false, "start stop");
    }
    had = UINT_MAX;
    explore(&world, &limits, &all);
    assert_int_equal(all.threads, 4);
    for (unsigned threads = 0; threads < 3; threads++) {
        had = threads;
        explore(&world, &limits, &few);
        assert_int_equal(few.threads, threads + 1);
        assert_int_equal(few.end, EXPLORE_COMPLETE);
        assert_int_equal(few.states, all.states);
        assert_int_equal(few.transitions, all.transitions);
        assert_int_equal(mpz_cmp(few.interleavings, all.interleavings), 0);
        explore_free(&few);
    }
    /* Nor are they asked for where their batches would take much of the memory. */
    had = UINT_MAX;
    limits.max_memory = 8 << 20;
    explore(&world, &limits, &few);
    assert_int_equal(few.threads, 1);
    explore_free(&few);
    explore_free(&all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_team_is_as_large_as_it_can_be),
        cmocka_unit_test(a_search_says_the_same_with_fewer),
    };

    return cmocka_run_group_tests_name("no threads", tests, NULL, NULL);
}
