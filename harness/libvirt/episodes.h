/* What a libvirtd does, call by call, in the lives of a guest: the order of the steps that core/
 * has to have. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_EPISODES_H
#define TAPWEAVE_HARNESS_LIBVIRT_EPISODES_H

#include "harness/diagnostic.h"
#include "harness/libvirt/call.h"
#include "harness/scenario.h"

enum { EPISODES_CALLS = 64, EPISODES_COUNT = 6, EPISODES_ERROR = 24 };

/* A call that has ended. */
struct episode_call {
    struct call call;
    char error[EPISODES_ERROR]; /* "ENODEV"; "" if it succeeded */
    bool beside; /* another thread than the one that works for the guest has made it: the one that
                    listens to QEMU's monitor */
};

struct episode {
    const char *name; /* of what is done: "start" */
    const char *text; /* and what that is, in words */
    unsigned calls;
    bool cut; /* there were more */
    struct episode_call call[EPISODES_CALLS];
};

/* Runs the lives of the scenario's first guest on a libvirtd (a path, or NULL for the installed
 * one).  False with a diagnostic. */
bool episodes_run(const struct scenario *scenario, const struct world *world, const char *libvirtd,
                  struct episode episodes[EPISODES_COUNT], struct diagnostic *diagnostic);

#endif
