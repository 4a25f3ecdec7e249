/* A process before an execve that is to fail: see forked.h. */
#include "harness/libvirt/forked.h"

void
forked_hold(struct session *session, unsigned guest)
{
    session->guest[guest].forked = session->guest[guest].at.thread;
    session->guest[guest].waits = false;
}

static bool
has_ended(const struct session_guest *guest)
{
    return guest->forked == 0;
}

bool
forked_end(struct session *session, unsigned guest, int error)
{
    struct gate_order pass = {GATE_PASS, session->guest[guest].forked, error};

    return gate_order(&session->libvirtd->gate, pass) &&
           session_await(session, guest, has_ended, "the end of a failed QEMU");
}

bool
forked_have_ended(const struct session *session)
{
    for (unsigned i = 0; i < session->guests; i++) {
        if (!has_ended(&session->guest[i])) {
            return false;
        }
    }
    return true;
}
