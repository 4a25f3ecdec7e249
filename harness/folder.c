/* Folders of scenarios: see folder.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "harness/folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the folder of the program: build/ in a repository, build/sanitize/ and the like, and
 * PREFIX/bin/. */
static const char *const beside_program[] = {"../scenarios", "../../scenarios",
                                             "../share/tapweave/scenarios"};

static int
is_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* In the order of bytes, in every locale. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
has_scenarios(const char *path)
{
    DIR *stream = opendir(path);
    struct dirent *entry;
    bool found = false;

    while (stream != NULL && !found && (entry = readdir(stream)) != NULL) {
        found = is_scenario(entry) != 0;
    }
    if (stream != NULL) {
        closedir(stream);
    }
    return found;
}

/* The folder with tapweave's own scenarios; NULL if there is none. */
static const char *
find_own(char own[PATH_MAX])
{
    const char *given = getenv("TAPWEAVE_SCENARIOS");
    char program[PATH_MAX], path[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

    if (given != NULL && given[0] != '\0') {
        return given;
    }
    if (has_scenarios("scenarios")) {
        return "scenarios";
    }
    for (size_t i = 0; length > 0 && i < sizeof beside_program / sizeof *beside_program; i++) {
        program[length] = '\0';
        snprintf(path, sizeof path, "%.*s/%s", (int)(strrchr(program, '/') - program), program,
                 beside_program[i]);
        if (has_scenarios(path) && realpath(path, own) != NULL) {
            return own;
        }
    }
    return NULL;
}

void
folder_close(struct folder *folder)
{
    for (unsigned i = 0; folder->path != NULL && i < folder->count; i++) {
        free(folder->path[i]);
    }
    free(folder->path);
}

static char *
joined(const char *path, const char *name)
{
    size_t size = strlen(path) + strlen(name) + 2;
    char *whole = malloc(size);

    if (whole != NULL) {
        snprintf(whole, size, "%s/%s", path, name);
    }
    return whole;
}

bool
folder_open(struct folder *folder, const char *path, struct diagnostic *diagnostic)
{
    struct dirent **entries;
    char own[PATH_MAX];
    int count;

    *folder = (struct folder){0};
    path = path != NULL ? path : find_own(own);
    if (path == NULL) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "there is no folder of scenarios here: name one, or set "
                        "TAPWEAVE_SCENARIOS");
    }
    count = scandir(path, &entries, is_scenario, by_bytes);
    if (count < 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                        "is not a folder that can be read: %s", strerror(errno));
    }
    folder->path = calloc((size_t)count + 1, sizeof *folder->path);
    for (int i = 0; i < count; i++) {
        char *whole = folder->path == NULL ? NULL : joined(path, entries[i]->d_name);

        if (whole != NULL) {
            folder->path[folder->count++] = whole;
        }
        free(entries[i]);
    }
    free(entries);
    if (folder->path == NULL || folder->count < (unsigned)count) {
        folder_close(folder);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    return true;
}
