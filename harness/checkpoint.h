/* Checkpoints: searches as files, from which they go on later.
 *
 * A file has a head, and then what sim/snapshot.h has, as it is in memory.  The head has hashes
 * (XXH3): of this program's own file, since another build may have other states, or other steps; of
 * the scenario, the policy and what of the options decides which states there are; and of all bytes
 * that follow.  A file that is not what they say is refused. */
#ifndef TAPWEAVE_HARNESS_CHECKPOINT_H
#define TAPWEAVE_HARNESS_CHECKPOINT_H

#include "harness/build.h"
#include "harness/watch.h"
#include "sim/snapshot.h"

#define CHECKPOINT_SCHEMA "tapweave-checkpoint/1"

/* What a search is of, by its scenario, its policy and its bounds. */
uint64_t checkpoint_cell(const struct scenario *scenario, const struct policy *policy,
                         const struct bounds *bounds);

/* A search that is to go on. */
struct checkpoint_file {
    void *bytes; /* the file's, mapped */
    size_t size;
    struct snapshot snapshot; /* which refers to them */
    struct growth growth;     /* the world that it is of */
};

/* Opens a file of that cell; to be given to checkpoint_close.  False with a diagnostic, and nothing
 * to close, if it is none, or of another cell, version or build, or damaged. */
bool checkpoint_open(struct checkpoint_file *file, const char *path, uint64_t cell,
                     struct diagnostic *diagnostic);
void checkpoint_close(struct checkpoint_file *file);

/* Where a search is saved. */
struct checkpoint {
    const char *path;          /* not owned, as all below */
    double every;              /* seconds between two of them */
    const struct watch *watch; /* of the search */
    const struct growth *growth;
    struct diagnostic *diagnostic;
    uint64_t cell;
    double saved; /* when the last one was, in seconds of the watch; 0: none was */
    bool noted;   /* one could not be written, and this was said */
    bool refused; /* the first one could not be written */
};

/* As explore_limits.save has it.  The first one is written at once, so that a file that cannot be
 * written ends the search, with a diagnostic; so does the last one, of a search that has ended
 * early.  Of those between there is only a note. */
bool checkpoint_save(void *checkpoint, const struct snapshot *snapshot, bool ended);

#endif
