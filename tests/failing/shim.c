/* Lets one allocation of a program fail: preloaded (LD_PRELOAD), by these variables.
 *
 *   SHIM_FAIL=N     the N-th allocation since main began fails, counted from 1
 *   SHIM_FROM=N     that one, and all that follow
 *   SHIM_LIST=FILE  none fails; at the end, a line to FILE for each: a hash of where it comes from
 *
 * All allocations of the program and of the libraries come here: glibc calls malloc as others do.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { FRAMES = 24, MOST = 1 << 20 };

static atomic_ulong counted;
static unsigned long fail, from;
static bool begun, listing;
static uint64_t *place; /* of each allocation, when listing */
static _Thread_local bool inside;

/* Who has called, and who has called that. */
static uint64_t
hash_of_callers(void)
{
    void *frame[FRAMES];
    int frames = backtrace(frame, FRAMES);
    uint64_t hash = UINT64_C(14695981039346656037);

    for (int i = 2; i < frames; i++) {
        hash = (hash ^ (uintptr_t)frame[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static bool
fails(void)
{
    unsigned long number;

    if (!begun || inside) {
        return false;
    }
    number = atomic_fetch_add(&counted, 1) + 1;
    if (listing && number <= MOST) {
        inside = true;
        place[number - 1] = hash_of_callers();
        inside = false;
    }
    if (number != fail && (from == 0 || number < from)) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *
malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *
reallocarray(void *memory, size_t count, size_t size)
{
    return fails() || (count > 0 && size > SIZE_MAX / count) ? NULL
                                                             : __libc_realloc(memory, count * size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *made = fails() ? NULL : __libc_memalign(alignment, size);

    *memory = made == NULL ? *memory : made;
    return made == NULL ? ENOMEM : 0;
}

static int (*real_main)(int, char **, char **);

static int
begin(int argc, char **argv, char **environment)
{
    begun = true;
    return real_main(argc, argv, environment);
}

int __libc_start_main(int (*its_main)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*loader)(void), void *stack);

int
__libc_start_main(int (*its_main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                  void (*fini)(void), void (*loader)(void), void *stack)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                 void (*)(void), void *) =
        (int (*)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                 void (*)(void), void *))(uintptr_t)dlsym(RTLD_NEXT, "__libc_start_main");
    const char *number = getenv("SHIM_FAIL"), *first = getenv("SHIM_FROM");
    void *frame[FRAMES];

    real_main = its_main;
    fail = number == NULL ? 0 : strtoul(number, NULL, 10);
    from = first == NULL ? 0 : strtoul(first, NULL, 10);
    listing = getenv("SHIM_LIST") != NULL;
    if (listing) {
        place = __libc_calloc(MOST, sizeof *place);
        (void)backtrace(frame, FRAMES); /* which allocates, the first time */
    }
    return start(begin, argc, argv, init, fini, loader, stack);
}

static void __attribute__((destructor)) end(void)
{
    FILE *file;

    begun = false;
    if (listing && (file = fopen(getenv("SHIM_LIST"), "w")) != NULL) {
        for (unsigned long i = 0; i < counted && i < MOST; i++) {
            fprintf(file, "%016llx\n", (unsigned long long)place[i]);
        }
        fclose(file);
    }
}
