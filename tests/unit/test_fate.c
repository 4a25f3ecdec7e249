/* What is to come of runs that need not end: what holds of it in each state, by itself.  The
 * verdicts are held to a second implementation in tests/test_explain_rounds.py. */
#include "tests/unit/searched.h"

#include "sim/due.h"
#include "sim/outlook.h"

static void
search_for_ever(struct searched *searched, const char *policy, const char *commands)
{
    struct world world = world_under(policy);
    const bool running = strcmp(commands, "stop start") == 0;

    world.unbounded = 1;
    add_guest(&world, BR0, running, commands);
    add_guest(&world, BR0, running, commands);
    search(searched, &world);
    assert_true(due_mark(&searched->found, searched->actor, searched->actors));
}

static uint8_t *
fate_of(struct searched *searched, struct fate_of of)
{
    const size_t left = searched->found.allowance.bytes_left;
    uint8_t *fate;

    assert_true(fate_find(&searched->found.graph, &searched->found.allowance, of, &fate));
    assert_int_equal(searched->found.allowance.bytes_left, left);
    return fate;
}

/* Every step begins a fair run: what none or all of the runs behind a state do, none or all of
 * those behind each of its steps do. */
static void
check_steps(const struct graph *graph, const uint8_t *fate, const struct fate_of *of, uint32_t id)
{
    const struct fairness *starving = of->starving;

    for (uint64_t edge = graph->state[id].first_edge; edge < graph->state[id + 1].first_edge;
         edge++) {
        const uint32_t to = graph->target[edge];
        const bool leaves = starving != NULL && starving->busy[id] == starving->command + 1 &&
                            starving->busy[to] != starving->command + 1;

        if (fate[id] == FATE_WELL && !leaves) {
            assert_int_equal(fate[to], FATE_WELL);
        }
        if (fate[id] == FATE_WRONG) {
            const bool objects =
                starving == NULL && !of->lasting &&
                ((graph->objection[edge] | graph->state[id].violated) >> of->oracle & 1) != 0;

            assert_true(fate[to] == FATE_WRONG || objects);
        }
    }
}

static void
check(struct searched *searched, struct fate_of of)
{
    const struct graph *graph = &searched->found.graph;
    uint8_t *fate = fate_of(searched, of);

    for (uint32_t id = 0; id < graph->states; id++) {
        assert_true(fate[id] == FATE_WELL || fate[id] == FATE_WRONG ||
                    fate[id] == (FATE_WELL | FATE_WRONG));
        check_steps(graph, fate, &of, id);
    }
    free(fate);
}

static void
each_state_has_one(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "atomic"};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct searched searched;
        struct fairness fairness;

        search_for_ever(&searched, policies[i], i == 0 ? "stop start" : "start stop");
        assert_true(fair_judge(&searched.found, searched.actor, searched.actors, &fairness));
        for (unsigned n = 0; n < 2 * ORACLE_COUNT; n++) {
            check(&searched, (struct fate_of){.oracle = (enum oracle)(n / 2), .lasting = n % 2});
        }
        assert_int_equal(fairness.starves, i == 1);
        if (fairness.starves) {
            check(&searched, (struct fate_of){.starving = &fairness});
        }
        free(fairness.trip.trace);
        free(fairness.busy);
        forget(&searched);
    }
}

/* A mutex that nobody holds is one step away: whoever takes it cannot be overtaken any more. */
static void
who_has_the_mutex_ends_its_start(void **unused)
{
    struct searched searched;
    struct fairness fairness;
    struct outlook outlook[2];

    (void)unused;
    search_for_ever(&searched, "atomic", "start stop");
    assert_true(fair_judge(&searched.found, searched.actor, searched.actors, &fairness));
    outlook_open(&outlook[0], 0, false);
    outlook_open(&outlook[1], searched.found.graph.target[fairness.guest], false);
    assert_int_equal(searched.by[fairness.guest], fairness.guest); /* the first state's edges */
    assert_true(outlook_foresee(&searched.found.graph, &searched.found.allowance,
                                (struct fate_of){.starving = &fairness}, outlook, 2));
    assert_string_equal(outlook_word(&outlook[0]), "some");
    assert_string_equal(outlook_word(&outlook[1]), "none");
    assert_true(outlook_compare(&outlook[1], &outlook[0]) < 0);
    outlook[1].wrong = true;
    assert_true(outlook_foresee(&searched.found.graph, &searched.found.allowance,
                                (struct fate_of){.oracle = ORACLE_DEADLOCK}, outlook, 2));
    assert_string_equal(outlook_word(&outlook[0]), "none");
    assert_string_equal(outlook_word(&outlook[1]), "all");
    assert_true(outlook_compare(&outlook[1], &outlook[0]) > 0);
    outlook_close(&outlook[0]);
    outlook_close(&outlook[1]);
    free(fairness.trip.trace);
    free(fairness.busy);
    forget(&searched);
}

static void
without_memory_it_says_so(void **unused)
{
    struct outlook outlook = {.id = 0};
    struct searched searched;
    size_t size = 16;

    (void)unused;
    search_for_ever(&searched, "libvirt-6.6", "start stop");
    for (bool found = false; !found; size *= 2) {
        struct allowance allowance = {size};

        found = outlook_foresee(&searched.found.graph, &allowance,
                                (struct fate_of){.oracle = ORACLE_LOST_ATTACHMENT}, &outlook, 1);
        assert_int_equal(allowance.bytes_left, size);
        assert_int_equal(outlook.fate, found ? FATE_WELL | FATE_WRONG : 0);
    }
    assert_true(size > 4096);
    free(searched.found.graph.due);
    searched.found.graph.due = NULL;
    searched.found.allowance.bytes_left = 0;
    assert_false(due_mark(&searched.found, searched.actor, searched.actors));
    forget(&searched);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_one),
        cmocka_unit_test(who_has_the_mutex_ends_its_start),
        cmocka_unit_test(without_memory_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
