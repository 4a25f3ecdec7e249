/* Two views put together (sim/view_join.h): of three guests' two views come what the three are
 * like; and of what is handed over, the two are views. */
#include "tests/unit/views.h"

#include "sim/view_join.h"

enum { STEPS = 250, KEPT = 8 /* states of which views are put together, too */ };

/* A view, and the one that stands for it. */
struct seen {
    struct state view;
    uint64_t packed[LAYOUT_MAX_WORDS];
};

struct joining {
    struct world world;
    struct view_bytes bytes;
    struct view_space space;
    struct seen one, other, all; /* two views of a state, and that of the three guests */
    bool found;                  /* `all` has been handed over */
    unsigned handed, alike;      /* how often b was the same in both */
};

static struct seen
see(const struct joining *joining, const struct world *world, const struct view_bytes *bytes,
    const struct state *state, const char *guests)
{
    static struct view_scene scene;
    uint8_t member[VIEW_MEMBERS];
    unsigned members = 0;
    struct seen seen;
    struct state settled;

    for (; *guests != '\0'; guests++) {
        member[members++] = (uint8_t)(*guests - 'a');
    }
    assert_int_equal(view_look(&scene, world, bytes, state), VIEW_SEEN);
    assert_int_equal(view_project(&joining->space, &scene, member, members, &seen.view), VIEW_SEEN);
    settled = seen.view;
    view_settle(&joining->space, members, &settled, seen.packed);
    return seen;
}

static bool
same(const struct joining *joining, const struct seen *one, const struct seen *other)
{
    return memcmp(one->packed, other->packed, joining->space.layout.words * sizeof *one->packed) ==
           0;
}

/* The two are views of it. */
static bool
take(void *context, const struct state *joined)
{
    struct joining *joining = context;
    const struct view_space *space = &joining->space;
    const struct seen one = see(joining, &space->world, &space->bytes, joined, "ab");
    const struct seen other = see(joining, &space->world, &space->bytes, joined, "ac");
    const struct seen all = see(joining, &space->world, &space->bytes, joined, "abc");

    assert_true(same(joining, &one, &joining->one));
    assert_true(same(joining, &other, &joining->other));
    joining->found = joining->found || same(joining, &all, &joining->all);
    joining->handed++;
    return true;
}

static struct seen
of_state(const struct joining *joining, const struct state *state, const char *guests)
{
    return see(joining, &joining->world, &joining->bytes, state, guests);
}

/* Of b and c in the first state, and of b and a in the second one: if b does not look the same in
 * both, there is nothing of which both are views. */
static void
join_two(struct joining *joining, const struct state *first, const struct state *second)
{
    const struct seen one = of_state(joining, first, "b"), other = of_state(joining, second, "b");
    const unsigned before = joining->handed;
    bool lacking = false;

    joining->one = of_state(joining, first, "bc");
    joining->other = of_state(joining, second, "ba");
    joining->all = of_state(joining, first, "bca");
    joining->found = false;
    assert_true(view_join(&joining->space, &joining->one.view, &joining->other.view, take, joining,
                          &lacking));
    assert_false(lacking);
    assert_true(joining->found || first != second);
    assert_true(joining->handed == before || same(joining, &one, &other));
    joining->alike += same(joining, &one, &other);
}

static void
begin(struct joining *joining, const struct world *world)
{
    joining->world = *world;
    joining->handed = joining->alike = 0;
    world_prepare(&joining->world);
    assert_null(view_refuses(world));
    assert_null(view_refuses_policy(world));
    view_bytes(&joining->world, &joining->bytes);
    view_open(&joining->space, world);
}

static void
walk_by_chance(struct joining *joining, const struct world *world)
{
    struct state kept[KEPT], state = initial_of(world);
    uint32_t chance = 1;

    begin(joining, world);
    for (unsigned i = 0; i < KEPT; i++) {
        kept[i] = state;
    }
    for (unsigned steps = 0; steps < STEPS; steps++) {
        unsigned actor;

        do {
            chance = chance * 1664525u + 1013904223u; /* Numerical Recipes' generator */
            actor = (chance >> 16) % actor_count(world);
        } while (!actor_enabled(world, &state, actor));
        actor_step(world, &state, actor, NULL);
        join_two(joining, &state, &state);
        for (unsigned i = 0; i < KEPT; i++) {
            join_two(joining, &state, &kept[i]);
        }
        kept[steps % KEPT] = state;
    }
    assert_true(joining->alike > 2 * STEPS && joining->handed >= joining->alike / 2);
}

static void
three_are_found_of_two_and_two(void **unused)
{
    static const char *const policies[] = {
        "libvirt-6.6",     "counter",
        "atomic",          "port-first,ovs-add=plain,port-guard=exists",
        "per-guest-names", "libvirt-6.6,port-guard=port-owner",
    };

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct world world = world_of_views(policies[i], 3, BR0, 6);
        static struct joining joining;

        walk_by_chance(&joining, &world);
    }
}

/* Four names of each guest are twelve of three, and a world of views has nine. */
static void
more_names_than_there_are(void **unused)
{
    struct world world = world_of_views("counter", 3, BR0, 12);
    static struct joining joining;
    bool lacking = false;
    struct state state;

    (void)unused;
    world.bridge_kind[BR0 - 1] = BRIDGE_MIDONET;
    begin(&joining, &world);
    state = initial_of(&world);
    name_all(&state, 3);
    joining.one = of_state(&joining, &state, "bc");
    joining.other = of_state(&joining, &state, "ba");
    assert_false(view_join(&joining.space, &joining.one.view, &joining.other.view, take, &joining,
                           &lacking));
    assert_true(lacking);
}

/* A guest that has one name for all, and one that has two: the names are not each other's. */
static void
names_that_are_said_otherwise(void **unused)
{
    struct world world = world_of_views("counter", 3, BR0, 4);
    static struct joining joining;
    struct state one, other;

    (void)unused;
    begin(&joining, &world);
    one = other = initial_of(&world);
    one.control.daemon.record[B].name = one.network.opened[B] = VNET0;
    other.control.daemon.record[B].name = VNET0;
    other.network.opened[B] = VNET1;
    join_two(&joining, &one, &one);
    join_two(&joining, &other, &other);
    assert_int_equal(joining.handed, 2);
    join_two(&joining, &one, &other);
    join_two(&joining, &other, &one);
    assert_int_equal(joining.handed, 2);
}

/* A row of one start of the guest's, and of another one. */
static void
rows_of_two_starts(void **unused)
{
    struct world world = world_of_views("libvirt-6.6,port-guard=port-owner", 3, BR0, 4);
    static struct joining joining;
    struct state one, other;

    (void)unused;
    begin(&joining, &world);
    one = initial_of(&world);
    one.control.daemon.record[B].name = VNET0;
    one.network.row[VNET0] =
        (struct row){.bridge = BR0, .uuid = B + 1, .owner = B + 1, .start_number = 1};
    other = one;
    other.network.row[VNET0].start_number = 2;
    join_two(&joining, &other, &other);
    assert_int_equal(joining.handed, 1);
    join_two(&joining, &one, &other);
    assert_int_equal(joining.handed, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_are_found_of_two_and_two),
        cmocka_unit_test(more_names_than_there_are),
        cmocka_unit_test(names_that_are_said_otherwise),
        cmocka_unit_test(rows_of_two_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
