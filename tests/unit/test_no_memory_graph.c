/* What is made of the graph of a search, without memory (tests/unit/no_memory.h). */
#include "tests/unit/no_memory.h"

#include "sim/course_class.h"
#include "sim/cover.h"
#include "sim/outlook.h"
#include "sim/race.h"
#include "sim/way.h"

static unsigned long all_runs; /* in the graph that was made last */

static bool
graph_of(const struct world *world, struct graph *graph)
{
    const struct explore_limits all = {.max_memory = SIZE_MAX / 2};
    struct explore_result result;
    bool had = explore_graph(world, &all, &result, graph);

    assert_true(had || result.end == EXPLORE_MAX_MEMORY);
    all_runs = mpz_get_ui(result.interleavings);
    explore_free(&result);
    return had;
}

static bool
go_on(void *context)
{
    (void)context;
    return true;
}

static const struct course_of cut_off = {ORACLE_LOST_ATTACHMENT, false};

/* A class of each kind that there is has a run, of the one policy or the other. */
static bool
runs_of_classes(const struct classes *classes, const struct courses *courses,
                const struct graph *graph)
{
    bool had = true;

    for (unsigned kind = 0; kind < CLASS_KINDS && had; kind++) {
        struct class_milestones milestones;
        struct course_runs runs;

        if (classes->pair[0].count[kind] > 0) {
            class_find(classes, (enum class_kind)kind, 0, &milestones);
            had = course_find_runs(courses, graph, milestones.milestone, milestones.count, cut_off,
                                   false, &runs);
            course_runs_close(&runs);
        }
    }
    return had;
}

static bool
orders_compared(void)
{
    const struct world worlds[] = {reported_race("libvirt-6.6"), reported_race("mac-check")};
    struct allowance allowance = {allowed};
    struct graph graph[2] = {{0}};
    struct courses courses[2] = {{0}};
    struct classes classes = {0};
    bool had = graph_of(&worlds[0], &graph[0]) && graph_of(&worlds[1], &graph[1]);

    for (unsigned i = 0; i <= 1 && had; i++) {
        had =
            courses_open(&courses[i], &worlds[i], &graph[i], &allowance, go_on, NULL) == COURSE_OK;
    }
    if (had) {
        had = classes_open(&classes, &courses[0], &graph[0], &courses[1], &graph[1], cut_off,
                           &allowance, go_on, NULL) == COURSE_OK &&
              runs_of_classes(&classes, &courses[0], &graph[0]);
        classes_close(&classes);
    }
    for (unsigned i = 0; i <= 1; i++) {
        courses_close(&courses[i]);
        graph_close(&graph[i]);
    }
    return had;
}

static bool
ways_found(void)
{
    const struct world world = reported_race("libvirt-6.6");
    struct allowance allowance = {allowed};
    struct standing_ground ground;
    struct outlook outlook;
    struct graph graph = {0};
    struct races races;
    struct ways ways = {0};
    bool had = graph_of(&world, &graph);

    if (had) {
        standing_open(&ground, &world, &graph, false);
        had = ways_find(&ways, &ground, ORACLE_LOST_ATTACHMENT, WAYS_LIMITS, NULL) == COUNT_OK;
        assert_int_equal(had, ways.count > 0);
    }
    if (had) {
        had = races_find(&races, &world, ways.way[0].schedule, ways.way[0].length);
        assert_true(!had || races.count > 0);
        races_free(&races);
        ways_free(&ways);
    }
    if (had) {
        outlook_open(&outlook, 0, false);
        had = outlook_count(&graph, &allowance, NULL,
                            (struct fate_of){.oracle = ORACLE_LOST_ATTACHMENT}, &outlook,
                            1) == COUNT_OK;
        assert_true(!had || (all_runs > 1 && mpz_cmp_ui(outlook.runs, all_runs) == 0));
        outlook_close(&outlook);
    }
    graph_close(&graph);
    return had;
}

static bool
a_graph_covered(void)
{
    const struct world world = reported_race("libvirt-6.6");
    struct allowance allowance = {allowed};
    struct graph graph = {0};
    struct cover_all all;
    struct cover cover;
    bool had = graph_of(&world, &graph);

    if (had) {
        had = cover_open(&cover, &graph, &allowance) == COVER_OK;
        cover_close(&cover);
    }
    if (had) {
        had = cover_all_open(&all, &graph, &allowance, 1) == COVER_OK;
        cover_all_close(&all);
    }
    graph_close(&graph);
    return had;
}

static void
no_memory_for_what_follows(void **unused)
{
    (void)unused;
    without_memory(orders_compared);
    without_memory(ways_found);
    without_memory(a_graph_covered);
}

static void
few_bytes_for_what_follows(void **unused)
{
    (void)unused;
    within_few_bytes(orders_compared);
    within_few_bytes(ways_found);
    within_few_bytes(a_graph_covered);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_for_what_follows),
        cmocka_unit_test(few_bytes_for_what_follows),
    };

    return cmocka_run_group_tests_name("no memory for what follows", tests, NULL, NULL);
}
