/* Guests of the real world, by their kinds: see guest.h. */
#define _GNU_SOURCE /* pidfd_open */
#include "harness/real/guest.h"

#include "harness/real/child.h"
#include "harness/real/guest_process.h"
#include "harness/real/guest_qemu.h"

#include <sys/pidfd.h>
#include <unistd.h>

static bool
learn_number(struct guest *guest, struct diagnostic *diagnostic)
{
    int pidfd = pidfd_open(guest->pid, 0);

    if (pidfd < 0) {
        return guest_fail(diagnostic, "pidfd_open");
    }
    guest->number = child_number(pidfd);
    close(pidfd);
    return true;
}

bool
guest_start(struct guest *guest, const char *qemu, bool ignores_sigterm, const int *taps,
            unsigned count, int *error, struct diagnostic *diagnostic)
{
    const struct guest_kind *kind = qemu == NULL ? &guest_process : &guest_qemu;

    *error = 0;
    return kind->start(guest, qemu, ignores_sigterm, taps, count, error, diagnostic) &&
           (*error != 0 || learn_number(guest, diagnostic));
}

bool
guest_survive(struct guest *guest, struct diagnostic *diagnostic)
{
    return guest->kind->survive(guest, diagnostic);
}

bool
guest_unplug(struct guest *guest, bool *had, struct diagnostic *diagnostic)
{
    return guest->kind->unplug(guest, had, diagnostic);
}

bool
guest_persist(struct guest *guest, bool persistent, struct diagnostic *diagnostic)
{
    return guest->kind->persist(guest, persistent, diagnostic);
}

bool
guest_send(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
           struct diagnostic *diagnostic)
{
    return guest->kind->send(guest, tap, frame, length, diagnostic);
}

bool
guest_expect(struct guest *guest, unsigned tap, const uint8_t *frame, size_t length,
             int milliseconds, bool *got, struct diagnostic *diagnostic)
{
    return guest->kind->expect(guest, tap, frame, length, milliseconds, got, diagnostic);
}
