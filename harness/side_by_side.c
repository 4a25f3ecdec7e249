/* Many cells, side by side: see side_by_side.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "harness/side_by_side.h"

#include "harness/interrupt.h"
#include "harness/memory.h"
#include "harness/print.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What the threads share.  All but the first three members change under the lock alone. */
struct work {
    struct cell *cells;
    unsigned count;
    struct bounds bounds;
    pthread_mutex_t lock;
    pthread_cond_t ended; /* a thread has */
    unsigned next, done, running;
    unsigned bad; /* the least cell that has no world; `count` if there is none */
    struct diagnostic *diagnostic;
};

unsigned
side_by_side_jobs(unsigned jobs)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t own;

    if (sched_getaffinity(0, sizeof own, &own) == 0) {
        processors = CPU_COUNT(&own);
    }
    jobs = jobs != 0 ? jobs : processors > 0 ? (unsigned)processors : 1;
    return jobs < SIDE_BY_SIDE_MOST ? jobs : SIDE_BY_SIDE_MOST;
}

/* The next cell, or false.  They are begun in their order, so that those in front of a bad one have
 * been begun as well, and the least bad one is the same however many threads there are. */
static bool
take(struct work *work, unsigned *index)
{
    *index = work->next;
    work->next += work->next < work->count && work->bad == work->count;
    return *index < work->next;
}

/* A cell that is not to be run: another run does, or it is too late. */
static bool
pass_over(struct cell *cell, const struct bounds *bounds)
{
    cell->late = !cell->elsewhere && !interrupt_came() && watch_is_late(bounds);
    cell->interrupted = cell->interrupted && !cell->late;
    return cell->elsewhere || interrupt_came() || cell->late;
}

static void *
decide(void *context)
{
    struct work *work = context;
    unsigned index;

    pthread_mutex_lock(&work->lock);
    while (take(work, &index)) {
        struct diagnostic diagnostic = {EXIT_HOLDS, ""};
        bool good;

        pthread_mutex_unlock(&work->lock);
        good = pass_over(&work->cells[index], &work->bounds) ||
               cell_run(&work->cells[index], &work->bounds, &diagnostic);
        if (!good && work->cells[index].may_be_refused && diagnostic.status == EXIT_BAD_INPUT) {
            work->cells[index].refusal = memory_copy(diagnostic.text);
            good = true;
        }
        pthread_mutex_lock(&work->lock);
        if (!good && index < work->bad) {
            work->bad = index;
            *work->diagnostic = diagnostic;
        }
        work->done++;
    }
    work->running--;
    pthread_cond_signal(&work->ended);
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

/* Says how far they are, after a second and then five times in each. */
static void
watch(struct work *work)
{
    struct timespec begun, until;
    bool shown = false;

    clock_gettime(CLOCK_REALTIME, &begun);
    until = begun;
    until.tv_sec++;
    pthread_mutex_lock(&work->lock);
    while (work->running > 0) {
        if (pthread_cond_timedwait(&work->ended, &work->lock, &until) == 0) {
            continue;
        }
        clock_gettime(CLOCK_REALTIME, &until);
        fprintf(stderr, "\r%u of %u cell%s, %lld s ", work->done, work->count,
                print_plural(work->count), (long long)(until.tv_sec - begun.tv_sec));
        shown = true;
        until.tv_nsec += 200000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
    }
    pthread_mutex_unlock(&work->lock);
    if (shown) {
        fprintf(stderr, "\r%40s\r", "");
    }
}

bool
side_by_side(struct cell *cells, unsigned count, unsigned jobs, const struct bounds *bounds,
             struct diagnostic *diagnostic)
{
    struct work work = {cells,
                        count,
                        *bounds,
                        PTHREAD_MUTEX_INITIALIZER,
                        PTHREAD_COND_INITIALIZER,
                        .running = jobs,
                        .bad = count,
                        .diagnostic = diagnostic};
    pthread_t thread[SIDE_BY_SIDE_MOST];
    unsigned threads = 0;

    work.bounds.watched = false; /* by each search; there is one line for all of them */
    while (threads < jobs && pthread_create(&thread[threads], NULL, decide, &work) == 0) {
        threads++;
    }
    if (threads < jobs) { /* too many for the system: this one takes the place of all that lack */
        pthread_mutex_lock(&work.lock);
        work.running -= jobs - threads - 1;
        pthread_mutex_unlock(&work.lock);
        decide(&work);
    } else if (bounds->watched) {
        watch(&work);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
    }
    return work.bad == count;
}
