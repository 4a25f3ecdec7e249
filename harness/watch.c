/* How far a search is: see watch.h. */
#include "harness/watch.h"

#include "harness/interrupt.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void
watch_show(struct watch *watch, const char *format, ...)
{
    const double time = now();
    va_list arguments;

    if (!watch->bounds->watched || time - watch->reported < 0.2) {
        return;
    }
    watch->reported = time;
    fputc('\r', stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc(' ', stderr);
}

/* Of the states, those that are kept are told at what rate they are found: some may stand for
 * others. */
static bool
watch_progress(void *context, const struct explore_progress *progress)
{
    struct watch *watch = context;
    const double seconds = watch_seconds(watch);
    char left[64] = "counting";

    if (progress->waiting > 0) {
        snprintf(left, sizeof left, "%llu to go, %.2f M/s", (unsigned long long)progress->waiting,
                 (double)progress->kept / seconds / 1e6);
    }
    watch_show(watch, "%llu states, %llu transitions, depth %u, %s, %llu MB, %.1f s",
               (unsigned long long)progress->states, (unsigned long long)progress->transitions,
               progress->depth, left, (unsigned long long)(progress->bytes >> 20), seconds);
    return !watch_is_over(watch);
}

struct explore_limits
watch_begin(struct watch *watch, const struct bounds *bounds)
{
    double begun = now();

    *watch = (struct watch){bounds, begun, begun};
    return (struct explore_limits){.max_states = bounds->max_states,
                                   .max_memory = bounds->max_memory,
                                   .threads = bounds->threads,
                                   .progress = watch_progress,
                                   .context = watch};
}

void
watch_wipe(const struct watch *watch)
{
    if (watch->reported > watch->begun) {
        fprintf(stderr, "\r%99s\r", "");
    }
}

double
watch_seconds(const struct watch *watch)
{
    return now() - watch->begun;
}

bool
watch_is_over(const struct watch *watch)
{
    return interrupt_came() ||
           (watch->bounds->timeout > 0 && watch_seconds(watch) >= watch->bounds->timeout);
}
