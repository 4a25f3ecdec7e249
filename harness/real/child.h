/* Programs run as direct children that inherit nothing and outlive nobody.
 *
 * A child has /dev/null and a file for its three descriptors and no others but those meant for it,
 * so that none of them keeps a tap alive by accident, and is killed when the thread that started it
 * ends. */
#ifndef TAPWEAVE_HARNESS_REAL_CHILD_H
#define TAPWEAVE_HARNESS_REAL_CHILD_H

#include "harness/diagnostic.h"

#include <sys/types.h>

enum { CHILD_INHERITS = 16 /* descriptors at most */, CHILD_FIRST = 3 /* of them */ };

/* pid 0: there is none. */
struct child {
    pid_t pid;
    int pidfd; /* readable when it has ended; not inherited */
};

/* Stores the path of an executable in `path`, of PATH_MAX bytes: looked for in $PATH, and in the
 * folders of administrators' programs, which a user's $PATH may lack.  False with a diagnostic of
 * EXIT_MISSING that names the program, and the Debian package that has it. */
bool child_find(const char *program, const char *package, char *path,
                struct diagnostic *diagnostic);

/* Starts the program with these arguments, of which the first is its name and NULL ends the list.
 * `variables` ("NAME=VALUE", ended by NULL) replace those of the environment.  Its output is
 * appended to the file `output`, with 127 as exit status if the program cannot be run.  False with
 * a diagnostic.  It inherits the descriptors in `inherited`, which -1 ends, at most CHILD_INHERITS
 * of them, as its 3, 4, and so on; NULL: none. */
bool child_start(struct child *child, const char *path, const char *const *arguments,
                 const char *const *variables, const char *output, const int *inherited,
                 struct diagnostic *diagnostic);

/* The same, but it is held by SIGSTOP, and runs when child_continue lets it. */
bool child_start_held(struct child *child, const char *path, const char *const *arguments,
                      const char *const *variables, const char *output, const int *inherited,
                      struct diagnostic *diagnostic);
void child_continue(const struct child *child);

/* The environment that it gets: for execve, and to be freed; NULL without memory. */
const char **child_environment(const char *const *variables);

/* For execve, whose arrays have no const because C would not convert to them; it changes nothing.
 */
char *const *child_without_const(const char *const *words);

/* In a process that was forked: makes copies of the descriptors, which -1 ends, its 3, 4, and so
 * on, and closes all above; NULL: none. */
bool child_keep_only(const int *inherited);

/* The last line of a file that a child's output went to, in `line`; or that it said nothing. */
const char *child_last_words(const char *output, char *line, size_t size);

/* Reads a small file of the kernel's, such as one in /proc, of which the path is made as by printf:
 * what fits in `text`, with a NUL behind it; "", and false, if there is nothing. */
bool child_read(char *text, size_t size, const char *path, ...)
    __attribute__((format(printf, 3, 4)));

/* The number by which this process's /proc knows the process of a pidfd, which is another one than
 * ours for it if /proc is another PID namespace's; 0 if it is not known there. */
int child_number(int pidfd);

/* Waits for its end until the deadline (deadline.h) and reaps it.  *status is its exit status, or
 * 128 + the signal that killed it, as shells have it.  False if it has not ended by then. */
bool child_reap(struct child *child, long long deadline, int *status);

/* Kills it, if there is one, and reaps it. */
void child_kill(struct child *child);

#endif
