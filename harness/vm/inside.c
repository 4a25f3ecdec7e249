/* The first process of a virtual machine: see inside.h. */
#define _GNU_SOURCE /* chroot, MS_MOVE, unshare */
#include "harness/vm/inside.h"

#include "harness/real/child.h"
#include "harness/vm/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STATUS_SIGNAL = 128,
    PORT_MOMENTS = 3000, /* half a minute */
    AGE = 60             /* seconds that the clock is put on */
};

bool
inside_is_first(void)
{
    return getpid() == 1 && access(INSIDE_ARGUMENTS, R_OK) == 0;
}

const char *
inside_accelerator(void)
{
    char words[1024];
    const char *accelerator = getenv(INSIDE_ACCELERATOR);

    child_read(words, sizeof words, "/proc/cmdline");
    words[strcspn(words, "\n")] = '\0';
    for (char *rest = words, *word; (word = strsep(&rest, " ")) != NULL;) {
        if (strcmp(word, INSIDE_MARK) == 0) {
            return accelerator != NULL ? accelerator : "";
        }
    }
    return NULL;
}

/* ---- as the first process ---- */

/* Says on the console why, which is the last that is heard of the machine. */
static _Noreturn void
give_up(const char *what)
{
    printf("tapweave: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    sync();
    reboot(RB_POWER_OFF);
    _exit(1);
}

static void
need(bool done, const char *what)
{
    if (!done) {
        give_up(what);
    }
}

/* The words in a file, each with a NUL behind it; NULL behind the last one. */
static char **
read_words(const char *path)
{
    FILE *file = fopen(path, "re");
    char **words = NULL, *word = NULL;
    size_t count = 0, size = 0;

    need(file != NULL, path);
    do {
        words = realloc(words, (count + 1) * sizeof *words);
        need(words != NULL, path);
        word = NULL;
        size = 0;
    } while ((words[count++] = getdelim(&word, &size, '\0', file) > 0 ? word : NULL) != NULL);
    fclose(file);
    return words;
}

/* The host's /tmp, where a scenario may be, and where Open vSwitch has files without names. */
static void
mount_tmp(void)
{
    need(mkdir("/tmp", 0755) == 0 && mount("tmp", "/tmp", "tmpfs", 0, NULL) == 0 &&
             mkdir("/tmp/upper", 01777) == 0 && mkdir("/tmp/work", 0755) == 0 &&
             mount("tmp", "/host/tmp", "overlay", 0,
                   "lowerdir=/host/tmp,upperdir=/tmp/upper,workdir=/tmp/work") == 0,
         "/tmp, by overlayfs");
}

/* The host's root becomes the root, with what is this machine's own on it. */
static void
mount_folders(void)
{
    need(mkdir("/host", 0755) == 0 &&
             mount(INSIDE_ROOT, "/host", "9p", MS_RDONLY,
                   "trans=virtio,version=9p2000.L,cache=loose,msize=262144") == 0,
         "the host's root, by 9p");
    need(mount("proc", "/host/proc", "proc", 0, NULL) == 0, "/proc");
    need(mount("sys", "/host/sys", "sysfs", 0, NULL) == 0, "/sys");
    need(mount("dev", "/host/dev", "devtmpfs", 0, NULL) == 0, "/dev");
    mount_tmp();
    need(mkdir("/host/dev/shm", 01777) == 0 &&
             mount("shm", "/host/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, NULL) == 0,
         "/dev/shm");
    need(chdir("/host") == 0 && mount(".", "/", NULL, MS_MOVE, NULL) == 0 && chroot(".") == 0,
         "the root");
}

/* All modules that are wanted are there; the kernel would run modprobe for each that is not, time
 * and again, and that costs more than all else. */
static void
forget_modprobe(void)
{
    int fd = open("/proc/sys/kernel/modprobe", O_WRONLY | O_CLOEXEC);

    need(fd >= 0 && write(fd, "\n", 1) == 1, "/proc/sys/kernel/modprobe");
    close(fd);
}

/* An ovs-vswitchd 3.1.0 that makes a datapath of the kernel's in the first 10 s after boot serves
 * no port of it, ever (facts, "The first ten seconds").  So what runs here finds the machine older
 * than it is; a kernel without namespaces of time has to become so. */
static void
grow_old(void)
{
    char offset[32];
    int fd;

    if (unshare(CLONE_NEWTIME) != 0) {
        sleep(AGE);
        return;
    }
    snprintf(offset, sizeof offset, "monotonic %d 0\n", AGE);
    fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
    need(fd >= 0 && write(fd, offset, strlen(offset)) > 0, "/proc/self/timens_offsets");
    close(fd);
}

/* The kernel makes it when QEMU has told it of the port, which takes some time. */
static int
open_port(enum inside_port port)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    char path[32];
    int fd;

    snprintf(path, sizeof path, "/dev/vport0p%d", (int)port);
    for (int i = 0; (fd = open(path, O_WRONLY | O_CLOEXEC)) < 0 && errno == ENOENT; i++) {
        need(i < PORT_MOMENTS, path);
        nanosleep(&moment, NULL);
    }
    need(fd >= 0, path);
    return fd;
}

static void
say(int control, const char *text)
{
    need(write(control, text, strlen(text)) == (ssize_t)strlen(text), "the control port");
}

static _Noreturn void
become(char **arguments, char **environment, const char *folder)
{
    int in = open("/dev/null", O_RDONLY), out = open_port(PORT_OUTPUT);
    int errors = open_port(PORT_ERRORS);

    need(setsid() >= 0 && in >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(errors, 2) == 2,
         "the ports");
    if (chdir(folder) != 0) {
        fprintf(stderr, "tapweave: the folder %s is not in the virtual machine: %s\n", folder,
                strerror(errno));
        _exit(EXIT_INTERNAL);
    }
    execve(arguments[0], arguments, environment);
    fprintf(stderr, "tapweave: %s cannot be run in the virtual machine: %s\n", arguments[0],
            strerror(errno));
    _exit(EXIT_INTERNAL);
}

_Noreturn void
inside_run(void)
{
    char **arguments = read_words(INSIDE_ARGUMENTS), **folder = read_words(INSIDE_FOLDER);
    char **environment = read_words(INSIDE_ENVIRONMENT), text[64];
    int control, status = 0;
    pid_t program;

    need(arguments[0] != NULL && folder[0] != NULL, "the command");
    need(chdir("/") == 0 && (mkdir("/dev", 0755) == 0 || errno == EEXIST) &&
             mount("dev", "/dev", "devtmpfs", 0, NULL) == 0,
         "/dev");
    kernel_load_modules();
    mount_folders();
    forget_modprobe();
    grow_old();
    control = open_port(PORT_CONTROL);
    say(control, INSIDE_RUNS "\n");
    program = fork();
    need(program >= 0, "fork");
    if (program == 0) {
        become(arguments, environment, folder[0]);
    }
    while (waitpid(-1, &status, 0) != program) { /* orphans are ours, too */
    }
    snprintf(text, sizeof text, INSIDE_ENDED "%d\n",
             WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status));
    say(control, text);
    pause(); /* whoever started the machine ends it */
    _exit(0);
}
