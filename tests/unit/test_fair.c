/* Runs that never end: what is shown is one, and what is not found is not there, by another
 * algorithm (a product with the actors in turn, and a cycle that comes round). */
#include "tests/unit/trip.h"

#include "sim/due.h"
#include "sim/fate.h"

static struct world
for_ever(const char *policy, unsigned guests, bool running)
{
    struct world world = world_under(policy);

    world.unbounded = 1;
    for (unsigned i = 0; i < guests; i++) {
        add_guest(&world, BR0, running, running ? "stop start" : "start stop");
    }
    return world;
}

/* ---- the other algorithm ---- */

static const struct thread *
thread_at(const struct searched *searched, uint32_t id, unsigned guest, struct state *state)
{
    layout_unpack(&searched->found.layout, store_get(&searched->found.store, id), state);
    return &state->control.thread[guest];
}

/* What is looked for: a run that never violates these oracles; of a guest, if `guest` is one, who
 * stays in one command. */
struct sought {
    oracle_set without;
    unsigned guest;
};

static bool
may_go(const struct searched *searched, struct sought sought, uint32_t id, uint64_t edge)
{
    const struct graph *graph = &searched->found.graph;
    const uint32_t target = graph->target[edge];
    struct state state;

    if (((graph->state[id].violated | graph->state[target].violated) & sought.without &
         (oracle_set)~ORACLES_OF_ENDS) != 0 ||
        (graph->objection[edge] & sought.without) != 0) {
        return false;
    }
    if (sought.guest < MAX_GUESTS) {
        const struct thread before = *thread_at(searched, id, sought.guest, &state);
        const struct thread *after = thread_at(searched, target, sought.guest, &state);

        return before.machine.kind != MACHINE_IDLE && after->machine.kind != MACHINE_IDLE &&
               before.command == after->command;
    }
    return true;
}

/* A place of the product: a state, and the actor whose turn it is to be satisfied; `actors` of them
 * and then the first one again. */
static uint32_t
next_turn(const struct searched *searched, uint32_t id, unsigned turn, unsigned by)
{
    struct state state;

    layout_unpack(&searched->found.layout, store_get(&searched->found.store, id), &state);
    turn = turn == searched->actors ? 0 : turn;
    while (turn < searched->actors && (turn == by || !has_to_step(searched, &state, turn))) {
        turn++;
    }
    return turn;
}

/* All places to which a run comes from there, in one step or more, are marked. */
static void
mark_from(const struct searched *searched, struct sought sought, uint32_t from, uint8_t *mark,
          uint32_t *waiting)
{
    const struct graph *graph = &searched->found.graph;
    const unsigned turns = searched->actors + 1;
    uint32_t count = 0;

    waiting[count++] = from;
    for (uint32_t n = 0; n < count; n++) {
        const uint32_t id = waiting[n] / turns, turn = waiting[n] % turns;
        const struct graph_state *state = &graph->state[id];

        for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
            if (may_go(searched, sought, id, edge)) {
                const uint32_t to =
                    graph->target[edge] * turns + next_turn(searched, id, turn, searched->by[edge]);

                if (mark[to] == 0) {
                    mark[to] = 1;
                    waiting[count++] = to;
                }
            }
        }
    }
}

/* Some fair run never ends, and is as it is sought; from the initial state on, or from any. */
static bool
goes_on(const struct searched *searched, struct sought sought)
{
    const uint32_t states = (uint32_t)searched->found.graph.states, turns = searched->actors + 1;
    const size_t places = (size_t)states * turns;
    uint8_t *reached = calloc(places, 1), *back = calloc(places, 1);
    uint32_t *waiting = calloc(places + 1, sizeof *waiting);
    bool goes = false;

    for (uint32_t id = 0; id < (sought.guest < MAX_GUESTS ? states : 1); id++) {
        if (reached[id * turns] == 0) {
            mark_from(searched, sought, id * turns, reached, waiting);
        }
    }
    for (uint32_t id = 0; id < states && !goes; id++) {
        const uint32_t place = id * turns + searched->actors; /* all have been satisfied */

        if (reached[place] != 0) {
            memset(back, 0, places);
            mark_from(searched, sought, place, back, waiting);
            goes = back[place] != 0;
        }
    }
    free(reached);
    free(back);
    free(waiting);
    return goes;
}

