/* Deadlines of waits for the outside world: milliseconds of the monotonic clock. */
#ifndef TAPWEAVE_HARNESS_REAL_DEADLINE_H
#define TAPWEAVE_HARNESS_REAL_DEADLINE_H

#include <errno.h>
#include <poll.h>
#include <time.h>

/* The time that is `milliseconds` from now. */
static inline long long
deadline_in(long long milliseconds)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
}

/* Milliseconds left until then, at most an hour, and 0 when it has passed: what poll(2) takes. */
static inline int
deadline_left(long long deadline)
{
    long long left = deadline - deadline_in(0);

    return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

/* poll(2) until then, which no signal ends: how many are ready, 0 when it has passed. */
static inline int
deadline_poll(struct pollfd *descriptors, nfds_t count, long long deadline)
{
    int ready;

    do {
        ready = poll(descriptors, count, deadline_left(deadline));
    } while (ready < 0 && errno == EINTR);
    return ready;
}

#endif
