/* A libvirtd at work for the guests of a world: which of its threads works for which guest, where
 * that thread waits at the gate, and what has become of the processes that it has started.
 *
 * Calls of all other threads are let through.  The thread of a command is the one that makes the
 * first call after it has been given, since every other thread stands still; the thread that takes
 * a guest back after a restart has the guest's name in its own. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_SESSION_H
#define TAPWEAVE_HARNESS_LIBVIRT_SESSION_H

#include "core/daemon.h"
#include "harness/libvirt/libvirtd.h"
#include "harness/real/sandbox.h"

#define SESSION_VIRSH_LOG SANDBOX_FOLDER "/virsh.log"    /* of session_run */
#define SESSION_GUEST_LOG SANDBOX_FOLDER "/virsh-%u.log" /* of a guest's last command */

enum { SESSION_DEADLINE_MS = 60000 /* a QEMU takes 1 s to start; a busy machine has taken 10 s */ };

/* What libvirtd does for a guest. */
struct session_guest {
    const char *name;     /* not owned */
    bool ignores_sigterm; /* its QEMU is to get none */
    bool commanded;       /* a command of virsh is in work: */
    struct child virsh;   /* this one */
    int status;           /* the exit status of the last one */
    pid_t thread;         /* the thread of libvirtd that works for it; 0: none, or not known yet */
    bool by_itself;       /* libvirtd stops it, or will, because its QEMU has ended by itself, */
    bool stops;           /* and `thread` is the one that does */
    bool keeps_nic;       /* it does not let go of a nic that is unplugged, */
    bool silent;          /* and is to do so when its QEMU is asked for its devices */
    bool lets_go;    /* it has, when libvirtd did not wait any more, which is to remove the nic, */
    bool removes;    /* and `thread` is the one that does */
    bool reconnects; /* it is one that takes the guest back */
    bool waits;      /* it, or a process that it has started, waits at the gate: */
    struct gate_event at;     /* there */
    bool did;                 /* the last call that was let through has ended: */
    struct gate_event result; /* so */
    pid_t qemu;               /* the process of the guest; 0: none */
    pid_t forked;             /* before its execve(2), which is to fail; 0: none.  The thread that
                                 has forked it goes on meanwhile */
    bool unplugged;           /* it has closed its network device (netdev_del) */
    bool dies, closed;        /* it stands in its death; it is a zombie */
    pid_t helper;             /* the program that was run for it last; 0: it has ended, */
    int helper_status;        /* with this status */
    pid_t orphan;             /* a program that a daemon which is gone was to run for it; 0: none,
                                 or it has ended, */
    int orphan_status;        /* with this status */
};

struct session {
    struct libvirtd *libvirtd;
    unsigned guests;
    struct session_guest guest[MAX_GUESTS];
    int beginning;  /* the guest whose thread is not known yet; or -1 */
    pid_t *process; /* of the daemon; not owned */
    bool ended;     /* the daemon has */
    bool restarts;  /* it has been killed, and is not back yet */
    bool filters;   /* guests have packet filters: CALL_ACCESS is of interest */
    /* Called for each call that has ended; NULL: nobody wants to know. `beside`: of a thread that
     * works for no guest. */
    void (*did)(void *context, const struct gate_event *event, bool beside);
    void *context;                 /* its */
    struct diagnostic *diagnostic; /* not owned: what every function here fills in if it is false */
};

/* Waits until the daemon answers. */
bool session_open(struct session *session);

/* Serves until the condition is true of the guest.  At the deadline, the diagnostic says what was
 * waited for. */
bool session_await(struct session *session, unsigned guest,
                   bool (*condition)(const struct session_guest *guest), const char *what);

/* A condition: the program that was run for the guest last has ended. */
bool session_helper_has_ended(const struct session_guest *guest);

/* Takes note of what there is to note of, or of nothing, if nothing comes within some 10 ms. */
bool session_serve(struct session *session);

/* Waits until the guest's thread waits at the gate (guest->waits), or has nothing left to do. */
bool session_arrive(struct session *session, unsigned guest);

/* Waits until a thread of a new daemon takes the guest back, but not for ever: it may not. */
bool session_await_reconnect(struct session *session, unsigned guest);

/* True while a command for it is in work, it is being taken back, or it is stopped because its QEMU
 * has ended. */
bool session_is_busy(const struct session_guest *guest);

/* The guest's QEMU is to be killed by somebody else: a thread of libvirtd will stop the guest. */
void session_expect_stop(struct session *session, unsigned guest);

/* Begins a command of virsh, `words` and NULL, that is carried out for the guest. */
bool session_begin(struct session *session, unsigned guest, const char *const *words);

/* Runs a command of virsh to its end, with all calls let through.  The diagnostic has its words if
 * it fails. */
bool session_run(struct session *session, const char *const *words);

/* Has the guest's thread make the call before which it waits, or fail with that errno instead if it
 * is not 0, and waits until it has: guest->result. */
bool session_pass(struct session *session, unsigned guest, int error);

#endif
