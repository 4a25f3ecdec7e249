/* What the kernel says of a traced thread: see thread_state.h. */
#define _GNU_SOURCE /* __WALL, W_STOPCODE */
#include "harness/libvirt/thread_state.h"

#include "harness/real/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

pid_t
thread_state_process(pid_t thread)
{
    char text[2048];
    const char *line =
        child_read(text, sizeof text, "/proc/%d/status", thread) ? strstr(text, "\nTgid:") : NULL;

    return line == NULL ? thread : (pid_t)strtol(line + strlen("\nTgid:"), NULL, 10);
}

/* Stops are told here as well. */
bool
thread_state_is_zombie(pid_t thread)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)thread, &info, WEXITED | WNOWAIT | WNOHANG | __WALL) == 0 &&
           info.si_pid == thread && info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED;
}

bool
thread_state_wait(pid_t thread, int *status)
{
    return waitpid(thread, status, __WALL | WNOHANG) == thread;
}

bool
thread_state_wait_for_stop(pid_t thread, int *status)
{
    siginfo_t info = {0};
    bool stopped = waitid(P_PID, (id_t)thread, &info, WSTOPPED | WNOHANG | __WALL) == 0 &&
                   info.si_pid == thread;

    *status = W_STOPCODE(info.si_status);
    return stopped;
}

pid_t
thread_state_stopped(void)
{
    siginfo_t info = {0};

    return waitid(P_ALL, 0, &info, WSTOPPED | WNOWAIT | WNOHANG | __WALL) == 0 ? info.si_pid : 0;
}

bool
thread_state_is_any_left(void)
{
    siginfo_t info = {0};

    return waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT | WNOHANG | __WALL) != 0 ||
           info.si_pid != 0;
}

pid_t
thread_state_exiting(void)
{
    siginfo_t info = {0};

    return waitid(P_ALL, 0, &info, WSTOPPED | WNOWAIT | WNOHANG | __WALL) == 0 &&
                   info.si_status >> 8 == PTRACE_EVENT_EXIT
               ? info.si_pid
               : 0;
}
