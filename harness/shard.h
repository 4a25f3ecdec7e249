/* Parts of a check: which of several runs this one is, and which cells are its own.
 *
 * Cells that a claim compares, and the pair of -p, are a unit: a run that has one of them has all,
 * so that it can judge its claims.  Unit after unit goes to the runs in turn. */
#ifndef TAPWEAVE_HARNESS_SHARD_H
#define TAPWEAVE_HARNESS_SHARD_H

#include "harness/check.h"

/* Reads "I/N", with I from 1 to N.  False with a diagnostic. */
bool shard_read(struct shard *shard, const char *text, struct diagnostic *diagnostic);

/* What the environment says: of a job that is one of several (GitLab's `parallel`, a Slurm array);
 * and of a process that is one of several that were started together (by Open MPI's mpirun, or
 * srun), with the name of what has started them in `job`.  One of one, if it says nothing.  False
 * with a diagnostic if what it says makes no sense. */
enum { SHARD_JOB_SIZE = 64 };
bool shard_of_jobs(struct shard *shard, struct diagnostic *diagnostic);
bool shard_of_processes(struct shard *shard, char job[SHARD_JOB_SIZE],
                        struct diagnostic *diagnostic);

/* Leaves those of the check's cells to others that are theirs, of the ones that have not been left
 * to others yet. */
void shard_take(struct check *check, const struct shard *shard);

#endif
