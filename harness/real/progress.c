/* How far the schedules are: see progress.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "harness/real/progress.h"

#include "harness/real/deadline.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>

enum { SILENT_MS = 100 };

struct progress {
    uint64_t all;
    atomic_ullong done;
    atomic_llong silent; /* nothing is shown until then (deadline.h) */
    atomic_bool shown;
};

struct progress *
progress_open(uint64_t all)
{
    struct progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (progress == MAP_FAILED) {
        return NULL;
    }
    progress->all = all;
    atomic_init(&progress->done, 0);
    atomic_init(&progress->silent, deadline_in(SILENT_MS));
    atomic_init(&progress->shown, false);
    return progress;
}

void
progress_step(struct progress *progress)
{
    unsigned long long done;
    long long silent;

    if (progress == NULL) {
        return;
    }
    done = atomic_fetch_add(&progress->done, 1) + 1;
    silent = atomic_load(&progress->silent);
    if (deadline_left(silent) == 0 &&
        atomic_compare_exchange_strong(&progress->silent, &silent, deadline_in(SILENT_MS))) {
        atomic_store(&progress->shown, true);
        fprintf(stderr, "\r  %llu of %llu schedules ", done, (unsigned long long)progress->all);
    }
}

void
progress_close(struct progress *progress)
{
    if (progress == NULL) {
        return;
    }
    if (atomic_load(&progress->shown)) {
        fprintf(stderr, "\r%70s\r", "");
    }
    munmap(progress, sizeof *progress);
}
