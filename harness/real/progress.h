/* How far the schedules of a cell are, on a terminal: one line on standard error, rewritten by
 * whichever process has just ended a schedule, so that nobody has to wake up for it. */
#ifndef TAPWEAVE_HARNESS_REAL_PROGRESS_H
#define TAPWEAVE_HARNESS_REAL_PROGRESS_H

#include <stdint.h>

struct progress;

/* For `all` schedules, and for the caller and every process that it forks from now on.  NULL, with
 * which nothing is shown, without memory. */
struct progress *progress_open(uint64_t all);

/* Another schedule has ended.  It is shown if nothing was for a moment. */
void progress_step(struct progress *progress);

/* Erases the line. */
void progress_close(struct progress *progress);

#endif
