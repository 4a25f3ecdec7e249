/* A hot-unplug that is acknowledged late: see libvirt_late.h. */
#include "harness/libvirt/libvirt_late.h"

#include "harness/libvirt/definition.h"
#include "harness/libvirt/guest_libvirt.h"

#include <stdlib.h>
#include <string.h>

static bool
waits(const struct session_guest *guest)
{
    return guest->waits;
}

static bool
waits_or_has_ended(const struct session_guest *guest)
{
    return guest->waits || !guest->commanded;
}

static bool
has_ended(const struct session_guest *guest)
{
    return !guest->commanded;
}

/* Its first nic: it has one, or there would be no unplug of it. */
static bool
let_go(struct session *session, unsigned guest)
{
    session->guest[guest].keeps_nic = false;
    session->guest[guest].lets_go = true;
    return guest_libvirt_eject(guest, 0, session->diagnostic);
}

/* All of its calls are let through, up to those of the thread that removes the nic. */
static bool
wait_in_vain(struct session *session, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];

    while (of->commanded && !of->removes) {
        if (!session_await(session, guest, waits_or_has_ended, "the end of a hot-unplug")) {
            return false;
        }
        if (of->waits && of->silent && call_asks_for_devices(&of->at.call)) {
            of->silent = false;
            if (!let_go(session, guest)) {
                return false;
            }
        }
        if (of->waits && !of->removes && !session_pass(session, guest, 0)) {
            return false;
        }
    }
    return session_await(session, guest, has_ended, "the end of a hot-unplug");
}

bool
libvirt_give_up(struct session *session, struct real *real, unsigned guest, bool silent)
{
    struct session_guest *of = &session->guest[guest];

    of->keeps_nic = true;
    of->silent = silent;
    if (!session_begin(session, guest,
                       (const char *const[]){"detach-interface", of->name,
                                             definition_type(real->world, guest), NULL}) ||
        !wait_in_vain(session, guest)) {
        return false;
    }
    if (of->status != 0) {
        return diagnose(session->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
                        "%s: the model has a hot-unplug that has been given up, and libvirtd says "
                        "that it has failed",
                        of->name);
    }
    return !silent || session_await(session, guest, waits, "the removal of a nic");
}

bool
libvirt_hear(struct session *session, struct real *real, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];

    if (of->lets_go) {
        return true;
    }
    if (!let_go(session, guest)) {
        return false;
    }
    if (real->control.thread[guest].machine.kind == MACHINE_RECONNECT) {
        of->lets_go = false;
        return true;
    }
    return session_await(session, guest, waits, "the removal of a nic");
}
