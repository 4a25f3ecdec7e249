/* A program whose watched calls stop it (call.h). */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_WATCHED_H
#define TAPWEAVE_HARNESS_LIBVIRT_WATCHED_H

#include <stdint.h>
#include <sys/types.h>

/* What is run, as execve(2) has it, and the file that its output is appended to. */
struct watched {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *output;
};

enum { WATCHED_CANNOT_RUN = 127 /* exit status */ };

/* Starts it as a tracee of the caller with these options of ptrace(2): under a seccomp filter that
 * stops its threads, and those of all that it starts, at what may be a watched call
 * (SECCOMP_RET_TRACE), and lets all else through.  Its process, or -1. */
pid_t watched_start(const struct watched *watched, unsigned long options);

/* A thread that is stopped before a call does not make it, and gets that errno, or 0 for success.
 */
void watched_fail_call(pid_t thread, int error);

/* A thread that is stopped before an execve(2) of the path at that address runs true(1) instead. */
void watched_run_nothing(pid_t thread, uint64_t path);

#endif
