/* The kernel that a virtual machine boots: a folder, as harness/vm/fetch-kernel makes it. */
#ifndef TAPWEAVE_HARNESS_VM_KERNEL_H
#define TAPWEAVE_HARNESS_VM_KERNEL_H

#include "harness/vm/archive.h"

#include <limits.h>

struct kernel {
    char folder[PATH_MAX];
    char image[PATH_MAX];
};

/* Finds the kernel in that folder; NULL: in vm/, beside this program, where `make vm-deps` puts it.
 * A diagnostic of EXIT_MISSING says what is not there. */
bool kernel_find(struct kernel *kernel, const char *folder, struct diagnostic *diagnostic);

/* Adds its modules to the archive, for kernel_load_modules.  False with a diagnostic. */
bool kernel_add_modules(const struct kernel *kernel, struct archive *archive);

/* In the machine: loads them, in the order of their names.  Those that this machine has no use for
 * say so, and are left out. */
void kernel_load_modules(void);

#endif
