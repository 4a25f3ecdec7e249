/* The process behind a gate (gate.h): it traces a program and all that it starts, and reports over
 * a socket. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_TRACER_H
#define TAPWEAVE_HARNESS_LIBVIRT_TRACER_H

#include "harness/libvirt/gate.h"
#include "harness/libvirt/watched.h"

/* Exit statuses of the process. */
enum {
    TRACER_FULL = 126, /* more threads than it has room for */
};

/* Runs the program traced, and serves the gate until nothing is left of what runs under it, or the
 * socket is closed at its other end.  Events go out as struct gate_event, and orders come in as
 * struct gate_order.  It never returns. */
_Noreturn void tracer_run(int socket, const struct watched *what);

#endif
