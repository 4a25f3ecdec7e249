/* The watched system calls: see call.h. */
#define _GNU_SOURCE /* sigabbrev_np */
#include "harness/libvirt/call.h"

#include "harness/libvirt/call_device.h"
#include "harness/libvirt/call_memory.h"

#include <assert.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_WORDS = 128 };

/* ---- processes and files ---- */

/* Only a command to QEMU that takes a device away: device_del of what the guest sees, netdev_del
 * of what the host has. */
static bool
read_write(const struct call_site *site, struct call *call)
{
    static const char *const watched[] = {"device_del", "netdev_del", "qom-list"};
    char text[CALL_WRITE_MOST + 1] = "", head[64];
    const char *id;
    size_t size = (size_t)site->argument[2];

    if (call_memory(site->thread, site->argument[1], text,
                    size < CALL_WRITE_MOST ? size : CALL_WRITE_MOST) == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        snprintf(head, sizeof head, "{\"execute\":\"%s\"", watched[i]);
        id = strstr(text, "\"id\":\"");
        if (strncmp(text, head, strlen(head)) == 0 && id != NULL) {
            id += strlen("\"id\":\"");
            call->kind = CALL_MONITOR;
            call_add(call, "%s %.*s", watched[i], (int)strcspn(id, "\""), id);
        }
    }
    return call->kind != CALL_NONE;
}

static bool
read_kill(const struct call_site *site, struct call *call)
{
    int number = (int)site->argument[1];
    const char *name = number == 0 ? "0" : sigabbrev_np(number);

    call->kind = CALL_KILL;
    call_add(call, "%d %s", (int)site->argument[0], name == NULL ? "?" : name);
    return true;
}

/* Only to the socket of a QEMU's monitor. */
static bool
read_connect(const struct call_site *site, struct call *call)
{
    struct sockaddr_un address = {0};

    call_memory(site->thread, site->argument[1], &address, sizeof address);
    address.sun_path[sizeof address.sun_path - 1] = '\0';
    if (address.sun_family != AF_UNIX || strstr(address.sun_path, "/monitor.sock") == NULL) {
        return false;
    }
    call->kind = CALL_CONNECT;
    call_add(call, "monitor");
    return true;
}

/* Only a descriptor of a tap. */
static bool
read_close(const struct call_site *site, struct call *call)
{
    char path[64], target[PATH_MAX] = "";

    snprintf(path, sizeof path, "/proc/%d/fd/%d", site->thread, (int)site->argument[0]);
    if (readlink(path, target, sizeof target - 1) < 0 || strcmp(target, "/dev/net/tun") != 0) {
        return false;
    }
    call->kind = CALL_CLOSE_TAP;
    call_add(call, "tap");
    return true;
}

/* The files in which libvirt keeps what it needs of a running guest, or of the packet filter that a
 * device's name is bound to, after a restart: the part of the path that is of interest, or NULL.
 * Of the second kind, libvirtd is not to stand still at what goes on under another name, since it
 * has locked the binding then. */
static const char *
status_file(const char *path)
{
    const char *end = strrchr(path, '.'), *file = strstr(path, "/libvirt/");

    if (file == NULL || file - path > (ptrdiff_t)strlen("/var/run") || end == NULL) {
        return NULL;
    }
    file += strlen("/libvirt/");
    if (strncmp(file, CALL_BINDINGS, strlen(CALL_BINDINGS)) == 0) {
        return strcmp(end, ".xml") == 0 ? file : NULL;
    }
    return strncmp(file, "qemu/", strlen("qemu/")) == 0 &&
                   (strcmp(end, ".xml") == 0 || strcmp(end, ".new") == 0)
               ? strrchr(path, '/') + 1
               : NULL;
}

static bool
read_file(const struct call_site *site, struct call *call, enum call_kind kind, size_t argument)
{
    char path[PATH_MAX];
    const char *file;

    call_string(site->thread, site->argument[argument], path, sizeof path);
    file = status_file(path);
    if (file == NULL) {
        return false;
    }
    call->kind = (uint8_t)kind;
    call_add(call, "%s", file);
    return true;
}

#define GUEST_PROGRAM "qemu-system-"

bool
call_asks_for_devices(const struct call *call)
{
    return call->kind == CALL_MONITOR && strncmp(call->text, "qom-list ", 9) == 0;
}

bool
call_is_of_filter(const struct call *call)
{
    static const char *const programs[] = {"ebtables ", "iptables ", "ip6tables "};

    for (size_t i = 0; i < sizeof programs / sizeof *programs && call->kind == CALL_RUN; i++) {
        if (strncmp(call->text, programs[i], strlen(programs[i])) == 0) {
            return true;
        }
    }
    return (call->kind == CALL_RENAME || call->kind == CALL_UNLINK) &&
           strncmp(call->text, CALL_BINDINGS, strlen(CALL_BINDINGS)) == 0;
}

