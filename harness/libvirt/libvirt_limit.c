/* Limits of bandwidth under a libvirtd: see libvirt_limit.h.
 *
 * A QoS is removed by up to three calls of ovs-vsctl, each of which waits for ovs-vswitchd: from
 * its port, itself, and its queue.  In the model that is one, which is the first; the others follow
 * in the step of ovs-vswitchd. */
#include "harness/libvirt/libvirt_limit.h"

#include "harness/libvirt/libvirt_ovs.h"
#include "harness/real/deadline.h"
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
    bool clears_nothing = work->op.kind == OP_CLEAR_LIMIT && !device_is_limited(work->name);

    if (!libvirt_end_call(work) || outcome->error != 0) {
        return outcome->error != 0;
    }
    if (!session_await(work->session, work->index, session_helper_has_ended, "the end of its tc")) {
        return false;
    }
    if (work->guest->helper_status != 0 || clears_nothing) {
        outcome->error = device_index(work->name) == 0 ? ENODEV : ENOENT;
    }
    /* It may run another tc next, and what it forks for that has copies of all taps for a moment.
     */
    return session_arrive(work->session, work->index);
}

static bool
runs(const struct session_guest *guest, const char *what)
{
    return guest->waits && guest->at.call.kind == CALL_RUN &&
           strstr(guest->at.call.text, what) != NULL;
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

static bool
removes(const struct real *real, unsigned guest)
{
    return control_waits_for_vswitchd(&real->control, guest) &&
           control_want(real->world, &real->control, guest).kind == OP_CLEAR_QOS;
}

/* *rests: its thread has nothing to do any more, or waits before something else. */
static bool
let_on(struct session *session, struct real *real, unsigned guest, bool *rests)
{
    const struct session_guest *of = &session->guest[guest];

    *rests = false;
    if (runs(of, " ingress_policing_rate=")) {
        return session_pass(session, guest, 0);
    }
    if (runs(of, " destroy q") && removes(real, guest)) {
        return run_next(session, real, guest);
    }
    *rests = of->waits || !session_is_busy(of);
    return *rests || session_serve(session);
}

/* All in turns: what has been forked for one of them has a copy of whatever pipe libvirtd was just
 * making for a program of another one's, which libvirtd reads to its end. */
bool
libvirt_go_on_removing(struct libvirt_daemon *daemon, struct real *real,
                       const bool answered[MAX_GUESTS])
{
    long long deadline = deadline_in(SESSION_DEADLINE_MS);
    bool all_rest = true, rests = false;

    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        all_rest = all_rest && !removes(real, guest);
    }
    while (!all_rest) {
        if (deadline_left(deadline) == 0) {
            return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "libvirtd: not before the deadline: the removal of a QoS");
        }
        all_rest = true;
        for (unsigned guest = 0; guest < real->world->guests; guest++) {
            if (answered[guest] &&
                !let_on(&daemon->session[real->world->daemon[guest]], real, guest, &rests)) {
                return false;
            }
            all_rest = all_rest && (!answered[guest] || rests);
        }
    }
    return true;
}

/* It has come to another call that removes something. */
static bool
find_next(struct work *work, bool *found)
{
    const struct session_guest *of = work->guest;

    if (!session_arrive(work->session, work->index)) {
        return false;
    }
    *found = runs(of, " destroy q");
    return true;
}

/* Of a port that refers to another QoS, nothing is removed, and nothing is waited for: it goes on
 * to the call that waits. */
bool
libvirt_end_removal(struct work *work)
{
    bool ended = libvirt_end_transaction(work), found = true;

    while (ended && found && work->real->outcome.waits == WAIT_NONE) {
        ended = find_next(work, &found) && (!found || libvirt_end_transaction(work));
    }
    work->real->outcome.error = 0; /* of a port that is gone */
    return ended;
}
