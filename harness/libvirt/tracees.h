/* The threads that a tracer has (tracer.h). */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_TRACEES_H
#define TAPWEAVE_HARNESS_LIBVIRT_TRACEES_H

#include "harness/libvirt/call.h"

#include <stdbool.h>
#include <sys/types.h>

enum { MAX_TRACEES = 512 /* at a time: a libvirtd has 30, a QEMU 5 */ };

enum stand {
    STAND_FREE, /* no thread */
    STAND_RUNS,
    STAND_WAITS, /* before a call */
    STAND_CALLS, /* in a call that was let through */
    STAND_DIES,  /* a guest's first thread, with the signal that ends it */
    STAND_ZOMBIE,
    STAND_LEFT, /* a process that has ended; it may be a child of ours yet, when its parent ends */
};

struct tracee {
    enum stand stand;
    pid_t thread, process;
    bool placed;  /* the kernel has been asked for its process */
    pid_t origin; /* the program's thread that started it, by however many others; 0 of its own */
    bool helper;  /* the first thread of a program that has been started by a watched call */
    bool guest;   /* the same of a QEMU */
    bool dying;   /* it has been let go on with its death */
    bool ignores; /* it gets no SIGTERM */
    bool hurries; /* it does not sleep before its next call */
    int signal;   /* DIES: what it has got; 0 if it is exiting already */
    struct call_site site;
    struct call call;
};

/* All zero: none. */
struct tracees {
    struct tracee tracee[MAX_TRACEES];
};

/* NULL if there is none. */
struct tracee *tracees_find(struct tracees *all, pid_t thread);

/* One that runs.  False if there is no room. */
bool tracees_add(struct tracees *all, pid_t thread, pid_t process, pid_t origin);

#endif
