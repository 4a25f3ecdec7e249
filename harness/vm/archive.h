/* An initial file system of Linux, as a file in memory: a cpio archive of the format `newc`
 * (Documentation/driver-api/early-userspace/buffer-format.rst). */
#ifndef TAPWEAVE_HARNESS_VM_ARCHIVE_H
#define TAPWEAVE_HARNESS_VM_ARCHIVE_H

#include "harness/diagnostic.h"

#include <stdio.h>

struct archive {
    FILE *file;
    unsigned entries;
    struct diagnostic *diagnostic; /* not owned */
};

/* False with a diagnostic.  To be closed only if true. */
bool archive_open(struct archive *archive, struct diagnostic *diagnostic);
void archive_close(struct archive *archive);

/* Adds a file of that absolute path, which everybody may read and run, and the folders above it.
 * False with a diagnostic. */
bool archive_add(struct archive *archive, const char *path, const void *bytes, size_t size);

/* The same with the contents of this machine's file `from`. */
bool archive_add_file(struct archive *archive, const char *path, const char *from);

/* Ends it.  Its descriptor, which is the archive's; -1 with a diagnostic. */
int archive_end(struct archive *archive);

#endif
