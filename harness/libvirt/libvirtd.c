/* A private libvirtd: see libvirtd.h. */
#define _GNU_SOURCE
#include "harness/libvirt/libvirtd.h"

#include "harness/libvirt/drivers.h"
#include "harness/real/deadline.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIGURATION "/etc/libvirt"
#define DEVICES SANDBOX_FOLDER "/dev"
#define PID_FILE SANDBOX_FOLDER "/libvirtd-%u.pid"
#define CACHE "/var/cache/libvirt"
#define STATE SANDBOX_FOLDER "/libvirt" /* where each has its sockets and status files */
#define QEMU "qemu-system-x86_64"

enum { PATH = 64, SOCKET_PATH = 2 * PATH };

/* What libvirtd would do to the machine beside its networks is left out: no security labels, no
 * cgroups, no namespaces of a guest's own, no other user. */
static const struct {
    const char *path, *text;
} files[] = {
    {CONFIGURATION "/libvirtd.conf", "auth_unix_rw = \"none\"\n"
                                     "auth_unix_ro = \"none\"\n"
                                     "log_outputs = \"1:file:" LIBVIRTD_LOG "\"\n"
                                     "log_filters = \"1:qemu 1:util.netdev 1:util.command 3:*\"\n"},
    {CONFIGURATION "/qemu.conf", "user = \"root\"\n"
                                 "group = \"root\"\n"
                                 "swtpm_user = \"root\"\n"
                                 "swtpm_group = \"root\"\n"
                                 "security_driver = \"none\"\n"
                                 "namespaces = []\n"
                                 "cgroup_controllers = []\n"
                                 "remember_owner = 0\n"
                                 "dynamic_ownership = 0\n"
                                 "stdio_handler = \"file\"\n"},
};

/* The users that Debian's package adds, and whose absence ends libvirtd.  Behind all that there are
 * in a file of the sandbox's own. */
static const struct {
    const char *path, *own, *line;
} users[] = {
    {"/etc/passwd", SANDBOX_FOLDER "/passwd",
     "libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin\n"},
    {"/etc/group", SANDBOX_FOLDER "/group", "libvirt-qemu:x:64055:\nkvm:x:64056:\n"},
};

static const char *const folders[] = {"/var/lib", "/var/log", "/var/cache", "/var/tmp"};

bool
libvirtd_find(struct libvirtd *libvirtd, const char *path, struct diagnostic *diagnostic)
{
    *libvirtd = (struct libvirtd){.diagnostic = diagnostic};
#ifndef __x86_64__
    return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "a libvirtd is held on x86-64 alone");
#endif
    if (path != NULL && (strlen(path) >= sizeof libvirtd->program || access(path, X_OK) != 0)) {
        return diagnose(diagnostic, EXIT_MISSING, path, 0, 0, "it cannot be run: %s",
                        strerror(errno));
    }
    if (path != NULL) {
        strcpy(libvirtd->program, path);
    }
    return (path != NULL ||
            child_find("libvirtd", "libvirt-daemon", libvirtd->program, diagnostic)) &&
           child_find("virsh", "libvirt-clients", libvirtd->virsh, diagnostic) &&
           child_find(QEMU, "qemu-system-x86", libvirtd->qemu, diagnostic) &&
           (access(CONFIGURATION, F_OK) == 0 ||
            diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                     "the folder " CONFIGURATION " is missing (Debian's package libvirt-clients)"));
}

static bool
fail(const struct libvirtd *libvirtd, const char *what)
{
    return diagnose(libvirtd->diagnostic, EXIT_MISSING, NULL, 0, 0, "libvirtd: %s: %s", what,
                    strerror(errno));
}

static bool
write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "ae");
    bool written = file != NULL && fputs(text, file) >= 0;

    return file != NULL && fclose(file) == 0 && written;
}

static bool
copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    bool copied = in != NULL && out != NULL;
    int byte;

    while (copied && (byte = getc(in)) != EOF) {
        copied = putc(byte, out) != EOF;
    }
    if (in != NULL) {
        fclose(in);
    }
    return out != NULL && fclose(out) == 0 && copied;
}

