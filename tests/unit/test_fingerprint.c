/* Steps with one fingerprint are the same to a network, and a cover by fingerprints leaves none
 * out. */
#include "tests/unit/drawing.h"

#include "sim/fingerprint.h"
#include "sim/renaming.h"

#include <stdlib.h>
#include <string.h>

/* A step, as it is told here from all others. */
struct seen {
    uint64_t print;
    struct network before, after;
    struct operation op;
    unsigned actor;
};

static int
by_print(const void *one, const void *other)
{
    uint64_t a = ((const struct seen *)one)->print, b = ((const struct seen *)other)->print;

    return (a > b) - (a < b);
}

/* The steps of the graph, by walking it from the initial state along the runs of a cover. */
static struct seen *
steps_of(const struct world *world, const struct graph *graph, const uint64_t *prints)
{
    struct allowance allowance = {SIZE_MAX};
    struct seen *seen = calloc(graph->edges + 1, sizeof *seen);
    struct cover cover;
    struct cover_run run;
    uint8_t schedule[MAX_STEPS];

    assert_non_null(seen);
    assert_int_equal(cover_open(&cover, graph, &allowance), COVER_OK);
    while (cover_next(&cover, &run)) {
        struct state state = initial_of(world);

        assert_true(run.length <= MAX_STEPS);
        cover_schedule(world, graph, &run, schedule);
        for (unsigned step = 0; step < run.length; step++) {
            struct seen *one = &seen[run.edge[step]];
            struct event event = {0};

            one->print = prints[run.edge[step]];
            one->before = state.network;
            one->actor = schedule[step];
            actor_step(world, &state, schedule[step], &event);
            one->after = state.network;
            one->op = event.op;
        }
    }
    cover_close(&cover);
    return seen;
}

/* A step by other names. */
static struct seen
renamed(const struct world *world, const struct renaming_bytes *bytes,
        const struct renaming *renaming, const struct seen *seen)
{
    struct state from = {.network = seen->before}, to;
    struct seen result = {.op = renaming_operation(renaming, seen->op), .actor = seen->actor};
    struct actor actor = actor_at(world, seen->actor);

    renaming_state(bytes, renaming, &from, &to);
    result.before = to.network;
    from.network = seen->after;
    renaming_state(bytes, renaming, &from, &to);
    result.after = to.network;
    if (actor_kind_number(actor.kind) == ACTOR_EACH_GUEST) {
        result.actor = seen->actor - actor.index + renaming->guest[actor.index];
    }
    return result;
}

static bool
is_same(const struct seen *one, const struct seen *other)
{
    return memcmp(&one->before, &other->before, sizeof one->before) == 0 &&
           memcmp(&one->after, &other->after, sizeof one->after) == 0 &&
           memcmp(&one->op, &other->op, sizeof one->op) == 0 && one->actor == other->actor;
}

/* Tries all orders of the names from `first` on: one of them makes the other step of the one. */
static bool
some_names_do(const struct world *world, const struct renaming_bytes *bytes,
              struct renaming *renaming, unsigned first, const struct seen *one,
              const struct seen *other)
{
    uint8_t *name = renaming->name;
    struct seen by_other_names;

    if (first == world->names.names) {
        by_other_names = renamed(world, bytes, renaming, one);
        return is_same(&by_other_names, other);
    }
    for (unsigned i = first; i <= world->names.names; i++) {
        uint8_t kept = name[first];
        bool done;

        name[first] = name[i];
        name[i] = kept;
        done = some_names_do(world, bytes, renaming, first + 1, one, other);
        name[i] = name[first];
        name[first] = kept;
        if (done) {
            return true;
        }
    }
    return false;
}

/* Some renaming of guests, and of names if the kernel does not choose one, makes the other step of
 * the one. */
static bool
is_same_by_other_names(const struct world *world, const struct renaming_bytes *bytes,
                       const struct seen *one, const struct seen *other)
{
    static struct renaming all[MAX_RENAMINGS];
    unsigned count = renaming_of_guests(world, all);
    bool chooses = one->op.name == IFNAME_NONE &&
                   (one->op.kind == OP_CREATE_TAP || one->op.kind == OP_CREATE_LINK);

    for (unsigned i = 0; i < count; i++) {
        if (some_names_do(world, bytes, &all[i], chooses ? world->names.names : 1, one, other)) {
            return true;
        }
    }
    return false;
}