/* A run may end without that. */
static bool
ends_well(const struct searched *searched, oracle_set without)
{
    const struct graph *graph = &searched->found.graph;
    uint8_t *reached = calloc(graph->states, 1);
    bool well = false;

    reached[0] = (graph->state[0].violated & without & (oracle_set)~ORACLES_OF_ENDS) == 0;
    for (uint64_t again = 0; again < graph->states; again++) { /* sweeps, until nothing changes */
        bool changed = false;

        for (uint32_t id = 0; id < graph->states; id++) {
            for (uint64_t edge = graph->state[id].first_edge;
                 edge < graph->state[id + 1].first_edge && reached[id] != 0; edge++) {
                const uint32_t to = graph->target[edge];

                if (reached[to] == 0 &&
                    may_go(searched, (struct sought){without, MAX_GUESTS}, id, edge)) {
                    reached[to] = 1;
                    changed = true;
                }
            }
        }
        if (!changed) {
            break;
        }
    }
    for (uint32_t id = 0; id < graph->states; id++) {
        struct state state;
        bool ends = reached[id] != 0;

        thread_at(searched, id, A, &state);
        for (unsigned number = 0; number < searched->actors; number++) {
            ends = ends && !has_to_step(searched, &state, number);
        }
        well = well ||
               (ends &&
                ((graph->state[id].violated | oracle_judge_end(&searched->found.world, &state)) &
                 without) == 0);
    }
    free(reached);
    return well;
}

/* ---- what is shown ---- */

/* It stays in the command of the guest who starves. */
static bool
is_in_it(const struct state *state, const void *context)
{
    const struct fairness *fairness = context;
    const struct thread *thread = &state->control.thread[fairness->guest];

    return thread->machine.kind != MACHINE_IDLE && thread->command == fairness->command;
}

static void
check(const struct world *world, bool starves, oracle_set unavoidable)
{
    struct searched searched;
    struct fairness fairness;
    bool other = false;
    size_t left;

    search(&searched, world);
    assert_true(due_mark(&searched.found, searched.actor, searched.actors));
    left = searched.found.allowance.bytes_left;
    assert_true(fair_judge(&searched.found, searched.actor, searched.actors, &fairness));
    assert_int_equal(searched.found.allowance.bytes_left, left);
    assert_true(fairness.judged);
    assert_int_equal(fairness.starves, starves);
    if (fairness.starves) {
        expect_trip(&searched, &fairness.trip, is_in_it, &fairness);
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        other = other || goes_on(&searched, (struct sought){0, guest});
    }
    assert_int_equal(other, starves);
    assert_int_equal(fairness.unavoidable, unavoidable);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const oracle_set bit = ORACLE_BIT(oracle);
        bool avoided =
            ends_well(&searched, bit) || goes_on(&searched, (struct sought){bit, MAX_GUESTS});

        assert_int_equal((fairness.unavoidable & bit) == 0, avoided);
    }
    free(fairness.trip.trace);
    free(fairness.busy);
    forget(&searched);
}

/* A mutex serves whoever comes: one guest may take it whenever the other one could. */
static void
a_start_that_waits_for_a_mutex_may_be_overtaken(void **unused)
{
    struct world world = for_ever("atomic", 2, false), alone = for_ever("atomic", 1, false);

    (void)unused;
    check(&world, true, 0);
    check(&alone, false, 0);
}

static void
no_other_start_is(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "lowest-free", "owner-delete"};

    (void)unused;
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        struct world world = for_ever(policies[i], 2, false);

        check(&world, false, 0);
    }
}

/* The guest whose QEMU has died is stopped, and waits for the mutex for ever: that is no command.
 */
static void
nor_may_the_stop_that_follows_a_death_end(void **unused)
{
    struct world world = for_ever("atomic", 2, false);
    struct searched searched;
    struct fairness fairness;

    (void)unused;
    world.running[A] = 1;
    world.commands[A] = 0;
    world.faults[FAULT_QEMU_CRASH] = 1;
    world.aim[FAULT_QEMU_CRASH].guest = A + 1;
    check(&world, true, 0);
    search(&searched, &world);
    assert_true(due_mark(&searched.found, searched.actor, searched.actors));
    assert_true(fair_judge(&searched.found, searched.actor, searched.actors, &fairness));
    assert_int_equal(fairness.guest, A);
    assert_int_equal(fairness.work, COMMAND_STOP);
    free(fairness.trip.trace);
    free(fairness.busy);
    forget(&searched);
}