static bool
add_users(void)
{
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        if (!copy_file(users[i].path, users[i].own) || !write_text(users[i].own, users[i].line) ||
            chmod(users[i].own, 0644) != 0 ||
            mount(users[i].own, users[i].path, NULL, MS_BIND, NULL) != 0) {
            return false;
        }
    }
    return true;
}

/* A /dev of its own, so that the /dev/tapN of a macvtap is ours to make: the kernel makes it in the
 * one that all namespaces share, where another device may have that number. */
static bool
mount_devices(void)
{
    static const char *const nodes[] = {"null",    "zero", "full",   "random",
                                        "urandom", "tty",  "net/tun"};
    static const char *const shared[] = {"pts", "shm"};
    char from[64], to[64];

    if (mkdir(DEVICES, 0755) != 0 ||
        mount("tapweave", DEVICES, "tmpfs", MS_NOSUID, "mode=0755") != 0 ||
        mkdir(DEVICES "/net", 0755) != 0 || symlink("pts/ptmx", DEVICES "/ptmx") != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        snprintf(from, sizeof from, "/dev/%s", nodes[i]);
        snprintf(to, sizeof to, DEVICES "/%s", nodes[i]);
        if (!write_text(to, "") || mount(from, to, NULL, MS_BIND, NULL) != 0) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        snprintf(from, sizeof from, "/dev/%s", shared[i]);
        snprintf(to, sizeof to, DEVICES "/%s", shared[i]);
        if (mkdir(to, 0755) != 0 || mount(from, to, NULL, MS_BIND | MS_REC, NULL) != 0) {
            return false;
        }
    }
    return mount(DEVICES, "/dev", NULL, MS_BIND | MS_REC, NULL) == 0;
}

/* What is a libvirtd's alone, but for what it has in /run. */
static bool
mount_folders(struct libvirtd *libvirtd)
{
    static const char *const memory[] = {"/var", CONFIGURATION};

    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        if (mount("tapweave", memory[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0) {
            return fail(libvirtd, "cannot have a folder of its own");
        }
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (mkdir(folders[i], 0755) != 0) {
            return fail(libvirtd, folders[i]);
        }
    }
    if (symlink(SANDBOX_FOLDER, "/var/run") != 0) {
        return fail(libvirtd, "/var/run");
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!write_text(files[i].path, files[i].text)) {
            return fail(libvirtd, files[i].path);
        }
    }
    return true;
}

/* A folder beside the program, if it is there, keeps what libvirtd knows of QEMU from run to run:
 * it costs it a second to find out.  By itself it sees whether that is of this QEMU, this kernel
 * and this libvirtd.  A descriptor, or -1. */