/* The same to the network wherever the fingerprints are the same, and only there could they be. */
static void
expect_prints(const struct world *world)
{
    struct allowance allowance = {SIZE_MAX};
    struct explore_result result;
    struct graph graph = graph_of(world, &result);
    uint64_t *prints = calloc(graph.edges + 1, sizeof *prints);
    struct renaming_bytes bytes;
    struct seen *seen;

    assert_non_null(prints);
    assert_true(fingerprint_steps(world, &graph, &allowance, prints));
    assert_int_equal(allowance.bytes_left, SIZE_MAX);
    renaming_bytes(world, &bytes);
    seen = steps_of(world, &graph, prints);
    qsort(seen, graph.edges, sizeof *seen, by_print);
    for (uint64_t i = 1; i < graph.edges; i++) {
        if (seen[i].print == seen[i - 1].print) {
            assert_true(is_same_by_other_names(world, &bytes, &seen[i], &seen[i - 1]));
        }
    }
    free(seen);
    free(prints);
    graph_close(&graph);
    explore_free(&result);
}

static void
steps_of_one_fingerprint_are_the_same_to_the_network(void **unused)
{
    (void)unused;
    for_worlds(expect_prints);
}

/* A device of the kernel's making, and one that is renamed under its guest. */
static void
so_are_those_of_links_and_new_names(void **unused)
{
    struct world link = reported_race("libvirt-6.6"), renames = link;

    (void)unused;
    link.nic[B] = (struct nic){.kind = NIC_MACVTAP, .family = MYTAP, .mac = B + 1};
    expect_prints(&link);
    renames.third_parties = 1;
    renames.third_party[0] = (struct third_party){
        .commands = 1, .command = {THIRD_PARTY_RENAME}, .name = {VNET0}, .to = {FIXED}};
    expect_prints(&renames);
    renames.datapath[BR0 - 1] = DATAPATH_NETDEV;
    expect_prints(&renames);
}

/* Where the kernel chooses a name, it matters which names there are; otherwise it does not. */
static void
a_choice_is_among_the_worlds_names(void **unused)
{
    static const uint8_t kinds[] = {NIC_TAP, NIC_VETH};

    (void)unused;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct allowance allowance = {SIZE_MAX};
        struct world world = world_under("libvirt-6.6"), more;
        struct explore_result result;
        struct graph graph;
        struct seen *seen;
        uint64_t *prints[2];
        unsigned choices = 0;

        add_guest(&world, LB0, false, "start");
        world.nic[A].kind = kinds[i];
        more = world;
        assert_true(ifname_add_single(&more.names, "other") > 0);
        graph = graph_of(&world, &result);
        for (unsigned n = 0; n < 2; n++) {
            prints[n] = calloc(graph.edges, sizeof *prints[n]);
            assert_true(fingerprint_steps(n == 0 ? &world : &more, &graph, &allowance, prints[n]));
        }
        seen = steps_of(&world, &graph, prints[0]);
        for (uint64_t edge = 0; edge < graph.edges; edge++) {
            const struct operation op = seen[edge].op;
            bool chooses =
                (op.kind == OP_CREATE_TAP || op.kind == OP_CREATE_LINK) && op.name == IFNAME_NONE;

            assert_int_equal(prints[0][edge] != prints[1][edge], chooses);
            choices += chooses;
        }
        assert_true(choices > 0);
        free(prints[0]);
        free(prints[1]);
        free(seen);
        graph_close(&graph);
        explore_free(&result);
    }
}

/* Where the daemons remember what the network does not show, there are fewer fingerprints. */
static void
there_are_fewer_than_transitions(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    struct world world = reported_race("libvirt-6.6");
    struct explore_result result;
    struct graph graph = graph_of(&world, &result);
    struct seen *seen = calloc(graph.edges, sizeof *seen);
    uint64_t *prints = calloc(graph.edges, sizeof *prints), different = 1;

    (void)unused;
    assert_non_null(seen);
    assert_non_null(prints);
    assert_true(fingerprint_steps(&world, &graph, &allowance, prints));
    for (uint64_t edge = 0; edge < graph.edges; edge++) {
        seen[edge].print = prints[edge];
    }
    qsort(seen, graph.edges, sizeof *seen, by_print);
    for (uint64_t i = 1; i < graph.edges; i++) {
        different += seen[i].print != seen[i - 1].print;
    }
    assert_true(different > 10 && different < graph.edges);
    free(seen);
    free(prints);
    graph_close(&graph);
    explore_free(&result);
}

