/* QEMU's command line: see emulator.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "harness/vm/emulator.h"

#include "harness/vm/inside.h"

#include <sched.h>
#include <stdio.h>

enum { WORDS = 64 };

/* As many as we may use, up to `most`. */
static void
processors(int most, char text[16])
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

    snprintf(text, 16, "%d", count > most ? most : count);
}

bool
emulator_start(struct child *qemu, const char *program, const struct kernel *kernel,
               const struct accelerator *accelerator, const int *inherited, const char *console,
               struct diagnostic *diagnostic)
{
    /* no_timer_check: where QEMU gets no processor for a while, the kernel counts too few ticks,
     * and panics (io_apic.c, check_timer: "IO-APIC + timer doesn't work"). */
    static const char command_line[] = "console=ttyS0 quiet panic=-1 nokaslr mitigations=off "
                                       "no_timer_check random.trust_cpu=on " INSIDE_MARK;
    static const char root[] = "virtio-9p-pci,fsdev=host,mount_tag=" INSIDE_ROOT;
    static const char *const none[] = {NULL};
    char count[16], path[PORTS][64], port[PORTS][64], initrd[32];
    const char *words[WORDS] = {
        "qemu-system-x86_64",
        "-machine",
        "q35",
        "-accel",
        accelerator->name,
        "-cpu",
        accelerator->cpu,
        "-smp",
        count,
        "-m",
        "2048",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-chardev",
        "stdio,id=console,signal=off",
        "-serial",
        "chardev:console",
        "-kernel",
        kernel->image,
        "-initrd",
        initrd,
        "-append",
        command_line,
        "-device",
        "virtio-serial-pci", /* the first of virtio's devices, by which its ports are called */
        "-fsdev",
        "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
        "-device",
        root,
        NULL};
    unsigned used = 0;

    processors(accelerator->processors, count);
    snprintf(initrd, sizeof initrd, "/proc/self/fd/%d", CHILD_FIRST);
    while (words[used] != NULL) {
        used++;
    }
    for (int i = PORT_CONTROL; i < PORTS; i++) {
        snprintf(path[i], sizeof path[i], "file,id=port%d,path=/proc/self/fd/%d", i,
                 CHILD_FIRST + i);
        snprintf(port[i], sizeof port[i], "virtserialport,chardev=port%d,nr=%d", i, i);
        words[used++] = "-chardev";
        words[used++] = path[i];
        words[used++] = "-device";
        words[used++] = port[i];
    }
    words[used] = NULL;
    return child_start(qemu, program, words, none, console, inherited, diagnostic);
}
