/* Clocks that a schedule moves: see clock.h. */
#define _GNU_SOURCE /* environ */
#include "harness/real/clock.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 4096 };

/* The number of the process that has begun again. */
#define BEGUN "TAPWEAVE_BEGUN_AGAIN"

bool
clock_times_calls(const struct world *world)
{
    return world->faults[FAULT_OVS_TIMEOUT] > 0 || world->faults[FAULT_OVSDB_OUTAGE] > 0;
}

bool
clock_matters(const struct world *world)
{
    bool matters = world_holds_names(world) || clock_times_calls(world);

    for (unsigned guest = 0; guest < world->guests; guest++) {
        matters =
            matters || world->ignores_sigterm[guest] != 0 || world->ignores_sigkill[guest] != 0;
    }
    return matters;
}

/* libfaketime's path, in the folders that its package has had. */
static bool
find_library(char path[PATH_MAX], struct diagnostic *diagnostic)
{
    static const char *const patterns[] = {"/usr/lib/*/faketime/libfaketime.so.1",
                                           "/usr/lib*/faketime/libfaketime.so.1",
                                           "/usr/local/lib*/faketime/libfaketime.so.1"};
    bool found = false;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns && !found; i++) {
        glob_t files;

        if (glob(patterns[i], 0, NULL, &files) == 0) {
            found = snprintf(path, PATH_MAX, "%s", files.gl_pathv[0]) < PATH_MAX;
            globfree(&files);
        }
    }
    return found || diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                             "the package faketime is not installed: there is no libfaketime.so.1");
}

/* Begins the program again, with the arguments it has been given. */
static bool
begin_again(struct diagnostic *diagnostic)
{
    static char *arguments[MAX_ARGUMENTS + 1];
    FILE *file = fopen("/proc/self/cmdline", "re");
    size_t count = 0, size = 0;

    while (file != NULL && count < MAX_ARGUMENTS &&
           getdelim(&arguments[count], &size, '\0', file) > 0) {
        count++;
        size = 0;
    }
    if (count == 0 || count == MAX_ARGUMENTS) {
        return diagnose(diagnostic, EXIT_INTERNAL, "/proc/self/cmdline", 0, 0, "cannot be read");
    }
    arguments[count] = NULL;
    execv("/proc/self/exe", arguments);
    return diagnose(diagnostic, EXIT_INTERNAL, "/proc/self/exe", 0, 0, "%s", strerror(errno));
}

/* libfaketime keeps a semaphore and a piece of memory with names, which would outlive a program
 * that is killed, and which a program started from here would share. */
static void
forget_shared_memory(void)
{
    const char *shared = getenv("FAKETIME_SHARED");
    char semaphore[64], memory[64];

    if (shared != NULL && sscanf(shared, "%63s %63s", semaphore, memory) == 2) {
        sem_unlink(semaphore);
        shm_unlink(memory);
    }
    unsetenv("FAKETIME_SHARED");
}

/* What libfaketime reads: all that is not meant here is taken out of the environment. */
static void
forget_variables(void)
{
    static const char *const others[] = {"NO_FAKE_STAT", "DONT_FAKE_MONOTONIC"};
    char name[64];

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        unsetenv(others[i]);
    }
    for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
        if (strncmp(environ[i], "FAKE", 4) == 0 && strcspn(environ[i], "=") < sizeof name) {
            snprintf(name, sizeof name, "%.*s", (int)strcspn(environ[i], "="), environ[i]);
            unsetenv(name); /* the next one is in its place */
        } else {
            i++;
        }
    }
}

bool
clock_enter(struct diagnostic *diagnostic)
{
    const char *begun = getenv(BEGUN), *others = getenv("LD_PRELOAD");
    char library[PATH_MAX], preload[2 * PATH_MAX], self[16];

    /* A process begins again as itself: of another one's environment nothing is believed. */
    snprintf(self, sizeof self, "%ld", (long)getpid());
    if (begun != NULL && strcmp(begun, self) == 0) {
        unsetenv(BEGUN);
        forget_shared_memory();
        return true;
    }
    if (!find_library(library, diagnostic)) {
        return false;
    }
    snprintf(preload, sizeof preload, "%s%s%.4000s", library, others != NULL ? ":" : "",
             others != NULL ? others : "");
    forget_variables();
    if (setenv("LD_PRELOAD", preload, 1) != 0 ||
        setenv("FAKETIME_TIMESTAMP_FILE", CLOCK_FILE, 1) != 0 ||
        setenv("FAKETIME_FMT", "%s", 1) != 0 || setenv("FAKETIME_NO_CACHE", "1", 1) != 0 ||
        setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1) != 0 || setenv(BEGUN, self, 1) != 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    return begin_again(diagnostic);
}

bool
clock_set(const char *file, long long seconds, struct diagnostic *diagnostic)
{
    char next[PATH_MAX + 8];
    FILE *out;
    bool set;

    snprintf(next, sizeof next, "%s.next", file);
    out = fopen(next, "we");
    set = out != NULL && fprintf(out, "%lld\n", seconds) > 0;
    set = (out == NULL || fclose(out) == 0) && set;
    return (set && rename(next, file) == 0) ||
           diagnose(diagnostic, EXIT_INTERNAL, file, 0, 0, "a clock cannot be set: %s",
                    strerror(errno));
}

long long
clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec;
}

bool
clock_variables(const char *file, char *preload, char *timestamp, struct diagnostic *diagnostic)
{
    char library[PATH_MAX];

    if (!find_library(library, diagnostic)) {
        return false;
    }
    snprintf(preload, PATH_MAX, "LD_PRELOAD=%.4000s", library);
    snprintf(timestamp, PATH_MAX, "FAKETIME_TIMESTAMP_FILE=%.4000s", file);
    return true;
}
