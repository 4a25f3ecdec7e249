/* Sandboxes: see sandbox.h. */
#define _GNU_SOURCE /* unshare */
#include "harness/real/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0) {
        close(fd);
    }
    return written;
}

/* Without root: become root of a user namespace, which may have network namespaces. */
static bool
enter_user_namespace(struct complaint *complaint)
{
    char map[64];
    uid_t user = geteuid();
    gid_t group = getegid();

    if (user == 0) {
        return true;
    }
    if (unshare(CLONE_NEWUSER) != 0) {
        return complain(complaint, EXIT_MISSING, NULL, 0, 0,
                        "needs root, or a user namespace: unshare(CLONE_NEWUSER): %s",
                        strerror(errno));
    }
    snprintf(map, sizeof map, "0 %u 1", user);
    if (!write_file("/proc/self/uid_map", map) || !write_file("/proc/self/setgroups", "deny")) {
        return complain(complaint, EXIT_MISSING, NULL, 0, 0,
                        "needs root, or a user namespace with a map of its own: %s",
                        strerror(errno));
    }
    snprintf(map, sizeof map, "0 %u 1", group);
    return write_file("/proc/self/gid_map", map) ||
           complain(complaint, EXIT_MISSING, NULL, 0, 0, "cannot map the group: %s",
                    strerror(errno));
}

static bool
enter_namespaces(struct complaint *complaint)
{
    if (!enter_user_namespace(complaint)) {
        return false;
    }
    if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) != 0) {
        return complain(complaint, EXIT_MISSING, NULL, 0, 0,
                        "needs namespaces of its own: unshare(net, mount, pid): %s",
                        strerror(errno));
    }
    return true;
}

/* As the first process of the sandbox: folders and /proc are those of the sandbox. */
static bool
mount_folders(struct complaint *complaint)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0 ||
        mount("tapweave", SANDBOX_FOLDER, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") != 0 ||
        /* Where programs name shared memory after their process, whose number is the sandbox's. */
        (access("/dev/shm", F_OK) == 0 &&
         mount("tapweave", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") != 0)) {
        return complain(complaint, EXIT_MISSING, NULL, 0, 0, "cannot mount a folder of its own: %s",
                        strerror(errno));
    }
    return true;
}

/* As the first process of the sandbox.  What it complains of, the caller reads in `shared`. */
static void
run_first(enum exit_status (*body)(void *, struct complaint *), void *context,
          struct complaint *shared)
{
    enum exit_status status = EXIT_MISSING;

    /* Its parent is outside of its PID namespace, so it cannot ask whether that is still there; if
     * it is not, then neither is the sandbox's caller, and the pipe in run_outside has said so. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (mount_folders(shared)) {
        status = body(context, shared);
    }
    _exit((int)status);
}

/* Between the caller and the sandbox: unshare(CLONE_NEWPID) puts only children into the namespace.
 */
static void
run_outside(enum exit_status (*body)(void *, struct complaint *), void *context, pid_t caller,
            struct complaint *shared)
{
    int report = 0;
    pid_t first;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != caller || !enter_namespaces(shared)) {
        _exit(EXIT_MISSING);
    }
    first = fork();
    if (first == 0) {
        run_first(body, context, shared);
    }
    if (first < 0 || waitpid(first, &report, 0) != first || !WIFEXITED(report)) {
        _exit(EXIT_INTERNAL);
    }
    _exit(WEXITSTATUS(report));
}

enum exit_status
sandbox_run(enum exit_status (*body)(void *, struct complaint *), void *context,
            struct complaint *complaint)
{
    struct complaint *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    enum exit_status status = EXIT_INTERNAL;
    pid_t caller = getpid(), child;
    int report = 0;

    fflush(stdout);
    if (shared == MAP_FAILED || (child = fork()) < 0) {
        complain_about(complaint, EXIT_INTERNAL, NULL, 0, 0, "out of memory or processes");
        return EXIT_INTERNAL;
    }
    if (child == 0) {
        run_outside(body, context, caller, shared);
    }
    if (waitpid(child, &report, 0) == child && WIFEXITED(report)) {
        status = (enum exit_status)WEXITSTATUS(report);
    }
    if (shared->status != EXIT_HOLDS) {
        *complaint = *shared;
    } else if (status == EXIT_INTERNAL) {
        complain_about(complaint, EXIT_INTERNAL, NULL, 0, 0, "the sandbox was killed");
    }
    munmap(shared, sizeof *shared);
    return status;
}
