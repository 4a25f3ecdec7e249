/* Threads that do one piece of work at a time side by side: each has a part of it, and so has the
 * caller's, which waits for all of them. */
#ifndef TAPWEAVE_SIM_TEAM_H
#define TAPWEAVE_SIM_TEAM_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { TEAM_MOST = 63 /* threads beside the caller's */ };

/* Does one of so many parts, which are numbered from 0. */
typedef void team_work(void *context, unsigned part, unsigned parts);

struct team {
    unsigned threads; /* beside the caller's */
    pthread_t thread[TEAM_MOST];
    /* Below: under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t begun, ended;
    team_work *work;
    void *context;
    unsigned parts, taken, done; /* of the work at hand: one part for each thread */
    bool over;
};

/* A team of so many threads, the caller's included, to be given to team_close.  Where they cannot
 * be had, there are fewer. */
void team_open(struct team *team, unsigned threads);
void team_close(struct team *team);

/* Has all parts of the work done, and returns when they are. */
void team_do(struct team *team, team_work *work, void *context);

#endif
