/* Folders of scenarios: see folder.h. */
#define _GNU_SOURCE /* asprintf, realpath */
#include "harness/folder.h"

#include "harness/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the folder of the program: PREFIX/bin/; build/ in a repository, build/sanitize/ and the
 * like.  PREFIX may be a home with a folder `scenarios` of its own. */
static const char *const beside_program[] = {"../share/tapweave/scenarios", "../scenarios",
                                             "../../scenarios"};

static int
is_scenario(const struct dirent *entry)
{
    return fnmatch("?*.yaml", entry->d_name, 0) == 0;
}

/* In the order of bytes, in every locale. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

void
folder_close(struct folder *folder)
{
    for (unsigned i = 0; folder->path != NULL && i < folder->count; i++) {
        free(folder->path[i]);
    }
    free(folder->path);
    *folder = (struct folder){0};
}

/* Lists the scenarios of a folder. */
static bool
list(struct folder *folder, const char *path, struct diagnostic *diagnostic)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_scenario, by_bytes);

    *folder = (struct folder){0};
    if (count < 0 && errno == ENOMEM) {
        memory_lacks();
    }
    if (count < 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                        "is not a folder that can be read: %s", strerror(errno));
    }
    folder->path = memory_zero((size_t)count + 1, sizeof *folder->path);
    for (int i = 0; i < count; i++) {
        if (asprintf(&folder->path[i], "%s/%s", path, entries[i]->d_name) < 0) {
            memory_lacks();
        }
        folder->count++;
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* Lists the scenarios of a folder that may not be there; false if it has none. */
static bool
list_any(struct folder *folder, const char *path)
{
    if (list(folder, path, &(struct diagnostic){0}) && folder->count == 0) {
        folder_close(folder);
    }
    return folder->count > 0;
}

bool
folder_open(struct folder *folder, const char *path, struct diagnostic *diagnostic)
{
    const char *given = getenv("TAPWEAVE_SCENARIOS");
    char program[PATH_MAX], beside[PATH_MAX + 64], own[PATH_MAX];
    ssize_t length;

    if (path == NULL && given != NULL && given[0] != '\0') {
        path = given;
    }
    if (path != NULL) {
        return list(folder, path, diagnostic);
    }
    if (list_any(folder, "scenarios")) {
        return true;
    }
    length = readlink("/proc/self/exe", program, sizeof program - 1);
    for (size_t i = 0; length > 0 && i < sizeof beside_program / sizeof *beside_program; i++) {
        program[length] = '\0';
        snprintf(beside, sizeof beside, "%.*s/%s", (int)(strrchr(program, '/') - program), program,
                 beside_program[i]);
        if (realpath(beside, own) != NULL && list_any(folder, own)) {
            return true;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "there is no folder of scenarios here: name one, or set TAPWEAVE_SCENARIOS");
}

char *
folder_find(const char *name)
{
    const size_t length = strlen(name);
    struct folder own = {0};
    char *found = NULL;

    if (strchr(name, '/') == NULL && folder_open(&own, NULL, &(struct diagnostic){0})) {
        for (unsigned i = 0; i < own.count && found == NULL; i++) {
            const char *file = strrchr(own.path[i], '/') + 1;

            if (strncmp(file, name, length) == 0 &&
                (file[length] == '\0' || strcmp(file + length, ".yaml") == 0)) {
                found = memory_copy(own.path[i]);
            }
        }
    }
    folder_close(&own);
    return found;
}
