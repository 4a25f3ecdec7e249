/* Sandboxes: see sandbox.h. */
#define _GNU_SOURCE /* unshare */
#include "harness/real/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* Asks a process between the caller and a sandbox to end it. */
enum { ASKED = SIGUSR1 };

/* What the caller was like before it had sandboxes. */
struct caller {
    pid_t pid;
    sigset_t mask;
    sigset_t ends; /* the signals that are to end it: not those that it ignores, as under nohup */
};

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

static void
cannot_start(const struct sandbox *sandbox)
{
    diagnostic_fill(sandbox->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                    "cannot start another process: %s", strerror(errno));
}

/* ---- waiting for processes ---- */

/* Ends them by that signal, and returns when they are gone. */
static void
end_all(pid_t *pids, unsigned count, int with)
{
    for (unsigned i = 0; i < count; i++) {
        if (pids[i] > 0) {
            kill(pids[i], with);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        if (pids[i] > 0) {
            waitpid(pids[i], NULL, 0);
            pids[i] = 0;
        }
    }
}

/* Reaps those that have ended; *well is false if one has not done so by itself.  The number of
 * those that go on. */
static unsigned
reap_all(pid_t *pids, unsigned count, bool *well)
{
    unsigned left = 0;
    int status;

    for (unsigned i = 0; i < count; i++) {
        if (pids[i] > 0 && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
            *well = *well && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_HOLDS;
            pids[i] = 0;
        }
        left += pids[i] > 0;
    }
    return left;
}

/* Waits until all have ended, or one of these signals, which are blocked, comes: then it ends them
 * by `with`.  False if one did not end by itself.  Other children, which a shell may have had
 * before it became this program, are left alone. */
static bool
await_all(const sigset_t *signals, pid_t *pids, unsigned count, int with)
{
    sigset_t awaited = *signals;
    bool well = true;

    sigaddset(&awaited, SIGCHLD);
    while (reap_all(pids, count, &well) > 0) {
        int number = sigwaitinfo(&awaited, NULL);

        if (number > 0 && number != SIGCHLD) {
            end_all(pids, count, with);
            raise(number); /* for when it is not blocked any more */
            well = false;
        }
    }
    return well;
}

/* ---- in the sandbox ---- */

static bool
lacks(struct diagnostic *diagnostic, const char *what)
{
    return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "needs %s: %s", what, strerror(errno));
}

