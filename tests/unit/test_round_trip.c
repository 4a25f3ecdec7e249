/* A way round in each component of a part of a graph (sim/round_trip.h), if all who have to take
 * steps can do so in it. */
#include "tests/unit/trip.h"

#include "sim/component.h"
#include "sim/verdict.h"

/* A part of a graph, and its components so far. */
struct parts {
    struct searched searched;
    struct fair_part part;
    uint32_t *member; /* of the one at hand */
    uint64_t members;
    void (*judge)(struct parts *parts);
    unsigned fair, unfair, later; /* those with a way round, and without; of the first, those that
                                     have not the initial state */
};

static bool
has_state(const void *context, uint32_t id)
{
    return fair_has_state(&((const struct parts *)context)->part, id);
}

static bool
has_edge(const void *context, uint64_t edge)
{
    return fair_has_edge(&((const struct parts *)context)->part, edge);
}

static bool
has_member(const struct parts *parts, uint32_t id)
{
    for (uint64_t i = 0; i < parts->members; i++) {
        if (parts->member[i] == id) {
            return true;
        }
    }
    return false;
}

/* Somewhere in the component the actor need not step, or steps within it. */
static bool
is_served(const struct parts *parts, unsigned number)
{
    const struct searched *searched = &parts->searched;
    const struct graph *graph = &searched->found.graph;

    for (uint64_t i = 0; i < parts->members; i++) {
        const uint32_t id = parts->member[i];
        const struct graph_state *at = &graph->state[id];
        struct state state;

        layout_unpack(&searched->found.layout, store_get(&searched->found.store, id), &state);
        if (!has_to_step(searched, &state, number)) {
            return true;
        }
        for (uint64_t edge = at[0].first_edge; edge < at[1].first_edge; edge++) {
            if (searched->by[edge] == number && has_edge(parts, edge) &&
                has_member(parts, graph->target[edge])) {
                return true;
            }
        }
    }
    return false;
}

static bool
is_in_component(const struct state *state, const void *context)
{
    const struct parts *parts = context;
    const struct found *found = &parts->searched.found;
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct state settled = *state;
    uint32_t id;

    found_pack(found, &settled, packed);
    return store_find(&found->store, packed, &id) && has_member(parts, id);
}

static bool
look_at(void *context, const uint32_t *found, uint64_t members)
{
    struct parts *parts = context;
    bool fair = true;

    parts->member = malloc(members * sizeof *parts->member);
    parts->members = members;
    memcpy(parts->member, found, members * sizeof *parts->member);
    fair_sort(parts->member, members);
    for (unsigned number = 0; number < parts->searched.actors; number++) {
        fair = fair && is_served(parts, number);
    }
    if (fair) {
        parts->fair++;
        parts->later += parts->member[0] != 0;
        parts->judge(parts);
    }
    parts->unfair += !fair;
    free(parts->member);
    return true;
}

static void
look_at_all(struct parts *parts)
{
    const struct component_search search = {.graph = &parts->searched.found.graph,
                                            .allowance = &parts->searched.found.allowance,
                                            .context = parts,
                                            .has_state = has_state,
                                            .has_edge = has_edge,
                                            .found = look_at};

    parts->fair = parts->unfair = parts->later = 0;
    assert_int_equal(component_find(&search, true), COMPONENT_ALL);
}

static void
begin(struct parts *parts, const struct world *world, void (*judge)(struct parts *parts))
{
    *parts = (struct parts){.judge = judge};
    search(&parts->searched, world);
    parts->part = (struct fair_part){.found = &parts->searched.found,
                                     .actor = parts->searched.actor,
                                     .actors = parts->searched.actors};
}

static struct world
for_ever(const char *policy, unsigned guests, enum fault fault)
{
    struct world world = world_under(policy);

    world.unbounded = 1;
    for (unsigned i = 0; i < guests; i++) {
        add_guest(&world, BR0, false, "start stop");
    }
    if (fault != FAULT_COUNT) {
        world.faults[fault] = 1;
    }
    return world;
}

static void
take_the_trip(struct parts *parts)
{
    struct round_trip trip;

    assert_true(round_trip_make(&parts->part, parts->member, parts->members, &trip));
    assert_non_null(trip.trace);
    expect_trip(&parts->searched, &trip, is_in_component, parts);
    free(trip.trace);
}

/* Those states alone in which guest a is in the middle of a command. */
static void
find_busy(struct parts *parts)
{
    const struct graph *graph = &parts->searched.found.graph;

    parts->part.busy = malloc(graph->states);
    for (uint32_t id = 0; id < graph->states; id++) {
        const struct thread *thread;
        struct state state;

        fair_unpack(&parts->part, id, &state);
        thread = &state.control.thread[A];
        parts->part.busy[id] =
            thread->machine.kind == MACHINE_IDLE ? 0 : (uint8_t)(1 + thread->command);
    }
}

