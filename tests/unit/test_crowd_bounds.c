/* A search of any number of guests that cannot go on says so, wherever that is: at a view of which
 * something is strange, at a name too many, without memory, or when it is told to stop.
 *
 * The program is linked so that calls between files of the library come here (Makefile); one of
 * them says what it says in no world that is known, and then the next one, until none is left. */
#include "tests/unit/views.h"

#include "sim/crowd.h"

static unsigned before_failure; /* calls; one at 0 fails */
static enum view_end failure;   /* of what: VIEW_SEEN: nothing */
static bool too_many;           /* or: names, or what is left behind, are too many */

static bool
fails(bool may)
{
    return may && before_failure-- == 0;
}

enum view_end __real_view_look(struct view_scene *scene, const struct world *world,
                               const struct view_bytes *bytes, const struct state *state);
enum view_end __wrap_view_look(struct view_scene *scene, const struct world *world,
                               const struct view_bytes *bytes, const struct state *state);
enum view_end __real_view_project(const struct view_space *space, const struct view_scene *scene,
                                  const uint8_t *member, unsigned members, struct state *view);
enum view_end __wrap_view_project(const struct view_space *space, const struct view_scene *scene,
                                  const uint8_t *member, unsigned members, struct state *view);
uint8_t __real_view_fresh(const struct world *world, const struct view_names *names,
                          unsigned family);
uint8_t __wrap_view_fresh(const struct world *world, const struct view_names *names,
                          unsigned family);
bool __real_orphans_add(struct orphans *orphans, const struct view_space *space,
                        const struct world *world, const struct view_bytes *bytes,
                        const struct state *state);
bool __wrap_orphans_add(struct orphans *orphans, const struct view_space *space,
                        const struct world *world, const struct view_bytes *bytes,
                        const struct state *state);

enum view_end
__wrap_view_look(struct view_scene *scene, const struct world *world,
                 const struct view_bytes *bytes, const struct state *state)
{
    return fails(failure == VIEW_STRANGE) ? failure : __real_view_look(scene, world, bytes, state);
}

enum view_end
__wrap_view_project(const struct view_space *space, const struct view_scene *scene,
                    const uint8_t *member, unsigned members, struct state *view)
{
    return fails(failure != VIEW_SEEN) ? failure
                                       : __real_view_project(space, scene, member, members, view);
}

uint8_t
__wrap_view_fresh(const struct world *world, const struct view_names *names, unsigned family)
{
    return fails(too_many) ? (uint8_t)IFNAME_NONE : __real_view_fresh(world, names, family);
}

bool
__wrap_orphans_add(struct orphans *orphans, const struct view_space *space,
                   const struct world *world, const struct view_bytes *bytes,
                   const struct state *state)
{
    return !fails(too_many) && __real_orphans_add(orphans, space, world, bytes, state);
}

/* Small worlds: of the first one something is left behind under names that were given up. */
static const char *const policies[] = {
    "counter,ovs-add=plain,port-guard=exists,stop-order=port-first", "lowest-free-after-cleanup"};

static enum crowd_end
search(unsigned policy, const struct crowd_limits *limits)
{
    const struct world world = world_of_views(policies[policy], 2, BR0, 4);
    static struct crowd crowd;
    const enum crowd_end end = crowd_search(&crowd, &world, limits);

    assert_int_equal(end, crowd.end);
    crowd_free(&crowd);
    return end;
}

/* Each of the first calls fails, and some of the others. */
static void
expect_end(enum crowd_end expected)
{
    static const struct crowd_limits limits = {.max_memory = (size_t)1 << 30};

    for (unsigned policy = 0; policy < sizeof policies / sizeof *policies; policy++) {
        unsigned ended = 0;
        bool failed = true;

        for (unsigned calls = 0; failed; calls += 1 + calls / 8) {
            enum crowd_end end;

            before_failure = calls;
            end = search(policy, &limits);
            failed = before_failure > calls; /* it has come to 0, and one less */
            assert_int_equal(end, failed ? expected : CROWD_CLOSED);
            ended += failed;
        }
        assert_true(ended > 20);
    }
    failure = VIEW_SEEN;
    too_many = false;
}

