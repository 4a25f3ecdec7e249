/* A watched program: see watched.h. */
#define _GNU_SOURCE /* close_range */
#include "harness/libvirt/watched.h"

#include "harness/libvirt/call.h"
#include "harness/libvirt/call_device.h"

#include <assert.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

/* libvirtd_find asks for it. */
#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE 0
#endif

enum { FILTER_MOST = 96 };

#define OFFSET(member) ((uint32_t)offsetof(struct seccomp_data, member))
#define LOAD(offset) ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset))
#define RETURN(what) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what))
#define EQUALS(value, then, otherwise) \
    ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), then, otherwise))
#define IS_ABOVE(value, then, otherwise) \
    ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, value, then, otherwise))

/* The filter: each value that is looked for is compared on its own, and a hit returns at once.  The
 * number of the call is loaded once more for each, since a request takes its place. */
static unsigned short
make_filter(struct sock_filter filter[FILTER_MOST])
{
    unsigned short used = 0;

    filter[used++] = LOAD(OFFSET(arch));
    filter[used++] = EQUALS(ARCHITECTURE, 1, 0);
    filter[used++] = RETURN(SECCOMP_RET_ALLOW);
    filter[used++] = LOAD(OFFSET(nr));
    for (size_t i = 0; call_number(i) >= 0; i++) {
        if (call_number(i) != SYS_ioctl && call_number(i) != SYS_write) {
            filter[used++] = EQUALS(call_number(i), 0, 1);
            filter[used++] = RETURN(SECCOMP_RET_TRACE);
        }
    }
    filter[used++] = EQUALS(SYS_write, 0, 5);
    filter[used++] = LOAD(OFFSET(args[2]));
    filter[used++] = IS_ABOVE(CALL_WRITE_MOST, 1, 0);
    filter[used++] = IS_ABOVE(CALL_WRITE_LEAST - 1, 1, 0);
    filter[used++] = RETURN(SECCOMP_RET_ALLOW);
    filter[used++] = RETURN(SECCOMP_RET_TRACE);
    filter[used++] = EQUALS(SYS_ioctl, 1, 0);
    filter[used++] = RETURN(SECCOMP_RET_ALLOW);
    filter[used++] = LOAD(OFFSET(args[1]));
    for (size_t i = 0; call_request(i) != 0; i++) {
        filter[used++] = EQUALS(call_request(i), 0, 1);
        filter[used++] = RETURN(SECCOMP_RET_TRACE);
    }
    filter[used++] = RETURN(SECCOMP_RET_ALLOW);
    assert(used <= FILTER_MOST);
    return used;
}

/* In the child, until the tracer says through `begin` that it has seized it. */
static _Noreturn void
become(int begin, const struct watched *watched)
{
    struct sock_filter filter[FILTER_MOST];
    struct sock_fprog program = {.len = make_filter(filter), .filter = filter};
    int in = open("/dev/null", O_RDONLY);
    int out = open(watched->output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    sigset_t none;
    char byte;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
        read(begin, &byte, 1) != 1 || close_range(3, ~0U, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        _exit(WATCHED_CANNOT_RUN);
    }
    execve(watched->path, watched->arguments, watched->environment);
    _exit(WATCHED_CANNOT_RUN);
}

pid_t
watched_start(const struct watched *watched, unsigned long options)
{
    int begin[2];
    bool begun;
    pid_t pid;

    if (pipe(begin) != 0 || (pid = fork()) < 0) {
        return -1;
    }
    if (pid == 0) {
        become(begin[0], watched);
    }
    begun = ptrace(PTRACE_SEIZE, pid, NULL, options) == 0 && write(begin[1], "", 1) == 1;
    close(begin[0]);
    close(begin[1]);
    return begun ? pid : -1;
}

void
watched_fail_call(pid_t thread, int error)
{
#ifdef __x86_64__
    struct user_regs_struct registers;

    if (ptrace(PTRACE_GETREGS, thread, NULL, &registers) == 0) {
        registers.orig_rax = (unsigned long long)-1;
        registers.rax = (unsigned long long)-error;
        ptrace(PTRACE_SETREGS, thread, NULL, &registers);
    }
#else
    (void)thread;
    (void)error;
    _exit(WATCHED_CANNOT_RUN); /* libvirtd_find has said that it needs x86-64 */
#endif
}

/* A path of libvirt's is absolute, and longer than this one (virCommandRun looks it up). */
void
watched_run_nothing(pid_t thread, uint64_t path)
{
    char nothing[] = "/bin/true";
    struct iovec from = {nothing, sizeof nothing}, to = {NULL, sizeof nothing};

    memcpy(&to.iov_base, &path, sizeof to.iov_base); /* a pointer, but not of ours */
    process_vm_writev(thread, &from, 1, &to, 1, 0);
}