/* How many different fingerprints the world's steps have. */
static uint64_t
prints_of(const struct world *world)
{
    struct allowance allowance = {SIZE_MAX};
    struct explore_result result;
    struct graph graph = graph_of(world, &result);
    uint64_t *prints = calloc(graph.edges, sizeof *prints), different = 0;

    assert_non_null(prints);
    assert_true(fingerprint_steps(world, &graph, &allowance, prints));
    for (uint64_t edge = 0; edge < graph.edges; edge++) {
        bool found = false;

        for (uint64_t other = 0; other < edge && !found; other++) {
            found = prints[other] == prints[edge];
        }
        different += !found;
    }
    free(prints);
    graph_close(&graph);
    explore_free(&result);
    return different;
}

/* Two guests that are started, each by itself: the steps of the one are those of the other, until
 * the second one steps; and what a third name would do is what the first ones do. */
static void
guests_and_names_are_alike(void **unused)
{
    struct world alike = world_under("counter"), different, alone;

    (void)unused;
    add_guest(&alike, BR0, false, "start");
    alone = alike;
    add_guest(&alike, BR0, false, "start");
    different = alike;
    different.nic[B].bridge = BR1;
    assert_true(2 * prints_of(&alike) < prints_of(&different) + prints_of(&alone));
    different = alike;
    different.next_number = 3; /* vnet2 and vnet3 */
    assert_int_equal(prints_of(&different), prints_of(&alike));
}

static void
a_lack_of_memory_is_an_error(void **unused)
{
    struct allowance allowance = {1};
    struct world world = reported_race("libvirt-6.6");
    struct explore_result result;
    struct graph graph = graph_of(&world, &result);
    uint64_t *prints = calloc(graph.edges, sizeof *prints);

    (void)unused;
    assert_false(fingerprint_steps(&world, &graph, &allowance, prints));
    assert_int_equal(allowance.bytes_left, 1);
    free(prints);
    graph_close(&graph);
    explore_free(&result);
}

/* ---- covers of classes ---- */

/* The runs that a cover of these classes has; one of each class is walked, but for those of `out`,
 * which may be. */
static void
expect_classes(unsigned states, const char *edges, const uint32_t *class, uint32_t out,
               uint64_t runs)
{
    struct allowance allowance = {SIZE_MAX};
    struct graph graph = draw(states, edges);
    bool walked[16] = {false};
    struct cover cover;
    struct cover_run run;
    uint64_t found = 0;

    assert_true(graph.edges <= 16);
    assert_int_equal(cover_open(&cover, &graph, &allowance), COVER_OK);
    cover_classify(&cover, class);
    if (out < graph.edges) {
        cover_leave_out(&cover, out);
        walked[out] = true;
    }
    for (; cover_next(&cover, &run); found++) {
        for (unsigned step = 0; step < run.length; step++) {
            walked[class[run.edge[step]]] = true;
        }
    }
    for (uint64_t edge = 0; edge < graph.edges; edge++) {
        assert_true(walked[class[edge]]);
    }
    assert_int_equal(found, runs);
    cover_close(&cover);
    graph_close(&graph);
}

static void
one_of_each_class_is_walked(void **unused)
{
    const uint32_t own[] = {0, 1, 2, 3}, pairs[] = {0, 1, 0, 1}, ends[] = {0, 1, 2, 2},
                   all[] = {0, 0, 0, 0};

    (void)unused;
    expect_classes(4, "01 02 13 23", own, 16, 2);
    expect_classes(4, "01 02 13 23", pairs, 16, 2);
    expect_classes(4, "01 02 13 23", pairs, 1, 1);
    expect_classes(4, "01 02 13 23", ends, 16, 2);
    expect_classes(4, "01 02 13 23", ends, 1, 1);
    expect_classes(4, "01 02 13 23", all, 16, 1);
    expect_classes(4, "01 02 13 23", all, 0, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_one_fingerprint_are_the_same_to_the_network),
        cmocka_unit_test(so_are_those_of_links_and_new_names),
        cmocka_unit_test(a_choice_is_among_the_worlds_names),
        cmocka_unit_test(there_are_fewer_than_transitions),
        cmocka_unit_test(guests_and_names_are_alike),
        cmocka_unit_test(a_lack_of_memory_is_an_error),
        cmocka_unit_test(one_of_each_class_is_walked),
    };

    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
