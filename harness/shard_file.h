/* A part of a check as a file ("tapweave-shard/1", docs/formats.md). */
#ifndef TAPWEAVE_HARNESS_SHARD_FILE_H
#define TAPWEAVE_HARNESS_SHARD_FILE_H

#include "harness/check.h"

/* The cells that are this run's, as that part. */
json_t *shard_json(const struct check *check, const struct shard *part);

/* That there are none, and why. */
json_t *shard_error_json(const struct shard *part, const struct diagnostic *why);

/* Reads such a file; NULL with a diagnostic if it is none, or with what it says is the reason that
 * there are no results.  To be given to json_decref. */
json_t *shard_read_file(const char *path, struct shard *part, struct diagnostic *diagnostic);

/* True if it was made by such a program, of such scenarios, with such options as the check's cells
 * are to be; otherwise a diagnostic that names the file, and what it is compared with. */
bool shard_is_like(const json_t *json, const char *path, const json_t *other, const char *with,
                   struct diagnostic *diagnostic);

/* Its results become those of the check's cells that it has.  False with a diagnostic. */
bool shard_restore(struct check *check, const json_t *json, const char *path,
                   struct diagnostic *diagnostic);

#endif
