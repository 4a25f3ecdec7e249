/* The store of visited states: see store.h. */
#include "sim/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FIRST_CAPACITY = 1024 };

void *
allowance_grow(struct allowance *allowance, void *array, uint64_t *capacity, uint64_t needed,
               size_t size)
{
    /* By half; by less, where that would take more than its share of what is left for all. */
    const uint64_t share = allowance->bytes_left / 4 / size;
    uint64_t larger = *capacity == 0 ? FIRST_CAPACITY : *capacity + *capacity / 2;
    size_t more;
    void *moved;

    if (needed <= *capacity) {
        return array;
    }
    larger = larger - *capacity > share ? *capacity + share : larger;
    larger = larger < needed ? needed : larger;
    more = (size_t)(larger - *capacity) * size;
    if (more > allowance->bytes_left || (moved = realloc(array, (size_t)larger * size)) == NULL) {
        return NULL;
    }
    allowance->bytes_left -= more;
    *capacity = larger;
    return moved;
}

void *
allowance_take(struct allowance *allowance, size_t *bytes, uint64_t count, size_t size)
{
    size_t wanted = (size_t)(count + 1) * size; /* never an array of nothing */
    void *array;

    if (count >= SIZE_MAX / size || wanted > allowance->bytes_left ||
        (array = calloc(1, wanted)) == NULL) {
        return NULL;
    }
    allowance->bytes_left -= wanted;
    *bytes += wanted;
    return array;
}

void
store_open(struct store *store, struct allowance *allowance, unsigned words)
{
    assert(words > 0); /* or all states are equal */
    *store = (struct store){.allowance = allowance, .words = words};
}

void
store_close(struct store *store)
{
    if (store->allowance != NULL) {
        store->allowance->bytes_left +=
            (size_t)store->capacity * store->words * sizeof *store->packed +
            (size_t)store->slots * sizeof *store->slot;
    }
    free(store->packed);
    free(store->slot);
    *store = (struct store){0};
}

uint64_t
store_hash(const struct store *store, const uint64_t *packed)
{
    return XXH3_64bits(packed, store->words * sizeof *packed);
}

const uint64_t *
store_get(const struct store *store, uint32_t id)
{
    assert(id < store->states);
    return store->packed + (size_t)id * store->words;
}

/* Doubles the hash table.  False if there is no room for a larger one. */
static bool
grow_table(struct store *store)
{
    uint64_t slots = store->slots == 0 ? 2 * (uint64_t)FIRST_CAPACITY : 2 * store->slots;
    size_t bytes = (size_t)slots * sizeof *store->slot;
    size_t old = (size_t)store->slots * sizeof *store->slot;
    uint32_t *slot;

    assert((slots & (slots - 1)) == 0 && store->states < slots / 2); /* a hash is cut by a mask */
    if (bytes > store->allowance->bytes_left + old ||
        (slot = calloc(slots, sizeof *slot)) == NULL) {
        return false;
    }
    for (uint64_t id = 0; id < store->states; id++) {
        uint64_t at = store_hash(store, store_get(store, (uint32_t)id)) & (slots - 1);

        while (slot[at] != 0) {
            at = (at + 1) & (slots - 1);
        }
        slot[at] = (uint32_t)(id + 1);
    }
    free(store->slot);
    store->allowance->bytes_left -= bytes - old;
    store->slot = slot;
    store->slots = slots;
    return true;
}

/* The slot of the packed state, or the free one where it belongs. */
static uint64_t
find_slot(const struct store *store, const uint64_t *packed, uint64_t hash)
{
    uint64_t at = hash & (store->slots - 1);

    assert(store->states < store->slots); /* one slot is free: the search ends */
    while (store->slot[at] != 0 && memcmp(store_get(store, store->slot[at] - 1), packed,
                                          store->words * sizeof *packed) != 0) {
        at = (at + 1) & (store->slots - 1);
    }
    return at;
}

/* The table is to be doubled: it is at most half full while another one takes little of what is
 * left for all; three quarters, while there is room for the states that it is for; and seven
 * eighths. */
static bool
is_crowded(const struct store *store)
{
    const uint64_t states = store->states + 1, left = store->allowance->bytes_left;
    const uint64_t table = 2 * store->slots * sizeof *store->slot;
    const uint64_t more = store->slots / 2 * store->words * sizeof *store->packed;

    return (2 * states > store->slots && table <= left / 8) ||
           (4 * states > 3 * store->slots && table + more <= left) || 8 * states > 7 * store->slots;
}

void
store_expect(const struct store *store, uint64_t hash)
{
    if (store->slots > 0) {
        __builtin_prefetch(&store->slot[hash & (store->slots - 1)]);
    }
}

void
store_expect_state(const struct store *store, uint64_t hash)
{
    const uint32_t slot = store->slots == 0 ? 0 : store->slot[hash & (store->slots - 1)];

    if (slot != 0) {
        __builtin_prefetch(store->packed + (size_t)(slot - 1) * store->words);
    }
}

int
store_add(struct store *store, const uint64_t *packed, uint32_t *id)
{
    return store_add_hashed(store, packed, store_hash(store, packed), id);
}

bool
store_find(const struct store *store, const uint64_t *packed, uint32_t *id)
{
    uint32_t slot =
        store->slots == 0 ? 0 : store->slot[find_slot(store, packed, store_hash(store, packed))];

    *id = slot - 1;
    return slot != 0;
}

int
store_add_hashed(struct store *store, const uint64_t *packed, uint64_t hash, uint32_t *id)
{
    size_t bytes = store->words * sizeof *packed;
    uint64_t at, *grown;

    if (store->slots == 0 && !grow_table(store)) {
        return STORE_FULL;
    }
    at = find_slot(store, packed, hash);
    if (store->slot[at] != 0) {
        *id = store->slot[at] - 1;
        return STORE_OLD;
    }
    if (is_crowded(store)) {
        if (!grow_table(store)) {
            return STORE_FULL;
        }
        at = find_slot(store, packed, hash);
    }
    if (store->states == STORE_MAX_STATES ||
        (grown = allowance_grow(store->allowance, store->packed, &store->capacity,
                                store->states + 1, bytes)) == NULL) {
        return STORE_FULL;
    }
    store->packed = grown;
    assert(store->states < store->capacity && store->slot[at] == 0);
    *id = (uint32_t)store->states++;
    memcpy(store->packed + (size_t)*id * store->words, packed, bytes);
    store->slot[at] = (uint32_t)store->states;
    return STORE_NEW;
}
