/* How far a search is: see watch.h. */
#include "harness/watch.h"

#include "harness/interrupt.h"
#include "harness/rough.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { WIDTH = 99 /* columns of what is shown, on a terminal of one more */ };

double
watch_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void
watch_show(struct watch *watch, const char *format, ...)
{
    const double time = watch_now();
    char line[WIDTH + 1];
    va_list arguments;

    if (!watch->bounds->watched || time - watch->reported < 0.2) {
        return;
    }
    watch->reported = time;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\r%s ", line);
}

/* What is measured of a search. */
static void
measure(struct watch *watch, const struct explore_progress *progress)
{
    const uint64_t expanded = progress->kept - progress->waiting;

    if (watch->begins) {
        watch->begins = false;
        watch->before = expanded;
    }
    if (expanded > watch->before && progress->waiting > 0) {
        watch->each = watch_seconds(watch) / (double)(expanded - watch->before);
    }
    watch->alike = (double)progress->states / (double)progress->kept;
}

/* How long it takes to expand the rest of so many states of the world. */
static double
time_left(const struct watch *watch, const struct explore_progress *progress, double states)
{
    const double left = states / watch->alike - (double)(progress->kept - progress->waiting);

    return left > 0 ? left * watch->each : 0;
}

/* With an estimate. */
static void
show_forecast(struct watch *watch, const struct explore_progress *progress)
{
    const struct estimate *estimate = &watch->estimate;
    char states[ROUGH_SIZE], left[ROUGH_SIZE];

    watch_show(watch, "%llu of %s states, %llu to go, %.2f M/s, %llu MB, %.0f s, %s left",
               (unsigned long long)progress->states,
               rough_numbers(estimate->least, estimate->most, states),
               (unsigned long long)progress->waiting, 1e-6 / watch->each,
               (unsigned long long)(progress->bytes >> 20), watch_seconds(watch),
               rough_time(time_left(watch, progress, estimate->least),
                          time_left(watch, progress, estimate->most), left));
}

/* Of the states, those that are kept are told at what rate they are expanded: some may stand for
 * others. */
static bool
watch_progress(void *context, const struct explore_progress *progress)
{
    struct watch *watch = context;
    char left[64] = "counting";

    measure(watch, progress);
    if (watch->estimate.is_made && watch->each > 0 && progress->waiting > 0) {
        show_forecast(watch, progress);
        return !watch_is_over(watch);
    }
    if (progress->waiting > 0) {
        snprintf(left, sizeof left, "%llu to go, %.2f M/s", (unsigned long long)progress->waiting,
                 watch->each > 0 ? 1e-6 / watch->each : 0);
    }
    watch_show(watch, "%llu states, %llu transitions, depth %u, %s, %llu MB, %.1f s",
               (unsigned long long)progress->states, (unsigned long long)progress->transitions,
               progress->depth, left, (unsigned long long)(progress->bytes >> 20),
               watch_seconds(watch));
    return !watch_is_over(watch);
}

struct explore_limits
watch_begin(struct watch *watch, const struct bounds *bounds)
{
    double begun = watch_now();

    *watch = (struct watch){.bounds = bounds, .begun = begun, .reported = begun, .begins = true};
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
        fprintf(stderr, "\r%*s\r", WIDTH, "");
    }
}

double
watch_seconds(const struct watch *watch)
{
    return watch_now() - watch->begun;
}

bool
watch_is_late(const struct bounds *bounds)
{
    return bounds->deadline > 0 && watch_now() >= bounds->deadline;
}

bool
watch_is_over(const struct watch *watch)
{
    return interrupt_came() || watch_is_late(watch->bounds) ||
           (watch->bounds->timeout > 0 && watch_seconds(watch) >= watch->bounds->timeout);
}

bool
watch_goes_on(void *watch)
{
    return !watch_is_over(watch);
}
