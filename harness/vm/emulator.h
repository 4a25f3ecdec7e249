/* QEMU's command line: what a virtual machine is made of. */
#ifndef TAPWEAVE_HARNESS_VM_EMULATOR_H
#define TAPWEAVE_HARNESS_VM_EMULATOR_H

#include "harness/real/child.h"
#include "harness/vm/accelerator.h"
#include "harness/vm/kernel.h"

/* Starts that QEMU with these descriptors, which -1 ends: the initial file system, and a pipe for
 * each of the machine's ports (inside.h).  What it and the kernel say goes to the file `console`.
 * False with a diagnostic. */
bool emulator_start(struct child *qemu, const char *program, const struct kernel *kernel,
                    const struct accelerator *accelerator, const int *inherited,
                    const char *console, struct diagnostic *diagnostic);

#endif
