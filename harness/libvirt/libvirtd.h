/* A private libvirtd with QEMU and Open vSwitch, every watched call of which waits at a gate.
 *
 * It runs in a sandbox (harness/real/sandbox.h): its configuration, its state and its sockets are
 * in folders in memory, so that it meets no other libvirtd, and nothing of it outlives the sandbox.
 */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRTD_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRTD_H

#include "harness/libvirt/gate.h"
#include "harness/real/child.h"

#include <limits.h>

#define LIBVIRTD_LOG "/var/log/libvirtd.log"

struct libvirtd {
    unsigned number; /* 0; others beside it have folders of their own, in a mount namespace of
                        theirs, and the network in common */
    char program[PATH_MAX], virsh[PATH_MAX], qemu[PATH_MAX];
    struct gate gate;
    bool runs;                     /* the gate is open */
    struct diagnostic *diagnostic; /* not owned */
};

/* Looks for the programs.  `path` is that of a libvirtd of the user's, or NULL for the one that is
 * installed.  False with a diagnostic of EXIT_MISSING. */
bool libvirtd_find(struct libvirtd *libvirtd, const char *path, struct diagnostic *diagnostic);

/* In a sandbox: mounts the folders of the first one, and writes its configuration.  Another one
 * has its own from libvirtd_start to libvirtd_stop. */
bool libvirtd_prepare(struct libvirtd *libvirtd);

/* Starts it under a gate, which the caller serves until it answers (libvirtd_answers). */
bool libvirtd_start(struct libvirtd *libvirtd);

/* Starts it again, after it has been killed, under the same gate. */
bool libvirtd_start_again(struct libvirtd *libvirtd);

/* Whether it has a socket yet: before that, it answers nobody. */
bool libvirtd_has_socket(const struct libvirtd *libvirtd);

/* Its process, once it answers; 0 if it does not say. */
pid_t libvirtd_process(const struct libvirtd *libvirtd);

/* Ends it, its guests, and all else that runs under the gate. */
void libvirtd_stop(struct libvirtd *libvirtd);

/* Removes what an earlier one has left: definitions, state, sockets. */
bool libvirtd_forget(struct libvirtd *libvirtd);

/* Begins a command of virsh ("start", "a", NULL), whose output goes to `output`. */
bool libvirtd_begin(struct libvirtd *libvirtd, struct child *virsh, const char *const *words,
                    const char *output);

#endif
