/* Limits of bandwidth under a libvirtd: see libvirt_limit.h.
 *
 * A QoS is removed by up to three calls of ovs-vsctl, each of which waits for ovs-vswitchd: from
 * its port, itself, and its queue.  In the model that is one, which is the first; the others follow
 * in the step of ovs-vswitchd. */
#include "harness/libvirt/libvirt_limit.h"

#include "harness/libvirt/libvirt_ovs.h"
#include "harness/real/device.h"
#include "harness/real/ovs.h"
#include "harness/real/ovs_call.h"

#include <errno.h>
#include <string.h>

/* What is cut off between two of the calls has no state in the model. */
const char *
libvirt_limit_unsupported(const struct world *world)
{
    static const enum fault faults[] = {FAULT_OVS_TIMEOUT, FAULT_OVS_LIE, FAULT_DAEMON_RESTART,
                                        FAULT_OVS_ORPHAN};
    bool removes = false, cuts = false;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        const struct context context = world_context(world, nic);

        removes = removes || daemon_clears_qos(&context, true);
    }
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        cuts = cuts || world->faults[faults[i]] > 0;
    }
    return removes && cuts ? "a fault that strikes between the calls that remove one QoS" : NULL;
}

bool
libvirt_end_limit(struct work *work)
{
    struct outcome *outcome = &work->real->outcome;

    if (!libvirt_end_call(work) || outcome->error != 0) {
        return outcome->error != 0;
    }
    if (!session_await(work->session, work->index, session_helper_has_ended, "the end of its tc")) {
        return false;
    }
    if (work->guest->helper_status != 0) {
        outcome->error = device_index(work->name) == 0 ? ENODEV : ENOENT;
    }
    return true;
}

static bool
is_of_removal(const struct session_guest *guest)
{
    return guest->waits && guest->at.call.kind == CALL_RUN &&
           strstr(guest->at.call.text, " destroy q") != NULL;
}

/* What has been forked to run a program closes what else the daemon has open. */
static bool
is_forked(const struct session *session, const struct session_guest *guest)
{
    return guest->waits && guest->at.call.kind == CALL_CLOSE_TAP &&
           guest->at.process != *session->process;
}

static bool
run_next(struct session *session, struct real *real, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];
    long long before;
    bool waits;

    return ovs_next_cfg(real->ovs, &before) && session_pass(session, guest, 0) &&
           libvirt_await_commit(session, real->ovs, before, &of->helper, &waits) &&
           (!waits || ovs_run(real->ovs)) &&
           session_await(session, guest, session_helper_has_ended, "the end of its ovs-vsctl");
}

bool
libvirt_go_on_removing(struct session *session, struct real *real, unsigned guest)
{
    const struct session_guest *of = &session->guest[guest];

    if (!session_arrive(session, guest)) {
        return false;
    }
    while (is_of_removal(of) || is_forked(session, of)) {
        if (!(is_of_removal(of) ? run_next(session, real, guest)
                                : session_pass(session, guest, 0)) ||
            !session_arrive(session, guest)) {
            return false;
        }
    }
    return true;
}

bool
libvirt_end_removal(struct work *work)
{
    bool ended = libvirt_end_transaction(work);

    work->real->outcome.error = 0; /* of a port that is gone */
    return ended;
}
