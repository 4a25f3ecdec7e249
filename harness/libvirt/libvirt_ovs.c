/* Calls of ovs-vsctl that a libvirtd makes: see libvirt_ovs.h. */
#include "harness/libvirt/libvirt_ovs.h"

#include "harness/libvirt/libvirt_process.h"
#include "harness/real/ovs_call.h"
#include "harness/real/ovs_rows.h"
#include "harness/real/real_terms.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* An ovs-vsctl commits its transaction, and waits, or it ends: *process is 0 then. */
bool
libvirt_await_commit(struct session *session, struct ovs *ovs, long long before,
                     const pid_t *process, bool *waits)
{
    *waits = false;
    while (*process != 0 && !*waits) {
        if (!ovs_has_passed(ovs, before, session->libvirtd->gate.socket, waits) ||
            (!*waits && !session_serve(session))) {
            return false;
        }
    }
    return true;
}

bool
libvirt_end_transaction(struct work *work)
{
    struct outcome *outcome = &work->real->outcome;
    struct ovs *ovs = work->real->ovs;
    long long before;
    bool waits;

    if (!ovs_next_cfg(ovs, &before) || !libvirt_end_call(work) || outcome->error != 0) {
        return outcome->error != 0;
    }
    if (!libvirt_await_commit(work->session, ovs, before, &work->guest->helper, &waits)) {
        return false;
    }
    outcome->waits = waits ? WAIT_VSWITCHD : WAIT_NONE;
    outcome->error = waits || work->guest->helper_status == 0 ? 0
                     : work->op.kind == OP_SET_QOS            ? ENODEV /* of a port that is gone */
                                                              : EEXIST;
    return true;
}

static bool
find_own_row(const struct work *work, bool *own)
{
    struct ovs_rows rows;

    *own = false;
    if (!ovs_rows(work->real->ovs, &rows)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        *own = *own || (strcmp(rows.row[i].name, work->name) == 0 &&
                        real_find_nic(work->real, rows.row[i].iface) == work->nic + 1);
    }
    return true;
}

/* By whatever condition.  An ovs-vsctl that waits for a row of this guest's where there is none
 * (netns-tests/libvirt/del-port-of-vm-id.patch) would wait until its --timeout,
 * and others that are held would run out of time meanwhile: so its alarm comes at once. */
bool
libvirt_end_remove_own(struct work *work)
{
    bool waits = strstr(work->guest->at.call.text, " wait-until ") != NULL, own, ended;

    if (!find_own_row(work, &own)) {
        return false;
    }
    if (own || !waits) {
        ended = libvirt_end_transaction(work);
    } else {
        ended = libvirt_end_call(work) &&
                (work->guest->helper == 0 ||
                 (libvirt_signal(work->session, work->guest->helper, SIGALRM, "an ovs-vsctl") &&
                  session_await(work->session, work->index, session_helper_has_ended,
                                "the end of an ovs-vsctl that waits")));
    }
    work->real->outcome.error = 0;
    return ended;
}

/* It runs out of its --timeout as soon as it has sent what it has to send. */
bool
libvirt_end_late(struct work *work, struct ovs_delay *delayed)
{
    struct session_guest *guest = work->guest;
    int listening = ovs_delay_stand_in(work->real->ovs);

    if (listening < 0) {
        return false;
    }
    if (!libvirt_end_call(work)) {
        close(listening);
        return false;
    }
    if (!ovs_delay_take_from(work->real->ovs, listening, guest->helper, delayed) ||
        !libvirt_signal(work->session, guest->helper, SIGALRM, "an ovs-vsctl") ||
        !session_await(work->session, work->index, session_helper_has_ended,
                       "the end of an ovs-vsctl that is not heard")) {
        return false;
    }
    work->real->outcome.error = guest->helper_status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    return true;
}
