/* Programs run as children: see child.h. */
#define _GNU_SOURCE /* close_range, pidfd_open, environ */
#include "harness/real/child.h"

#include "harness/real/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_CANNOT_RUN = 127 };

/* Whether the program is in one of the folders, which are separated by colons. */
static bool
find_in(const char *folders, const char *program, char *path)
{
    while (*folders != '\0') {
        int length = (int)strcspn(folders, ":");
        int used = snprintf(path, PATH_MAX, "%.*s/%s", length, folders, program);

        /* A relative folder would mean another one after a chdir. */
        if (folders[0] == '/' && used < PATH_MAX && access(path, X_OK) == 0) {
            return true;
        }
        folders += length;
        folders += *folders == ':';
    }
    return false;
}

bool
child_find(const char *program, const char *package, char *path, struct diagnostic *diagnostic)
{
    const char *folders = getenv("PATH");

    return (folders != NULL && find_in(folders, program, path)) ||
           find_in("/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", program, path) ||
           diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                    "the program '%s' is not installed (Debian's package %s)", program, package);
}

/* Of our environment it has only where programs and their libraries are: what else they would read
 * is what they would do. */
const char **
child_environment(const char *const *variables)
{
    static const char *const kept[] = {"PATH=", "LD_LIBRARY_PATH="};
    const char **made;
    size_t used = 0;

    while (variables[used] != NULL) {
        used++;
    }
    made = calloc(used + sizeof kept / sizeof *kept + 1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    memcpy(made, variables, used * sizeof *made);
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
        for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
            if (strncmp(environ[i], kept[k], strlen(kept[k])) == 0) {
                made[used++] = environ[i];
            }
        }
    }
    return made;
}

char *const *
child_without_const(const char *const *words)
{
    union {
        const char *const *words;
        char *const *same;
    } as = {words};

    return as.same;
}

bool
child_keep_only(const int *inherited)
{
    int copy[CHILD_INHERITS], count = 0;

    /* Above all of their later places first, or one might be overwritten before it is moved. */
    for (; inherited != NULL && inherited[count] >= 0; count++) {
        copy[count] = fcntl(inherited[count], F_DUPFD, CHILD_FIRST + CHILD_INHERITS);
    }
    for (int i = 0; i < count; i++) {
        if (copy[i] < 0 || dup2(copy[i], CHILD_FIRST + i) < 0) {
            return false;
        }
    }
    return close_range(CHILD_FIRST + (unsigned)count, ~0U, 0) == 0;
}

/* In the child, between fork and execve: only what is safe there in a program with threads. */
static _Noreturn void
become(const char *path, const char *const *arguments, const char *const *environment,
       const char *output, const int *inherited, pid_t parent, bool held)
{
    static const char cannot[] = "cannot be run\n";
    int in = open("/dev/null", O_RDONLY), out;
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(STATUS_CANNOT_RUN); /* it died before it could be told that we would follow */
    }
    out = open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
        !child_keep_only(inherited)) {
        _exit(STATUS_CANNOT_RUN);
    }
    if (held) {
        raise(SIGSTOP);
    }
    execve(path, child_without_const(arguments), child_without_const(environment));
    if (write(2, cannot, sizeof cannot - 1) < 0) {
        _exit(STATUS_CANNOT_RUN);
    }
    _exit(STATUS_CANNOT_RUN);
}

static bool
start(struct child *child, const char *path, const char *const *arguments,
      const char *const *variables, const char *output, const int *inherited, bool held,
      struct diagnostic *diagnostic)
{
    const char **environment = child_environment(variables);
    pid_t parent = getpid();
    int error;

    *child = (struct child){0, -1};
    if (environment == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    child->pid = fork();
    if (child->pid == 0) {
        become(path, arguments, environment, output, inherited, parent, held);
    }
    error = errno;
    free(environment);
    if (child->pid < 0) {
        child->pid = 0;
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "%s cannot be started: fork: %s",
                        arguments[0], strerror(error));
    }
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0) {
        error = errno;
        child_kill(child);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "pidfd_open: %s", strerror(error));
    }
    return true;
}

bool
child_start(struct child *child, const char *path, const char *const *arguments,
            const char *const *variables, const char *output, const int *inherited,
            struct diagnostic *diagnostic)
{
    return start(child, path, arguments, variables, output, inherited, false, diagnostic);
}

bool
child_start_held(struct child *child, const char *path, const char *const *arguments,
                 const char *const *variables, const char *output, const int *inherited,
                 struct diagnostic *diagnostic)
{
    siginfo_t info;

    /* SIGCONT before SIGSTOP would let nothing go on. */
    return start(child, path, arguments, variables, output, inherited, true, diagnostic) &&
           (waitid(P_PID, (id_t)child->pid, &info, WSTOPPED | WEXITED | WNOWAIT) == 0 ||
            diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "waitid: %s", strerror(errno)));
}

void
child_continue(const struct child *child)
{
    kill(child->pid, SIGCONT);
}

/* Reaps it, waiting if need be. */
static int
reap_now(struct child *child)
{
    int status = 0;

    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (child->pidfd >= 0) {
        close(child->pidfd);
    }
    *child = (struct child){0, -1};
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const char *
child_last_words(const char *output, char *line, size_t size)
{
    FILE *file = fopen(output, "re");
    char next[1024];

    snprintf(line, size, "it said nothing");
    while (file != NULL && fgets(next, sizeof next, file) != NULL) {
        next[strcspn(next, "\n")] = '\0';
        if (next[0] != '\0') {
            snprintf(line, size, "%s", next);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return line;
}

bool
child_read(char *text, size_t size, const char *path, ...)
{
    char name[128];
    ssize_t length = -1;
    va_list arguments;
    int file;

    va_start(arguments, path);
    vsnprintf(name, sizeof name, path, arguments);
    va_end(arguments);
    file = open(name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        length = read(file, text, size - 1);
        close(file);
    }
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

int
child_number(int pidfd)
{
    char text[512], *line;
    long number;

    child_read(text, sizeof text, "/proc/self/fdinfo/%d", pidfd);
    line = strstr(text, "\nPid:");
    number = line == NULL ? 0 : strtol(line + strlen("\nPid:"), NULL, 10);
    return number > 0 ? (int)number : 0;
}

bool
child_reap(struct child *child, long long deadline, int *status)
{
    struct pollfd ended = {.fd = child->pidfd, .events = POLLIN};

    if (deadline_poll(&ended, 1, deadline) <= 0) {
        return false;
    }
    *status = reap_now(child);
    return true;
}

void
child_kill(struct child *child)
{
    if (child->pid != 0) {
        kill(child->pid, SIGKILL);
        reap_now(child);
    }
}
