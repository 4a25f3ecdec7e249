/* A virtual machine of QEMU's, in which this very program runs with this machine's root, read-only,
 * and another kernel.  Nothing of it is on a disk: it ends with the process that started it, and
 * nothing is left. */
#ifndef TAPWEAVE_HARNESS_VM_MACHINE_H
#define TAPWEAVE_HARNESS_VM_MACHINE_H

#include "harness/vm/accelerator.h"
#include "harness/vm/kernel.h"

/* What a machine is to run: words that NULL ends, the first of which is the path of a program.  Not
 * owned. */
struct machine_task {
    const char *const *arguments;
    const char *folder; /* where */
};

/* What came of it. */
struct machine_result {
    int status;  /* the program's exit status; 128 + the signal that ended it */
    char *json;  /* what it has written to INSIDE_JSON, with a NUL behind; NULL: nothing; owned */
    size_t size; /* of that */
};

/* Boots, runs the task with what it prints on our standard output and error, and ends the machine.
 * False with a diagnostic: of EXIT_MISSING if the machine does not get so far as to run it; of
 * EXIT_INTERNAL if it ends before the task does.  A signal that ends us (SIGINT, SIGTERM, SIGHUP)
 * does so when the machine is gone. */
bool machine_run(const struct machine_task *task, const struct kernel *kernel,
                 struct machine_result *result, struct diagnostic *diagnostic);

#endif
