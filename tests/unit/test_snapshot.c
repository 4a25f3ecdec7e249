/* Searches that are taken up again: they say the same as one that is not, wherever it is cut; and
 * what is no search of the world is refused. */
#include "tests/unit/search.h"

#include "sim/snapshot.h"

/* A copy of a snapshot, which the search goes on behind. */
struct kept {
    struct snapshot snapshot;
    uint64_t *packed;
    struct graph_state *state;
    uint32_t *target;
    oracle_set *objection;
    unsigned calls, wanted; /* it is the one of that call that is kept; 0: the last one */
    bool ended, stop;       /* whether the search had ended; whether that call is to end it */
};

static void *
copy(void *old, const void *from, size_t size)
{
    void *memory = realloc(old, size + 1);

    assert_non_null(memory);
    if (size > 0) { /* of nothing, `from` may be NULL */
        memcpy(memory, from, size);
    }
    return memory;
}

static bool
keep(void *context, const struct snapshot *snapshot, bool ended)
{
    const struct snapshot_counts *counts = &snapshot->counts;
    struct kept *kept = context;

    kept->calls++;
    if (kept->wanted != 0 && kept->calls != kept->wanted) {
        return true;
    }
    kept->ended = ended;
    kept->packed =
        copy(kept->packed, snapshot->packed, counts->states * counts->words * sizeof *kept->packed);
    kept->state = copy(kept->state, snapshot->state, counts->states * sizeof *kept->state);
    kept->target = copy(kept->target, snapshot->target, counts->edges * sizeof *kept->target);
    kept->objection =
        copy(kept->objection, snapshot->objection, counts->edges * sizeof *kept->objection);
    kept->snapshot =
        (struct snapshot){*counts, kept->packed, kept->state, kept->target, kept->objection};
    return !kept->stop;
}

static void
drop(struct kept *kept)
{
    free(kept->packed);
    free(kept->state);
    free(kept->target);
    free(kept->objection);
}

/* Both say the same. */
static void
expect_same(const struct explore_result *one, const struct explore_result *other)
{
    assert_int_equal(one->end, other->end);
    assert_int_equal(one->states, other->states);
    assert_int_equal(one->transitions, other->transitions);
    assert_int_equal(one->last, other->last);
    assert_int_equal(one->kept, other->kept);
    assert_int_equal(one->depth, other->depth);
    assert_int_equal(one->judged, other->judged);
    assert_int_equal(one->names, other->names);
    assert_int_equal(one->reached, other->reached);
    assert_int_equal(one->alike, other->alike);
    assert_int_equal(mpz_cmp(one->interleavings, other->interleavings), 0);
    for (unsigned i = 0; i < 2 * ORACLE_COUNT; i++) {
        const struct explore_verdict *mine =
            i < ORACLE_COUNT ? &one->verdict[i] : &one->lasting[i - ORACLE_COUNT];
        const struct explore_verdict *theirs =
            i < ORACLE_COUNT ? &other->verdict[i] : &other->lasting[i - ORACLE_COUNT];

        assert_int_equal(mine->violated, theirs->violated);
        assert_int_equal(mpz_cmp(mine->bad, theirs->bad), 0);
        if (mine->violated) {
            assert_int_equal(mine->length, theirs->length);
            assert_memory_equal(mine->trace, theirs->trace, mine->length);
        }
    }
}

/* Two that stop and one that starts; or three that start, which are alike. */
static struct world
crowd(bool alike)
{
    struct world world = world_under(alike ? "reattach" : "libvirt-6.6");

    for (unsigned guest = 0; guest < 3; guest++) {
        bool runs = !alike && guest > 0;

        add_guest(&world, BR0, runs, runs ? "stop" : "start");
    }
    return world;
}

/* Ends a search at so many states, and goes on with it. */
static void
cut_at(const struct world *world, uint64_t states, const struct explore_limits *whole,
       const struct explore_result *expected)
{
    struct kept kept = {0};
    struct explore_limits limits = *whole;
    struct explore_result part, rest;

    limits.max_states = states;
    limits.save = keep;
    limits.save_context = &kept;
    explore(world, &limits, &part);
    assert_int_equal(part.end, EXPLORE_MAX_STATES);
    explore_free(&part);
    if (states > 1) {
        assert_true(kept.ended && kept.snapshot.counts.states <= states);
        limits = *whole;
        limits.resume = &kept.snapshot;
        explore(world, &limits, &rest);
        expect_same(&rest, expected);
        explore_free(&rest);
    }
    drop(&kept);
}