/* Whether the root is a folder where nothing is mounted: that of a chroot. */
static bool
is_in_chroot(void)
{
    struct statx root;

    return statx(AT_FDCWD, "/", 0, STATX_INO, &root) == 0 &&
           (root.stx_attributes_mask & ~root.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/* unshare(2) says ENOSPC in these cases, which have nothing to do with disks, and EPERM for a user
 * namespace in a chroot. */
static bool
lacks_namespaces(struct diagnostic *diagnostic, const char *what)
{
    return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "needs %s: %s", what,
                    errno == ENOSPC ? "a limit user.max_*_namespaces (sysctl) forbids it, or they "
                                      "are nested too deep"
                    : errno == EPERM && is_in_chroot()
                        ? "the kernel lets nobody in a chroot have a user namespace"
                        : strerror(errno));
}

/* Without privileges: become root of a user namespace, which may have network namespaces. */
static bool
enter_user_namespace(struct diagnostic *diagnostic)
{
    char user[64], group[64];

    snprintf(user, sizeof user, "0 %u 1", geteuid());
    snprintf(group, sizeof group, "0 %u 1", getegid());
    if (unshare(CLONE_NEWUSER) != 0) {
        return lacks_namespaces(diagnostic, "root, or a user namespace: unshare(CLONE_NEWUSER)");
    }
    return (write_file("/proc/self/uid_map", user) && write_file("/proc/self/setgroups", "deny") &&
            write_file("/proc/self/gid_map", group)) ||
           lacks(diagnostic, "root, or a user namespace with a map of its own");
}

static bool
enter_namespaces(struct sandbox *sandbox)
{
    static const int own = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID;
    bool entered = unshare(own) == 0;

    if (!entered && errno == EPERM) {
        if (!enter_user_namespace(sandbox->diagnostic)) {
            return false;
        }
        strcpy(sandbox->way_in, " -U --preserve-credentials");
        entered = unshare(own) == 0;
    }
    return entered ||
           lacks_namespaces(sandbox->diagnostic, "namespaces of its own: unshare(net, mount, pid)");
}

/* A user namespace may have no /proc of its own where the present one is covered in part, as it is
 * in containers; then that one has to do. */
static bool
mount_proc(void)
{
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 ||
           errno == EPERM;
}

static bool
close_root(void)
{
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* Nothing that is mounted from here on is seen outside.  Only where something is mounted can that
 * be said, and the root of a chroot need not be such a place: then it is said at the root of the
 * mount namespace, to which setns(2) leads, and from where we come back. */
static bool
make_private(void)
{
    int root, here, self;
    bool closed = close_root();

    if (closed || errno != EINVAL || !is_in_chroot()) {
        return closed;
    }
    root = open("/", O_PATH | O_CLOEXEC);
    here = open(".", O_PATH | O_CLOEXEC);
    self = pidfd_open(getpid(), 0);
    closed = root >= 0 && here >= 0 && self >= 0 && setns(self, CLONE_NEWNS) == 0 && close_root() &&
             fchdir(root) == 0 && chroot(".") == 0 && fchdir(here) == 0;
    close(root);
    close(here);
    close(self);
    return closed;
}

/* As the first process of the sandbox: folders and /proc are those of the sandbox. */
static bool
mount_folders(struct diagnostic *diagnostic)
{
    return (make_private() && mount_proc() &&
            mount("tapweave", SANDBOX_FOLDER, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") == 0 &&
            /* Where programs name shared memory after their process, whose number is the
               sandbox's. */
            (access("/dev/shm", F_OK) != 0 ||
             mount("tapweave", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") == 0)) ||
           lacks(diagnostic, "to mount folders of its own");
}

/* Where to enter: the number of this process where the caller is, which /proc still knows. */
static void
note_way_in(struct sandbox *sandbox)
{
    char pid[16] = "", user[sizeof sandbox->way_in];

    if (readlink("/proc/self", pid, sizeof pid - 1) > 0) {
        strcpy(user, sandbox->way_in);
        snprintf(sandbox->way_in, sizeof sandbox->way_in, "-t %s%.32s -m -n -p -r", pid, user);
    }
}

/* As the first process of the sandbox. */
static _Noreturn void
run_first(struct sandbox *sandbox, const struct caller *caller, int outside)
{
    struct pollfd gone = {.fd = outside, .events = POLLIN};

    sigprocmask(SIG_SETMASK, &caller->mask, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (poll(&gone, 1, 0) != 0) {
        _exit(EXIT_INTERNAL); /* it died before it could be told that we would follow */
    }
    close(outside);
    note_way_in(sandbox);
    if (mount_folders(sandbox->diagnostic)) {
        sandbox->body(sandbox);
    }
    _exit(EXIT_HOLDS);
}

/* Between the caller and the sandbox: unshare(CLONE_NEWPID) puts only children into the namespace.
 * Told to end, it stays until its child has ended, and with that all that is in the sandbox. */
static _Noreturn void
run_outside(struct sandbox *sandbox, const struct caller *caller)
{
    sigset_t signals = caller->ends;
    pid_t first;
    int self;

    sigaddset(&signals, ASKED);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != caller->pid) {
        _exit(EXIT_INTERNAL); /* as above */
    }
    if (!enter_namespaces(sandbox)) {
        _exit(EXIT_HOLDS);
    }
    self = pidfd_open(getpid(), 0); /* the first cannot name us: our number is not of its world */
    first = self < 0 ? -1 : fork();
    if (first == 0) {
        run_first(sandbox, caller, self);
    }
    if (first < 0) {
        cannot_start(sandbox);
    }
    _exit(await_all(&signals, &first, 1, SIGKILL) ? EXIT_HOLDS : EXIT_INTERNAL);
}

/* ---- with the caller ---- */

/* Keeps the signals that would end the caller for later: nobody would wait for what is left. */
static void
become_caller(struct caller *caller)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t kept;

    caller->pid = getpid();
    sigemptyset(&caller->ends);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction action;

        if (sigaction(ends[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
            sigaddset(&caller->ends, ends[i]);
        }
    }
    kept = caller->ends;
    sigaddset(&kept, SIGCHLD);
    sigaddset(&kept, ASKED);
    signal(SIGCHLD, SIG_DFL); /* were it ignored, there would be nothing to wait for */
    sigprocmask(SIG_BLOCK, &kept, &caller->mask);
}

bool
sandbox_run(struct sandbox *sandboxes, unsigned count)
{
    struct caller caller;
    pid_t pids[SANDBOX_MOST];
    bool well;

    assert(count <= SANDBOX_MOST);
    fflush(stdout); /* or every process would print what is still in the buffer */
    become_caller(&caller);
    for (unsigned i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            run_outside(&sandboxes[i], &caller);
        }
        if (pids[i] < 0) {
            cannot_start(&sandboxes[i]);
        }
    }
    well = await_all(&caller.ends, pids, count, ASKED);
    sigprocmask(SIG_SETMASK, &caller.mask, NULL);
    return well;
}

/* ---- what a body may ask ---- */

void
sandbox_hold(const struct sandbox *sandbox, const char *where, FILE *to)
{
    char byte = '\0';

    fprintf(to, "  held%s: nsenter %s; press Enter (or close standard input) to let it go\n", where,
            sandbox->way_in);
    fflush(to);
    while (byte != '\n' && read(STDIN_FILENO, &byte, 1) == 1) {
    }
}

bool
sandbox_is_full(void)
{
    struct statvfs room;

    return statvfs(SANDBOX_FOLDER, &room) == 0 && (room.f_bavail == 0 || room.f_favail == 0);
}
