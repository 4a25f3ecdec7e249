/* Guests of the real world: processes that hold a tap's descriptor, and die for real.
 *
 * A guest is QEMU, or a simple process that does with the tap what QEMU does and starts faster.  A
 * helper that a descriptor has leaked to is such a simple process, too.  A kind of guest is a table
 * of functions, which are called by way of it: guest_process.c and guest_qemu.c fill one each.
 * Below them is what all kinds have in common (guest_life.h). */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_KIND_H
#define TAPWEAVE_HARNESS_REAL_GUEST_KIND_H

#include "harness/real/guest_life.h"

/* Each function is false with a diagnostic. */
struct guest_kind {
    /* SIGTERM makes it close its taps before it exits.  That is a death that cannot be held, so it
     * gets SIGKILL instead. */
    bool closes_on_sigterm;

    /* Starts it, by the path of its program if it has one; it may ignore SIGTERM.  Hands it the
     * descriptors of `count` taps, which stay open here as well; it has its own by the time this
     * returns.  *error is 0, or EBADFD if there is no guest because the device of one is gone. */
    bool (*start)(struct guest *guest, const char *program, bool ignores_sigterm, const int *taps,
                  unsigned count, int *error, struct diagnostic *diagnostic);

    /* SIGTERM, which it ignores, or which a QEMU that hangs does not react to; returns when it has
     * got it and lives on. */
    bool (*survive)(struct guest *guest, struct diagnostic *diagnostic);

    /* It closes its tap and lives on (QEMU: netdev_del); returns when it has.  *had: it had one to
     * close. */
    bool (*unplug)(struct guest *guest, bool *had, struct diagnostic *diagnostic);

    /* Sets or clears IFF_PERSIST of its tap, by the descriptor that it has of it. */
    bool (*persist)(struct guest *guest, bool persistent, struct diagnostic *diagnostic);

    /* Writes a frame of `length` bytes to its tap of that number. */
    bool (*send)(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                 struct diagnostic *diagnostic);

    /* Reads frames from that tap until one has these bytes, or `milliseconds` have passed: true or
     * false in *got. */
    bool (*expect)(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                   int milliseconds, bool *got, struct diagnostic *diagnostic);
};

/* Simple processes, and QEMUs with taps and nothing else. */
extern const struct guest_kind guest_process, guest_qemu;

/* Stores the path of QEMU's program in `path`, of PATH_MAX bytes.  False with a diagnostic of
 * EXIT_MISSING. */
bool guest_qemu_find(char *path, struct diagnostic *diagnostic);

#endif
