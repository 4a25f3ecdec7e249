/* Output files: see output.h. */
#define _XOPEN_SOURCE 700 /* fchown, readlink */
#include "harness/output.h"

#include "harness/memory.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
output_flush(struct diagnostic *diagnostic)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return diagnose(diagnostic, diagnostic_of_errno(), "standard output", 0, 0,
                        "cannot be written: %s", strerror(errno));
    }
    return true;
}

static bool
write_parts(FILE *file, const struct output_part *parts)
{
    for (; parts->bytes != NULL; parts++) {
        if (fwrite(parts->bytes, 1, parts->size, file) != parts->size) {
            return false;
        }
    }
    return true;
}

/* As open(2) does it: a pipe or a device, which no file could replace, and a file in a folder in
 * which there can be no other. */
static bool
write_directly(const struct output_part *parts, const char *path)
{
    FILE *file = fopen(path, "w");
    bool written = file != NULL && write_parts(file, parts);

    return file != NULL && fclose(file) == 0 && written;
}

/* Writes a file under another name beside it, and renames it.  One that was there keeps its mode
 * and, if we may, its owner. */
static bool
write_beside(const struct output_part *parts, const char *path, const struct stat *before)
{
    char beside[PATH_MAX + sizeof ".XXXXXX"];
    mode_t mask = umask(0);
    bool written = false;
    FILE *file = NULL;
    int fd, error;

    umask(mask);
    snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    fd = mkstemp(beside);
    if (fd < 0) {
        return false;
    }
    if ((before == NULL || fchown(fd, before->st_uid, before->st_gid) == 0 || errno == EPERM) &&
        fchmod(fd, before == NULL ? 0666 & ~mask : before->st_mode & 07777) == 0) {
        file = fdopen(fd, "w");
    }
    if (file == NULL) {
        close(fd);
    } else {
        written = write_parts(file, parts);
        written = fclose(file) == 0 && written && rename(beside, path) == 0;
    }
    if (!written) {
        error = errno;
        unlink(beside);
        errno = error;
    }
    return written;
}

/* The same; a signal that would end us waits until nothing is left beside the file. */
static bool
write_undisturbed(const struct output_part *parts, const char *path, const struct stat *before)
{
    sigset_t ends, mask;
    bool written;
    int error;

    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &mask);
    written = write_beside(parts, path, before);
    error = errno;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    errno = error;
    return written;
}

/* Where the path leads: what its last part, if it is a symbolic link, leads to, or would if it was
 * there.  False with errno. */
