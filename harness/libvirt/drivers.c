/* The drivers that a libvirtd loads: see drivers.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "harness/libvirt/drivers.h"

#include "harness/real/sandbox.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHOSEN SANDBOX_FOLDER "/drivers"

enum { PATH = 128 };

/* Where a distribution has the program, and its drivers, on x86-64. */
static const char *const programs[] = {"/usr/sbin/libvirtd", "/usr/bin/libvirtd"};
static const char *const installed[] = {"/usr/lib/x86_64-linux-gnu/libvirt/connection-driver",
                                        "/usr/lib64/libvirt/connection-driver",
                                        "/usr/lib/libvirt/connection-driver"};
static const char *const names[] = {"libvirt_driver_qemu.so", "libvirt_driver_nwfilter.so"};

static bool
is_installed(const char *program)
{
    char path[PATH_MAX];

    for (size_t i = 0; realpath(program, path) != NULL && i < sizeof programs / sizeof *programs;
         i++) {
        if (strcmp(path, programs[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* False if there is no such driver. */
static bool
find(const char *name, char path[PATH])
{
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++) {
        snprintf(path, PATH, "%s/%s", installed[i], name);
        if (access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

/* A driver that is not there is missed when it is asked for. */
const char *
drivers_choose(const char *program, struct diagnostic *diagnostic)
{
    char from[PATH], to[PATH];
    bool made = true;

    if (!is_installed(program) || !find(names[0], from)) {
        return NULL;
    }
    made = mkdir(CHOSEN, 0755) == 0 || errno == EEXIST;
    for (size_t i = 0; i < sizeof names / sizeof *names && made; i++) {
        snprintf(to, sizeof to, CHOSEN "/%s", names[i]);
        made = !find(names[i], from) || symlink(from, to) == 0 || errno == EEXIST;
    }
    if (!made) {
        diagnostic_fill(diagnostic, EXIT_MISSING, NULL, 0, 0, "libvirtd: " CHOSEN ": %s",
                        strerror(errno));
        return NULL;
    }
    return "LIBVIRT_DRIVER_DIR=" CHOSEN; /* virDriverLoadModule */
}
