/* The world as model checkers have it (sim/packed_world.h): walked through it, it has the states,
 * the steps and the violations that the explorer finds. */
#include "tests/unit/search.h"

#include "sim/packed_world.h"

#include <stdio.h>

/* Each oracle by its name, and by that of its second verdict; nothing, and everything. */
static void
wanted_by_name(void **unused)
{
    char lasting[64];

    (void)unused;
    assert_int_equal(packed_world_wanted(NULL), 0);
    assert_int_equal(packed_world_wanted("any"), UINT32_MAX);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        assert_int_equal(packed_world_wanted(oracle_name(oracle)), ORACLE_BIT(oracle));
        snprintf(lasting, sizeof lasting, "%s-lasting", oracle_name(oracle));
        assert_int_equal(packed_world_wanted(lasting), (packed_violations)ORACLE_BIT(oracle)
                                                           << PACKED_LASTING);
    }
}

struct walk {
    uint64_t states, transitions;
    packed_violations violated;
};

/* Breadth first, with a store of its own. */
static struct walk
walk_all(const struct world *world, packed_violations wanted)
{
    struct allowance allowance = {SIZE_MAX / 2};
    struct walk walked = {0};
    struct packed_world packed;
    struct store store;
    uint64_t from[LAYOUT_MAX_WORDS], to[LAYOUT_MAX_WORDS];
    uint32_t id;

    packed_world_open(&packed, world, sizeof *world);
    store_open(&store, &allowance, packed.layout.words);
    packed_world_begin(&packed, to);
    walked.violated = packed_world_judge(&packed, to, wanted);
    assert_int_equal(store_add(&store, to, &id), STORE_NEW);
    for (uint32_t at = 0; at < store.states; at++) {
        memcpy(from, store_get(&store, at), packed.layout.words * sizeof *from);
        for (unsigned actor = 0; actor < packed.actors; actor++) {
            if (packed_world_enabled(&packed, from, actor)) {
                memcpy(to, from, sizeof to);
                walked.violated |= packed_world_step(&packed, to, actor, wanted);
                walked.transitions++;
                assert_true(store_add(&store, to, &id) != STORE_FULL);
            }
        }
    }
    walked.states = store.states;
    store_close(&store);
    return walked;
}

/* It is told of what it has asked for, and of nothing else. */
static void
a_walk_finds_what_the_explorer_finds(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6", "mac-check", "atomic", "counter"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        const struct world world = reported_race(policies[i]);
        struct explore_result result;
        struct walk walked = walk_all(&world, UINT32_MAX);
        packed_violations expected = 0;

        search(&world, &result);
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            expected |= (packed_violations)result.verdict[oracle].violated << oracle;
            expected |= (packed_violations)result.lasting[oracle].violated
                        << (PACKED_LASTING + oracle);
        }
        assert_int_equal(walked.states, result.states);
        assert_int_equal(walked.transitions, result.transitions);
        assert_int_equal(walked.violated, expected);
        assert_int_equal(walk_all(&world, 0).violated, 0);
        for (unsigned oracle = 0; oracle < 3; oracle++) {
            assert_int_equal(walk_all(&world, ORACLE_BIT(oracle)).violated,
                             expected & ORACLE_BIT(oracle));
        }
        explore_free(&result);
    }
}

/* What the words of a state say is kept; it is of those words, and of that world alone. */
static void
a_state_is_what_its_words_say(void **unused)
{
    const struct world world = reported_race("libvirt-6.6");
    struct packed_world packed;
    uint64_t first[LAYOUT_MAX_WORDS], next[LAYOUT_MAX_WORDS], again[LAYOUT_MAX_WORDS];
    const unsigned thread = actor_of(&world, 'a'), kernel = actor_of(&world, 'A');

    (void)unused;
    memset(&packed, 0, sizeof packed);
    packed_world_open(&packed, &world, sizeof world);
    packed_world_begin(&packed, first);
    memcpy(next, first, sizeof next);
    (void)packed_world_step(&packed, next, thread, 0); /* a's QEMU is to end, and a waits */
    for (unsigned times = 0; times < 2; times++) {
        assert_true(packed_world_enabled(&packed, first, thread));
        assert_false(packed_world_enabled(&packed, first, kernel));
        assert_true(packed_world_enabled(&packed, next, kernel));
        assert_false(packed_world_enabled(&packed, next, thread));
        packed_world_begin(&packed, again);
        assert_memory_equal(again, first, packed.layout.words * sizeof *first);
        assert_true(packed_world_enabled(&packed, next, kernel));
    }
    /* Whatever stood there before it was opened. */
    memset(&packed.state, 0, sizeof packed.state);
    packed_world_open(&packed, &world, sizeof world);
    assert_true(packed_world_enabled(&packed, next, kernel));
    /* And whatever words it had read before these. */
    memcpy(packed.packed, first, sizeof first);
    packed.is_unpacked = false;
    assert_true(packed_world_enabled(&packed, next, kernel));
    assert_true(packed_world_enabled(&packed, first, thread));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wanted_by_name),
        cmocka_unit_test(a_walk_finds_what_the_explorer_finds),
        cmocka_unit_test(a_state_is_what_its_words_say),
    };

    return cmocka_run_group_tests_name("packed world", tests, NULL, NULL);
}
