/* Threads that do one piece of work side by side: see team.h. */
#include "sim/team.h"

#include <assert.h>

/* Does the first part that nobody has begun.  The lock is held, but not meanwhile. */
static void
do_next(struct team *team)
{
    const unsigned part = team->taken++;

    pthread_mutex_unlock(&team->lock);
    team->work(team->context, part, team->parts);
    pthread_mutex_lock(&team->lock);
    if (++team->done == team->parts) {
        pthread_cond_signal(&team->ended);
    }
}

static void *
run(void *context)
{
    struct team *team = context;

    pthread_mutex_lock(&team->lock);
    while (!team->over) {
        if (team->taken < team->parts) {
            do_next(team);
        } else {
            pthread_cond_wait(&team->begun, &team->lock);
        }
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

void
team_open(struct team *team, unsigned threads)
{
    assert(threads > 0 && threads - 1 <= TEAM_MOST);
    *team = (struct team){.threads = 0};
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->begun, NULL);
    pthread_cond_init(&team->ended, NULL);
    while (team->threads < threads - 1 &&
           pthread_create(&team->thread[team->threads], NULL, run, team) == 0) {
        team->threads++;
    }
}

void
team_close(struct team *team)
{
    pthread_mutex_lock(&team->lock);
    team->over = true;
    pthread_cond_broadcast(&team->begun);
    pthread_mutex_unlock(&team->lock);
    for (unsigned i = 0; i < team->threads; i++) {
        pthread_join(team->thread[i], NULL);
    }
    pthread_cond_destroy(&team->ended);
    pthread_cond_destroy(&team->begun);
    pthread_mutex_destroy(&team->lock);
}

void
team_do(struct team *team, team_work *work, void *context)
{
    pthread_mutex_lock(&team->lock);
    team->work = work;
    team->context = context;
    team->parts = team->threads + 1;
    team->taken = team->done = 0;
    pthread_cond_broadcast(&team->begun);
    while (team->done < team->parts) {
        if (team->taken < team->parts) {
            do_next(team);
        } else {
            pthread_cond_wait(&team->ended, &team->lock);
        }
    }
    pthread_mutex_unlock(&team->lock);
}
