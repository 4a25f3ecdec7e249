/* Ways to go wrong (sim/way.h): each one can be taken, has no step too many, and is another one. */
#include "tests/unit/search.h"

#include "sim/way.h"

struct found_ways {
    struct world world;
    struct explore_result result;
    struct graph graph;
    struct standing_ground ground;
    struct ways ways;
};

/* To be given to forget. */
static void
find(struct found_ways *found, const struct world *world, enum oracle oracle)
{
    found->world = *world;
    assert_true(explore_graph(world, &(struct explore_limits){.max_memory = SIZE_MAX},
                              &found->result, &found->graph));
    standing_open(&found->ground, world, &found->graph, false);
    assert_int_equal(ways_find(&found->ways, &found->ground, oracle, WAYS_LIMITS, NULL), COUNT_OK);
}

static void
forget(struct found_ways *found)
{
    ways_free(&found->ways);
    explore_free(&found->result);
    graph_close(&found->graph);
}

/* The oracles that object to the last step, or the state that it leads to; 0 if it, or one before
 * it, is not possible.  *before: those that have objected sooner; *troubles: what goes wrong. */
static oracle_set
last_objections(const struct world *world, const uint8_t *schedule, unsigned length,
                oracle_set *before, unsigned *troubles)
{
    struct state state = initial_of(world);
    oracle_set last = judge(world, &state);

    *before = 0;
    *troubles = 0;
    for (unsigned step = 0; step < length; step++) {
        struct event event;

        if (!actor_enabled(world, &state, schedule[step])) {
            return 0;
        }
        *before |= last;
        last = actor_step(world, &state, schedule[step], &event);
        *troubles += event.kind == EVENT_FAULT;
        *troubles += (last & ORACLE_BIT(ORACLE_START_FAILED)) != 0;
        *troubles += (last & ORACLE_BIT(ORACLE_SPURIOUS_ERROR)) != 0;
        last |= judge(world, &state);
    }
    return last;
}

static bool
goes_wrong(const struct world *world, enum oracle oracle, const uint8_t *schedule, unsigned length)
{
    oracle_set before;
    unsigned troubles;

    return (last_objections(world, schedule, length, &before, &troubles) & ORACLE_BIT(oracle)) !=
               0 &&
           (before & ORACLE_BIT(oracle)) == 0;
}

static void
expect_way(const struct world *world, enum oracle oracle, const struct way *way)
{
    oracle_set before;
    unsigned troubles;

    assert_true(goes_wrong(world, oracle, way->schedule, way->length));
    last_objections(world, way->schedule, way->length, &before, &troubles);
    troubles -= oracle == ORACLE_START_FAILED || oracle == ORACLE_SPURIOUS_ERROR; /* its last */
    assert_int_equal(way->troubles, troubles);
    for (unsigned step = 0; step + 1 < way->length; step++) {
        uint8_t without[EXPLORE_MAX_TRACE];

        memcpy(without, way->schedule, step);
        memcpy(without + step, way->schedule + step + 1, way->length - step - 1);
        assert_false(goes_wrong(world, oracle, without, way->length - 1));
    }
}

/* In their order, which no two that are equal have. */
static bool
comes_before(const struct way *a, const struct way *b)
{
    if (a->length != b->length) {
        return a->length < b->length;
    }
    return a->troubles != b->troubles ? a->troubles < b->troubles
                                      : memcmp(a->schedule, b->schedule, a->length) < 0;
}

static unsigned
expect_ways(const struct world *world, enum oracle oracle)
{
    struct found_ways found;
    unsigned plain = 0, count;

    find(&found, world, oracle);
    count = found.ways.count;
    assert_int_equal(count > 0, found.result.verdict[oracle].violated);
    assert_true(found.ways.looked >= count && found.ways.left == 0);
    for (unsigned i = 0; i < count; i++) {
        expect_way(world, oracle, &found.ways.way[i]);
        assert_true(i == 0 || comes_before(&found.ways.way[i - 1], &found.ways.way[i]));
        plain += found.ways.way[i].troubles == 0;
    }
    if (count > 0) {
        assert_int_equal(found.ways.way[0].length, found.result.verdict[oracle].length);
    }
    ways_keep_plain(&found.ways);
    assert_int_equal(found.ways.count, plain);
    for (unsigned i = 0; i < plain; i++) {
        expect_way(world, oracle, &found.ways.way[i]);
        assert_int_equal(found.ways.way[i].troubles, 0);
    }
    forget(&found);
    return count;
}

