/* A virtual machine of QEMU's: see machine.h. */
#define _GNU_SOURCE /* memfd_create, pipe2 */
#include "harness/vm/machine.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/vm/emulator.h"
#include "harness/vm/inside.h"
#include "harness/vm/seed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    BOOT_MS = 300000,    /* a busy machine under TCG has taken 60 s */
    KVM_BOOT_MS = 60000, /* KVM boots in two */
    LINE = 256,
    CHUNK = 65536,
};

/* A machine that runs; descriptors that are not open are -1. */
struct machine {
    struct child qemu;
    int console;     /* a file in memory: what the kernel's console, and QEMU, have said */
    int port[PORTS]; /* the readable ends of pipes */
    int signals;     /* those that would end us */
    bool runs;       /* its program has been started */
    bool ended;      /* and has ended */
    char line[LINE]; /* of PORT_CONTROL, as far as it has come */
    struct machine_result *result;
    struct diagnostic *diagnostic;
};

static bool
fails(const struct machine *machine, const char *what)
{
    return diagnose(machine->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s: %s", what,
                    strerror(errno));
}

/* What it has said of why it ended: what its init did, or what the kernel panicked about (much
 * follows that), or the last line on its console. */
static const char *
last_words(const struct machine *machine, char line[LINE])
{
    char path[32], next[LINE];
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/fd/%d", machine->console);
    snprintf(line, LINE, "it said nothing");
    file = fopen(path, "re");
    while (file != NULL && !found && fgets(next, sizeof next, file) != NULL) {
        next[strcspn(next, "\r\n")] = '\0';
        found = strncmp(next, INSIDE_MARK ": ", strlen(INSIDE_MARK ": ")) == 0 ||
                strstr(next, "Kernel panic") != NULL;
        if (next[0] != '\0') {
            memcpy(line, next, LINE);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return line;
}

/* ---- starting it ---- */

static void
close_all(int *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
            fds[i] = -1;
        }
    }
}

static bool
start_qemu(struct machine *machine, const char *program, const struct kernel *kernel,
           const struct accelerator *accelerator, const int *inherited)
{
    char console[32];

    snprintf(console, sizeof console, "/proc/self/fd/%d", machine->console);
    return emulator_start(&machine->qemu, program, kernel, accelerator, inherited, console,
                          machine->diagnostic);
}

static bool
start(struct machine *machine, const char *program, const struct kernel *kernel,
      const struct accelerator *accelerator, int seed)
{
    int inherited[PORTS + 1], ends[2];
    bool started = true;

    inherited[0] = seed;
    for (int i = PORT_CONTROL; i <= PORTS; i++) {
        inherited[i] = -1;
    }
    for (int i = PORT_CONTROL; i < PORTS && started; i++) {
        started = pipe2(ends, O_CLOEXEC) == 0 || fails(machine, "pipe");
        if (started) {
            machine->port[i] = ends[0];
            inherited[i] = ends[1];
            fcntl(ends[0], F_SETFL, O_NONBLOCK);
        }
    }
    machine->console = memfd_create("console", MFD_CLOEXEC);
    started = started && (machine->console >= 0 || fails(machine, "memfd_create")) &&
              start_qemu(machine, program, kernel, accelerator, inherited);
    close_all(inherited + 1, PORTS - 1);
    return started;
}

static void
stop(struct machine *machine)
{
    child_kill(&machine->qemu);
    close_all(machine->port, PORTS);
    close_all(&machine->console, 1);
}

/* ---- what it says ---- */

static void
take_control(struct machine *machine, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        size_t used = strlen(machine->line);

        if (bytes[i] != '\n') {
            if (used + 1 < LINE) {
                machine->line[used] = bytes[i];
            }
            continue;
        }
        machine->runs = machine->runs || strcmp(machine->line, INSIDE_RUNS) == 0;
        if (strncmp(machine->line, INSIDE_ENDED, strlen(INSIDE_ENDED)) == 0) {
            machine->result->status = (int)strtol(machine->line + strlen(INSIDE_ENDED), NULL, 10);
            machine->ended = true;
        }
        memset(machine->line, 0, LINE);
    }
}

static bool
take_json(struct machine *machine, const char *bytes, size_t size)
{
    struct machine_result *result = machine->result;
    char *more = realloc(result->json, result->size + size + 1);

    if (more == NULL) {
        return fails(machine, "the result");
    }
    memcpy(more + result->size, bytes, size);
    result->json = more;
    result->size += size;
    more[result->size] = '\0';
    return true;
}

/* Takes what has come by a port. */
static bool
drain(struct machine *machine, enum inside_port port)
{
    static char bytes[CHUNK];
    ssize_t size;

    while ((size = read(machine->port[port], bytes, sizeof bytes)) > 0) {
        switch (port) {
        case PORT_CONTROL:
            take_control(machine, bytes, (size_t)size);
            break;
        case PORT_OUTPUT: /* main says if it cannot be written */
            fwrite(bytes, 1, (size_t)size, stdout);
            fflush(stdout);
            break;
        case PORT_ERRORS:
            fwrite(bytes, 1, (size_t)size, stderr);
            break;
        case PORT_JSON:
            if (!take_json(machine, bytes, (size_t)size)) {
                return false;
            }
            break;
        case PORTS:
            break;
        }
    }
    return true;
}

