/* The store of visited states: packed states in the order of their discovery, and a hash table that
 * finds them again.  A state's number in that order is its id.
 *
 * Exact: a state is new unless its very words are found.  Memory is counted against a limit. */
#ifndef TAPWEAVE_SIM_STORE_H
#define TAPWEAVE_SIM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A memory allowance that several arrays draw on. */
struct allowance {
    size_t bytes_left;
};

/* Returns `array` with room for `needed` elements of `size` bytes, moved and *capacity raised if it
 * was too small.  NULL, and nothing has changed, if the allowance or the machine's memory does not
 * suffice. */
void *allowance_grow(struct allowance *allowance, void *array, uint64_t *capacity, uint64_t needed,
                     size_t size);

/* A zeroed array of `count` elements of `size` bytes, to be freed by the caller, who then gives the
 * bytes back that were taken from the allowance: they are added to *bytes.  NULL, and nothing has
 * changed, if the allowance or the machine's memory does not suffice. */
void *allowance_take(struct allowance *allowance, size_t *bytes, uint64_t count, size_t size);

struct store {
    struct allowance *allowance; /* not owned */
    unsigned words;              /* of a packed state */
    uint64_t states;             /* in the store */
    uint64_t *packed;            /* `words` each, by id */
    uint64_t capacity;           /* of packed[], in states */
    uint32_t *slot;              /* open addressing: 1 + id, or 0 */
    uint64_t slots;              /* a power of two */
};

enum { STORE_FULL = -1, STORE_OLD = 0, STORE_NEW = 1 };

/* Ids are 32 bits wide: no store holds more states. */
#define STORE_MAX_STATES (UINT32_MAX - 1)

void store_open(struct store *store, struct allowance *allowance, unsigned words);
void store_close(struct store *store);

/* Finds the packed state or adds it, and stores its id.  STORE_FULL: it is new, and there is no
 * room. */
int store_add(struct store *store, const uint64_t *packed, uint32_t *id);

/* Finds the packed state, and stores its id; false if it is not there. */
bool store_find(const struct store *store, const uint64_t *packed, uint32_t *id);

/* store_add in two steps, so that others can take the first one, and the memory be fetched ahead:
 * the hash reads nothing of the store but `words`; first the table's, then that of the state which
 * is found there. */
uint64_t store_hash(const struct store *store, const uint64_t *packed);
void store_expect(const struct store *store, uint64_t hash);
void store_expect_state(const struct store *store, uint64_t hash);
int store_add_hashed(struct store *store, const uint64_t *packed, uint64_t hash, uint32_t *id);

/* The packed state of an id; valid until the next store_add. */
const uint64_t *store_get(const struct store *store, uint32_t id);

#endif
