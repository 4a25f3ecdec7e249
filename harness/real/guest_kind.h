/* A kind of guest, as a table of functions: guest_process.c and guest_qemu.c fill one each, and
 * guest.c calls what is in it.  What each function does is what guest.h says of the one with that
 * name.  Below them is what all kinds have in common (guest_life.h). */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_KIND_H
#define TAPWEAVE_HARNESS_REAL_GUEST_KIND_H

#include "harness/real/guest_life.h"

struct guest_kind {
    /* SIGTERM makes it close its taps before it exits.  That is a death that cannot be held, so it
     * gets SIGKILL instead. */
    bool closes_on_sigterm;
    bool (*start)(struct guest *guest, const char *program, bool ignores_sigterm, const int *taps,
                  unsigned count, int *error, struct diagnostic *diagnostic);
    bool (*survive)(struct guest *guest, struct diagnostic *diagnostic);
    bool (*unplug)(struct guest *guest, bool *had, struct diagnostic *diagnostic);
    bool (*persist)(struct guest *guest, bool persistent, struct diagnostic *diagnostic);
    bool (*send)(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                 struct diagnostic *diagnostic);
    bool (*expect)(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                   int milliseconds, bool *got, struct diagnostic *diagnostic);
};

#endif