/* All of them: QEMU has written what came before the end that PORT_CONTROL told. */
static bool
drain_all(struct machine *machine)
{
    bool done = true;

    for (int port = PORT_CONTROL; port < PORTS && done; port++) {
        done = drain(machine, (enum inside_port)port);
    }
    return done;
}

/* A signal that is to end us: the machine is ended first. */
static _Noreturn void
end_by_signal(struct machine *machine)
{
    struct signalfd_siginfo info;
    sigset_t one;
    int number = SIGTERM;

    if (read(machine->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        number = (int)info.ssi_signo;
    }
    stop(machine);
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(128 + number);
}

/* Until its program has ended, or it has, or it has not begun by the deadline. */
static bool
attend(struct machine *machine, long long deadline)
{
    enum { QEMU = PORTS, SIGNALS, POLLED };
    struct pollfd polled[POLLED];
    int ready;

    for (int i = 0; i < POLLED; i++) {
        polled[i] = (struct pollfd){.fd = i == QEMU      ? machine->qemu.pidfd
                                          : i == SIGNALS ? machine->signals
                                                         : machine->port[i],
                                    .events = POLLIN};
    }
    while (!machine->ended) {
        ready = machine->runs ? deadline_poll(polled, POLLED, deadline_in(BOOT_MS))
                              : deadline_poll(polled, POLLED, deadline);
        if ((polled[SIGNALS].revents & POLLIN) != 0) {
            end_by_signal(machine);
        }
        if (!drain_all(machine)) {
            return false;
        }
        if (!machine->ended &&
            ((polled[QEMU].revents & POLLIN) != 0 || (ready == 0 && !machine->runs))) {
            return true;
        }
    }
    return drain_all(machine);
}

/* ---- as a whole ---- */

/* True with *again if it did not come to run the program for a reason that KVM may be. */
static bool
try_once(struct machine *machine, const char *program, const struct kernel *kernel,
         const struct accelerator *accelerator, int seed, bool *again)
{
    bool kvm = accelerator->why[0] == '\0', done;
    char line[LINE];

    *again = false;
    done = start(machine, program, kernel, accelerator, seed) &&
           attend(machine, deadline_in(kvm ? KVM_BOOT_MS : BOOT_MS));
    last_words(machine, line);
    if (done && !machine->ended && machine->runs) {
        done = diagnose(machine->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                        "the virtual machine ended before its time: %s", line);
    } else if (done && !machine->ended && kvm) {
        *again = true;
    } else if (done && !machine->ended) {
        done = diagnose(machine->diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "the virtual machine of %s does not boot (%s; %s): %s", kernel->folder,
                        accelerator->name, accelerator->why, line);
    }
    stop(machine);
    return done;
}

/* Keeps the signals that would end us, except those that we ignore; their descriptor, or -1. */
static int
keep_signals(sigset_t *before)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t kept;

    sigemptyset(&kept);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction action;

        if (sigaction(ends[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
            sigaddset(&kept, ends[i]);
        }
    }
    sigprocmask(SIG_BLOCK, &kept, before);
    return signalfd(-1, &kept, SFD_CLOEXEC);
}

/* Tries KVM, if there is hope, and then TCG. */
static bool
try_all(struct machine *machine, const struct machine_task *task, const char *program,
        const struct kernel *kernel)
{
    struct accelerator accelerator;
    bool again = true, done = true;

    accelerator_choose(&accelerator);
    while (done && again) {
        struct archive archive;
        int seed;

        if (!archive_open(&archive, machine->diagnostic)) {
            return false;
        }
        seed = seed_fill(&archive, task, kernel, &accelerator);
        done = seed >= 0 && try_once(machine, program, kernel, &accelerator, seed, &again);
        archive_close(&archive);
        if (again) {
            accelerator_use_tcg(&accelerator, "no KVM: it did not boot the machine");
        }
    }
    return done;
}

bool
machine_run(const struct machine_task *task, const struct kernel *kernel,
            struct machine_result *result, struct diagnostic *diagnostic)
{
    struct machine machine = {.console = -1, .result = result, .diagnostic = diagnostic};
    char program[PATH_MAX];
    sigset_t before;
    bool done;

    *result = (struct machine_result){0};
    for (int i = 0; i < PORTS; i++) {
        machine.port[i] = -1;
    }
    if (!child_find("qemu-system-x86_64", "qemu-system-x86", program, diagnostic)) {
        return false;
    }
    machine.signals = keep_signals(&before);
    done = (machine.signals >= 0 || fails(&machine, "signalfd")) &&
           try_all(&machine, task, program, kernel);
    close_all(&machine.signals, 1);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}
