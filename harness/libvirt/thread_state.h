/* What the kernel says of a thread that is traced. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_THREAD_STATE_H
#define TAPWEAVE_HARNESS_LIBVIRT_THREAD_STATE_H

#include <stdbool.h>
#include <sys/types.h>

/* The process that it belongs to, as proc(5) has it; itself if it has gone. */
pid_t thread_state_process(pid_t thread);

/* A thread of ours that has stopped; 0 if there is none.  Its news are not taken. */
pid_t thread_state_stopped(void);

/* Whether one has stopped, or ended, whose news have not been taken. */
bool thread_state_is_any_left(void);

/* It has ended, and has not been reaped. */
bool thread_state_is_zombie(pid_t thread);

/* Takes the news of its stop or its end, if there is any: *status is as waitpid(2) has it. */
bool thread_state_wait(pid_t thread, int *status);

/* Takes the news of its stop, but never of its end: it is not reaped.  A thread that ends between
 * a look for a zombie and this is found at the next look. */
bool thread_state_wait_for_stop(pid_t thread, int *status);

/* A thread that we trace, and that stands in its exit; 0 if there is none, or another one has news
 * that are to be taken first.  Its own are not taken. */
pid_t thread_state_exiting(void);

#endif
