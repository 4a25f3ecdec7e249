/* Views of single states (sim/view.h): what they say of guests and names, and what is in no state
 * that views are taken of. */
#include "tests/unit/views.h"

/* A world, and a space of views of it. */
struct looking {
    struct world world;
    struct view_bytes bytes;
    struct view_space space;
};

static void
look_at(struct looking *looking, const struct world *world)
{
    looking->world = *world;
    world_prepare(&looking->world);
    assert_null(view_refuses(world));
    assert_null(view_refuses_policy(world));
    view_bytes(&looking->world, &looking->bytes);
    view_open(&looking->space, world);
}

static enum view_end
look(const struct looking *looking, const struct state *state)
{
    static struct view_scene scene;

    return view_look(&scene, &looking->world, &looking->bytes, state);
}

/* The view of these guests, in the order of the text: "ba" has b first. */
static enum view_end
see(const struct looking *looking, const struct state *state, const char *guests,
    struct state *view)
{
    static struct view_scene scene;
    uint8_t member[VIEW_MEMBERS];
    unsigned members = 0;

    for (; *guests != '\0'; guests++) {
        member[members++] = (uint8_t)(*guests - 'a');
    }
    assert_int_equal(view_look(&scene, &looking->world, &looking->bytes, state), VIEW_SEEN);
    return view_project(&looking->space, &scene, member, members, view);
}

/* ---- what no view is taken of ---- */

static void
what_views_rely_upon(void **unused)
{
    const struct world world = world_of_views("libvirt-6.6", 2, BR0, 4);
    static struct looking looking;
    struct state good = initial_of(&world), state;

    (void)unused;
    look_at(&looking, &world);
    play(&world, &good, "aaav"); /* a has its tap open, and its port */
    assert_int_equal(look(&looking, &good), VIEW_SEEN);
#define EXPECT(end, change) \
    state = good;           \
    state.change;           \
    assert_int_equal(look(&looking, &state), end)
    EXPECT(VIEW_STRANGE, network.opened[A] = IFNAME_NONE); /* a device that nobody has open */
    EXPECT(VIEW_STRANGE, network.device[VNET0].mac = B + 1);
    EXPECT(VIEW_STRANGE, network.device[VNET1].maker = A + 1);
    EXPECT(VIEW_STRANGE, network.device[VNET1].persist = 1);
    EXPECT(VIEW_STRANGE, network.device[VNET1].multi = 1);
    EXPECT(VIEW_STRANGE, network.device[VNET1].stuck = VNET2);
    EXPECT(VIEW_STRANGE, network.port[VNET1].receives_from = VNET2);
    EXPECT(VIEW_STRANGE, network.port[VNET1].sends_to = VNET2);
    EXPECT(VIEW_STRANGE, network.filter[VNET1] = 1);
    EXPECT(VIEW_STRANGE, network.qos[VNET1] = 1);
    EXPECT(VIEW_STRANGE, control.daemon.record[A].port = B + 1); /* which is not there */
    EXPECT(VIEW_SEEN, control.daemon.record[A].port = ROW_GONE);
    EXPECT(VIEW_STRANGE, control.thread[A].answer = B + 1);
    EXPECT(VIEW_STRANGE, control.daemon.record[A].tap = B + 1);
    EXPECT(VIEW_SEEN, network.row[VNET0].start_number = 1);
    EXPECT(VIEW_STRANGE, network.row[VNET1].start_number = 1); /* nobody's row */
    EXPECT(VIEW_SEEN, control.daemon.record[A].name = IFNAME_NONE);
    state.network.row[VNET0].start_number = 1; /* of a start that has forgotten its name */
    assert_int_equal(look(&looking, &state), VIEW_STRANGE);
#undef EXPECT
}

/* ---- names ---- */

/* Nobody takes a name of another guest's own family, nor of one that is no guest's. */
static void
names_of_families(void **unused)
{
    struct world world = world_of_views("per-guest-names", 3, BR0, 1);
    const uint8_t others = (uint8_t)(world.names.names + 1);
    static struct looking looking;
    struct state state, view;

    (void)unused;
    assert_true(ifname_add_family(&world.names, "mytap", 1) > 0);
    look_at(&looking, &world);
    state = initial_of(&world);
    state.control.daemon.record[A].name = world.names.family[world.nic[B].own].first;
    assert_int_equal(see(&looking, &state, "ab", &view), VIEW_SEEN);
    assert_int_equal(see(&looking, &state, "ac", &view), VIEW_STRANGE);
    assert_int_equal(see(&looking, &state, "bc", &view), VIEW_SEEN); /* it is not in that view */
    state.control.daemon.record[A].name = others;
    assert_int_equal(see(&looking, &state, "ab", &view), VIEW_STRANGE);
}

/* Four names of each guest are twelve of three, and a world of views has nine. */
static void
too_many_names(void **unused)
{
    struct world world = world_of_views("counter", 3, BR0, 12);
    static struct looking looking;
    struct state state, view;

    (void)unused;
    world.bridge_kind[BR0 - 1] = BRIDGE_MIDONET;
    look_at(&looking, &world);
    state = initial_of(&world);
    name_all(&state, 3);
    assert_int_equal(see(&looking, &state, "ac", &view), VIEW_SEEN);
    assert_int_equal(view.control.daemon.record[1].name, 5); /* the lowest that is left */
    assert_int_equal(see(&looking, &state, "abc", &view), VIEW_LACKING);
}

static void
a_name_that_nobody_has(void **unused)
{
    const struct world world = world_of_views("counter", 2, BR0, 3);
    struct view_names names = {.used = {[VNET0] = true, [VNET2] = true}};

    (void)unused;
    assert_int_equal(view_fresh(&world, &names, VNET), VNET1);
    names.used[VNET1] = true;
    assert_int_equal(view_fresh(&world, &names, VNET), IFNAME_NONE);
}

/* ---- guests ---- */

/* Whoever is no member is ANON; how many names a start has tried is not said. */
static void
who_holds_the_mutex(void **unused)
{
    const struct world world = world_of_views("atomic", 3, BR0, 4);
    static struct looking looking;
    uint64_t one[LAYOUT_MAX_WORDS], other[LAYOUT_MAX_WORDS];
    struct state state, view;

    (void)unused;
    look_at(&looking, &world);
    state = initial_of(&world);
    state.control.daemon.lock[0] = B + 1;
    state.control.thread[A].machine.tries = 3;
    assert_int_equal(see(&looking, &state, "ac", &view), VIEW_SEEN);
    assert_int_equal(view.control.daemon.lock[0], VIEW_ANON + 1);
    assert_int_equal(view.control.thread[0].machine.tries, 0);
    assert_int_equal(see(&looking, &state, "ab", &view), VIEW_SEEN);
    assert_int_equal(view.control.daemon.lock[0], 2);
    view_settle(&looking.space, VIEW_GUESTS, &view, one);
    assert_int_equal(see(&looking, &state, "ba", &view), VIEW_SEEN);
    assert_int_equal(view.control.daemon.lock[0], 1);
    view_settle(&looking.space, VIEW_GUESTS, &view, other);
    assert_memory_equal(one, other, looking.space.layout.words * sizeof *one);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_views_rely_upon), cmocka_unit_test(names_of_families),
        cmocka_unit_test(too_many_names),       cmocka_unit_test(a_name_that_nobody_has),
        cmocka_unit_test(who_holds_the_mutex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
