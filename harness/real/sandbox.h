/* A sandbox for real networking: user (if need be), PID, mount, network namespaces, and a folder of
 * its own in memory.
 *
 * Nothing in it outlives it, however it ends: the processes die with its first one, which dies with
 * the process that made it; the namespaces, the mounts and the folder go with the processes. */
#ifndef TAPWEAVE_HARNESS_REAL_SANDBOX_H
#define TAPWEAVE_HARNESS_REAL_SANDBOX_H

#include "harness/complaint.h"

#include <sys/types.h>

/* Where, inside the sandbox, the folder in memory is. */
#define SANDBOX_FOLDER "/run"

/* Runs `body` as the first process of a new sandbox and waits for it.  It has CAP_NET_ADMIN in the
 * sandbox's network namespace, may write to SANDBOX_FOLDER, and returns the exit status, with a
 * complaint that reaches the caller.  The result is that status, or EXIT_MISSING with a complaint
 * if there can be no sandbox here, or EXIT_INTERNAL with a complaint if its first process was
 * killed. */
enum exit_status sandbox_run(enum exit_status (*body)(void *context, struct complaint *complaint),
                             void *context, struct complaint *complaint);

#endif
