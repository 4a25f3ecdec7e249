/* The two kinds of guests, for guest.c: how each is started, and how frames pass through it.  What
 * each function does is what guest.h says of the one without the kind in its name. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_KINDS_H
#define TAPWEAVE_HARNESS_REAL_GUEST_KINDS_H

#include "harness/real/guest.h"

enum { GUEST_MAX_FRAME = 1600, GUEST_ANSWER_MS = 10000 /* one that has not answered never will */ };

bool process_start(struct guest *guest, bool ignores_sigterm, const int *taps, unsigned count,
                   struct diagnostic *diagnostic);
bool process_send(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                  struct diagnostic *diagnostic);
bool process_expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
                    int milliseconds, bool *got, struct diagnostic *diagnostic);

bool process_persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic);

bool qemu_start(struct guest *guest, const char *path, const int *taps, unsigned count, int *error,
                struct diagnostic *diagnostic);
bool qemu_send(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
               struct diagnostic *diagnostic);
bool qemu_unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic);
bool process_unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic);
bool qemu_persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic);

/* Closes our ends of all that leads to it. */
void guest_close_ends(const struct guest *guest);

/* Reads frames, one at a time, until the wanted one comes; false if it has not after so many
 * milliseconds.  *came is whether the other one, of the same length, was among those read. */
bool guest_await_frame(int fd, const uint8_t *frame, size_t length, int milliseconds,
                       const uint8_t *other, bool *came);

/* "a guest's process: WHAT: ", and errno's text. */
bool guest_fail(struct diagnostic *diagnostic, const char *what);

#endif
