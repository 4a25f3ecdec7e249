/* A scenario's text, read as if it stood in a file: see scenario_text.h. */
#define _GNU_SOURCE /* memfd_create */
#include "harness/scenario_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a diagnostic says behind "PATH: " or "PATH:LINE:COLUMN: ". */
static const char *
without_place(const char *said, const char *path)
{
    const size_t length = strlen(path);

    if (strncmp(said, path, length) != 0) {
        return said;
    }
    said += length;
    return said + strspn(said, ":0123456789 ");
}

bool
scenario_read_text(struct scenario *scenario, const char *text, const char *name,
                   struct diagnostic *diagnostic)
{
    const size_t size = strlen(text);
    int file = memfd_create("tapweave", MFD_CLOEXEC);
    struct diagnostic said = {EXIT_HOLDS, ""};
    char path[32];
    bool read;

    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read = file >= 0 && write(file, text, size) == (ssize_t)size;
    if (!read) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "a file in memory: %s", strerror(errno));
    } else {
        read = scenario_read(scenario, path, &said);
        scenario->path = name;
    }
    if (said.status != EXIT_HOLDS) {
        diagnose(diagnostic, said.status, NULL, 0, 0, "%s", without_place(said.text, path));
    }
    if (file >= 0) {
        close(file);
    }
    return read;
}
