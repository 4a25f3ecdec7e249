/* The runtime of the traced files: see access.h. */
#include "sim/access.h"

#include <assert.h>
#include <string.h>

struct watch {
    uintptr_t begin; /* 0: nothing is watched */
    struct access access;
    uint8_t is_read[sizeof(struct state)], is_written[sizeof(struct state)];
};

static _Thread_local struct watch watch;

void
access_begin(const struct state *state)
{
    assert(watch.begin == 0);
    watch.access.reads = watch.access.writes = 0;
    memset(watch.is_read, 0, sizeof watch.is_read);
    memset(watch.is_written, 0, sizeof watch.is_written);
    watch.begin = (uintptr_t)state;
}

const struct access *
access_end(void)
{
    assert(watch.begin != 0);
    watch.begin = 0;
    return &watch.access;
}

static void
note_read(const void *where, size_t size)
{
    for (uintptr_t at = (uintptr_t)where - watch.begin; size > 0; size--, at++) {
        if (watch.begin != 0 && at < sizeof(struct state) && !watch.is_written[at] &&
            !watch.is_read[at]) {
            watch.is_read[at] = 1;
            watch.access.read[watch.access.reads++] = (uint16_t)at;
        }
    }
}

static void
note_write(const void *where, size_t size)
{
    for (uintptr_t at = (uintptr_t)where - watch.begin; size > 0; size--, at++) {
        if (watch.begin != 0 && at < sizeof(struct state) && !watch.is_written[at]) {
            watch.is_written[at] = 1;
            watch.access.written[watch.access.writes++] = (uint16_t)at;
        }
    }
}

/* What the compiler calls: gcc and clang agree on these names. */
#define ACCESSES(size)                                           \
    void traced___asan_load##size##_noabort(const void *where);  \
    void traced___asan_store##size##_noabort(const void *where); \
    void traced___asan_load##size##_noabort(const void *where)   \
    {                                                            \
        note_read(where, size);                                  \
    }                                                            \
    void traced___asan_store##size##_noabort(const void *where)  \
    {                                                            \
        note_write(where, size);                                 \
    }
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

void traced___asan_loadN_noabort(const void *where, size_t size);
void traced___asan_storeN_noabort(const void *where, size_t size);
void traced___asan_handle_no_return(void);
void *traced_memcpy(void *to, const void *from, size_t size);
void *traced_memset(void *to, int value, size_t size);
int traced_memcmp(const void *a, const void *b, size_t size);
_Noreturn void traced___assert_fail(const char *what, const char *file, unsigned line,
                                    const char *function);

void
traced___asan_loadN_noabort(const void *where, size_t size)
{
    note_read(where, size);
}

void
traced___asan_storeN_noabort(const void *where, size_t size)
{
    note_write(where, size);
}

void
traced___asan_handle_no_return(void)
{
}

_Noreturn void
traced___assert_fail(const char *what, const char *file, unsigned line, const char *function)
{
    __assert_fail(what, file, line, function);
}

void *
traced_memcpy(void *to, const void *from, size_t size)
{
    note_read(from, size);
    note_write(to, size);
    return memcpy(to, from, size);
}

void *
traced_memset(void *to, int value, size_t size)
{
    note_write(to, size);
    return memset(to, value, size);
}

int
traced_memcmp(const void *a, const void *b, size_t size)
{
    note_read(a, size);
    note_read(b, size);
    return memcmp(a, b, size);
}
