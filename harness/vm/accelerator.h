/* What runs a virtual machine's instructions: KVM, where it works, or QEMU by itself. */
#ifndef TAPWEAVE_HARNESS_VM_ACCELERATOR_H
#define TAPWEAVE_HARNESS_VM_ACCELERATOR_H

#include <stdbool.h>
#include <stddef.h>

enum { ACCELERATOR_WHY = 160 };

struct accelerator {
    const char *name;          /* as QEMU's -accel has it: kvm, or tcg */
    const char *cpu;           /* as its -cpu */
    int processors;            /* that a machine is to have, at most */
    char why[ACCELERATOR_WHY]; /* why it is not KVM; "" if it is */
};

/* KVM if this machine looks as if it had it, or TCG, with the reason.  That /dev/kvm can be opened
 * says little: in a virtual machine it may be there for a processor that has nothing for it. */
void accelerator_choose(struct accelerator *accelerator);

/* TCG, because of that. */
void accelerator_use_tcg(struct accelerator *accelerator, const char *why);

#endif
