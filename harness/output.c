/* Output files: see output.h. */
#include "harness/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
output_flush(struct complaint *complaint)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return complain(complaint, EXIT_BAD_INPUT, "standard output", 0, 0, "cannot be written: %s",
                        strerror(errno));
    }
    return true;
}

static bool
write_text(FILE *file, const char *text)
{
    return fputs(text, file) != EOF && fputc('\n', file) != EOF;
}

static bool
write_file(const char *text, const char *path, struct complaint *complaint)
{
    size_t length = strlen(path);
    char *beside = malloc(length + sizeof ".XXXXXX");
    FILE *file = NULL;
    bool written = false;
    mode_t mask;
    int fd;

    if (beside == NULL) {
        return complain(complaint, EXIT_INTERNAL, path, 0, 0, "out of memory");
    }
    memcpy(beside, path, length);
    memcpy(beside + length, ".XXXXXX", sizeof ".XXXXXX");
    fd = mkstemp(beside);
    if (fd >= 0) {
        mask = umask(0);
        umask(mask);
        file = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "w") : NULL;
        if (file == NULL) {
            close(fd);
        } else {
            written = write_text(file, text);
            written = fclose(file) == 0 && written && rename(beside, path) == 0;
        }
    }
    if (!written) {
        complain(complaint, EXIT_BAD_INPUT, path, 0, 0, "cannot be written: %s", strerror(errno));
        if (fd >= 0) {
            unlink(beside);
        }
    }
    free(beside);
    return written;
}

bool
output_json(json_t *json, const char *path, struct complaint *complaint)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
    bool written;

    json_decref(json);
    if (text == NULL) {
        return complain(complaint, EXIT_INTERNAL, path, 0, 0, "out of memory");
    }
    if (strcmp(path, "-") == 0) {
        written = write_text(stdout, text) && output_flush(complaint);
    } else {
        written = write_file(text, path, complaint);
    }
    free(text);
    return written;
}
