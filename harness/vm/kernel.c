/* The kernel that a virtual machine boots: see kernel.h. */
#define _GNU_SOURCE /* realpath, syscall */
#include "harness/vm/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULES "/modules"

bool
kernel_find(struct kernel *kernel, const char *folder, struct diagnostic *diagnostic)
{
    /* In build/, build/sanitize/ and the like, and PREFIX/bin/. */
    static const char *const places[] = {"vm", "../vm", "../share/tapweave/vm"};
    char program[PATH_MAX] = "", beside[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

    program[length > 0 ? length : 0] = '\0';
    program[length > 0 ? strrchr(program, '/') - program : 0] = '\0';
    for (size_t i = sizeof places / sizeof *places; i-- > 0 && folder != beside;) {
        snprintf(beside, sizeof beside, "%s/%s/vmlinux", program, places[i]);
        if (folder == NULL && (i == 0 || access(beside, R_OK) == 0)) {
            snprintf(beside, sizeof beside, "%s/%s", program, places[i]);
            folder = beside;
        }
    }
    if (realpath(folder, kernel->folder) == NULL ||
        snprintf(kernel->image, PATH_MAX, "%.4000s/vmlinux", kernel->folder) < 0 ||
        access(kernel->image, R_OK) != 0) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "--on vm needs a kernel, and %s/vmlinux cannot be read: %s (make vm-deps "
                        "fetches Debian's; of an installed tapweave, see docs/install.md)",
                        folder, strerror(errno));
    }
    return true;
}

static int
is_module(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool
kernel_add_modules(const struct kernel *kernel, struct archive *archive)
{
    struct dirent **modules;
    char from[2 * PATH_MAX], path[PATH_MAX];
    bool added = true;
    int count;

    snprintf(from, sizeof from, "%s/modules", kernel->folder);
    count = scandir(from, &modules, is_module, alphasort);
    if (count < 0) {
        return diagnose(archive->diagnostic, EXIT_MISSING, from, 0, 0, "cannot be read: %s",
                        strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        snprintf(from, sizeof from, "%s/modules/%s", kernel->folder, modules[i]->d_name);
        snprintf(path, sizeof path, MODULES "/%s", modules[i]->d_name);
        added = added && archive_add_file(archive, path, from);
        free(modules[i]);
    }
    free(modules);
    return added;
}

void
kernel_load_modules(void)
{
    struct dirent **modules;
    int count = scandir(MODULES, &modules, is_module, alphasort);

    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        int fd;

        snprintf(path, sizeof path, MODULES "/%s", modules[i]->d_name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) != 0) {
            fprintf(stderr, "%s is not loaded: %s\n", modules[i]->d_name, strerror(errno));
        }
        if (fd >= 0) {
            close(fd);
        }
        free(modules[i]);
    }
}
