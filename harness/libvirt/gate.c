/* A gate, as its user has it: see gate.h. */
#define _GNU_SOURCE
#include "harness/libvirt/gate.h"

#include "harness/libvirt/tracer.h"
#include "harness/real/child.h"
#include "harness/real/deadline.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

bool
gate_open(struct gate *gate, const char *path, const char *const *arguments,
          const char *const *variables, const char *output, bool (*enter)(void *context),
          void *context, struct diagnostic *diagnostic)
{
    const char **environment = child_environment(variables);
    pid_t parent = getpid();
    int ends[2];

    if (environment == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        free((void *)environment);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "socketpair: %s", strerror(errno));
    }
    *gate = (struct gate){.pid = fork(), .socket = ends[0], .diagnostic = diagnostic};
    if (gate->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent && (enter == NULL || enter(context))) {
            close(ends[0]);
            tracer_run(ends[1], &(struct watched){path, child_without_const(arguments),
                                                  child_without_const(environment), output});
        }
        _exit(WATCHED_CANNOT_RUN);
    }
    close(ends[1]);
    free((void *)environment);
    if (gate->pid < 0) {
        close(ends[0]);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "fork: %s", strerror(errno));
    }
    return true;
}

static bool
has_ended(struct gate *gate)
{
    int status = 0;

    waitpid(gate->pid, &status, 0);
    gate->pid = 0;
    return diagnose(gate->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "the gate has ended%s",
                    WIFEXITED(status) && WEXITSTATUS(status) == TRACER_FULL
                        ? ": more threads run under it than it has room for"
                        : "");
}

bool
gate_next(struct gate *gate, int milliseconds, struct gate_event *event, bool *came)
{
    struct pollfd ready = {.fd = gate->socket, .events = POLLIN};

    *came = deadline_poll(&ready, 1, deadline_in(milliseconds)) > 0;
    return !*came || recv(gate->socket, event, sizeof *event, 0) == (ssize_t)sizeof *event ||
           has_ended(gate);
}

bool
gate_order(struct gate *gate, struct gate_order order)
{
    return send(gate->socket, &order, sizeof order, MSG_NOSIGNAL) == (ssize_t)sizeof order ||
           has_ended(gate);
}

void
gate_close(struct gate *gate)
{
    close(gate->socket);
    if (gate->pid > 0) {
        kill(gate->pid, SIGKILL);
        waitpid(gate->pid, NULL, 0);
    }
}
