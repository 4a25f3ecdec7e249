/* Courses that are made by hand: the classes of their runs, and the runs of a class, are those that
 * can be counted by looking at them. */
#include "tests/unit/no_memory.h"

#include "sim/course_class.h"

enum { MOST_PLACES = 3400, MOST_EDGES = 5600 };

#define ORACLE ORACLE_LOST_ATTACHMENT

/* A step from one place to another one, by which so many milestones are reached: the letters. */
struct leg {
    unsigned from, to;
    const char *milestones;
    bool wrong; /* the oracle objects to it */
};

/* Courses, and the graph: a state for each place. */
struct by_hand {
    struct course_place place[MOST_PLACES];
    struct course_edge edge[MOST_EDGES];
    struct graph_state state[MOST_PLACES];
    struct courses courses;
    struct graph graph;
};

static void
add_leg(struct by_hand *made, struct leg leg)
{
    struct course_edge *edge = &made->edge[made->courses.edges];
    struct course_place *from = &made->place[leg.from];

    assert_true(made->courses.edges < MOST_EDGES && leg.from < leg.to && leg.to < MOST_PLACES);
    assert_true(from->edges == 0 || from->first + from->edges == made->courses.edges);
    from->first = from->edges == 0 ? made->courses.edges : from->first;
    from->edges++;
    *edge = (struct course_edge){.target = leg.to, .actor = (uint8_t)from->edges};
    edge->milestones = (uint8_t)strlen(leg.milestones);
    edge->violated = leg.wrong ? ORACLE_BIT(ORACLE) : 0;
    for (unsigned i = 0; i < edge->milestones; i++) {
        edge->milestone[i] = (milestone)leg.milestones[i];
    }
    made->courses.edges++;
    made->courses.places =
        made->courses.places > leg.to + 1 ? made->courses.places : (uint32_t)leg.to + 1;
}

static void
make(struct by_hand *made, const struct leg *legs, size_t count)
{
    memset(made, 0, sizeof *made);
    made->courses.place = made->place;
    made->courses.edge = made->edge;
    made->graph.state = made->state;
    for (uint32_t place = 0; place < MOST_PLACES; place++) {
        made->place[place].state = place;
    }
    for (size_t i = 0; i < count; i++) {
        add_leg(made, legs[i]);
    }
}

#define MAKE(made, ...)                         \
    make(made, (const struct leg[])__VA_ARGS__, \
         sizeof(struct leg[]) __VA_ARGS__ / sizeof(struct leg))

static bool
go_on(void *context)
{
    (void)context;
    return true;
}

static bool
do_not_go_on(void *context)
{
    (void)context;
    return false;
}

static const struct course_of cut_off = {ORACLE, false}, cut_off_at_the_end = {ORACLE, true};

/* The classes of that kind, in their order, are these: "a ab". */
static void
expect_classes(const struct classes *classes, enum class_kind kind, const char *expected)
{
    char text[64] = "";

    for (uint64_t number = 0; number < classes->pair[0].count[kind]; number++) {
        struct class_milestones found;
        size_t length = strlen(text);

        class_find(classes, kind, number, &found);
        assert_true(length + found.count + 2 < sizeof text);
        text[length] = ' ';
        for (unsigned i = 0; i < found.count; i++) {
            text[length + 1 + i] = (char)found.milestone[i];
        }
        text[length + 1 + found.count] = '\0';
    }
    assert_string_equal(text[0] == ' ' ? text + 1 : text, expected);
}

static void
compare(const struct by_hand *old, const struct by_hand *new, struct course_of of,
        struct classes *classes)
{
    static struct allowance allowance;

    allowance.bytes_left = SIZE_MAX / 2;
    assert_int_equal(classes_open(classes, &old->courses, &old->graph, &new->courses, &new->graph,
                                  of, &allowance, go_on, NULL),
                     COURSE_OK);
}

static void
classes_are_in_the_order_of_their_lengths(void **unused)
{
    static struct by_hand made;
    struct classes classes;

    (void)unused;
    MAKE(&made, {{0, 1, "a", false},
                 {0, 2, "b", false},
                 {0, 3, "c", false},
                 {0, 4, "c", false},
                 {1, 5, "d", false},
                 {3, 5, "e", false}});
    compare(&made, &made, cut_off, &classes);
    expect_classes(&classes, CLASS_FINE, "b c ce ad");
    classes_close(&classes);
}

