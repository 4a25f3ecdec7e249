/* The store of visited states: exact however many there are, and usable when it is full. */
#include "tests/unit/fixture.h"

#include <fcntl.h>
#include <sys/mman.h>

enum { MANY = 300000 };

/* The n-th of a sequence of different states: n, and n well mixed in each further word. */
static void
make_state(uint64_t n, unsigned words, uint64_t *state)
{
    for (unsigned i = 0; i < words; i++) {
        state[i] = i == 0 ? n : n * 0x9e3779b97f4a7c15u + i;
    }
}

static void
every_state_is_found_again(void **unused)
{
    (void)unused;
    for (unsigned words = 1; words <= 3; words++) {
        struct allowance allowance = {SIZE_MAX};
        uint64_t state[3];
        struct store store;
        uint32_t id;

        store_open(&store, &allowance, words);
        for (uint32_t n = 0; n < MANY; n++) {
            make_state(n, words, state);
            assert_int_equal(store_add(&store, state, &id), STORE_NEW);
            assert_int_equal(id, n);
            make_state(n / 2, words, state);
            assert_int_equal(store_add(&store, state, &id), STORE_OLD);
            assert_int_equal(id, n / 2);
        }
        assert_int_equal(store.states, MANY);
        for (uint32_t n = 0; n < MANY; n++) {
            make_state(n, words, state);
            assert_memory_equal(store_get(&store, n), state, words * sizeof *state);
        }
        store_close(&store);
    }
}

/* States that differ in one bit are different states, wherever the bit is. */
static void
one_bit_makes_another_state(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    struct store store;
    uint32_t id;

    (void)unused;
    store_open(&store, &allowance, 3);
    for (unsigned bit = 0; bit < 192; bit++) {
        uint64_t state[3] = {0};

        state[bit / 64] = UINT64_C(1) << bit % 64;
        assert_int_equal(store_add(&store, state, &id), STORE_NEW);
        assert_int_equal(store_add(&store, state, &id), STORE_OLD);
        assert_int_equal(id, bit);
    }
    store_close(&store);
}

/* Fills a store under the allowance and returns how many states found room. */
static uint32_t
fill(struct store *store, unsigned words)
{
    uint64_t state[3];
    uint32_t n = 0, id;

    for (;; n++) {
        int added;

        make_state(n, words, state);
        added = store_add(store, state, &id);
        if (added == STORE_FULL) {
            return n;
        }
        assert_int_equal(added, STORE_NEW);
        assert_int_equal(id, n);
    }
}

static void
an_allowance_is_kept_and_given_back(void **unused)
{
    uint32_t before = 0;

    (void)unused;
    for (size_t bytes = 0; bytes < 400000; bytes += 9999) {
        struct allowance allowance = {bytes};
        struct store store;
        uint32_t states;

        store_open(&store, &allowance, 2);
        states = fill(&store, 2);
        assert_true(states >= before); /* more room, no fewer states */
        assert_true(states * 2 * sizeof(uint64_t) <= bytes);
        assert_true(allowance.bytes_left <= bytes);
        before = states;
        store_close(&store);
        assert_int_equal(allowance.bytes_left, bytes);
    }
    assert_true(before > 1024);
}

/* store.h: STORE_FULL: it is new, and there is no room.  What is in the store is found still. */
static void
a_full_store_finds_what_it_has(void **unused)
{
    (void)unused;
    for (size_t bytes = 20000; bytes < 200000; bytes += 5000) {
        struct allowance allowance = {bytes};
        uint64_t state[2];
        struct store store;
        uint32_t states, id;

        store_open(&store, &allowance, 2);
        states = fill(&store, 2);
        for (uint32_t n = 0; n < states; n++) {
            make_state(n, 2, state);
            assert_memory_equal(store_get(&store, n), state, sizeof state);
            assert_int_equal(store_add(&store, state, &id), STORE_OLD);
            assert_int_equal(id, n);
            assert_true(store_find(&store, state, &id));
            assert_int_equal(id, n);
        }
        make_state(states, 2, state);
        assert_false(store_find(&store, state, &id));
        assert_int_equal(store_add(&store, state, &id), STORE_FULL);
        assert_int_equal(store.states, states);
        store_close(&store);
    }
}

