/* The threads that a tracer has: see tracees.h. */
#include "harness/libvirt/tracees.h"

#include <stddef.h>

/* One that has been left may have had the same number as one that runs. */
struct tracee *
tracees_find(struct tracees *all, pid_t thread)
{
    struct tracee *left = NULL;

    for (size_t i = 0; i < MAX_TRACEES; i++) {
        struct tracee *tracee = &all->tracee[i];

        if (tracee->stand == STAND_FREE || tracee->thread != thread) {
            continue;
        }
        if (tracee->stand != STAND_LEFT) {
            return tracee;
        }
        left = tracee;
    }
    return left;
}

bool
tracees_add(struct tracees *all, pid_t thread, pid_t process, pid_t origin)
{
    for (size_t i = 0; i < MAX_TRACEES; i++) {
        if (all->tracee[i].stand == STAND_FREE) {
            all->tracee[i] = (struct tracee){
                .stand = STAND_RUNS, .thread = thread, .process = process, .origin = origin};
            return true;
        }
    }
    return false;
}