static void
what_is_strange_ends_it(void **unused)
{
    (void)unused;
    failure = VIEW_STRANGE;
    expect_end(CROWD_STRANGE);
}

static void
names_that_are_too_many_end_it(void **unused)
{
    (void)unused;
    failure = VIEW_LACKING;
    expect_end(CROWD_LACKING);
    too_many = true;
    expect_end(CROWD_LACKING);
}

static void
without_memory_it_ends(void **unused)
{
    struct crowd_limits limits = {.max_memory = 1};
    enum crowd_end end = CROWD_MAX_MEMORY;

    (void)unused;
    for (; end == CROWD_MAX_MEMORY; limits.max_memory += 1 + limits.max_memory / 16) {
        end = search(0, &limits);
    }
    assert_int_equal(end, CROWD_CLOSED);
    assert_true(limits.max_memory > 10000);
}

/* Guest a's commands, one after the other. */
static void
play_a_round(const struct world *world, struct state *state)
{
    play(world, state, "a");
    while (!can_step(world, state, 'a') || !actor_begins_round(world, state, actor_at(world, A))) {
        play(world, state,
             can_step(world, state, 'v')   ? "v"
             : can_step(world, state, 'A') ? "A"
                                           : "a");
    }
}

/* Each stop leaves its row: the port is to be deleted while its device still exists, and so it is
 * not. */
static void
what_is_left_behind_is_there_at_the_end(void **unused)
{
    static const struct crowd_limits limits = {.max_memory = (size_t)1 << 30};
    const struct world world = world_of_views(policies[0], 2, BR0, 4);
    static struct view_bytes bytes;
    static struct crowd crowd;
    struct state state = initial_of(&world);
    struct orphans none = {0};

    (void)unused;
    assert_int_equal(crowd_search(&crowd, &world, &limits), CROWD_CLOSED);
    assert_true((crowd.violated & ORACLE_BIT(ORACLE_STALE_PORT)) != 0);
    assert_true(crowd.left_behind);
    view_bytes(&world, &bytes);
    assert_true(orphans_have(&none, &crowd.space, &world, &bytes, &state));
    play_a_round(&world, &state);
    assert_int_equal(state.network.row[VNET0].bridge, BR0);
    assert_int_equal(state.control.daemon.record[A].name, IFNAME_NONE);
    assert_true((oracle_judge_end(&world, &state) & ORACLE_BIT(ORACLE_STALE_PORT)) != 0);
    assert_true(orphans_have(&crowd.orphans, &crowd.space, &world, &bytes, &state));
    assert_false(orphans_have(&none, &crowd.space, &world, &bytes, &state));
    crowd_free(&crowd);
}

static bool
go_on_so_often(void *context, uint64_t views, uint64_t configurations)
{
    unsigned *left = context;

    assert_true(views > 0 && configurations > 0);
    return (*left)-- > 0;
}

static void
it_can_be_stopped(void **unused)
{
    unsigned left, often = 0;
    const struct crowd_limits limits = {
        .max_memory = (size_t)1 << 30, .progress = go_on_so_often, .context = &left};
    enum crowd_end end = CROWD_STOPPED;

    (void)unused;
    for (; end == CROWD_STOPPED; often++) {
        left = often;
        end = search(0, &limits);
    }
    assert_int_equal(end, CROWD_CLOSED);
    assert_true(often > 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_strange_ends_it),
        cmocka_unit_test(names_that_are_too_many_end_it),
        cmocka_unit_test(without_memory_it_ends),
        cmocka_unit_test(what_is_left_behind_is_there_at_the_end),
        cmocka_unit_test(it_can_be_stopped),
    };

    return cmocka_run_group_tests_name("crowd bounds", tests, NULL, NULL);
}