static void
a_full_store_goes_on_with_more_room(void **unused)
{
    struct allowance allowance = {50000};
    uint64_t state[2];
    struct store store;
    uint32_t states, id;

    (void)unused;
    store_open(&store, &allowance, 2);
    states = fill(&store, 2);
    assert_true(states > 0);
    allowance.bytes_left += 1000000;
    for (uint32_t n = states; n < 2 * states; n++) {
        make_state(n, 2, state);
        assert_int_equal(store_add(&store, state, &id), STORE_NEW);
        assert_int_equal(id, n);
    }
    for (uint32_t n = 0; n < 2 * states; n++) {
        make_state(n, 2, state);
        assert_int_equal(store_add(&store, state, &id), STORE_OLD);
        assert_int_equal(id, n);
    }
    store_close(&store);
}

static void
an_empty_store(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    const uint64_t state[1] = {7};
    struct store store = {0};
    uint32_t id;

    (void)unused;
    store_close(&store); /* which has never been opened */
    store_open(&store, &allowance, 1);
    store_expect(&store, store_hash(&store, state)); /* they do nothing */
    store_expect_state(&store, store_hash(&store, state));
    assert_false(store_find(&store, state, &id));
    store_close(&store);
    store_close(&store);
    assert_int_equal(allowance.bytes_left, SIZE_MAX);
}

/* A state's number has 32 bits: here is room for one more, if it had a number.  Of the table, all
 * free slots, no page is more than zeroes. */
static void
as_many_states_as_there_are_numbers(void **unused)
{
    enum { PER_SLOT = sizeof(uint32_t) };
    struct allowance allowance = {SIZE_MAX};
    const int zeroes = open("/dev/zero", O_RDONLY);
    uint64_t state[1] = {7};
    struct store store;
    uint32_t id;

    (void)unused;
    store_open(&store, &allowance, 1);
    store.slots = UINT64_C(1) << 33;
    store.slot = mmap(NULL, store.slots * PER_SLOT, PROT_READ, MAP_PRIVATE, zeroes, 0);
    assert_ptr_not_equal(store.slot, MAP_FAILED);
    store.packed = state;
    store.states = STORE_MAX_STATES;
    store.capacity = store.states + 1;
    assert_int_equal(store_add_hashed(&store, state, 0, &id), STORE_FULL);
    assert_int_equal(store.states, STORE_MAX_STATES);
    assert_int_equal(munmap(store.slot, store.slots * PER_SLOT), 0);
    close(zeroes);
}

/* An array whose size is no size_t is not there. */
static void
arrays_beyond_all_memory(void **unused)
{
    struct allowance allowance = {SIZE_MAX};
    size_t bytes = 0;

    (void)unused;
    assert_null(allowance_take(&allowance, &bytes, SIZE_MAX / 8, 8));
    assert_int_equal(bytes, 0);
    assert_int_equal(allowance.bytes_left, SIZE_MAX);
}

static void
arrays_grow_within_the_allowance(void **unused)
{
    struct allowance allowance = {100000};
    uint64_t capacity = 0, before;
    uint32_t *array = allowance_grow(&allowance, NULL, &capacity, 1, sizeof *array), *grown;

    (void)unused;
    assert_non_null(array);
    assert_true(capacity >= 1);
    assert_int_equal(allowance.bytes_left, 100000 - capacity * sizeof *array);
    array[capacity - 1] = 77;
    before = capacity;
    assert_ptr_equal(allowance_grow(&allowance, array, &capacity, before, sizeof *array), array);
    assert_int_equal(capacity, before);

    assert_null(allowance_grow(&allowance, array, &capacity, 30000, sizeof *array));
    assert_int_equal(capacity, before);
    assert_int_equal(allowance.bytes_left, 100000 - capacity * sizeof *array);

    grown = allowance_grow(&allowance, array, &capacity, before + 1, sizeof *array);
    assert_non_null(grown);
    assert_true(capacity > before);
    assert_int_equal(grown[before - 1], 77);
    assert_int_equal(allowance.bytes_left, 100000 - capacity * sizeof *array);
    free(grown);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_found_again),
        cmocka_unit_test(one_bit_makes_another_state),
        cmocka_unit_test(an_allowance_is_kept_and_given_back),
        cmocka_unit_test(a_full_store_finds_what_it_has),
        cmocka_unit_test(a_full_store_goes_on_with_more_room),
        cmocka_unit_test(an_empty_store),
        cmocka_unit_test(as_many_states_as_there_are_numbers),
        cmocka_unit_test(arrays_beyond_all_memory),
        cmocka_unit_test(arrays_grow_within_the_allowance),
    };

    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
