/* Output files: see output.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "harness/output.h"

#include <errno.h>
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
        return diagnose(diagnostic, EXIT_BAD_INPUT, "standard output", 0, 0,
                        "cannot be written: %s", strerror(errno));
    }
    return true;
}

static bool
write_text(FILE *file, const char *text)
{
    return fputs(text, file) != EOF && fputc('\n', file) != EOF;
}

/* A pipe or a device is written to as it is; there is no file that could appear half. */
static bool
write_directly(const char *text, const char *path)
{
    FILE *file = fopen(path, "w");
    bool written = file != NULL && write_text(file, text);

    return file != NULL && fclose(file) == 0 && written;
}

/* Writes a file under another name beside it, and renames it. */
static bool
write_beside(const char *text, const char *path)
{
    size_t length = strlen(path);
    char *beside = malloc(length + sizeof ".XXXXXX");
    mode_t mask = umask(0);
    bool written = false;
    FILE *file = NULL;
    int fd = -1;

    umask(mask);
    if (beside != NULL) {
        memcpy(beside, path, length);
        memcpy(beside + length, ".XXXXXX", sizeof ".XXXXXX");
        fd = mkstemp(beside);
    }
    if (fd >= 0) {
        file = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "w") : NULL;
        if (file == NULL) {
            close(fd);
        } else {
            written = write_text(file, text);
            written = fclose(file) == 0 && written && rename(beside, path) == 0;
        }
    }
    if (!written && fd >= 0) {
        int error = errno;

        unlink(beside);
        errno = error;
    }
    free(beside);
    return written;
}

/* The same; a signal that would end us waits until nothing is left beside the file. */
static bool
write_undisturbed(const char *text, const char *path)
{
    sigset_t ends, before;
    bool written;
    int error;

    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &before);
    written = write_beside(text, path);
    error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

static bool
write_file(const char *text, const char *path, struct diagnostic *diagnostic)
{
    struct stat status;
    bool exists = stat(path, &status) == 0, written;
    char *real = exists ? realpath(path, NULL) : NULL;

    if (exists && !S_ISREG(status.st_mode)) {
        written = write_directly(text, path);
    } else {
        written = write_undisturbed(text, real != NULL ? real : path);
    }
    free(real);
    return written || diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "cannot be written: %s",
                               strerror(errno));
}

json_t *
output_text(const char *text)
{
    json_t *json = json_string(text);
    char *copy;

    if (json != NULL || (copy = strdup(text)) == NULL) {
        return json;
    }
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
output_json(json_t *json, const char *path, struct diagnostic *diagnostic)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
    bool written;

    json_decref(json);
    if (text == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, path, 0, 0, "out of memory");
    }
    if (strcmp(path, "-") == 0) {
        written = write_text(stdout, text) && output_flush(diagnostic);
    } else {
        written = write_file(text, path, diagnostic);
    }
    free(text);
    return written;
}