/* What is so from the beginning on is so in every run. */
static void
a_beginning_that_violates(void **unused)
{
    struct world world = for_ever("libvirt-6.6", 1, false);
    struct searched searched;
    struct fairness fairness;

    (void)unused;
    search(&searched, &world);
    assert_true(due_mark(&searched.found, searched.actor, searched.actors));
    searched.found.graph.state[0].violated |= ORACLE_BIT(ORACLE_LOST_ATTACHMENT);
    assert_true(fair_judge(&searched.found, searched.actor, searched.actors, &fairness));
    assert_int_equal(fairness.unavoidable, ORACLE_BIT(ORACLE_LOST_ATTACHMENT));
    forget(&searched);
}

/* mail 000: the check of the MAC logs an error nearly always; of one guest, in each round. */
static void
what_each_round_does_is_unavoidable(void **unused)
{
    struct world world = for_ever("mac-check", 1, false);

    (void)unused;
    check(&world, false, ORACLE_BIT(ORACLE_SPURIOUS_ERROR));
}

/* A fault need not strike, and a client need not begin another round. */
static void
who_has_to_go_on(void **unused)
{
    struct world world = for_ever("libvirt-6.6", 1, true);
    unsigned faults = 0, rounds = 0, others = 0;
    struct searched searched;

    (void)unused;
    world.faults[FAULT_START_FAILS] = 1;
    check(&world, false, 0);
    search(&searched, &world);
    for (uint32_t id = 0; id < searched.found.graph.states; id++) {
        const struct fair_part part = {
            .found = &searched.found, .actor = searched.actor, .actors = searched.actors};
        struct state state;

        fair_unpack(&part, id, &state);
        for (unsigned number = 0; number < searched.actors; number++) {
            const struct actor actor = searched.actor[number];
            bool may = actor_may_step(&searched.found.world, &state, actor);
            bool fault = actor.kind >= ACTOR_CRASH;
            bool round =
                actor.kind == ACTOR_THREAD && state.control.thread[A].machine.kind == MACHINE_IDLE;

            assert_int_equal(fair_has_to_step(&part, &state, number), may && !fault && !round);
            faults += may && fault;
            rounds += may && round;
            others += may && !fault && !round;
        }
    }
    assert_true(faults > 0 && rounds > 0 && others > 0);
    forget(&searched);
}

/* On the way to the end of a run, they say nothing. */
static void
some_oracles_judge_ends_alone(void **unused)
{
    (void)unused;
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_int_equal((ORACLES_OF_ENDS >> oracle & 1) != 0,
                         strcmp(oracle_when(oracle), "at the end") == 0);
    }
}

static void
without_memory_it_says_so(void **unused)
{
    struct world world = for_ever("atomic", 2, false);
    struct fairness fairness;
    struct searched searched;
    size_t size = 16;

    (void)unused;
    search(&searched, &world);
    assert_true(due_mark(&searched.found, searched.actor, searched.actors));
    for (bool judged = false; !judged; size *= 2) {
        searched.found.allowance.bytes_left = size;
        judged = fair_judge(&searched.found, searched.actor, searched.actors, &fairness);
        assert_int_equal(searched.found.allowance.bytes_left, size);
        assert_int_equal(fairness.judged, judged);
        free(fairness.trip.trace);
        free(fairness.busy);
    }
    assert_true(size > 4096);
    forget(&searched);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_that_waits_for_a_mutex_may_be_overtaken),
        cmocka_unit_test(no_other_start_is),
        cmocka_unit_test(nor_may_the_stop_that_follows_a_death_end),
        cmocka_unit_test(a_beginning_that_violates),
        cmocka_unit_test(what_each_round_does_is_unavoidable),
        cmocka_unit_test(who_has_to_go_on),
        cmocka_unit_test(some_oracles_judge_ends_alone),
        cmocka_unit_test(without_memory_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
