/* Processes that were started together (by mpirun or srun) and share the cells of one check.
 *
 * They meet in files, in a folder that all of them have: that of the --json FILE, or the current
 * one.  Each holds a lock while it runs.  Each but the first writes its part, says nothing, and
 * ends well.  The first one waits for the others' locks, reads their parts, removes the files, and
 * goes on as if it had decided all cells. */
#ifndef TAPWEAVE_HARNESS_RANKS_H
#define TAPWEAVE_HARNESS_RANKS_H

#include "harness/shard.h"

struct ranks {
    struct shard own; /* index 1 is the first one */
    char job[SHARD_JOB_SIZE];
    char *base; /* what the files' names begin with */
    int lock;   /* the file that is locked; -1 if there is none */
};

/* Reads the environment and, if there are several, makes itself known to the others.  `json` is the
 * --json FILE or NULL.  False with a diagnostic.  To be given to ranks_leave in any case. */
bool ranks_join(struct ranks *ranks, const char *json, struct diagnostic *diagnostic);

/* What this process has decided, or why it has not.  Of the first one: takes over what the others
 * have, and waits for that.  False with a diagnostic if that is not possible; one that was there
 * before stays.  Of any other: hands it over, and with it the diagnostic. */
bool ranks_share(struct ranks *ranks, struct check *check, struct diagnostic *diagnostic);

void ranks_leave(struct ranks *ranks);

#endif
