/* A gate: a program, and all that it starts, run under it.  Every watched call (call.h) of any of
 * their threads is reported before it is made, and the thread waits there until it is let through.
 *
 * A process of its own does that, by ptrace(2) and a seccomp filter, because a tracer has to wait
 * for all of its tracees, and must not take the ends of the caller's other children.  The program
 * need not be built for it.  If the gate's process ends, so do all that run under it. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_GATE_H
#define TAPWEAVE_HARNESS_LIBVIRT_GATE_H

#include "harness/diagnostic.h"
#include "harness/libvirt/call.h"

enum { GATE_NAME = 16 /* bytes of a thread's name */ };

enum gate_event_kind {
    GATE_CALLS, /* the thread is about to make a call, and waits */
    GATE_DID,   /* the call that was let through has ended */
    GATE_DIES, /* a guest's process has got a deadly signal, and stands with all that it has open */
    GATE_CLOSED, /* a guest's process has closed all, and is a zombie */
    GATE_ENDED,  /* a thread has ended; a process's first one, with the whole process, and is reaped
                  */
};

/* What a user of the gate has done. */
enum gate_order_kind {
    GATE_PASS,   /* a thread that waits before a call makes it */
    GATE_DIE,    /* a process that stands in its death goes on with it */
    GATE_REAP,   /* a zombie is reaped */
    GATE_IGNORE, /* a QEMU gets no SIGTERM */
    GATE_LIE,   /* a thread that waits before it runs a program is to run one that does nothing, and
                   says success; it is passed later */
    GATE_HURRY, /* a thread does not sleep before its next call */
    GATE_START, /* the program, which has ended, is started again */
};

struct gate_order {
    enum gate_order_kind kind;
    pid_t thread; /* the thread, or a process by its first one; START: 0 */
    int error;    /* PASS: 0; or the call is not made, and fails with this errno */
};

struct gate_event {
    enum gate_event_kind kind;
    pid_t thread;  /* the thread, or of GATE_ENDED the process */
    pid_t process; /* its process */
    pid_t origin; /* the program's thread that started the process, by however many others; 0 of the
                     program itself */
    char name[GATE_NAME]; /* of the thread */
    struct call call;     /* CALLS, DID */
    int error;            /* DID: the errno, or 0.  ENDED: the exit status, or 128 + a signal */
};

struct gate {
    pid_t pid;                     /* of its process, whose end ends all that run under it */
    int socket;                    /* readable when there is an event */
    struct diagnostic *diagnostic; /* not owned */
};

/* Runs the program (arguments and variables as of child_start, output appended to the file) under a
 * new gate.  `enter`, if it is not NULL, is called first, in the gate's process.  False with a
 * diagnostic.  To be closed only if true. */
bool gate_open(struct gate *gate, const char *path, const char *const *arguments,
               const char *const *variables, const char *output, bool (*enter)(void *context),
               void *context, struct diagnostic *diagnostic);

/* The next event, if one comes within so many milliseconds: *came.  False with a diagnostic if the
 * gate's process has ended. */
bool gate_next(struct gate *gate, int milliseconds, struct gate_event *event, bool *came);

/* Gives the order.  Nothing is done with a thread that has ended meanwhile. */
bool gate_order(struct gate *gate, struct gate_order order);

/* Ends all that run under it, and waits until nothing is left. */
void gate_close(struct gate *gate);

#endif
