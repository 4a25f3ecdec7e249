/* Sandboxes for real networking: user (if need be), PID, mount, network namespaces, and a folder in
 * memory for each.
 *
 * Nothing in one outlives it, however it ends: the processes die with its first one, which dies
 * with the process that made it; the namespaces, the mounts and the folder go with the processes.
 */
#ifndef TAPWEAVE_HARNESS_REAL_SANDBOX_H
#define TAPWEAVE_HARNESS_REAL_SANDBOX_H

#include "harness/diagnostic.h"

#include <stdio.h>

/* Where, inside a sandbox, the folder in memory is. */
#define SANDBOX_FOLDER "/run"

enum { SANDBOX_MOST = 64 };

struct sandbox {
    void (*body)(struct sandbox *sandbox);
    void *context; /* the body's */
    /* The body's, or that there can be no sandbox here (EXIT_MISSING): in memory that is shared
     * with other processes, and not owned. */
    struct diagnostic *diagnostic;
    char way_in[64]; /* for the body: nsenter's options from where the caller is */
};

/* Runs every body, side by side, as the first process of a sandbox of its own, at most SANDBOX_MOST
 * of them, and waits for them.  A body has CAP_NET_ADMIN in its network namespace and may write to
 * SANDBOX_FOLDER; what it writes elsewhere in memory, its caller sees only if it is shared.  False
 * if one was killed.
 *
 * A signal that ends the caller meanwhile (SIGINT, SIGTERM, SIGHUP) does so when nothing is left of
 * any of them. */
bool sandbox_run(struct sandbox *sandboxes, unsigned count);

/* In a body: says in one line on `to` how to enter the sandbox, and waits until standard input has
 * a line or ends.  `where` is a word or two on what is held. */
void sandbox_hold(const struct sandbox *sandbox, const char *where, FILE *to);

/* In a body: whether there is no room left in SANDBOX_FOLDER, so that what failed did so for that.
 */
bool sandbox_is_full(void);

#endif
