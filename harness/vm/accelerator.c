/* What runs a virtual machine's instructions: see accelerator.h. */
#include "harness/vm/accelerator.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/dev/kvm"

void
accelerator_use_tcg(struct accelerator *accelerator, const char *why)
{
    /* Its model with all that TCG can do: a module for crc32c is among those that ask for it.  A
     * second processor costs more there than it gives: two machines do more than one with two. */
    *accelerator = (struct accelerator){.name = "tcg", .cpu = "max", .processors = 1};
    snprintf(accelerator->why, sizeof accelerator->why, "%s", why);
}

/* Whether a processor of this machine has Intel's or AMD's instructions for it. */
static bool
has_instructions(void)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    while (!found && file != NULL && getline(&line, &size, file) > 0) {
        found = strncmp(line, "flags", 5) == 0 &&
                (strstr(line, " vmx") != NULL || strstr(line, " svm") != NULL);
    }
    free(line);
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/* Whether the device makes machines. */
static bool
makes_machines(void)
{
    int kvm = open(DEVICE, O_RDWR | O_CLOEXEC), machine = -1, error;

    if (kvm >= 0) {
        machine = ioctl(kvm, KVM_CREATE_VM, 0);
    }
    error = errno;
    if (machine >= 0) {
        close(machine);
    }
    if (kvm >= 0) {
        close(kvm);
    }
    errno = error;
    return machine >= 0;
}

void
accelerator_choose(struct accelerator *accelerator)
{
    char why[ACCELERATOR_WHY];

    *accelerator = (struct accelerator){.name = "kvm", .cpu = "host", .processors = 4};
    if (!makes_machines()) {
        snprintf(why, sizeof why, "no KVM: " DEVICE ": %s", strerror(errno));
        accelerator_use_tcg(accelerator, why);
    } else if (!has_instructions()) {
        accelerator_use_tcg(accelerator, "no KVM: " DEVICE " is there, and the processor has "
                                         "neither vmx nor svm");
    }
}