static void
a_search_goes_on_wherever_it_was_cut(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        struct world world = crowd(i % 2 == 1);
        const struct explore_limits limits = {
            .max_memory = SIZE_MAX, .exchange = i / 2 == 1, .threads = 2};
        struct explore_result whole;

        explore(&world, &limits, &whole);
        assert_int_equal(whole.end, EXPLORE_COMPLETE);
        assert_int_equal(whole.alike, i == 3);
        for (uint64_t states = 1; states < whole.states; states += 1 + whole.states / 40) {
            cut_at(&world, states, &limits, &whole);
        }
        cut_at(&world, whole.states - 1, &limits, &whole);
        explore_free(&whole);
    }
}

/* What is saved on the way does as well; and a search that is saved says the same. */
static void
a_search_goes_on_from_where_it_was_saved(void **unused)
{
    struct world world = crowd(false);
    struct explore_limits limits = {.max_memory = SIZE_MAX};
    struct explore_result whole;
    unsigned saved = 0;

    (void)unused;
    explore(&world, &limits, &whole);
    for (unsigned wanted = 1; wanted == saved + 1; wanted++) {
        struct kept kept = {.wanted = wanted, .stop = wanted % 2 == 1};
        struct explore_result result;

        limits.resume = NULL;
        limits.save = keep;
        limits.save_context = &kept;
        explore(&world, &limits, &result);
        if (kept.calls < wanted) {
            expect_same(&result, &whole);
            explore_free(&result);
            drop(&kept);
            break;
        }
        saved++;
        assert_int_equal(result.end, kept.stop ? EXPLORE_STOPPED : EXPLORE_COMPLETE);
        explore_free(&result);
        limits.save = NULL;
        limits.resume = &kept.snapshot;
        explore(&world, &limits, &result);
        expect_same(&result, &whole);
        explore_free(&result);
        drop(&kept);
    }
    assert_true(saved > 10);
    explore_free(&whole);
}

/* The memory that it needs is the same, too: so a bound on it ends both at the same state. */
static void
memory_ends_it_where_it_would_have(void **unused)
{
    struct world world = crowd(false);
    const struct explore_limits bounded = {.max_memory = 100000};
    struct explore_limits limits = bounded;
    struct kept kept = {.wanted = 3};
    struct explore_result whole, rest;

    (void)unused;
    limits.save = keep;
    limits.save_context = &kept;
    explore(&world, &limits, &whole);
    assert_int_equal(whole.end, EXPLORE_MAX_MEMORY);
    assert_true(kept.calls > 3);
    limits = bounded;
    limits.resume = &kept.snapshot;
    explore(&world, &limits, &rest);
    expect_same(&rest, &whole);
    explore_free(&rest);
    limits.max_memory = 5000;
    explore(&world, &limits, &rest);
    assert_int_equal(rest.end, EXPLORE_MAX_MEMORY);
    explore_free(&rest);
    explore_free(&whole);
    drop(&kept);
}

static void
expect_damaged(const struct world *world, const struct kept *kept)
{
    const struct explore_limits limits = {.max_memory = SIZE_MAX, .resume = &kept->snapshot};
    struct explore_result result;

    explore(world, &limits, &result);
    assert_int_equal(result.end, EXPLORE_DAMAGED);
    explore_free(&result);
}