static void
what_becomes_of_classes(void **unused)
{
    static struct by_hand old, new;
    struct classes classes;

    (void)unused;
    MAKE(&old, {{0, 1, "a", true},
                {0, 2, "b", true},
                {0, 3, "c", true},
                {0, 4, "d", false},
                {0, 5, "f", false},
                {0, 6, "g", false}});
    MAKE(&new, {{0, 1, "a", false},
                {0, 3, "c", true},
                {0, 4, "d", true},
                {0, 5, "e", true},
                {0, 6, "f", false},
                {0, 7, "h", false}});
    compare(&old, &new, cut_off, &classes);
    expect_classes(&classes, CLASS_MENDED, "a");
    expect_classes(&classes, CLASS_GONE, "b");
    expect_classes(&classes, CLASS_STILL, "c");
    expect_classes(&classes, CLASS_SPOILT, "d");
    expect_classes(&classes, CLASS_NEW, "e");
    expect_classes(&classes, CLASS_FINE, "f");
    expect_classes(&classes, CLASS_FINE_OLD, "g");
    expect_classes(&classes, CLASS_FINE_NEW, "h");
    classes_close(&classes);
}

/* A run that has gone wrong stays wrong; one that ends wrong may have been right before. */
static void
wrong_on_the_way_or_at_the_end(void **unused)
{
    static struct by_hand made;
    struct classes classes;

    (void)unused;
    MAKE(&made, {{0, 1, "a", true}, {0, 2, "b", false}, {1, 3, "c", false}, {2, 4, "d", false}});
    made.state[4].violated = ORACLE_BIT(ORACLE);
    compare(&made, &made, cut_off, &classes);
    expect_classes(&classes, CLASS_STILL, "ac");
    expect_classes(&classes, CLASS_FINE, "bd");
    classes_close(&classes);
    compare(&made, &made, cut_off_at_the_end, &classes);
    expect_classes(&classes, CLASS_STILL, "bd");
    expect_classes(&classes, CLASS_FINE, "ac");
    classes_close(&classes);
    made.courses.at_first = ORACLE_BIT(ORACLE);
    compare(&made, &made, cut_off, &classes);
    expect_classes(&classes, CLASS_STILL, "ac bd");
    classes_close(&classes);
}

/* What is found of the runs with these milestones, and that a shortest one has these actors. */
static void
expect_runs(const struct by_hand *made, const char *milestones, struct course_of of, bool wrong,
            unsigned runs, unsigned bad, const char *actors)
{
    struct course_runs found;
    milestone by[8];

    for (size_t i = 0; i < strlen(milestones); i++) {
        by[i] = (uint8_t)milestones[i];
    }
    assert_true(course_find_runs(&made->courses, &made->graph, by, (unsigned)strlen(milestones), of,
                                 wrong, &found));
    assert_int_equal(mpz_cmp_ui(found.runs, runs), 0);
    assert_int_equal(mpz_cmp_ui(found.bad, bad), 0);
    assert_int_equal(found.schedule != NULL, actors != NULL);
    if (actors != NULL) {
        assert_int_equal(found.length, strlen(actors));
        for (unsigned i = 0; i < found.length; i++) {
            assert_int_equal(found.schedule[i], actors[i] - '0');
        }
    }
    course_runs_close(&found);
}

/* There are three ways to place 1: without a milestone, wrong, and with one.  From there on there
 * are two, and one more over place 2. */
static void
runs_of_a_class_are_counted(void **unused)
{
    static struct by_hand made;

    (void)unused;
    MAKE(&made, {{0, 1, "", false},
                 {0, 1, "", true},
                 {0, 1, "a", false},
                 {1, 2, "", false},
                 {1, 3, "a", false},
                 {1, 3, "b", false},
                 {2, 3, "a", false}});
    expect_runs(&made, "a", cut_off, false, 4, 2, "12");
    expect_runs(&made, "a", cut_off, true, 4, 2, "22");
    expect_runs(&made, "b", cut_off, true, 2, 1, "23");
    expect_runs(&made, "ab", cut_off, true, 1, 0, NULL);
    expect_runs(&made, "aa", cut_off, false, 2, 0, "32");
    expect_runs(&made, "c", cut_off, false, 0, 0, NULL);
    expect_runs(&made, "aa", cut_off_at_the_end, true, 2, 0, NULL);
    made.state[3].violated = ORACLE_BIT(ORACLE);
    expect_runs(&made, "aa", cut_off_at_the_end, true, 2, 2, "32");
    made.courses.at_first = ORACLE_BIT(ORACLE);
    expect_runs(&made, "aa", cut_off, true, 2, 2, "32");
    expect_runs(&made, "aa", cut_off, false, 2, 2, NULL);
}

