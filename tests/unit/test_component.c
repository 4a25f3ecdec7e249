/* Strongly connected components of part of a graph, against a naive closure, on graphs by chance.
 */
#include "tests/unit/fixture.h"

#include "sim/component.h"

enum { STATES = 7, MANY = 20 };

struct part {
    struct graph graph;
    unsigned has_state;                           /* bit n: state n */
    uint64_t has_edge;                            /* bit n: edge n */
    unsigned component[MANY], components, wanted; /* states of each, as bits; how many are wanted */
};

static uint32_t
chance(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    return *seed >> 16;
}

static bool
has_state(const void *context, uint32_t id)
{
    const struct part *part = context;

    return (part->has_state >> id & 1) != 0;
}

static bool
has_edge(const void *context, uint64_t edge)
{
    const struct part *part = context;

    return (part->has_edge >> edge & 1) != 0;
}

static bool
note(void *context, const uint32_t *member, uint64_t members)
{
    struct part *part = context;
    unsigned states = 0;

    for (uint64_t i = 0; i < members; i++) {
        assert_int_equal(states >> member[i] & 1, 0);
        states |= 1u << member[i];
    }
    part->component[part->components++] = states;
    return part->components < part->wanted;
}

static void
draw(struct part *part, struct allowance *allowance, uint32_t *seed)
{
    *part = (struct part){.wanted = MANY};
    for (unsigned id = 0; id < STATES; id++) {
        assert_true(graph_add_state(&part->graph, allowance, 0, 0, 0));
    }
    for (unsigned id = 0; id < STATES; id++) {
        part->graph.state[id].first_edge = part->graph.edges;
        for (unsigned edges = chance(seed) % 4; edges > 0; edges--) {
            assert_true(graph_add_edge(&part->graph, allowance, chance(seed) % STATES, 0));
        }
    }
    part->graph.state[STATES].first_edge = part->graph.edges;
    part->has_state = chance(seed) | chance(seed);
    part->has_edge = ~((uint64_t)chance(seed) & chance(seed) & chance(seed));
}

/* By state, as bits: where a run comes from there, in one step or more. */
static void
close_all(const struct part *part, unsigned reached[STATES])
{
    memset(reached, 0, STATES * sizeof *reached);
    for (unsigned again = 0; again < STATES; again++) {
        for (unsigned id = 0; id < STATES; id++) {
            const struct graph_state *state = &part->graph.state[id];

            for (uint64_t edge = state[0].first_edge; edge < state[1].first_edge; edge++) {
                const uint32_t target = part->graph.target[edge];

                if (has_state(part, id) && has_state(part, target) && has_edge(part, edge)) {
                    reached[id] |= 1u << target | reached[target];
                }
            }
        }
    }
}

static bool
is_found(const struct part *part, unsigned states)
{
    for (unsigned i = 0; i < part->components; i++) {
        if (part->component[i] == states) {
            return true;
        }
    }
    return false;
}

/* Exactly those that the closure has are found, each once. */
static void
compare(const struct part *part, bool everywhere)
{
    unsigned reached[STATES], expected = 0;

    close_all(part, reached);
    for (unsigned id = 0; id < STATES; id++) {
        unsigned together = 0;

        for (unsigned other = 0; other < STATES; other++) {
            if ((reached[id] >> other & 1) != 0 && (reached[other] >> id & 1) != 0) {
                together |= 1u << other;
            }
        }
        if (together != 0 && (together & ((1u << id) - 1)) == 0 && /* its first state */
            (everywhere || (has_state(part, 0) && (reached[0] >> id & 1) != 0))) {
            assert_true(is_found(part, together));
            expected++;
        }
    }
    assert_int_equal(part->components, expected);
}

static void
all_of_them_are_found(void **unused)
{
    unsigned found = 0;

    (void)unused;
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        struct allowance allowance = {SIZE_MAX};
        uint32_t drawn = seed;
        struct part part;
        const struct component_search search = {.graph = &part.graph,
                                                .allowance = &allowance,
                                                .context = &part,
                                                .has_state = has_state,
                                                .has_edge = has_edge,
                                                .found = note};

        draw(&part, &allowance, &drawn);
        for (unsigned everywhere = 0; everywhere <= 1; everywhere++) {
            size_t left = allowance.bytes_left;

            part.components = 0;
            assert_int_equal(component_find(&search, everywhere != 0), COMPONENT_ALL);
            assert_int_equal(allowance.bytes_left, left);
            compare(&part, everywhere != 0);
            found += part.components;
        }
        if (part.components > 0) {
            part.components = 0;
            part.wanted = 1;
            assert_int_equal(component_find(&search, true), COMPONENT_ENDED);
            assert_int_equal(part.components, 1);
        }
        graph_close(&part.graph);
    }
    assert_true(found > 3000);
}

static void
without_memory_it_says_so(void **unused)
{
    struct allowance much = {SIZE_MAX}, little;
    enum component_end end;
    size_t bytes = 0;
    uint32_t seed = 1;
    struct part part;
    const struct component_search search = {.graph = &part.graph,
                                            .allowance = &little,
                                            .context = &part,
                                            .has_state = has_state,
                                            .has_edge = has_edge,
                                            .found = note};

    (void)unused;
    draw(&part, &much, &seed);
    do {
        little.bytes_left = bytes;
        end = component_find(&search, true);
        assert_int_equal(little.bytes_left, bytes++);
    } while (end == COMPONENT_NO_MEMORY);
    assert_int_equal(end, COMPONENT_ALL);
    assert_true(bytes / sizeof(uint32_t) > (size_t)STATES * 4); /* four of each, at the least */
    graph_close(&part.graph);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_them_are_found),
        cmocka_unit_test(without_memory_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
