/* The end of a daemon, and another one in its place: see session_restart.h. */
#include "harness/libvirt/session_restart.h"

#include "harness/libvirt/forked.h"
#include "harness/real/deadline.h"

#include <signal.h>

static void
end(pid_t process)
{
    if (process > 0) {
        kill(process, SIGKILL);
    }
}

bool
session_restart(struct session *session)
{
    long long deadline = deadline_in(SESSION_DEADLINE_MS);

    session->restarts = true;
    end(*session->process);
    for (unsigned i = 0; i < session->guests; i++) {
        struct session_guest *guest = &session->guest[i];

        if (guest->waits && guest->at.process != *session->process &&
            guest->at.process != guest->orphan) {
            end(guest->at.process); /* it has been forked, to run a program */
        }
        end(guest->helper);
        end(guest->forked);
        child_kill(&guest->virsh);
        guest->commanded = guest->waits = guest->reconnects = false;
        guest->by_itself = guest->stops = false;
        guest->keeps_nic = guest->silent = guest->lets_go = guest->removes = false;
        guest->thread = guest->helper = 0;
    }
    session->beginning = -1;
    while (!session->ended || !forked_have_ended(session)) {
        if (deadline_left(deadline) == 0) {
            return diagnose(session->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "libvirtd was killed, and has not ended before the deadline");
        }
        if (!session_serve(session)) {
            return false;
        }
    }
    session->ended = session->restarts = false;
    return libvirtd_start_again(session->libvirtd) && session_open(session);
}