bool
call_runs_guest(const struct call *call)
{
    return call->kind == CALL_RUN &&
           strncmp(call->text, GUEST_PROGRAM, sizeof GUEST_PROGRAM - 1) == 0;
}

bool
call_shares_limit(const struct call *call)
{
    return call->kind == CALL_RUN && strncmp(call->text, "tc ", 3) == 0 &&
           (strstr(call->text, " class add ") != NULL || strstr(call->text, " sfq ") != NULL ||
            strstr(call->text, " filter add ") != NULL);
}

/* The programs that libvirt leaves things to which are watched. */
static bool
is_helper(const char *program)
{
    static const char *const helpers[] = {"ovs-vsctl", "tc",       "ip",        "nft",
                                          "ebtables",  "iptables", "ip6tables", "mm-ctl"};

    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        if (strcmp(program, helpers[i]) == 0) {
            return true;
        }
    }
    return strncmp(program, GUEST_PROGRAM, sizeof GUEST_PROGRAM - 1) == 0;
}

static bool
read_exec(const struct call_site *site, struct call *call)
{
    char path[PATH_MAX], word[CALL_TEXT];
    uint64_t words[MAX_WORDS] = {0};
    const char *program;
    size_t count;

    call_string(site->thread, site->argument[0], path, sizeof path);
    program = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    if (!is_helper(program)) {
        return false;
    }
    count = call_memory(site->thread, site->argument[1], words, sizeof words) / sizeof *words;
    call->kind = CALL_RUN;
    call_add(call, "%s", program);
    for (size_t i = 1; i < count && words[i] != 0; i++) {
        call_string(site->thread, words[i], word, sizeof word);
        call_add(call, " %s", word);
    }
    return true;
}

/* ---- which call it is ---- */

static bool
read_rename(const struct call_site *site, struct call *call)
{
    bool at = site->number == SYS_renameat2;

#ifdef __x86_64__
    at = at || site->number == SYS_renameat;
#endif
    return read_file(site, call, CALL_RENAME, at ? 3 : 1);
}

static bool
read_unlink(const struct call_site *site, struct call *call)
{
    return read_file(site, call, CALL_UNLINK, site->number == SYS_unlinkat ? 1 : 0);
}

/* Only of the file that libvirt reads whenever it opens a connection to one of its drivers. */
static bool
read_access(const struct call_site *site, struct call *call)
{
    static const char file[] = "/libvirt/libvirt.conf";
    char path[PATH_MAX];
    size_t length;

    call_string(site->thread, site->argument[site->number == SYS_faccessat ? 1 : 0], path,
                sizeof path);
    length = strlen(path);
    if (length < strlen(file) || strcmp(path + length - strlen(file), file) != 0) {
        return false;
    }
    call->kind = CALL_ACCESS;
    call_add(call, "%s", strrchr(file, '/') + 1);
    return true;
}

/* They say nothing (call_sleeps). */
static bool
read_sleep(const struct call_site *site, struct call *call)
{
    (void)site;
    (void)call;
    return false;
}

bool
call_sleeps(const struct call_site *site)
{
    return site->number == SYS_clock_nanosleep || site->number == SYS_nanosleep;
}

/* The system calls that are looked at, and what reads their arguments. */
static const struct {
    long number;
    bool (*read)(const struct call_site *site, struct call *call);
} looked_at[] = {
    {SYS_ioctl, call_read_ioctl},      {SYS_connect, read_connect},
    {SYS_sendmsg, call_read_sendmsg},  {SYS_kill, read_kill},
    {SYS_close, read_close},           {SYS_execve, read_exec},
    {SYS_renameat2, read_rename},      {SYS_unlinkat, read_unlink},
    {SYS_write, read_write},           {SYS_nanosleep, read_sleep},
    {SYS_clock_nanosleep, read_sleep}, {SYS_faccessat, read_access},
#ifdef __x86_64__ /* newer ones do without */
    {SYS_rename, read_rename},         {SYS_renameat, read_rename},
    {SYS_unlink, read_unlink},         {SYS_access, read_access},
#endif
};
enum { LOOKED_AT = sizeof looked_at / sizeof *looked_at };

const char *
call_word(enum call_kind kind)
{
    static const char *const words[CALL_COUNT] = {
#define X(id, word) [CALL_##id] = (word),
        CALLS(X)
#undef X
    };

    assert(kind > CALL_NONE && kind < CALL_COUNT);
    return words[kind];
}

bool
call_read(const struct call_site *site, struct call *call)
{
    *call = (struct call){0};
    for (size_t i = 0; i < LOOKED_AT; i++) {
        if (looked_at[i].number == site->number) {
            return looked_at[i].read(site, call);
        }
    }
    return false;
}

void
call_read_end(const struct call_site *site, struct call *call)
{
    if (call->kind == CALL_TUNSETIFF) {
        call_read_device(site, call);
    }
}

long
call_number(size_t index)
{
    return index < LOOKED_AT ? looked_at[index].number : -1;
}
