/* What the targets share: see reader.h. */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/reader.h"

#include "harness/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void
fuzz_require(bool is, const char *expected)
{
    if (!is) {
        fprintf(stderr, "fuzz: not so: %s\n", expected);
        abort();
    }
}

const char *
fuzz_file(unsigned file, const void *bytes, size_t size)
{
    static int fds[FUZZ_FILES];
    static char paths[FUZZ_FILES][32];

    if (fds[file] == 0) {
        fds[file] = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(paths[file], sizeof paths[file], "/proc/self/fd/%d", fds[file]);
    }
    fuzz_require(fds[file] > 0 && ftruncate(fds[file], 0) == 0 &&
                     pwrite(fds[file], bytes, size, 0) == (ssize_t)size,
                 "a file in memory takes the input");
    return paths[file];
}

void
fuzz_expect(bool read, const struct diagnostic *diagnostic)
{
    if (read) {
        fuzz_require(diagnostic->status == EXIT_HOLDS, "what was read has no diagnostic");
        return;
    }
    fuzz_require(diagnostic->status == EXIT_BAD_INPUT, "what was not read is bad input");
    fuzz_require(diagnostic->text[0] != '\0' && strchr(diagnostic->text, '\n') == NULL,
                 "a diagnostic is one line");
}

const struct scenario *
fuzz_scenario(const char *path)
{
    static struct scenario *scenarios;
    static unsigned count;
    static struct folder folder;
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    const char *slash = strrchr(path, '/');

    if (scenarios == NULL) {
        fuzz_require(folder_open(&folder, "scenarios", &diagnostic), "there is ./scenarios");
        scenarios = calloc(folder.count, sizeof *scenarios);
        fuzz_require(scenarios != NULL, "there is memory");
        for (; count < folder.count; count++) {
            fuzz_require(scenario_read(&scenarios[count], folder.path[count], &diagnostic),
                         "it is a scenario");
        }
    }
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(strrchr(folder.path[i], '/'), slash == NULL ? "" : slash) == 0) {
            return &scenarios[i];
        }
    }
    return &scenarios[0];
}