/* The courses of three guests have more than the 4096 steps after which somebody is asked. */
static struct world
world_of_many_steps(void)
{
    struct world world = world_under("libvirt-6.6");

    for (unsigned guest = A; guest <= C; guest++) {
        add_guest(&world, LB0, true, "stop start");
    }
    return world;
}

static void
it_stops(void **unused)
{
    static struct by_hand made;
    struct allowance allowance = {SIZE_MAX / 2};
    const struct world world = world_of_many_steps();
    struct explore_result result;
    struct courses courses;
    struct classes classes;
    struct graph graph;

    (void)unused;
    MAKE(&made, {{0, 1, "a", false}});
    assert_int_equal(classes_open(&classes, &made.courses, &made.graph, &made.courses, &made.graph,
                                  cut_off, &allowance, do_not_go_on, NULL),
                     COURSE_STOPPED);
    classes_close(&classes);
    assert_true(explore_graph(&world, &(struct explore_limits){.max_memory = SIZE_MAX / 2}, &result,
                              &graph));
    assert_int_equal(courses_open(&courses, &world, &graph, &allowance, do_not_go_on, NULL),
                     COURSE_STOPPED);
    courses_close(&courses);
    explore_free(&result);
    graph_close(&graph);
}

/* ---- memory ---- */

enum {
    NEAR = 44,
    FAR = 1100,
    FARTHEST = 2200
}; /* a list begins with fewer than FAR, and grows by half */

/* From place 0 there are ways to a few places, and from these to more; in all of these a milestone
 * is next, which leads to two places from each, and then one by which all runs end. */
static void
make_wide(struct by_hand *made)
{
    const unsigned more = NEAR + 1, most = more + FAR, end = most + FARTHEST;

    make(made, NULL, 0);
    for (unsigned i = 0; i < NEAR; i++) {
        add_leg(made, (struct leg){0, 1 + i, "", false});
    }
    for (unsigned i = 0; i < FAR; i++) {
        add_leg(made, (struct leg){1 + i * NEAR / FAR, more + i, "", false});
    }
    for (unsigned i = 0; i < FARTHEST; i++) {
        add_leg(made, (struct leg){more + i / 2, most + i, "a", false});
    }
    for (unsigned i = 0; i < FARTHEST; i++) {
        add_leg(made, (struct leg){most + i, end, "b", false});
    }
}

static bool
classes_of_wide_courses(void)
{
    static struct by_hand made;
    struct allowance allowance = {allowed};
    struct classes classes;
    enum course_error error;

    make_wide(&made);
    error = classes_open(&classes, &made.courses, &made.graph, &made.courses, &made.graph, cut_off,
                         &allowance, go_on, NULL);
    assert_true(error == COURSE_OK || error == COURSE_NO_MEMORY);
    if (error == COURSE_OK) {
        expect_classes(&classes, CLASS_FINE, "ab");
    }
    classes_close(&classes);
    return error == COURSE_OK;
}

static bool
runs_of_wide_courses(void)
{
    static struct by_hand made;
    struct course_runs found;
    bool had;

    make_wide(&made);
    had = course_find_runs(&made.courses, &made.graph, (const milestone[]){'a', 'b'}, 2, cut_off,
                           false, &found);
    assert_true(!had || mpz_cmp_ui(found.runs, FARTHEST) == 0);
    course_runs_close(&found);
    return had;
}

static void
without_memory_it_says_so(void **unused)
{
    (void)unused;
    within_few_bytes(classes_of_wide_courses);
    without_memory(classes_of_wide_courses);
    without_memory(runs_of_wide_courses);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_in_the_order_of_their_lengths),
        cmocka_unit_test(what_becomes_of_classes),
        cmocka_unit_test(wrong_on_the_way_or_at_the_end),
        cmocka_unit_test(runs_of_a_class_are_counted),
        cmocka_unit_test(it_stops),
        cmocka_unit_test(without_memory_it_says_so),
    };

    return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
