/* How guests of the real world start: see guest.h. */
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
