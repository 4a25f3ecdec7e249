/* Memory that cannot be had: whichever piece it is, a search says so, or does without it and says
 * the same as ever; and it gives back what it had (which the sanitizer build looks at).
 *
 * The program is linked so that its calls of malloc, calloc and realloc come here (Makefile).  One
 * of them fails, then the next one, until none is left; and once more with all behind it.  Of a
 * search that takes many pieces, these are the first ones and then some of the others.
 *
 * What is allowed to take a certain number of bytes is also given more and more of them, until they
 * suffice: the fewer are left, the smaller are the pieces, so that each piece that grows fails. */
#ifndef TAPWEAVE_TESTS_UNIT_NO_MEMORY_H
#define TAPWEAVE_TESTS_UNIT_NO_MEMORY_H

#include "tests/unit/search.h"

#include <stdatomic.h>

enum { NO_FAILURE = -1, MOST = 100000 /* pieces that one search takes */, FIRST = 40 };

static atomic_long before_failure = NO_FAILURE; /* so many pieces are had before one is not */
static atomic_bool for_good;                    /* nor any one behind it */
static size_t allowed = SIZE_MAX / 2;           /* bytes that a search may take */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static inline bool
fails(void)
{
    long left = atomic_load(&before_failure);

    if (left == NO_FAILURE) {
        return false;
    }
    if (left > 0) {
        atomic_fetch_sub(&before_failure, 1);
        return false;
    }
    if (!for_good) {
        atomic_store(&before_failure, NO_FAILURE);
    }
    return true;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* Does something from its beginning to its end, and checks what comes of it.  False if it has said
 * that there was no memory. */
typedef bool work(void);

static inline void
without_memory(work *done)
{
    for (int all = 0; all <= 1; all++) {
        unsigned told = 0;
        bool failed = true;

        for (long n = 0; failed; n += 1 + n / FIRST) {
            bool had;

            assert_true(n < MOST);
            for_good = all;
            before_failure = n;
            had = done();
            failed = all ? before_failure == 0 : before_failure == NO_FAILURE;
            before_failure = NO_FAILURE;
            assert_true(had || failed);
            told += !had;
        }
        assert_true(told > 0);
    }
}

/* The work takes no more than `allowed`. */
static inline void
within_few_bytes(work *done)
{
    const size_t enough = allowed;
    unsigned told = 0;
    bool had = false;

    for (size_t bytes = 0; !had; bytes += 1 + bytes / 16) {
        assert_true(bytes < enough);
        allowed = bytes;
        had = done();
        told += !had;
    }
    allowed = enough;
    assert_true(told > 0);
}

#endif
