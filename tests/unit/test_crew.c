/* What a search says does not depend on how many threads it has (sim/crew.h).  `make threads` runs
 * this under ThreadSanitizer. */
#include "tests/unit/search.h"

#include "sim/crew.h"

/* One in which more states wait for their turn than it takes to start threads. */
static struct world
wide_world(void)
{
    struct world world = world_under("libvirt-6.6");

    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, BR0, false, "start stop");
    }
    return world;
}

static void
expect_same_runs(const struct explore_verdict *one, const struct explore_verdict *other)
{
    assert_int_equal(one->violated, other->violated);
    assert_int_equal(mpz_cmp(one->bad, other->bad), 0);
    assert_int_equal(one->length, other->length);
    if (one->violated) {
        assert_memory_equal(one->trace, other->trace, one->length);
    }
}

static void
expect_same(const struct explore_result *one, const struct explore_result *other)
{
    assert_int_equal(one->end, other->end);
    assert_int_equal(one->states, other->states);
    assert_int_equal(one->transitions, other->transitions);
    assert_int_equal(one->kept, other->kept);
    assert_int_equal(one->last, other->last);
    assert_int_equal(one->depth, other->depth);
    assert_int_equal(one->names, other->names);
    assert_int_equal(mpz_cmp(one->interleavings, other->interleavings), 0);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        expect_same_runs(&one->verdict[oracle], &other->verdict[oracle]);
        expect_same_runs(&one->lasting[oracle], &other->lasting[oracle]);
    }
}

/* The address sanitizer looks for something else than a count: one number is enough for it. */
static const unsigned threads[] = {8, 2};
enum { NUMBERS = NEXT_POLICY > 1 ? 1 : sizeof threads / sizeof *threads };

static void
expect_same_with_threads(const struct world *world, struct explore_limits limits)
{
    struct explore_result alone, result;

    limits.threads = 1;
    explore(world, &limits, &alone);
    assert_true(alone.threads == 1 && alone.kept > 10000);
    for (unsigned i = 0; i < NUMBERS; i++) {
        limits.threads = threads[i];
        explore(world, &limits, &result);
        assert_int_equal(result.threads, threads[i]);
        expect_same(&result, &alone);
        explore_free(&result);
    }
    explore_free(&alone);
}

static void
all_states(void **unused)
{
    struct world world = wide_world();

    (void)unused;
    expect_same_with_threads(&world, (struct explore_limits){.max_memory = SIZE_MAX});
}

/* Wherever it is stopped, it has come as far as one thread does. */
static void
up_to_a_bound(void **unused)
{
    struct world world = wide_world();

    (void)unused;
    for (uint64_t states = 11000; states < 20000; states += 4321) {
        expect_same_with_threads(
            &world, (struct explore_limits){.max_states = states, .max_memory = SIZE_MAX});
    }
    expect_same_with_threads(&world,
                             (struct explore_limits){.max_memory = 64000000, .max_states = 15000});
}

static bool
stop_some_time(void *context, const struct explore_progress *progress)
{
    unsigned *left = context;

    (void)progress;
    return --*left > 0;
}

/* Threads that are at work are waited for. */
static void
whenever_it_is_stopped(void **unused)
{
    struct world world = wide_world();

    (void)unused;
    for (unsigned looks = 160; looks < 320; looks += 21) {
        unsigned left = looks;
        struct explore_limits limits = {
            .max_memory = SIZE_MAX, .threads = 4, .progress = stop_some_time, .context = &left};
        struct explore_result result;

        explore(&world, &limits, &result);
        assert_int_equal(result.end, EXPLORE_STOPPED);
        assert_int_equal(result.threads, 4);
        explore_free(&result);
    }
}

/* The crew by itself: each state once, in order, with as many steps as it has. */
static void
batches_come_back_in_order(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct actor actor[MAX_ACTORS];
    const struct batch *batch;
    struct found found;
    struct crew crew;
    uint32_t id = 0, next;
    struct state state = initial_of(&world);
    uint64_t packed[LAYOUT_MAX_WORDS];
    unsigned actors = actor_all(&world, actor);
    bool started = false;

    (void)unused;
    found_open(&found, &world, SIZE_MAX, false);
    assert_true(crew_open(&crew, &found, actor, actors));
    found_pack(&found, &state, packed);
    assert_int_equal(store_add(&found.store, packed, &id), STORE_NEW);
    for (id = 0; (batch = crew_next(&crew)) != NULL;) {
        assert_int_equal(batch->first, id);
        id += batch->states;
        for (unsigned i = 0; i < batch->begin[batch->states]; i++) {
            const uint64_t *to = batch->to + (size_t)i * found.layout.words;

            assert_int_equal(batch->step[i].hash, store_hash(&found.store, to));
            assert_true(store_add(&found.store, to, &next) != STORE_FULL);
        }
        if (!started && id > 10) {
            crew_start(&crew, 3);
            started = true;
        }
    }
    assert_true(started);
    assert_int_equal(id, found.store.states);
    crew_close(&crew);
    found_close(&found);
    graph_close(&found.graph);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_come_back_in_order),
        cmocka_unit_test(all_states),
        cmocka_unit_test(up_to_a_bound),
        cmocka_unit_test(whenever_it_is_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