static void
each_component_has_a_way_round(void **unused)
{
    struct world worlds[] = {
        for_ever("libvirt-6.6", 2, FAULT_COUNT), for_ever("libvirt-6.6", 2, FAULT_START_FAILS),
        for_ever("atomic", 2, FAULT_COUNT), for_ever("mac-check", 1, FAULT_START_FAILS)};
    unsigned later = 0;

    (void)unused;
    worlds[1].commands[A] = 0; /* it does nothing */
    for (unsigned i = 0; i < sizeof worlds / sizeof *worlds; i++) {
        struct parts parts;

        begin(&parts, &worlds[i], take_the_trip);
        look_at_all(&parts);
        assert_true(parts.fair > 0);
        later += parts.later;
        find_busy(&parts);
        look_at_all(&parts);
        free(parts.part.busy);
        forget(&parts.searched);
    }
    assert_true(later > 0);
}

/* ---- its length ---- */

/* That many steps lead to that state, by whatever others. */
static void
lengthen(struct graph *graph, uint32_t to, unsigned length)
{
    uint32_t at = to;

    for (uint32_t id = 1; length > 1; id++) {
        if (id != to) {
            graph->state[at].parent = id;
            graph->state[at].parent_actor = 0;
            at = id;
            length--;
        }
    }
    graph->state[at].parent = 0;
    graph->state[at].parent_actor = 0;
}

/* There is none that takes more steps than a schedule may have, wherever its end would be. */
static void
come_to_the_end(struct parts *parts)
{
    struct graph *graph = &parts->searched.found.graph;
    struct round_trip trip;
    unsigned loop;

    assert_true(graph->states > EXPLORE_MAX_TRACE);
    if (parts->member[0] == 0) {
        return;
    }
    assert_true(round_trip_make(&parts->part, parts->member, parts->members, &trip));
    loop = trip.loop;
    free(trip.trace);
    for (unsigned room = 0; room < loop + 2; room++) {
        lengthen(graph, parts->member[0], EXPLORE_MAX_TRACE - room);
        assert_true(round_trip_make(&parts->part, parts->member, parts->members, &trip));
        assert_int_equal(trip.trace != NULL, room >= loop);
        assert_int_equal(trip.length, room >= loop ? EXPLORE_MAX_TRACE - room + loop : 0);
        assert_int_equal(trip.loop, room >= loop ? loop : 0);
        free(trip.trace);
    }
}

/* Of all runs, and of those in which a guest does not come to the end of a command. */
static void
a_schedule_has_an_end(void **unused)
{
    const struct world worlds[] = {for_ever("libvirt-6.6", 2, FAULT_START_FAILS),
                                   for_ever("libvirt-6.6", 2, FAULT_DAEMON_RESTART),
                                   for_ever("atomic", 2, FAULT_START_FAILS)};

    (void)unused;
    for (unsigned i = 0; i < sizeof worlds / sizeof *worlds; i++) {
        struct parts parts;

        begin(&parts, &worlds[i], come_to_the_end);
        look_at_all(&parts);
        assert_true(parts.later > 0);
        find_busy(&parts);
        look_at_all(&parts);
        assert_int_equal(parts.later > 0, i == 2); /* a mutex may be somebody else's for ever */
        free(parts.part.busy);
        forget(&parts.searched);
    }
}

/* Three arrays, of four, one and four bytes for each member. */
static void
need_room(struct parts *parts)
{
    struct allowance *allowance = &parts->searched.found.allowance;
    const size_t left = allowance->bytes_left, needed = 9 * (parts->members + 1);
    struct round_trip trip;

    for (size_t bytes = 0; bytes <= needed; bytes += parts->members + 1) {
        allowance->bytes_left = bytes;
        assert_int_equal(round_trip_make(&parts->part, parts->member, parts->members, &trip),
                         bytes == needed);
        assert_int_equal(trip.trace != NULL, bytes == needed);
        assert_int_equal(allowance->bytes_left, bytes);
        free(trip.trace);
    }
    allowance->bytes_left = left;
}

static void
without_room_it_says_so(void **unused)
{
    const struct world world = for_ever("libvirt-6.6", 1, FAULT_COUNT);
    struct parts parts;

    (void)unused;
    begin(&parts, &world, need_room);
    look_at_all(&parts);
    assert_true(parts.fair > 0);
    forget(&parts.searched);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_component_has_a_way_round),
        cmocka_unit_test(a_schedule_has_an_end),
        cmocka_unit_test(without_room_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