static bool
follow(const char *path, char end[PATH_MAX])
{
    enum { MOST_LINKS = 40 /* as the kernel's */ };
    char to[PATH_MAX];
    ssize_t length = 0;

    if (snprintf(end, PATH_MAX, "%s", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (int links = 0; (length = readlink(end, to, sizeof to - 1)) >= 0; links++) {
        char *name = strrchr(end, '/');
        size_t folder = to[0] == '/' || name == NULL ? 0 : (size_t)(name + 1 - end);

        to[length] = '\0';
        if (links == MOST_LINKS || folder + (size_t)length >= PATH_MAX) {
            errno = links == MOST_LINKS ? ELOOP : ENAMETOOLONG;
            return false;
        }
        strcpy(end + folder, to);
    }
    return true;
}

static bool
is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* A file of which only the folder may not be changed, or which is a mount point. */
static bool
is_fixed(const char *path)
{
    return (errno == EACCES || errno == EPERM || errno == EROFS || errno == EBUSY) &&
           access(path, W_OK) == 0;
}

static bool
write_path(const struct output_part *parts, const char *path)
{
    struct stat there, end, out;
    bool exists = stat(path, &there) == 0;
    char real[PATH_MAX];

    if (exists && S_ISREG(there.st_mode) && fstat(STDOUT_FILENO, &out) == 0 &&
        is_same(&there, &out)) {
        return write_parts(stdout, parts); /* /dev/stdout: what is printed is to stay in it */
    }
    if (!follow(path, real)) {
        return false;
    }
    /* What is no file, and a file that has no path any more, as /dev/fd/3 may lead to. */
    if (exists && (!S_ISREG(there.st_mode) || stat(real, &end) != 0 || !is_same(&there, &end))) {
        return write_directly(parts, path);
    }
    return write_undisturbed(parts, real, exists ? &there : NULL) ||
           (exists && is_fixed(real) && write_directly(parts, real));
}

json_t *
output_text(const char *text)
{
    json_t *json = json_string(text);
    char *copy;

    if (json != NULL) {
        return json;
    }
    copy = memory_copy(text);
    for (char *at = copy; *at != '\0'; at++) {
        if ((*at & 0x80) != 0) {
            *at = '?';
        }
    }
    json = json_string(copy);
    free(copy);
    return json;
}

bool
output_parts(const struct output_part *parts, const char *path, struct diagnostic *diagnostic)
{
    return write_path(parts, path) || diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0,
                                               "cannot be written: %s", strerror(errno));
}

bool
output_file(const char *text, const char *path, struct diagnostic *diagnostic)
{
    const struct output_part parts[] = {{text, strlen(text)}, {"\n", 1}, {NULL, 0}};

    return output_parts(parts, path, diagnostic);
}

bool
output_folder(const char *path, bool *made, struct diagnostic *diagnostic)
{
    struct stat there;

    *made = mkdir(path, 0777) == 0;
    if (*made || (stat(path, &there) == 0 && S_ISDIR(there.st_mode))) {
        return true;
    }
    return diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0,
                    "is no folder, and none can be made: %s", strerror(errno));
}

bool
output_json(json_t *json, const char *path, struct diagnostic *diagnostic)
{
    char *text = json == NULL || path == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
    bool written;

    json_decref(json);
    if (path == NULL) {
        return true;
    }
    if (text == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, path, 0, 0, "out of memory");
    }
    if (strcmp(path, "-") == 0) {
        written = puts(text) != EOF && output_flush(diagnostic);
    } else {
        written = output_file(text, path, diagnostic);
    }
    free(text);
    return written;
}

/* What a path leads to, and what is in that file, to put it back. */
struct kept {
    char real[PATH_MAX];
    bool absent; /* there is none */
    char *bytes; /* NULL: it is none, or cannot be read */
    size_t size;
};

static void
keep(struct kept *kept, const char *path)
{
    struct stat there;
    FILE *file;

    *kept = (struct kept){.absent = false};
    if (!follow(path, kept->real)) {
        return;
    }
    kept->absent = lstat(kept->real, &there) != 0;
    if (kept->absent || !S_ISREG(there.st_mode) || (file = fopen(kept->real, "rb")) == NULL) {
        return;
    }
    kept->bytes = memory_grow(NULL, (size_t)there.st_size + 1);
    kept->size = fread(kept->bytes, 1, (size_t)there.st_size, file);
    if (ferror(file) || kept->size < (size_t)there.st_size) {
        free(kept->bytes);
        kept->bytes = NULL;
    }
    fclose(file);
}

static void
put_back(const struct kept *kept)
{
    const struct output_part parts[] = {{kept->bytes, kept->size}, {NULL, 0}};

    if (kept->absent) {
        unlink(kept->real);
    } else if (kept->bytes != NULL) {
        write_path(parts, kept->real);
    }
}

bool
output_pair(const char *text, const char *path, json_t *json, const char *json_path,
            struct diagnostic *diagnostic)
{
    struct kept kept;
    bool done;

    keep(&kept, path);
    if (!output_file(text, path, diagnostic)) {
        json_decref(json);
        done = false;
    } else {
        done = output_json(json, json_path, diagnostic);
        if (!done) {
            put_back(&kept);
        }
    }
    free(kept.bytes);
    return done;
}