static void
what_is_no_search_is_refused(void **unused)
{
    struct world world = crowd(false);
    struct kept kept = {.wanted = 4, .stop = true};
    const struct explore_limits limits = {
        .max_memory = SIZE_MAX, .save = keep, .save_context = &kept};
    struct snapshot_counts *counts = &kept.snapshot.counts, good;
    struct explore_result result;
    uint64_t word;

    (void)unused;
    explore(&world, &limits, &result);
    explore_free(&result);
    good = *counts;
    counts->words++;
    expect_damaged(&world, &kept);
    *counts = good;
    counts->expanded = counts->states + 1;
    expect_damaged(&world, &kept);
    *counts = good;
    counts->layer_end = counts->states + 1;
    expect_damaged(&world, &kept);
    *counts = good;
    counts->states = 0;
    expect_damaged(&world, &kept);
    *counts = good;
    counts->edges--;
    expect_damaged(&world, &kept);
    *counts = good;
    counts->first[ORACLE_DEADLOCK] = (struct snapshot_violation){1, (uint32_t)counts->states, 0};
    expect_damaged(&world, &kept);
    counts->first[ORACLE_DEADLOCK] = (struct snapshot_violation){1, 1, actor_count(&world)};
    expect_damaged(&world, &kept);
    *counts = good;
    kept.target[counts->edges - 1] = (uint32_t)counts->states;
    expect_damaged(&world, &kept);
    kept.target[0] = (uint32_t)counts->states - 1; /* which is found later */
    expect_damaged(&world, &kept);
    kept.target[0] = 1;
    kept.target[counts->edges - 1] = 0; /* which was to be the last state's first */
    kept.state[2].first_edge++;
    expect_damaged(&world, &kept);
    kept.state[2].first_edge--;
    kept.state[2].parent = 7;
    expect_damaged(&world, &kept);
    kept.state[2].parent = 2; /* the way to it would have no beginning */
    expect_damaged(&world, &kept);
    kept.state[2].parent = 0;
    kept.state[2].parent_actor = GRAPH_NO_ACTOR;
    expect_damaged(&world, &kept);
    kept.state[2].parent_actor = (uint8_t)actor_count(&world);
    expect_damaged(&world, &kept);
    kept.state[2].parent_actor = 0;
    word = kept.packed[counts->words];
    memcpy(kept.packed + counts->words, kept.packed, counts->words * sizeof word);
    expect_damaged(&world, &kept); /* the second state is the first one */
    drop(&kept);
}

/* One wrong number at a time, in what is a search but for that. */
static void
each_number_is_looked_at(void **unused)
{
    struct world world = crowd(false);
    struct kept kept = {.wanted = 4, .stop = true};
    const struct explore_limits limits = {
        .max_memory = SIZE_MAX, .save = keep, .save_context = &kept};
    struct snapshot_counts *counts = &kept.snapshot.counts, good;
    struct explore_result result;

    (void)unused;
    explore(&world, &limits, &result);
    explore_free(&result);
    good = *counts;
#define EXPECT_DAMAGED(place, value)           \
    do {                                       \
        const __typeof__(place) was = (place); \
        (place) = (__typeof__(place))(value);  \
        expect_damaged(&world, &kept);         \
        (place) = was;                         \
    } while (0)
    EXPECT_DAMAGED(kept.state[0].parent, 1);
    EXPECT_DAMAGED(kept.state[0].parent_actor, 0);
    EXPECT_DAMAGED(kept.state[3].violated, 1 << ORACLE_COUNT);
    EXPECT_DAMAGED(kept.state[3].may_end, 2);
    EXPECT_DAMAGED(kept.state[0].first_edge, 1);
    EXPECT_DAMAGED(kept.state[1].first_edge, 0); /* so nobody finds the second state */
    EXPECT_DAMAGED(kept.state[2].first_edge, 0);
    EXPECT_DAMAGED(kept.state[2].first_edge, counts->edges + 1);
    EXPECT_DAMAGED(kept.objection[3], 1 << ORACLE_COUNT);
    EXPECT_DAMAGED(counts->states, counts->states - 1); /* there is one more */
    counts->lasting[ORACLE_LOST_ATTACHMENT].state = (uint32_t)counts->states;
    EXPECT_DAMAGED(counts->lasting[ORACLE_LOST_ATTACHMENT].found, 1);
#undef EXPECT_DAMAGED
    *counts = good;
    memset(counts->first, 0, sizeof counts->first);
    memset(counts->lasting, 0, sizeof counts->lasting);
    counts->states = 1;
    counts->expanded = counts->layer_end = 0; /* and still it has edges */
    expect_damaged(&world, &kept);
    drop(&kept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_goes_on_wherever_it_was_cut),
        cmocka_unit_test(a_search_goes_on_from_where_it_was_saved),
        cmocka_unit_test(memory_ends_it_where_it_would_have),
        cmocka_unit_test(what_is_no_search_is_refused),
        cmocka_unit_test(each_number_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