static unsigned
expect_all(const struct world *world)
{
    unsigned count = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        count += expect_ways(world, oracle);
    }
    return count;
}

static void
ways_of_the_reported_race(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "mac-check", "exists-check", "atomic"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = reported_race(policies[i]);

        assert_true(expect_all(&world) > 0);
    }
}

/* Whoever is first in the order of actors comes late in the race. */
static void
ways_where_the_first_guest_starts(void **unused)
{
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start");
    add_guest(&world, BR0, true, "stop");
    assert_true(expect_all(&world) > 0);
    add_guest(&world, LB0, true, "stop");
    assert_true(expect_all(&world) > 0);
}

static void
ways_with_faults(void **unused)
{
    struct world world = reported_race("libvirt-6.6");

    (void)unused;
    world.faults[FAULT_START_FAILS] = 1;
    assert_true(expect_all(&world) > 0);
    world.faults[FAULT_START_FAILS] = 0;
    world.faults[FAULT_OVS_TIMEOUT] = 1;
    assert_true(expect_all(&world) > 0);
    world.faults[FAULT_OVS_TIMEOUT] = 0;
    world.faults[FAULT_QEMU_CRASH] = 1;
    assert_true(expect_all(&world) > 0);
}

/* A state that is wrong from the beginning on has no way to it. */
static void
what_is_wrong_at_first_has_no_way(void **unused)
{
    struct world world = world_under("libvirt-6.6");
    struct found_ways found;

    (void)unused;
    add_guest(&world, BR0, false, "start");
    find(&found, &world, ORACLE_LOST_ATTACHMENT);
    ways_free(&found.ways);
    found.graph.state[0].violated = ORACLE_BIT(ORACLE_LOST_ATTACHMENT);
    assert_int_equal(
        ways_find(&found.ways, &found.ground, ORACLE_LOST_ATTACHMENT, WAYS_LIMITS, NULL), COUNT_OK);
    assert_int_equal(found.ways.count, 0);
    forget(&found);
}

/* What is found within bounds is among what is found without, and the bounds are told. */
static void
a_bound_is_told(void **unused)
{
    const struct world world = reported_race("libvirt-6.6");
    struct ways_limits limits[] = {WAYS_LIMITS, WAYS_LIMITS, WAYS_LIMITS};
    struct found_ways found;
    uint64_t looked;

    (void)unused;
    find(&found, &world, ORACLE_LOST_ATTACHMENT);
    looked = found.ways.looked;
    assert_true(looked > 1 && found.ways.all);
    limits[0].wrong = limits[1].schedules = limits[2].steps = 1;
    for (unsigned i = 0; i < 3; i++) {
        struct ways few;

        assert_int_equal(ways_find(&few, &found.ground, ORACLE_LOST_ATTACHMENT, limits[i], NULL),
                         COUNT_OK);
        assert_int_equal(few.looked, i == 0 ? 1 : looked);
        assert_int_equal(few.looked + few.left, looked);
        assert_int_equal(few.all, i == 0);
        assert_int_equal(few.within > 0, i == 0);
        assert_true(few.count > 0 && few.count <= found.ways.count);
        expect_way(&world, ORACLE_LOST_ATTACHMENT, &few.way[0]);
        ways_free(&few);
    }
    forget(&found);
}

static bool
go_on_so_often(void *context)
{
    unsigned *left = context;

    return (*left)-- > 0;
}

static void
it_can_be_stopped(void **unused)
{
    const struct world world = reported_race("libvirt-6.6");
    enum count_error error = COUNT_STOPPED;
    struct found_ways found;

    (void)unused;
    find(&found, &world, ORACLE_LOST_ATTACHMENT);
    for (unsigned often = 0; error == COUNT_STOPPED; often++) {
        unsigned left = often;

        ways_free(&found.ways);
        error = ways_find(&found.ways, &found.ground, ORACLE_LOST_ATTACHMENT, WAYS_LIMITS,
                          &(struct count_pace){go_on_so_often, &left});
        assert_int_equal(error == COUNT_OK, found.ways.count > 0);
    }
    assert_int_equal(error, COUNT_OK);
    forget(&found);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_of_the_reported_race),
        cmocka_unit_test(ways_where_the_first_guest_starts),
        cmocka_unit_test(ways_with_faults),
        cmocka_unit_test(what_is_wrong_at_first_has_no_way),
        cmocka_unit_test(a_bound_is_told),
        cmocka_unit_test(it_can_be_stopped),
    };

    return cmocka_run_group_tests_name("way", tests, NULL, NULL);
}
