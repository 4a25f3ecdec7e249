/* What a virtual machine begins with: its initial file system, in which are this program as its
 * init, the libraries that it uses, the kernel's modules, and what is to be run. */
#ifndef TAPWEAVE_HARNESS_VM_SEED_H
#define TAPWEAVE_HARNESS_VM_SEED_H

#include "harness/vm/machine.h"

/* Fills the archive.  Its descriptor, which is the archive's; -1 with the archive's diagnostic. */
int seed_fill(struct archive *archive, const struct machine_task *task, const struct kernel *kernel,
              const struct accelerator *accelerator);

#endif