static int
open_cache(void)
{
    static const char name[] = "libvirt-cache";
    char path[PATH_MAX + sizeof name];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (length <= 0) {
        return -1;
    }
    path[length] = '\0';
    strcpy(strrchr(path, '/') + 1, name);
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool
mount_memory(struct libvirtd *libvirtd)
{
    int cache = open_cache(); /* it may lie in what is covered */
    char path[PATH];
    bool mounted = mount_folders(libvirtd);

    snprintf(path, sizeof path, "/proc/self/fd/%d", cache);
    if (mounted && cache >= 0 &&
        (mkdir(CACHE, 0711) != 0 || mount(path, CACHE, NULL, MS_BIND, NULL) != 0)) {
        mounted = fail(libvirtd, CACHE);
    }
    if (cache >= 0) {
        close(cache);
    }
    return mounted;
}

bool
libvirtd_prepare(struct libvirtd *libvirtd)
{
    return mount_memory(libvirtd) &&
           (mount_devices() || fail(libvirtd, "cannot have a /dev of its own")) &&
           (add_users() || fail(libvirtd, "cannot have users of its own"));
}

/* As its own process has it, and as the first one's has. */
static void
name_state(const struct libvirtd *libvirtd, char path[PATH])
{
    snprintf(path, PATH, libvirtd->number == 0 ? STATE : STATE "-%u", libvirtd->number);
}

static bool
enter_own(void *context)
{
    struct libvirtd *libvirtd = context;
    char state[PATH];

    name_state(libvirtd, state);
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount_memory(libvirtd) && mount(state, STATE, NULL, MS_BIND, NULL) == 0;
}

bool
libvirtd_start(struct libvirtd *libvirtd)
{
    static const char configuration[] = CONFIGURATION "/libvirtd.conf";
    char state[PATH], pid_file[PATH];
    /* By its path it knows that it lies where it was built, and takes its drivers from there
     * (virFileActivateDirOverrideForProg). */
    const char *const arguments[] = {libvirtd->program, "-f", configuration, "-p", pid_file, NULL};
    const char *const variables[] = {drivers_choose(libvirtd->program, libvirtd->diagnostic), NULL};

    if (libvirtd->diagnostic->status != EXIT_HOLDS) {
        return false;
    }
    name_state(libvirtd, state);
    snprintf(pid_file, sizeof pid_file, PID_FILE, libvirtd->number);
    if (mkdir(state, 0755) != 0 && errno != EEXIST) {
        return fail(libvirtd, state);
    }
    libvirtd->runs = gate_open(
        &libvirtd->gate, libvirtd->program, arguments, variables, SANDBOX_FOLDER "/libvirtd.out",
        libvirtd->number == 0 ? NULL : enter_own, libvirtd, libvirtd->diagnostic);
    return libvirtd->runs;
}

static void
remove_pid_file(const struct libvirtd *libvirtd)
{
    char path[PATH];

    snprintf(path, sizeof path, PID_FILE, libvirtd->number);
    unlink(path);
}

bool
libvirtd_start_again(struct libvirtd *libvirtd)
{
    remove_pid_file(libvirtd);
    return gate_order(&libvirtd->gate, (struct gate_order){GATE_START, 0, 0});
}

static void
name_socket(const struct libvirtd *libvirtd, char path[SOCKET_PATH])
{
    char state[PATH];

    name_state(libvirtd, state);
    snprintf(path, SOCKET_PATH, "%s/libvirt-sock", state);
}

bool
libvirtd_has_socket(const struct libvirtd *libvirtd)
{
    char path[SOCKET_PATH];

    name_socket(libvirtd, path);
    return access(path, F_OK) == 0;
}

pid_t
libvirtd_process(const struct libvirtd *libvirtd)
{
    char text[32];

    return child_read(text, sizeof text, PID_FILE, libvirtd->number) ? (pid_t)strtol(text, NULL, 10)
                                                                     : 0;
}

void
libvirtd_stop(struct libvirtd *libvirtd)
{
    if (libvirtd->runs) {
        gate_close(&libvirtd->gate);
        libvirtd->runs = false;
    }
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    return place->level == 0 ? 0 : remove(path);
}

/* But for what it knows of QEMU, in CACHE. */
bool
libvirtd_forget(struct libvirtd *libvirtd)
{
    char state[PATH];
    const char *const left[] = {state, "/var/lib/libvirt", CONFIGURATION "/qemu"};
    /* The rest of one that is not the first has gone with its mount namespace. */
    size_t count = libvirtd->number == 0 ? sizeof left / sizeof *left : 1;

    name_state(libvirtd, state);
    for (size_t i = 0; i < count; i++) {
        if (access(left[i], F_OK) == 0 &&
            nftw(left[i], remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
            return fail(libvirtd, left[i]);
        }
    }
    unlink(LIBVIRTD_LOG);
    remove_pid_file(libvirtd);
    return true;
}

bool
libvirtd_begin(struct libvirtd *libvirtd, struct child *virsh, const char *const *words,
               const char *output)
{
    enum { MOST = 16 };
    static const char *const variables[] = {NULL};
    char socket[SOCKET_PATH], at[SOCKET_PATH + PATH];
    const char *arguments[MOST] = {"virsh", "-q", "-c", at};
    size_t used = 4;

    name_socket(libvirtd, socket);
    snprintf(at, sizeof at, "qemu:///system?socket=%s", socket);

    for (; *words != NULL && used < MOST - 1; words++) {
        arguments[used++] = *words;
    }
    unlink(output);
    return child_start(virsh, libvirtd->virsh, arguments, variables, output, NULL,
                       libvirtd->diagnostic);
}
