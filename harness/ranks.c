/* Processes that share a check: see ranks.h. */
#define _GNU_SOURCE /* asprintf */
#include "harness/ranks.h"

#include "harness/output.h"
#include "harness/shard_file.h"
#include "harness/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_TO_COME = 60 /* behind the end of the first one, for one that has not begun */ };

/* The file that a process hands its part over in.  To be freed; NULL without memory. */
static char *
part_path(const struct ranks *ranks, unsigned index)
{
    char *path;

    return asprintf(&path, "%s.rank-%u", ranks->base, index - 1) < 0 ? NULL : path;
}

/* Locks the byte of a process, or (F_UNLCK) sets it free. */
static bool
lock(const struct ranks *ranks, unsigned index, int how, short type)
{
    struct flock byte = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)index - 1, .l_len = 1};
    int failed;

    do {
        failed = fcntl(ranks->lock, how, &byte);
    } while (failed != 0 && errno == EINTR);
    return failed == 0;
}

/* A file that there can be other files beside. */
static bool
is_ordinary(const char *path)
{
    struct stat is;

    return path != NULL && strcmp(path, "-") != 0 && (stat(path, &is) != 0 || S_ISREG(is.st_mode));
}

bool
ranks_join(struct ranks *ranks, const char *json, struct diagnostic *diagnostic)
{
    char *path = NULL;

    *ranks = (struct ranks){.own = {1, 1, NULL}, .lock = -1};
    if (!shard_of_processes(&ranks->own, ranks->job, diagnostic) || ranks->own.of == 1) {
        return diagnostic->status == EXIT_HOLDS;
    }
    if (asprintf(&ranks->base, "%s.%s", is_ordinary(json) ? json : "tapweave", ranks->job) < 0 ||
        asprintf(&path, "%s.ranks", ranks->base) < 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    ranks->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (ranks->lock < 0 || !lock(ranks, ranks->own.index, F_SETLK, F_WRLCK) ||
        pwrite(ranks->lock, "+", 1, (off_t)ranks->own.index - 1) != 1) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                 "the processes of %s cannot meet in this file: %s", ranks->own.source,
                 strerror(errno));
    }
    free(path);
    return diagnostic->status == EXIT_HOLDS;
}

/* True if the process has begun: it has written its byte. */
static bool
has_begun(const struct ranks *ranks, unsigned index)
{
    char byte = '\0';

    return pread(ranks->lock, &byte, 1, (off_t)index - 1) == 1 && byte == '+';
}

/* Waits until the process has ended, or handed over its part: a lock says so, of one that has
 * crashed, too.  False with a diagnostic if it has not even begun for too long. */
static bool
wait_for(const struct ranks *ranks, unsigned index, double until, struct diagnostic *diagnostic)
{
    const struct timespec pause = {.tv_nsec = 20000000};

    while (!has_begun(ranks, index)) {
        if (watch_now() > until) {
            return diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0,
                            "process %u of %u has not come to %s.ranks for %d s: do all of them "
                            "have this folder?",
                            index - 1, ranks->own.of, ranks->base, SECONDS_TO_COME);
        }
        nanosleep(&pause, NULL);
    }
    return (lock(ranks, index, F_SETLKW, F_WRLCK) && lock(ranks, index, F_SETLK, F_UNLCK)) ||
           diagnose(diagnostic, EXIT_BAD_INPUT, ranks->base, 0, 0, "cannot be locked: %s",
                    strerror(errno));
}

/* The part of another process becomes this check's, unless there is a diagnostic. */
static void
take_over(const struct ranks *ranks, unsigned index, struct check *check, const json_t *own,
          struct diagnostic *diagnostic)
{
    char *path = part_path(ranks, index);
    struct shard part;
    json_t *json = NULL;

    if (path == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (access(path, F_OK) != 0) {
        diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0,
                 "process %u of %u has ended without a result", index - 1, ranks->own.of);
    } else if (diagnostic->status == EXIT_HOLDS) {
        json = shard_read_file(path, &part, diagnostic);
    }
    if (json != NULL && shard_is_like(json, path, own, "that of the first process", diagnostic)) {
        shard_restore(check, json, path, diagnostic);
    }
    json_decref(json);
    if (path != NULL) {
        unlink(path);
    }
    free(path);
}

static void
collect(struct ranks *ranks, struct check *check, struct diagnostic *diagnostic)
{
    const double until = watch_now() + SECONDS_TO_COME;
    json_t *own = diagnostic->status == EXIT_HOLDS ? shard_json(check, &ranks->own) : NULL;
    char *path = NULL;

    for (unsigned index = 2; index <= ranks->own.of; index++) {
        if (wait_for(ranks, index, until, diagnostic)) {
            take_over(ranks, index, check, own, diagnostic);
        }
    }
    json_decref(own);
    if (asprintf(&path, "%s.ranks", ranks->base) >= 0) {
        unlink(path);
        free(path);
    }
}

/* Writes the part, or the diagnostic, which is not this process's to say then. */
static void
hand_over(struct ranks *ranks, struct check *check, struct diagnostic *diagnostic)
{
    const struct diagnostic why = *diagnostic;
    char *path = part_path(ranks, ranks->own.index);

    if (path == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return;
    }
    *diagnostic = (struct diagnostic){EXIT_HOLDS, ""};
    output_json(why.status == EXIT_HOLDS ? shard_json(check, &ranks->own)
                                         : shard_error_json(&ranks->own, &why),
                path, diagnostic);
    free(path);
}

bool
ranks_share(struct ranks *ranks, struct check *check, struct diagnostic *diagnostic)
{
    if (ranks->own.index == 1) {
        collect(ranks, check, diagnostic);
    } else {
        hand_over(ranks, check, diagnostic);
    }
    return diagnostic->status == EXIT_HOLDS;
}

void
ranks_leave(struct ranks *ranks)
{
    if (ranks->lock >= 0) {
        close(ranks->lock);
    }
    free(ranks->base);
}
